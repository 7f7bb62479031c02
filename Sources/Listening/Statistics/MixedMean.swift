// A mean with an interval and a test that hold for other listeners and other items: ratings of one listener, or of one
// item, are not independent, and treating them so is the best-known error of published opinion scores. Two-way variance
// components (listener, item; their interaction is in the rest) by the method of moments, with Satterthwaite's degrees of
// freedom. How often the intervals hold: CoverageTests.swift and the table in Listening.docc. Golden values: numpy, scipy.

internal import Glibc

package struct MixedMean: Hashable, Sendable {
  /// Over what it is: whose others the interval and the test speak about.
  package enum Scope: String, Hashable, Sendable {
    case listenersAndItems = "listeners and items"
    /// One listener: nothing is said about other people.
    case items
    /// One item: nothing is said about other items.
    case listeners
  }

  /// Do items differ by more than chance: in a table of differences, does the difference depend on the item?
  package struct ItemTest: Hashable, Sendable {
    package let ratio: Double
    package let freedom, restFreedom: Int
    package let pValue: Double
  }

  /// A component that is hardly beyond what chance alone makes of the rest is taken for zero, and its square pooled with
  /// it. At 1 (negative components only) intervals of pure noise hold in up to 98.2 %, at 1.5 those of small effects in 92 %.
  static let pooled = 1.15
  /// How much Satterthwaite's degrees count against those of the larger component alone, where these are fewer. At 1 the
  /// intervals of four items by twenty listeners, both with large effects, hold in 93.7 %.
  static let trust = 0.7

  /// The mean of listener means.
  package let value: Double
  package let standardError: Double
  /// Of Student's t.
  package let freedom: Double
  package let scope: Scope
  /// How many there were.
  package let listeners, items: Int
  /// Nil for one listener or one item, and where holes in the table leave nothing to compare with.
  package let itemTest: ItemTest?

  /// - Returns: nil for a single cell, and where nothing varies: there is then nothing to learn it from
  package init?(_ table: RatingTable) {
    if table.isEmpty { return nil }
    value = table.mean
    (listeners, items) = (table.listeners.count, table.items.count)
    let spread: (variance: Double, freedom: Double)
    switch (listeners > 1, items > 1) {
    case (false, false): return nil
    case (true, false):
      scope = .listeners
      spread = Self.oneWay(table.listenerMeans)
      itemTest = nil
    case (false, true):
      scope = .items
      spread = Self.oneWay(table.itemMeans)
      itemTest = nil
    case (true, true):
      scope = .listenersAndItems
      let cells = CellTable(table)
      if let fit = AdditiveFit(cells) {
        spread = Self.twoWay(fit, cells)
        itemTest = Self.itemTest(fit)
      } else {
        // Too many holes to tell listeners from items: both in full, which counts the rest twice. Too wide rather than
        // too narrow.
        let (byListener, byItem) = (Self.oneWay(table.listenerMeans), Self.oneWay(table.itemMeans))
        spread = (byListener.variance + byItem.variance, min(byListener.freedom, byItem.freedom))
        itemTest = nil
      }
    }
    freedom = spread.freedom
    standardError = max(0, spread.variance).squareRoot()
    let largest = table.values.reduce(0) { max($0, abs($1)) }
    if standardError <= 1e-12 * largest { return nil }
  }

  /// Two-sided.
  package func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
    let reach = Distributions.studentQuantile((1 + confidence) / 2, freedom: freedom) * standardError
    return value - reach...value + reach
  }

  /// Of the t test against zero, two-sided: below 0.05 exactly where the 95 % interval leaves zero out.
  package var pValue: Double {
    min(1, 2 * Distributions.student(-abs(value) / standardError, freedom: freedom))
  }

  private static func oneWay(_ means: [Double]) -> (variance: Double, freedom: Double) {
    let deviation = means.standardDeviation ?? 0
    return (deviation * deviation / Double(means.count), Double(means.count - 1))
  }

  private static func itemTest(_ fit: AdditiveFit) -> ItemTest? {
    if fit.itemSquare <= 0 { return nil }
    let ratio = fit.itemSquare / fit.restSquare  // infinite where nothing is left over
    return ItemTest(
      ratio: ratio, freedom: fit.itemFreedom, restFreedom: fit.restFreedom,
      pValue: Distributions.fisherAbove(ratio, fit.itemFreedom, fit.restFreedom))
  }

  private static func twoWay(_ fit: AdditiveFit, _ table: CellTable) -> (variance: Double, freedom: Double) {
    // The variance of the mean is a listener + b item + c rest; the squares are what the components are learnt from.
    let (a, b, c) = shares(table)
    let (listenerShare, itemShare) = (a / fit.listenerWeight, b / fit.itemWeight)
    let (l, i, r) = (fit.listenerSquare, fit.itemSquare, fit.restSquare)
    let (dl, di, dr) = (Double(fit.listenerFreedom), Double(fit.itemFreedom), Double(fit.restFreedom))
    switch (l > pooled * r, i > pooled * r) {
    case (false, false): return (c * (dl * l + di * i + dr * r) / (dl + di + dr), dl + di + dr)
    case (false, true): return one((itemShare, i, di), ((dl * l + dr * r) / (dl + dr), dl + dr), rest: c)
    case (true, false): return one((listenerShare, l, dl), ((di * i + dr * r) / (di + dr), di + dr), rest: c)
    case (true, true):
      let terms = [(listenerShare * l, dl), (itemShare * i, di), ((c - listenerShare - itemShare) * r, dr)]
      let variance = max(terms.reduce(0) { $0 + $1.0 }, c * r)
      let satterthwaite = variance * variance / terms.reduce(0) { $0 + $1.0 * $1.0 / $1.1 }
      let larger = terms[0].0 > terms[1].0 ? dl : di
      return (variance, trust * satterthwaite + (1 - trust) * min(satterthwaite, larger))
    }
  }

  /// One component beside the rest. In a full table the rest has no share of its own.
  private static func one(
    _ term: (share: Double, square: Double, freedom: Double), _ rest: (square: Double, freedom: Double),
    rest share: Double
  ) -> (variance: Double, freedom: Double) {
    let (own, other) = (term.share * term.square, (share - term.share) * rest.square)
    let satterthwaite =
      (own + other) * (own + other) / (own * own / term.freedom + other * other / rest.freedom)
    return (max(own + other, share * rest.square), max(satterthwaite, min(term.freedom, rest.freedom)))
  }

  /// Sums of squared weights: by listener, by item, of cells.
  private static func shares(_ table: CellTable) -> (Double, Double, Double) {
    var byListener = [Double](repeating: 0, count: table.listeners)
    var byItem = [Double](repeating: 0, count: table.items)
    for cell in table.cells {
      byListener[cell.listener] += cell.weight
      byItem[cell.item] += cell.weight
    }
    func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
    return (squares(byListener), squares(byItem), squares(table.cells.map(\.weight)))
  }
}
