// What is concluded follows from tests: of what holds for others, of what holds for these items, and of whether it depends
// on the item. And all systems on one line where pairs were compared.
import Signal
import Testing

@testable import Listening

@Suite struct ConclusionTests {
  private func rated(
    _ fixture: ReportFixture, from first: UInt64 = 1, _ difference: @escaping (String) -> Double
  ) throws -> ListeningReport {
    try fixture.report(
      (first..<first + 8).map { seed in
        fixture.session("p\(seed)", seed: seed) { item, _, _, random in
          let half = (difference(item) + 3 * random.normal()) / 2
          return .ratings(["A": 50 + half, "B": 50 - half])
        }
      })
  }

  /// A difference that every listener hears in the same direction, and that turns round from item to item.
  @Test func whatDependsOnTheItemIsSaidSo() throws {
    let report = try rated(ReportFixture(.multi, systems: ["A", "B"], items: 3)) { $0 == "item0" ? 40 : -12 }
    let pair = try #require(report.analysis.scores?.comparisons.first)
    #expect(pair.test?.isSignificant == false && pair.listenerTest?.isSignificant == true)
    #expect(pair.itemTest?.isSignificant == true && pair.itemTest?.freedom == [2, 14])
    #expect(report.text.contains("on these items; how much depends on the item: A over B"))
  }

  /// One difference for all items: found, and hardly ever said to depend on the item (5 in 100 by chance).
  @Test func whatDoesNotDependOnTheItemIsNotSaidTo() throws {
    let fixture = ReportFixture(.multi, systems: ["A", "B"], items: 4)
    var depends = 0
    for group in 0..<40 {
      let report = try rated(fixture, from: UInt64(1 + 8 * group)) { _ in 8 }
      let pair = try #require(report.analysis.scores?.comparisons.first)
      #expect(pair.test?.isSignificant == true && report.text.contains("Rated higher: A over B"))
      #expect(!report.text.contains("depends on the item:"))
      if pair.itemTest?.isSignificant == true { depends += 1 }
    }
    #expect(depends <= 6, "\(depends) of 40")
  }

  /// The t test and the interval are one thing: significant (before Holm) exactly where the interval leaves zero out.
  @Test func testAndIntervalAgree() throws {
    for size in stride(from: 0.0, through: 4, by: 0.25) {
      let report = try rated(ReportFixture(.multi, systems: ["A", "B"], items: 4)) { _ in size }
      let pair = try #require(report.analysis.scores?.comparisons.first)
      #expect((pair.test!.pValue < 0.05) == !pair.difference.interval!.contains(0), "\(size)")
    }
  }

  @Test func severalSystemsInPairsStandOnOneLine() throws {
    let fixture = ReportFixture(.ab, systems: ["good", "fair", "bad"], items: 6)
    let levels = ["good": 1.0, "fair": 0, "bad": -1]
    let report = try fixture.report(
      (1...10).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, random in
          let difference = levels[order[0]]! - levels[order[1]]! + random.normal()
          return .preferred(
            first: order[0], second: order[1], abs(difference) < 0.1 ? nil : order[difference > 0 ? 0 : 1])
        }
      })
    let pairs = try #require(report.analysis.pairs)
    let scale = try #require(pairs.scale)
    #expect(scale.map(\.system) == ["good", "fair", "bad"] && scale[0].value.over == "listeners")
    #expect(scale[0].value.value > 0.7 && abs(scale[1].value.value) < 0.5 && scale[2].value.value < -0.7)
    #expect(scale.allSatisfy { $0.value.interval!.contains($0.value.value) })
    #expect(report.html.contains("All systems on one line"))
    // Somebody who never loses is beyond every scale.
    let sure = try fixture.report(
      (1...3).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, _ in
          .preferred(first: order[0], second: order[1], order.contains("good") ? "good" : order[0])
        }
      })
    #expect(sure.analysis.pairs?.scale == nil && sure.html.contains("no finite scale"))
    // Two systems need no line.
    let two = ReportFixture(.ab, items: 4)
    let plain = try two.report([
      two.session("p", seed: 1) { _, order, _, _ in .preferred(first: order[0], second: order[1], nil) }
    ])
    #expect(plain.analysis.pairs?.scale == nil && plain.analysis.pairs?.scaleMissing == nil)
  }
}
