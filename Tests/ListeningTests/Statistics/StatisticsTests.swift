// Properties and edge cases of the statistics that no golden value covers.
import Signal
import Testing

@testable import Listening

@Suite struct StatisticsTests {
  @Test func binomialEdges() throws {
    let none = Binomial(successes: 0, trials: 0)
    #expect(none.share == nil && none.atLeast() == 1 && none.interval() == 0...1)
    #expect(Binomial(successes: 5, trials: 5).atLeast() == 0x1p-5)
    #expect(Binomial(successes: 0, trials: 5).atLeast() == 1)
    // Far tails keep their digits: 2^-2000 is below the smallest double, 2^-1000 is not.
    #expect(abs(Binomial(successes: 1000, trials: 1000).atLeast() / 0x1p-1000 - 1) < 1e-9)
    // The fewest that are enough, and the smallest share that is found.
    for trials in [16, 101, 20_000] {
      let needed = try #require(Binomial.needed(trials: trials))
      #expect(Binomial(successes: needed, trials: trials).atLeast() <= 0.05)
      #expect(Binomial(successes: needed - 1, trials: trials).atLeast() > 0.05)
      let test = Binomial(successes: needed, trials: trials)
      let share = try #require(test.detectable())
      #expect(test.atLeast(share) >= 0.8 && (share == 0.51 || test.atLeast(share - 0.01) < 0.8))
    }
    // Summed, and as a share of a beta distribution.
    let below = Binomial(successes: 5100, trials: 10_000)
    let above = Binomial(successes: 5100, trials: 10_001)
    #expect(below.atLeast() < above.atLeast() && above.atLeast() < 1.05 * below.atLeast())
    #expect(Binomial.needed(trials: 10_000_000) == 5_002_602)
    #expect(Binomial(successes: 5, trials: 5).detectable() == 0.96)
    #expect(Binomial(successes: 50, trials: 50).detectable() == nil)
    // The numbers that an experimenter knows by heart.
    #expect(Binomial.needed(trials: 16) == 12)
    #expect(Binomial.needed(trials: 10) == 9)
    #expect(Binomial.needed(trials: 25) == 18)
    #expect(Binomial.needed(trials: 4) == nil)
  }

  /// Exactly: the sum over outcomes of the probability of those whose interval holds the truth.
  @Test func clopperPearsonCoversAtLeastItsLevel() {
    for trials in [1, 5, 16, 40] {
      let intervals = (0...trials).map { Binomial(successes: $0, trials: trials).interval() }
      for truth in stride(from: 0.02, through: 0.98, by: 0.03) {
        let covered = (0...trials).reduce(0.0) { sum, k in
          let here = Binomial(successes: k, trials: trials)
          let above = k < trials ? Binomial(successes: k + 1, trials: trials).atLeast(truth) : 0
          return sum + (intervals[k].contains(truth) ? here.atLeast(truth) - above : 0)
        }
        #expect(covered >= 0.95 - 1e-12, "\(trials) trials at \(truth): \(covered)")
        #expect(covered <= 1 + 1e-12)
      }
    }
  }

  @Test func signFlipEdges() {
    #expect(SignFlipTest([], seed: 1).pValue == 1)
    #expect(SignFlipTest([3], seed: 1).pValue == 1)
    #expect(SignFlipTest([0, 0, 0], seed: 1).pValue == 1)
    #expect(SignFlipTest([1, 1, 1, 1, 1, 1], seed: 1).pValue == 0x1p-5)
    // Rounding must not break ties: 0.1 + 0.2 + 0.3 in any order and sign.
    #expect(
      SignFlipTest([0.1, 0.2, 0.3, -0.3], seed: 1).pValue == SignFlipTest([1, 2, 3, -3], seed: 1).pValue)
    // Random signs: reproducible, and never a p-value of zero.
    let strong = [Double](repeating: 5, count: 40)
    #expect(SignFlipTest(strong, seed: 7) == SignFlipTest(strong, seed: 7))
    #expect(SignFlipTest(strong, seed: 7).pValue == 1.0 / 10_001)
  }

  @Test func signedRankEdges() {
    #expect(SignedRankTest([]).pValue == 1)
    #expect(SignedRankTest([0, 0]).pValue == 1)
    #expect(SignedRankTest([2]).pValue == 1)
    // Every sign the same: two of 2^n assignments, also with ties and at sizes that scipy would approximate.
    for count in [3, 20, 300] {
      let p = SignedRankTest([Double](repeating: 1, count: count)).pValue
      #expect(abs(p / (2 / (1...count).reduce(1.0) { product, _ in product * 2 }) - 1) < 1e-9)
    }
    // Pratt: zeros push the ranks of the others up without counting themselves.
    let test = SignedRankTest([0, 0, 3, -1])
    #expect(test.zeros == 2 && test.positive == 4 && test.negative == 3)
  }

  @Test(arguments: [0.0, 0.05, 0.15, -0.15], [false, true])
  func manySignedRanksAreNormal(shift: Double, rounded: Bool) {
    var random = PhiloxGenerator(seed: 7, stream: 1)
    let differences = (0..<400).map { _ in
      let value = shift + random.uniform(in: -1...1)
      return rounded ? (value * 5).rounded() : value
    }
    let exact = SignedRankTest(differences).pValue
    let normal = SignedRankTest(differences, exactUpTo: 0).pValue
    #expect(abs(normal - exact) < 0.01 * max(exact, 0.1), "\(normal), \(exact)")
    let many = SignedRankTest([[Double]](repeating: differences, count: 30).flatMap { $0 })
    #expect(abs(shift) < 0.1 || many.pValue < 1e-6, "\(many)")
  }

  @Test func holmIsMonotone() {
    #expect(Holm.adjust([]) == [])
    let adjusted = Holm.adjust([0.02, 0.021, 0.5, 1])
    #expect(adjusted == [0.08, 0.08, 1, 1])
  }

  @Test func meansGiveEveryListenerTheSameSay() {
    // One listener rated ten times as much: the mean of listener means does not care.
    var table = RatingTable()
    for k in 0..<10 { table.append(listener: "often", item: "i\(k)", value: 1) }
    table.append(listener: "once", item: "i0", value: 5)
    #expect(table.listenerMeans == [1, 5] && table.mean == 3)
    #expect(table.itemMeans.first == 3)
  }

  @Test func spreadAndWhiskers() {
    let values: [Double] = [1, 2, 3, 4, 5, 6, 7, 8, 100]
    let spread = Spread(values)
    #expect(spread.median == 5 && spread.lowerQuartile == 3 && spread.upperQuartile == 7)
    #expect(spread.whiskers(values) == 1...8)
    #expect(Spread([2]).whiskers([2]) == 2...2)
    #expect([1.0, 3].standardDeviation == 2.0.squareRoot() && [1.0].standardDeviation == nil)
  }
}
