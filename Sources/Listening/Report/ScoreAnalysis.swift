// Analysis of tests in which systems get scores (mos, dcr, multi, mushra, abchr): spread per system, differences of pairs,
// per item as well. Scores of one listener and item are paired; a repeated score is averaged first.

/// One score.
struct Score: Hashable, Sendable {
  let listener, item, system: String
  let value: Double
}

package struct ScoreAnalysis: Encodable, Hashable, Sendable {
  package struct System: Encodable, Hashable, Sendable {
    package let system: String
    package let listeners, ratings: Int
    /// Mean of listener means.
    package let mean: Estimate
    package let median: Double
    package let lowerQuartile, upperQuartile, minimum, maximum: Double
    /// Of single ratings; absent for one.
    package let standardDeviation: Double?
    /// Every rating, in ascending order.
    package let values: [Double]
    /// Median per item, in the report's order of items; absent where nobody rated it.
    package let itemMedians: [Double?]
  }

  /// Positive: the first is better.
  package struct Comparison: Encodable, Hashable, Sendable {
    package let first, second: String
    /// Mean of listener means of the paired differences.
    package let difference: Estimate
    package let medianDifference: Double
    /// For other listeners and items: t.
    package var test: SignificanceTest?
    /// For these items: signs of the listeners' means; absent for one listener.
    package var listenerTest: SignificanceTest?
    /// Whether it depends on the item: F.
    package var itemTest: SignificanceTest?
    package var items: [ItemComparison]
  }

  package struct ItemComparison: Encodable, Hashable, Sendable {
    package let item: String
    package let difference: Double
    package var test: SignificanceTest?
  }

  package let items: [String]
  package let systems: [System]
  package let comparisons: [Comparison]

  /// - Parameters:
  ///   - limits: of a score: no mean can lie beyond, and no interval
  ///   - pairs: which differences to look at
  init(
    _ scores: [Score], within limits: ClosedRange<Double>, systems names: [String], items: [String],
    pairs: [(String, String)], options: AnalysisOptions
  ) {
    self.items = items
    systems = names.compactMap { name in
      let own = scores.filter { $0.system == name }
      return own.isEmpty ? nil : Self.system(name, own, limits, items)
    }
    var comparisons = pairs.compactMap { Self.compare($0.0, $0.1, scores, limits, items, options) }
    for path in [\Comparison.test, \Comparison.listenerTest, \Comparison.itemTest] {
      comparisons.adjust(path)
    }
    // One family: every item of every pair.
    let places = comparisons.indices.flatMap { pair in
      comparisons[pair].items.indices.map { (pair: pair, item: $0) }
    }
    var all = places.map { comparisons[$0.pair].items[$0.item] }
    all.adjust(\.test)
    for (place, item) in zip(places, all) { comparisons[place.pair].items[place.item] = item }
    self.comparisons = comparisons
  }

  private static func system(
    _ name: String, _ own: [Score], _ limits: ClosedRange<Double>, _ items: [String]
  ) -> System {
    var table = RatingTable()
    for score in own { table.append(listener: score.listener, item: score.item, value: score.value) }
    let spread = Spread(table.values)
    return System(
      system: name, listeners: table.listeners.count, ratings: own.count,
      mean: Estimate(table.mean, MixedMean(table), within: limits), median: spread.median,
      lowerQuartile: spread.lowerQuartile, upperQuartile: spread.upperQuartile, minimum: spread.minimum,
      maximum: spread.maximum, standardDeviation: table.values.standardDeviation,
      values: table.values.sorted(),
      itemMedians: items.map { item in
        let values = own.filter { $0.item == item }.map(\.value)
        return values.isEmpty ? nil : values.median
      })
  }

  private static func compare(
    _ first: String, _ second: String, _ scores: [Score], _ limits: ClosedRange<Double>, _ items: [String],
    _ options: AnalysisOptions
  ) -> Comparison? {
    let table = differences(first, second, scores)
    if table.isEmpty { return nil }
    let perItem = items.compactMap { item -> ItemComparison? in
      guard let index = table.items.firstIndex(of: item) else { return nil }
      let values = table.entries.filter { $0.item == index }
      var single = RatingTable()
      for entry in values {
        single.append(listener: table.listeners[entry.listener], item: item, value: entry.value)
      }
      return ItemComparison(item: item, difference: single.mean, test: options.signFlip(single))
    }
    let mean = MixedMean(table)
    let most = limits.upperBound - limits.lowerBound
    return Comparison(
      first: first, second: second, difference: Estimate(table.mean, mean, within: -most...most),
      medianDifference: table.values.median, test: options.mean(mean),
      listenerTest: table.listeners.count > 1 ? options.signFlip(table) : nil,
      itemTest: options.items(mean), items: perItem)
  }

  /// One difference per listener and item for which both systems have a score.
  private static func differences(_ first: String, _ second: String, _ scores: [Score]) -> RatingTable {
    struct Cell: Hashable { let listener, item: String }
    var order: [Cell] = []
    var values: [Cell: (first: [Double], second: [Double])] = [:]
    for score in scores where score.system == first || score.system == second {
      let cell = Cell(listener: score.listener, item: score.item)
      if values[cell] == nil {
        order.append(cell)
        values[cell] = ([], [])
      }
      if score.system == first {
        values[cell]!.first.append(score.value)
      } else {
        values[cell]!.second.append(score.value)
      }
    }
    var table = RatingTable()
    for cell in order {
      let (a, b) = values[cell]!
      if !a.isEmpty && !b.isEmpty {
        table.append(listener: cell.listener, item: cell.item, value: a.mean - b.mean)
      }
    }
    return table
  }
}
