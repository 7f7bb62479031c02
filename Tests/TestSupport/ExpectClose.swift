// Comparing arrays of numbers. `mismatch` says in words what differs, or nil: a function that returns its verdict can
// itself be tested for failing when it should (ComparatorTests.swift); `expectClose` turns the verdict into a failure.
package import Testing

/// How far apart two arrays may be.
package enum Tolerance: Sendable, CustomStringConvertible {
  /// Largest |actual - expected| of any element. Must be below the largest |expected|, or zeros would pass.
  case absolute(Double)
  /// Largest |actual - expected| of any element, as a fraction of the largest |expected| of the array.
  case relativeToScale(Double)
  /// The same values (0 and -0 are the same, NaN is never right).
  case exact

  package var description: String {
    switch self {
    case .absolute(let bound): "absolute \(bound)"
    case .relativeToScale(let bound): "\(bound) of the scale"
    case .exact: "exact"
    }
  }
}

/// What differs between two arrays, or nil if every element is within `tolerance`.
///
/// Everything that could make a comparison empty of meaning is a mismatch too: no elements, different counts, a value
/// that is not finite on either side, a tolerance that is negative, not finite, or so wide that zeros would pass. If
/// everything expected is zero, only zeros are close.
package func mismatch<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
  _ actual: some Collection<A>, _ expected: some Collection<E>, _ tolerance: Tolerance
) -> String? {
  if actual.count != expected.count { return "\(actual.count) values instead of \(expected.count)" }
  if expected.isEmpty { return "nothing to compare" }
  for (index, value) in expected.enumerated() where !value.isFinite {
    return "the expected value [\(index)] itself is \(value)"
  }
  for (index, value) in actual.enumerated() where !value.isFinite {
    return "[\(index)] is \(value)"
  }
  let scale = expected.reduce(0.0) { max($0, abs(Double($1))) }
  let bound: Double
  switch tolerance {
  case .absolute(let value): bound = value
  case .relativeToScale(let value): bound = value * scale
  case .exact: bound = 0
  }
  if !bound.isFinite || bound < 0 { return "meaningless tolerance \(tolerance)" }
  if scale > 0 && bound >= scale {
    return "tolerance \(tolerance) would accept zeros for a scale of \(scale)"
  }
  let allowed = scale == 0 ? 0 : bound

  var worst = (index: 0, error: 0.0, actual: 0.0, expected: 0.0)
  var wrong = 0
  for (index, pair) in zip(actual, expected).enumerated() {
    let (a, e) = (Double(pair.0), Double(pair.1))
    let error = abs(a - e)
    if error > allowed { wrong += 1 }
    if error > worst.error { worst = (index, error, a, e) }
  }
  if wrong == 0 { return nil }
  return
    "\(wrong) of \(actual.count) differ; worst [\(worst.index)]: \(worst.actual) instead of \(worst.expected), "
    + "error \(worst.error), allowed \(allowed) (\(tolerance), scale \(scale))"
}

/// What differs between two arrays of codes or other discrete values, or nil.
package func mismatch<T: Equatable>(_ actual: [T], _ expected: [T]) -> String? {
  if actual.count != expected.count { return "\(actual.count) values instead of \(expected.count)" }
  if expected.isEmpty { return "nothing to compare" }
  guard let index = actual.indices.first(where: { actual[$0] != expected[$0] }) else { return nil }
  let wrong = actual.indices.count { actual[$0] != expected[$0] }
  return
    "\(wrong) of \(actual.count) differ; first [\(index)]: \(actual[index]) instead of \(expected[index])"
}

/// What differs between two sets of named tensors, or nil; missing and extra names count.
package func mismatch<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
  _ actual: [String: [A]], _ expected: [String: [E]], _ tolerance: Tolerance
) -> String? {
  if expected.isEmpty { return "nothing to compare" }
  var lines: [String] = []
  for name in Set(actual.keys).union(expected.keys).sorted() {
    switch (actual[name], expected[name]) {
    case (let a?, let e?):
      if let difference = mismatch(a, e, tolerance) { lines.append("\(name): \(difference)") }
    case (nil, _): lines.append("\(name): missing")
    case (_, nil): lines.append("\(name): not expected")
    }
  }
  return lines.isEmpty ? nil : lines.joined(separator: "\n")
}

/// Fails the test unless every element is within `tolerance`; `what` names the case in the message.
package func expectClose<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
  _ actual: some Collection<A>, _ expected: some Collection<E>, _ tolerance: Tolerance, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = mismatch(actual, expected, tolerance)
  #expect(difference == nil, "\(what): \(difference ?? "")", sourceLocation: sourceLocation)
}

/// Fails the test unless the same tensors are there and each is within `tolerance` of its own scale.
package func expectClose<A: BinaryFloatingPoint, E: BinaryFloatingPoint>(
  _ actual: [String: [A]], _ expected: [String: [E]], _ tolerance: Tolerance, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = mismatch(actual, expected, tolerance)
  #expect(difference == nil, "\(what): \(difference ?? "")", sourceLocation: sourceLocation)
}

/// Fails the test unless both arrays are equal, element by element, and not empty.
package func expectSame<T: Equatable>(
  _ actual: [T], _ expected: [T], _ what: String = "", sourceLocation: SourceLocation = #_sourceLocation
) {
  let difference = mismatch(actual, expected)
  #expect(difference == nil, "\(what): \(difference ?? "")", sourceLocation: sourceLocation)
}
