// What prepare says a test can show: numbers that are known, and plans that are refused.
import Signal
import Testing

@testable import Listening

@Suite struct PlanningTests {
  @Test func powerOfABX() {
    let words = Planning.words(.abx, trials: 16, items: 4, systems: 2, listeners: 1).joined(separator: " ")
    // 12 of 16; 0.45, 0.80 and 0.98 by the binomial distribution.
    #expect(words.contains("12 of 16") && words.contains("0.45, 0.80 and 0.98"), "\(words)")
    #expect(Planning.detectable(trials: 16) == 0.81)
    #expect(Planning.detectable(trials: 4) == nil)
    #expect(
      Planning.words(.abx, trials: 4, items: 4, systems: 2, listeners: 1)[0].contains(
        "even a perfect listener"))
    let open = Planning.words(.abx, trials: 16, items: 1, systems: 2, listeners: nil)
    #expect(open.contains { $0.contains("--listeners") } && open.contains { $0.hasPrefix("One item") })
    #expect(open[1].contains("6: ") && open[1].contains("24: "))
  }

  /// The width that is foretold is the width that comes, where the scatter is what was assumed.
  @Test(arguments: [(8, 4), (12, 8), (6, 12)])
  func widthOfGrades(_ listeners: Int, _ items: Int) throws {
    let truth = SimulatedRatings(
      listener: Planning.Scatter.listeners, item: Planning.Scatter.items, noise: Planning.Scatter.rest)
    var random = PhiloxGenerator(seed: 61, stream: 0)
    let widths = (0..<400).map { _ in
      let interval = MixedMean(truth.table(listeners: listeners, items: items, random: &random))!.interval()
      return (interval.upperBound - interval.lowerBound) / 2
    }
    let foretold = try #require(Planning.halfWidth(listeners: listeners, items: items))
    #expect((0.85...1.15).contains(widths.median / foretold), "\(widths.median) \(foretold)")
    #expect(Planning.halfWidth(listeners: 1, items: 1) == nil)
  }

  @Test func smallMushraIsRefused() {
    #expect(Planning.tooSmall(.mushra, trials: 6, listeners: nil)?.contains("--anyway") == true)
    #expect(Planning.tooSmall(.mushra, trials: 7, listeners: 5)?.contains("5 listeners") == true)
    #expect(Planning.tooSmall(.mushra, trials: 7, listeners: 6) == nil)
    #expect(Planning.tooSmall(.multi, trials: 1, listeners: 1) == nil)
    for method in Listening.Method.allCases {
      let words = Planning.words(method, trials: 8, items: 8, systems: 2, listeners: 12)
      #expect(!words.isEmpty && !words.contains { $0.contains("nan") || $0.contains("inf") }, "\(words)")
    }
  }
}
