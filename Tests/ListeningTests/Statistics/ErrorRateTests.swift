// Does a test at 5 % cry wolf 5 times in 100, and no more? Simulated listeners who hear no difference, fixed seeds; and
// that the same tests do find a difference that is there.
import Signal
import Testing

@testable import Listening

@Suite struct ErrorRateTests {
  private let experiments = 10_000

  /// How often `test` gives p <= 0.05.
  private func rate(_ stream: UInt64, _ test: (inout PhiloxGenerator) -> Double) -> Double {
    var random = PhiloxGenerator(seed: 47, stream: stream)
    var positive = 0
    for _ in 0..<experiments where test(&random) <= 0.05 { positive += 1 }
    return Double(positive) / Double(experiments)
  }

  private func differences(_ count: Int, shift: Double = 0, _ random: inout PhiloxGenerator) -> [Double] {
    (0..<count).map { _ in shift + random.normal() }
  }

  @Test func signFlipExact() {
    let share = rate(1) { SignFlipTest(differences(9, &$0), seed: 1).pValue }
    #expect(chanceBounds(0.05, trials: experiments).contains(share), "\(share)")
    #expect(rate(2) { SignFlipTest(differences(9, shift: 1.5, &$0), seed: 1).pValue } > 0.9)
  }

  @Test func signFlipDrawn() {
    let share = rate(3) { SignFlipTest(differences(20, &$0), seed: $0.next(), draws: 400).pValue }
    #expect(chanceBounds(0.05, trials: experiments).contains(share), "\(share)")
  }

  /// Also with the many ties and zeros that whole grades have.
  @Test func signedRank() {
    let share = rate(4) { SignedRankTest(differences(12, &$0)).pValue }
    // Exact and discrete: below 5 % by less than the smallest step.
    #expect(share <= chanceBounds(0.05, trials: experiments).upperBound && share > 0.03, "\(share)")
    // Whole grades with many ties and zeros, as CMOS gives.
    let graded = rate(5) { random in
      SignedRankTest(differences(14, &random).map { ($0 * 1.2).rounded() }).pValue
    }
    #expect(graded <= chanceBounds(0.05, trials: experiments).upperBound && graded > 0.02, "\(graded)")
    #expect(rate(6) { SignedRankTest(differences(12, shift: 1.5, &$0)).pValue } > 0.9)
  }

  @Test func binomial() {
    let guesser = rate(7) { random in
      Binomial(successes: (0..<16).count { _ in random.uniform() < 0.5 }, trials: 16).atLeast()
    }
    // 12 of 16: 3.84 % for a guesser, the nearest below 5 %.
    #expect(chanceBounds(0.0384, trials: experiments).contains(guesser), "\(guesser)")
    let hearing = rate(8) { random in
      Binomial(successes: (0..<16).count { _ in random.uniform() < 0.9 }, trials: 16).atLeast()
    }
    #expect(hearing > 0.95)
  }

  /// Six comparisons of four systems that are all alike: the chance of any false alarm stays at 5 % with Holm's
  /// correction, and does not without.
  @Test func holmOverAllPairs() {
    var random = PhiloxGenerator(seed: 53, stream: 0)
    let experiments = 1000
    var (corrected, raw) = (0, 0)
    for _ in 0..<experiments {
      let ratings = (0..<4).map { _ in differences(8, &random) }
      var pValues: [Double] = []
      for first in 0..<4 {
        for second in first + 1..<4 {
          pValues.append(SignFlipTest(zip(ratings[first], ratings[second]).map { $0 - $1 }, seed: 1).pValue)
        }
      }
      if Holm.adjust(pValues).contains(where: { $0 <= 0.05 }) { corrected += 1 }
      if pValues.contains(where: { $0 <= 0.05 }) { raw += 1 }
    }
    #expect(Double(corrected) / Double(experiments) <= chanceBounds(0.05, trials: experiments).upperBound)
    #expect(Double(raw) / Double(experiments) > 0.12)
  }

  /// Looking after every answer and stopping at p <= 0.05 is what a running score would invite: 8.8 % by trial 16.
  @Test func peekingIsWhyThereIsNoRunningScore() {
    let share = rate(9) { random in
      var correct = 0
      var smallest = 1.0
      for trial in 1...16 {
        if random.uniform() < 0.5 { correct += 1 }
        smallest = min(smallest, Binomial(successes: correct, trials: trial).atLeast())
      }
      return smallest
    }
    #expect(chanceBounds(0.088, trials: experiments).contains(share), "\(share)")
  }
}
