// The statistics against scipy's values (Tests/Fixtures/make_statistics_fixtures.py).
import FoundationEssentials
import Testing

@testable import Listening

@Suite struct StatisticsGoldenTests {
  private struct Golden: Decodable {
    struct BinomialCase: Decodable {
      let successes, trials: Int
      let probability, atLeast, twoSided, lower, upper: Double
    }
    struct BetaCase: Decodable { let x, a, b, value: Double }
    struct StudentCase: Decodable { let freedom, p, quantile: Double }
    struct NormalCase: Decodable { let z, value: Double }
    struct RankCase: Decodable {
      let differences: [Double]
      let pValue, smallerSum: Double
    }
    struct FlipCase: Decodable {
      let differences: [Double]
      let pValue: Double
    }
    struct QuantileCase: Decodable { let values, quantiles: [Double] }
    struct SpearmanCase: Decodable {
      let a, b: [Double]
      let value: Double
    }
    struct HolmCase: Decodable { let pValues, adjusted: [Double] }

    let binomial: [BinomialCase]
    let beta: [BetaCase]
    let student: [StudentCase]
    let normal: [NormalCase]
    let signedRank: [RankCase]
    let signFlip: [FlipCase]
    let quantiles: [QuantileCase]
    let holm: [HolmCase]
    let spearman: [SpearmanCase]
  }

  private static let golden = StatisticsGolden.values(Golden.self)

  /// Relative to the larger; exact zeros must be exact.
  private func isClose(_ a: Double, _ b: Double, _ tolerance: Double = 1e-10) -> Bool {
    abs(a - b) <= tolerance * max(abs(a), abs(b))
  }

  @Test func binomialTestsAndIntervals() {
    #expect(Self.golden.binomial.count == 16)
    for c in Self.golden.binomial {
      let ours = Binomial(successes: c.successes, trials: c.trials)
      #expect(isClose(ours.atLeast(c.probability), c.atLeast), "\(c): \(ours.atLeast(c.probability))")
      #expect(isClose(ours.twoSided(c.probability), c.twoSided), "\(c): \(ours.twoSided(c.probability))")
      let interval = ours.interval()
      #expect(isClose(interval.lowerBound, c.lower), "\(c): \(interval)")
      #expect(isClose(interval.upperBound, c.upper), "\(c): \(interval)")
    }
  }

  @Test func distributions() {
    #expect(Self.golden.beta.count == 36 && Self.golden.student.count == 24 && Self.golden.normal.count == 6)
    for c in Self.golden.beta {
      let ours = Distributions.beta(c.x, c.a, c.b)
      // 1e-300 and below: a share that only its logarithm could tell from nothing.
      #expect(isClose(ours, c.value) || max(ours, c.value) < 1e-300, "\(c): \(ours)")
    }
    for c in Self.golden.student {
      let ours = Distributions.studentQuantile(c.p, freedom: c.freedom)
      #expect(isClose(ours, c.quantile), "\(c): \(ours)")
      #expect(abs(Distributions.student(c.quantile, freedom: c.freedom) - c.p) < 1e-12)
      #expect(abs(Distributions.student(-c.quantile, freedom: c.freedom) - (1 - c.p)) < 1e-12)
    }
    for c in Self.golden.normal {
      #expect(isClose(Distributions.normal(c.z), c.value), "\(c): \(Distributions.normal(c.z))")
    }
  }

  @Test func signedRank() {
    #expect(Self.golden.signedRank.count == 5)
    for c in Self.golden.signedRank {
      let ours = SignedRankTest(c.differences)
      #expect(isClose(ours.pValue, c.pValue), "\(c): \(ours)")
      #expect(min(ours.positive, ours.negative) == c.smallerSum, "\(c): \(ours)")
      #expect(ours.zeros == c.differences.count { $0 == 0 })
    }
  }

  @Test func signFlip() {
    #expect(Self.golden.signFlip.count == 5)
    for c in Self.golden.signFlip {
      let ours = SignFlipTest(c.differences, seed: 1)
      #expect(ours.isExact && ours.assignments == 1 << c.differences.count)
      #expect(isClose(ours.pValue, c.pValue), "\(c): \(ours)")
      // The drawn version agrees within four standard errors of its own draws.
      let drawn = SignFlipTest(c.differences, seed: 1, draws: 20_000, exactUpTo: 0)
      let error = (c.pValue * (1 - c.pValue) / 20_000).squareRoot()
      #expect(!drawn.isExact && abs(drawn.pValue - c.pValue) <= 4 * error + 1e-4, "\(c): \(drawn)")
    }
  }

  @Test func spearman() {
    #expect(Self.golden.spearman.count == 3)
    for c in Self.golden.spearman {
      let ours = RankCorrelation.spearman(c.a, c.b)
      #expect(ours.map { isClose($0, c.value) } == true, "\(c): \(ours ?? .nan)")
    }
    #expect(RankCorrelation.spearman([1, 2], [1, 2]) == nil)
    #expect(RankCorrelation.spearman([1, 2, 3], [4, 4, 4]) == nil)
  }

  @Test func quantilesAndHolm() {
    #expect(Self.golden.quantiles.count == 4 && Self.golden.holm.count == 4)
    for c in Self.golden.quantiles {
      for (p, expected) in zip([0.025, 0.25, 0.5, 0.75, 0.975], c.quantiles) {
        #expect(isClose(c.values.sorted().quantile(p), expected), "\(c)")
      }
      let spread = Spread(c.values)
      #expect(isClose(spread.lowerQuartile, c.quantiles[1]) && isClose(spread.median, c.quantiles[2]))
      #expect(isClose(spread.upperQuartile, c.quantiles[3]))
    }
    for c in Self.golden.holm {
      let ours = Holm.adjust(c.pValues)
      #expect(zip(ours, c.adjusted).allSatisfy { isClose($0, $1) }, "\(c): \(ours)")
    }
  }
}
