// The small values that every analysis is made of, as report.json has them: estimates with intervals, tests with
// corrected p-values.

/// A number with its 95 % interval.
package struct Estimate: Encodable, Hashable, Sendable {
  package let value: Double
  /// [low, high]; absent where there is nothing to learn it from.
  package let interval: ClosedRange<Double>?
  /// What was resampled: the interval speaks about others of these.
  package let over: String?

  init(_ value: Double, _ interval: TwoWayBootstrap.Interval?) {
    self.value = value
    self.interval = interval?.range
    over = interval?.scope.rawValue
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
  /// What was taken as independent: listeners; items for a single listener; answers for exact binomial tests.
  package let unit: String
  package let units: Int
  package let pValue: Double
  /// Corrected after Holm for the other tests of its table.
  package fileprivate(set) var adjustedPValue: Double

  /// The level of every test.
  static let level = 0.05

  init(name: String, unit: String, units: Int, pValue: Double) {
    self.name = name
    self.unit = unit
    self.units = units
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
  let bootstrap: TwoWayBootstrap
  /// Stopped early: no tests.
  let isDescriptive: Bool

  /// Paired differences of two systems, one per independent unit: listeners, or items where there is but one listener.
  func signFlip(_ table: RatingTable) -> SignificanceTest? {
    test(table, "sign-flip permutation") { SignFlipTest($0, seed: bootstrap.seed).pValue }
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
