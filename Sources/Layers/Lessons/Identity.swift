// A law of convolution, tried on numbers: both sides as computed, and whether they agree. The laws: Identities.swift.

/// Two ways to the same numbers.
public struct Identity: Hashable, Sendable {
  /// A few words, for a list.
  public let name: String
  /// The law as a sentence.
  public let law: String
  /// How each side was computed.
  public let left: String, right: String
  /// What came out, in the same order on both sides.
  public let leftValues: [Float], rightValues: [Float]
  /// How far apart the sides may be, as a fraction of the largest value on the right: rounding.
  public let tolerance: Double

  /// All at once.
  public init(
    name: String, law: String, left: String, right: String, leftValues: [Float], rightValues: [Float],
    tolerance: Double
  ) {
    (self.name, self.law, self.left, self.right) = (name, law, left, right)
    (self.leftValues, self.rightValues, self.tolerance) = (leftValues, rightValues, tolerance)
  }

  /// The largest distance between the two sides; infinite if one has more values than the other or is not finite.
  public var difference: Double {
    guard leftValues.count == rightValues.count, !leftValues.isEmpty,
      (leftValues + rightValues).allSatisfy(\.isFinite)
    else { return .infinity }
    return zip(leftValues, rightValues).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
  }

  /// Whether the two sides agree.
  public var holds: Bool {
    difference.isFinite && difference <= tolerance * rightValues.reduce(0) { max($0, abs(Double($1))) }
  }
}
