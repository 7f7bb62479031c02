// Do 95 % intervals cover the truth 95 times in 100? Simulated listeners, fixed seeds.
import Signal
import Testing

@testable import Listening

@Suite struct CoverageTests {
  private func coverage(
    _ truth: SimulatedRatings, listeners: Int, items: Int, experiments: Int, draws: Int,
    interval: (TwoWayBootstrap, RatingTable) -> TwoWayBootstrap.Interval?
  ) -> Double {
    var random = PhiloxGenerator(seed: 41, stream: 0)
    var covered = 0
    for experiment in 0..<experiments {
      let table = truth.table(listeners: listeners, items: items, random: &random)
      let bootstrap = TwoWayBootstrap(seed: UInt64(experiment), draws: draws)
      if interval(bootstrap, table)?.range.contains(0) == true { covered += 1 }
    }
    return Double(covered) / Double(experiments)
  }

  /// Where listeners or items differ more than single ratings do, as they do: close to 95 %.
  @Test(arguments: [
    (SimulatedRatings(listener: 1, item: 0.4, noise: 0.6), 10, 8),
    (SimulatedRatings(listener: 0.3, item: 1, noise: 0.6), 12, 10),
  ])
  func meansOfListenersAndItems(_ truth: SimulatedRatings, _ listeners: Int, _ items: Int) {
    let experiments = 2000
    let share = coverage(
      truth, listeners: listeners, items: items, experiments: experiments, draws: 500
    ) { $0.mean($1) }
    // It is 96.4 and 94.9 % here.
    #expect(share >= chanceBounds(0.94, trials: experiments).lowerBound, "\(truth): \(share)")
    #expect(share <= chanceBounds(0.985, trials: experiments).upperBound, "\(truth): \(share)")
  }

  /// Treating the ratings as independent, as opinion scores usually are, is what this replaces: far below 95 %.
  @Test func theUsualWayCoversFarLess() {
    let truth = SimulatedRatings(listener: 1, item: 0.4, noise: 0.6)
    var random = PhiloxGenerator(seed: 41, stream: 0)
    var covered = 0
    for _ in 0..<500 {
      let values = truth.table(listeners: 10, items: 8, random: &random).values
      let error = (values.standardDeviation ?? 0) / Double(values.count).squareRoot()
      if abs(values.mean) <= 1.96 * error { covered += 1 }
    }
    #expect(Double(covered) / 500 < 0.7)
  }

  /// Ratings that are all noise: both ways of resampling count it, so the interval is too wide, never too narrow.
  @Test func pureNoiseIsConservative() {
    let share = coverage(
      SimulatedRatings(listener: 0, item: 0, noise: 1), listeners: 8, items: 6, experiments: 500, draws: 400
    ) { $0.mean($1) }
    #expect(share >= 0.97)
  }

  @Test func medians() {
    let experiments = 1000
    let share = coverage(
      SimulatedRatings(listener: 1, item: 0.4, noise: 0.6), listeners: 12, items: 8, experiments: experiments,
      draws: 400
    ) { $0.median($1) }
    #expect(share >= chanceBounds(0.94, trials: experiments).lowerBound, "\(share)")
  }

  /// Ten thousand ABX sessions with a known rate of correct answers.
  @Test(arguments: [0.5, 0.7, 0.95])
  func clopperPearson(_ rate: Double) {
    var random = PhiloxGenerator(seed: 43, stream: 0)
    let intervals = (0...16).map { Binomial(successes: $0, trials: 16).interval() }
    var covered = 0
    for _ in 0..<10_000 {
      let correct = (0..<16).count { _ in random.uniform() < rate }
      if intervals[correct].contains(rate) { covered += 1 }
    }
    #expect(Double(covered) / 10_000 >= chanceBounds(0.95, trials: 10_000).lowerBound)
  }
}
