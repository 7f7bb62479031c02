// The small values that every analysis is made of, as report.json has them: estimates with intervals, tests with
// corrected p-values.

/// A number with its 95 % interval.
package struct Estimate: Encodable, Hashable, Sendable {
  package let value: Double
  /// [low, high]; absent where there is nothing to learn it from.
  package let interval: ClosedRange<Double>?
  /// The interval speaks about others of these.
  package let over: String?

  init(_ value: Double, _ mean: MixedMean?) {
    self.value = value
    interval = mean?.interval()
    over = mean?.scope.rawValue
  }

  /// The same for what cannot leave `limits`: shares, and means on a scale.
  init(_ value: Double, _ mean: MixedMean?, within limits: ClosedRange<Double>) {
    self.value = value
    interval = mean?.interval().clamped(to: limits)
    over = mean?.scope.rawValue
  }

  init(_ value: Double, _ interval: ClosedRange<Double>, over: String?) {
    self.value = value
    self.interval = interval
    self.over = over
  }

  init(_ value: Double, exact: ClosedRange<Double>?) {
    self.value = value
    interval = exact
    over = nil
  }
}

/// One test of one hypothesis. Absent from a report that is descriptive only.
package struct SignificanceTest: Encodable, Hashable, Sendable {
  package let name: String
  /// What was taken as drawn: listeners and items; listeners; items for a single listener; answers for exact tests.
  package let unit: String
  /// How many: of listeners where items are drawn as well.
  package let units: Int
  /// Of t and F.
  package let freedom: [Double]?
  package let pValue: Double
  /// Corrected after Holm for the other tests of its table.
  package fileprivate(set) var adjustedPValue: Double

  /// The level of every test.
  static let level = 0.05

  init(name: String, unit: String, units: Int, freedom: [Double]? = nil, pValue: Double) {
    self.name = name
    self.unit = unit
    self.units = units
    self.freedom = freedom
    self.pValue = pValue
    adjustedPValue = pValue
  }

  package var isSignificant: Bool { adjustedPValue <= Self.level }
}

extension Array {
  /// Corrects all tests found at `path`; rows without a test are left alone.
  mutating func adjust(_ path: WritableKeyPath<Element, SignificanceTest?>) {
    let tested = indices.filter { self[$0][keyPath: path] != nil }
    let adjusted = Holm.adjust(tested.map { self[$0][keyPath: path]!.pValue })
    for (index, value) in zip(tested, adjusted) { self[index][keyPath: path]!.adjustedPValue = value }
  }
}

/// How an analysis is to be made.
struct AnalysisOptions {
  /// Of random signs.
  let seed: UInt64
  /// An interim look: no tests.
  let isDescriptive: Bool

  /// Whether a mean difference is zero for others of what it is over; nil where nothing varies.
  func mean(_ mean: MixedMean?) -> SignificanceTest? {
    guard let mean, !isDescriptive else { return nil }
    let units = mean.scope == .items ? mean.items : mean.listeners
    return SignificanceTest(
      name: "t, variance components", unit: mean.scope.rawValue, units: units, freedom: [mean.freedom],
      pValue: mean.pValue)
  }

  /// Whether a difference depends on the item.
  func items(_ mean: MixedMean?) -> SignificanceTest? {
    guard let mean, let test = mean.itemTest, !isDescriptive else { return nil }
    return SignificanceTest(
      name: "F, item by system", unit: "items", units: mean.items,
      freedom: [Double(test.freedom), Double(test.restFreedom)], pValue: test.pValue)
  }

  /// Paired differences of two systems, one per independent unit: listeners, or items where there is but one listener.
  func signFlip(_ table: RatingTable) -> SignificanceTest? {
    test(table, "sign-flip permutation") { SignFlipTest($0, seed: seed).pValue }
  }

  func signedRank(_ table: RatingTable) -> SignificanceTest? {
    test(table, "Wilcoxon signed rank (Pratt)") { SignedRankTest($0).pValue }
  }

  private func test(_ table: RatingTable, _ name: String, pValue: ([Double]) -> Double) -> SignificanceTest? {
    if isDescriptive || table.isEmpty { return nil }
    let single = table.listeners.count == 1
    let values = single ? table.itemMeans : table.listenerMeans
    if values.count < 2 { return nil }
    return SignificanceTest(
      name: name, unit: single ? "items" : "listeners", units: values.count, pValue: pValue(values))
  }
}
