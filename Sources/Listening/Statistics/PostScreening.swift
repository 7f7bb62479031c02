// Which assessors of a MUSHRA test are left out: Recommendation ITU-R BS.1534-3, section 4.1.2, as written. Not a hunt
// for outliers: nobody goes for disagreeing with the others about the systems under test.

package struct PostScreening: Hashable, Sendable {
  /// What one assessor gave the hidden reference and the mid-range (7 kHz) anchor of one item.
  package struct Grade: Hashable, Sendable {
    package let listener, item: String
    package let reference, anchor: Double

    package init(listener: String, item: String, reference: Double, anchor: Double) {
      self.listener = listener
      self.item = item
      self.reference = reference
      self.anchor = anchor
    }
  }

  package struct Verdict: Hashable, Sendable {
    package let listener: String
    package let items: Int
    /// Items whose hidden reference was graded below 90.
    package let lowReferences: Int
    /// Items whose anchor was graded above 90, without those exempted.
    package let highAnchors: Int
    /// More than 15 % of the items, for one reason or the other.
    package let failsReference, failsAnchor: Bool
    package var isExcluded: Bool { failsReference || failsAnchor }
  }

  /// One per assessor, in order of first appearance.
  package let verdicts: [Verdict]
  /// Items whose anchor more than 25 % of the assessors graded above 90: the filter took nothing away there, and nobody
  /// is excluded over them.
  package let exemptItems: [String]

  package init(_ grades: [Grade]) {
    var listeners: [String] = []
    var items: [String] = []
    for grade in grades {
      if !listeners.contains(grade.listener) { listeners.append(grade.listener) }
      if !items.contains(grade.item) { items.append(grade.item) }
    }
    let exempt = items.filter { item in
      let graded = grades.filter { $0.item == item }
      let everyone = Set(graded.map(\.listener)).count
      let high = Set(graded.filter { $0.anchor > 90 }.map(\.listener)).count
      return Self.isMore(high, than: 25, of: everyone)
    }
    exemptItems = exempt
    verdicts = listeners.map { listener in
      let own = grades.filter { $0.listener == listener }
      let low = own.count { $0.reference < 90 }
      let high = own.count { $0.anchor > 90 && !exempt.contains($0.item) }
      return Verdict(
        listener: listener, items: own.count, lowReferences: low, highAnchors: high,
        failsReference: Self.isMore(low, than: 15, of: own.count),
        failsAnchor: Self.isMore(high, than: 15, of: own.count))
    }
  }

  /// In whole numbers: 3 of 20 are 15 %, and not more.
  private static func isMore(_ part: Int, than percent: Int, of whole: Int) -> Bool {
    part * 100 > percent * whole
  }
}
