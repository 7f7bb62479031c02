// Who gave which item what: the long form of one quantity, ready for statistics that treat listeners and items as drawn
// from larger populations. A listener may have rated an item several times, or not at all.

/// Values by listener and item.
package struct RatingTable: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    /// Index into `listeners`.
    package let listener: Int
    /// Index into `items`.
    package let item: Int
    package let value: Double
  }

  /// In order of first appearance.
  package private(set) var listeners: [String] = []
  package private(set) var items: [String] = []
  package private(set) var entries: [Entry] = []

  package init() {}

  package mutating func append(listener: String, item: String, value: Double) {
    precondition(value.isFinite, "a rating of \(value)")
    entries.append(
      Entry(
        listener: Self.index(of: listener, in: &listeners), item: Self.index(of: item, in: &items),
        value: value))
  }

  package var isEmpty: Bool { entries.isEmpty }
  package var values: [Double] { entries.map(\.value) }

  /// One value per listener who rated anything.
  package var listenerMeans: [Double] {
    means(by: \.listener, count: listeners.count)
  }

  /// One value per item that was rated.
  package var itemMeans: [Double] {
    means(by: \.item, count: items.count)
  }

  /// The mean of listener means: every listener has the same say, however many items they rated.
  package var mean: Double { listenerMeans.mean }

  private func means(by index: KeyPath<Entry, Int>, count: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: count)
    var counts = [Int](repeating: 0, count: count)
    for entry in entries {
      sums[entry[keyPath: index]] += entry.value
      counts[entry[keyPath: index]] += 1
    }
    return zip(sums, counts).map { $0 / Double($1) }  // every index came with an entry
  }

  private static func index(of name: String, in names: inout [String]) -> Int {
    if let known = names.firstIndex(of: name) { return known }
    names.append(name)
    return names.count - 1
  }
}
