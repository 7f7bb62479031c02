// Do 95 % intervals cover the truth 95 times in 100? Simulated listeners, fixed seeds: a part of the grid always, the
// whole of it with SYNTH_SLOW_TESTS=1, which prints a table like the one of
// Sources/Listening/Listening.docc/Intervals.md, coarser.
import FoundationEssentials
import Signal
import Testing

@testable import Listening

@Suite struct CoverageTests {
  /// Share of experiments whose interval holds the truth, which is zero: the t test does not reject it.
  private func coverage(
    _ experiments: Int, seed: UInt64, _ table: (inout PhiloxGenerator) -> RatingTable
  ) -> Double {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    let covered = (0..<experiments).count { _ in (MixedMean(table(&random))?.pValue ?? 0) >= 0.05 }
    return Double(covered) / Double(experiments)
  }

  /// 94 to 98 % but for chance.
  private func isRight(_ share: Double, _ experiments: Int) -> Bool {
    share >= chanceBounds(0.94, trials: experiments).lowerBound
      && share <= chanceBounds(0.98, trials: experiments).upperBound
  }

  /// The corners where it is hardest: nothing but noise, few of each, large effects of both.
  @Test(arguments: [
    (4, 4, 0.0, 0.0), (6, 4, 0, 0), (8, 4, 0.5, 0), (20, 4, 4, 4), (20, 4, 0, 0.5), (4, 20, 2, 0.5),
    (8, 8, 1, 1), (20, 20, 0.5, 2),
  ])
  func meansOfOneSystem(_ listeners: Int, _ items: Int, _ listener: Double, _ item: Double) {
    let truth = SimulatedRatings(listener: listener, item: item, interaction: 0.6, noise: 0.8)
    let share = coverage(1000, seed: 41) { truth.table(listeners: listeners, items: items, random: &$0) }
    #expect(isRight(share, 1000), "\(listeners) listeners, \(items) items, \(truth): \(share)")
  }

  @Test(arguments: [(4, 6, 0.0, 0.0), (8, 4, 1, 0.5), (12, 8, 0.5, 2)])
  func differencesOfTwo(_ listeners: Int, _ items: Int, _ listener: Double, _ item: Double) {
    let truth = SimulatedRatings(listener: listener, item: item, interaction: 0.6, noise: 0.8)
    let share = coverage(1000, seed: 42) {
      truth.differences(listeners: listeners, items: items, random: &$0)
    }
    #expect(isRight(share, 1000), "\(listeners) listeners, \(items) items, \(truth): \(share)")
  }

  /// A third of the ratings missing, at random; and every rating given twice.
  @Test(arguments: [(8, 8, 0.0, 0.0), (12, 8, 1, 0.5), (8, 12, 0.5, 2)])
  func tablesWithHolesAndRepeats(_ listeners: Int, _ items: Int, _ listener: Double, _ item: Double) {
    let truth = SimulatedRatings(listener: listener, item: item, interaction: 0.6, noise: 0.8)
    let holes = coverage(1000, seed: 43) {
      truth.table(listeners: listeners, items: items, missing: 1 / 3, random: &$0)
    }
    #expect(isRight(holes, 1000), "holes, \(truth): \(holes)")
    let twice = coverage(500, seed: 44) {
      truth.table(listeners: listeners, items: items, repeats: 2, random: &$0)
    }
    #expect(isRight(twice, 500), "twice, \(truth): \(twice)")
  }

  /// Whole numbers of a scale that ends at 0 and 100, some of them at its end.
  @Test func wholeNumbersOnAScale() {
    var random = PhiloxGenerator(seed: 45, stream: 0)
    let truth = SimulatedRatings(listener: 8, item: 8, interaction: 6, noise: 8)
    func scale(_ table: RatingTable) -> RatingTable {
      var scaled = RatingTable()
      for entry in table.entries {
        scaled.append(
          listener: "\(entry.listener)", item: "\(entry.item)",
          value: min(100, max(0, (80 + entry.value).rounded())))
      }
      return scaled
    }
    // What the mean of many is.
    let large = scale(truth.table(listeners: 400, items: 400, random: &random)).mean
    let covered = (0..<1000).count { _ in
      let mean = MixedMean(scale(truth.table(listeners: 10, items: 6, random: &random)))
      return mean?.interval().contains(large) == true
    }
    #expect((0.92...0.985).contains(Double(covered) / 1000), "\(covered)")
  }

  /// Treating the ratings as independent, as opinion scores usually are, is what this replaces: far below 95 %.
  @Test func theUsualWayCoversFarLess() {
    let truth = SimulatedRatings(listener: 1, item: 0.4, noise: 0.6)
    var random = PhiloxGenerator(seed: 41, stream: 0)
    let covered = (0..<500).count { _ in
      let values = truth.table(listeners: 10, items: 8, random: &random).values
      let error = (values.standardDeviation ?? 0) / Double(values.count).squareRoot()
      return abs(values.mean) <= 1.96 * error
    }
    #expect(Double(covered) / 500 < 0.7)
  }

  /// Every number of listeners and items with every size of effects, single systems and differences.
  @Test(
    .enabled(if: ProcessInfo.processInfo.environment["SYNTH_SLOW_TESTS"] == "1"), .timeLimit(.minutes(30)))
  func wholeGrid() {
    let (counts, effects, experiments) = ([4, 6, 8, 12, 20], [0, 0.5, 1, 4], 500)
    for isDifference in [false, true] {
      print(isDifference ? "differences" : "single systems")
      for listeners in counts {
        var line = "| \(listeners) |"
        for items in counts {
          var shares: [Double] = []
          for listener in effects {
            for item in effects {
              let truth = SimulatedRatings(listener: listener, item: item, interaction: 0.6, noise: 0.8)
              let share = coverage(experiments, seed: UInt64(46 + shares.count)) { random in
                isDifference
                  ? truth.differences(listeners: listeners, items: items, random: &random)
                  : truth.table(listeners: listeners, items: items, random: &random)
              }
              #expect(
                isRight(share, experiments), "\(listeners) listeners, \(items) items, \(truth): \(share)")
              shares.append(100 * share)
            }
          }
          // Taken together the sixteen are sharper.
          let together = shares.mean / 100
          #expect((0.94...0.98).contains(together), "\(listeners) listeners, \(items) items: \(together)")
          let (low, high) = ((10 * shares.min()!).rounded() / 10, (10 * shares.max()!).rounded() / 10)
          line += " \((10 * shares.mean).rounded() / 10) (\(low) to \(high)) |"
        }
        print(line)
      }
    }
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
