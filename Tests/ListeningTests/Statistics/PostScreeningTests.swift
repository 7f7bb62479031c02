// BS.1534-3, 4.1.2: "more than", the 25 % exemption, and that a peer's way of reading it is wrong.
import Testing

@testable import Listening

@Suite struct PostScreeningTests {
  /// - grades: per listener, per item: (reference, anchor)
  private func screened(_ grades: [[(Double, Double)]]) -> PostScreening {
    PostScreening(
      grades.enumerated().flatMap { listener, row in
        row.enumerated().map { item, grade in
          PostScreening.Grade(listener: "l\(listener)", item: "i\(item)", reference: grade.0, anchor: grade.1)
        }
      })
  }

  /// A listener who grades `low` references below 90 and `high` anchors above it.
  private func listener(items: Int, low: Int = 0, high: Int = 0) -> [(Double, Double)] {
    (0..<items).map { ($0 < low ? 89 : 100, $0 >= items - high ? 91 : 60) }
  }

  @Test func fifteenPercentIsNotMore() {
    let good = [[(Double, Double)]](repeating: listener(items: 20), count: 12)
    let result = screened(good + [listener(items: 20, low: 3), listener(items: 20, low: 4)])
    #expect(result.verdicts.filter(\.isExcluded).map(\.listener) == ["l13"])
    #expect(result.verdicts[12].lowReferences == 3 && result.verdicts[13].failsReference)
    #expect(!result.verdicts[13].failsAnchor)
    // One slip in twenty does not cost a listener their place.
    #expect(!screened(good + [listener(items: 20, low: 1)]).verdicts[12].isExcluded)
  }

  @Test func ninetyIsNeitherLowNorHigh() {
    #expect(
      screened([[(90, 90)]]).verdicts == [
        .init(
          listener: "l0", items: 1, lowReferences: 0, highAnchors: 0, failsReference: false,
          failsAnchor: false)
      ])
  }

  @Test func anchorsExclude() {
    let good = [[(Double, Double)]](repeating: listener(items: 10), count: 9)
    let result = screened(good + [listener(items: 10, high: 2)])
    #expect(result.verdicts.filter(\.isExcluded).map(\.listener) == ["l9"])
    #expect(result.verdicts[9].failsAnchor && result.exemptItems.isEmpty)
  }

  @Test func itemsThatTheAnchorHardlyChangesExcludeNobody() {
    // 2 of 8 is 25 %, not more: they go. 3 of 9 is more: the items are exempt and nobody goes.
    let good = [[(Double, Double)]](repeating: listener(items: 10), count: 6)
    let deaf = listener(items: 10, high: 2)
    let quarter = screened(good + [deaf, deaf])
    #expect(quarter.verdicts.filter(\.isExcluded).count == 2 && quarter.exemptItems.isEmpty)
    let third = screened(good + [deaf, deaf, deaf])
    #expect(third.verdicts.filter(\.isExcluded).isEmpty && third.exemptItems == ["i8", "i9"])
    #expect(third.verdicts[8].highAnchors == 0)
    // The exemption is for anchors; the hidden reference of the same item still counts.
    let both = (0..<10).map { $0 >= 8 ? (50.0, 95.0) : (100.0, 60.0) }
    #expect(screened(good + [both, both, both]).verdicts[8].failsReference)
  }
}
