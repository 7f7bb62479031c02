// The comparators must fail when they should: a checker that cannot fail proves nothing.
import TestSupport
import Testing

@Suite("Comparators") struct ComparatorTests {
  static let expected = [1.0, -2.0, 3.0, 0.5]

  @Test("accepts what is equal or within the tolerance") func accepts() {
    #expect(mismatch(Self.expected, Self.expected, .exact) == nil)
    #expect(mismatch(Self.expected.map { $0 + 0.9e-3 }, Self.expected, .absolute(1e-3)) == nil)
    #expect(mismatch(Self.expected.map { $0 + 2.9e-3 }, Self.expected, .relativeToScale(1e-3)) == nil)
    #expect(mismatch(Self.expected.map(Float.init), Self.expected, .exact) == nil)
    #expect(mismatch([0.0, -0.0], [0.0, 0.0], .relativeToScale(0.1)) == nil)
  }

  @Test(
    "refuses",
    arguments: [
      ("too small", [0.5, -1, 1.5, 0.25]), ("zero", [0, 0, 0, 0]), ("wrong sign", [-1, 2, -3, -0.5]),
      ("one wrong sign", [1, 2, 3, 0.5]), ("one small element missing", [1, -2, 3, 0]),
      ("short", [1, -2, 3]),
      ("long", [1, -2, 3, 0.5, 0]), ("empty", []), ("NaN", [1, -2, .nan, 0.5]),
      ("all NaN", [.nan, .nan, .nan, .nan]),
      ("infinite", [1, -2, .infinity, 0.5]), ("minus infinite", [1, -.infinity, 3, 0.5]),
      ("too large", [2, -4, 6, 1]), ("shifted by one", [0.5, 1, -2, 3]),
      ("slightly off", [1, -2, 3.01, 0.5]),
    ] as [(String, [Double])])
  func refuses(name: String, actual: [Double]) {
    for tolerance in [Tolerance.absolute(1e-3), .relativeToScale(1e-3), .exact] {
      #expect(mismatch(actual, Self.expected, tolerance) != nil, "\(name) passed with \(tolerance)")
      #expect(mismatch(actual.map(Float.init), Self.expected, tolerance) != nil, "\(name) passed as Float")
    }
  }

  @Test("refuses a reference or a tolerance that means nothing") func refusesMeaningless() {
    #expect(mismatch([Double](), [Double](), .absolute(1)) != nil)
    #expect(mismatch([Double.nan], [Double.nan], .absolute(1)) != nil)
    #expect(mismatch([Double.infinity], [Double.infinity], .exact) != nil)
    #expect(mismatch([0.0, 0], [1e-6, -1e-6], .absolute(1e-5)) != nil, "zeros would pass")
    #expect(mismatch([1.0], [1.0], .relativeToScale(1)) != nil, "zeros would pass")
    #expect(mismatch([1.0], [1.0], .absolute(.nan)) != nil)
    #expect(mismatch([1.0], [1.0], .absolute(.infinity)) != nil)
    #expect(mismatch([1.0], [1.0], .absolute(-1)) != nil)
    #expect(mismatch([1e-30], [0.0], .absolute(1)) != nil, "where all is zero only zero is right")
    #expect(mismatch([-1e-30], [0.0], .relativeToScale(0.5)) != nil)
  }

  @Test("refuses named tensors that are missing, extra or wrong") func refusesTensors() {
    let expected = ["a": [1.0, 2], "b": [0.001]]
    #expect(mismatch(expected, expected, .exact) == nil)
    #expect(mismatch(["a": [1.0, 2]], expected, .exact) != nil)
    #expect(mismatch(["a": [1.0, 2], "b": [0.001], "c": [1]], expected, .exact) != nil)
    #expect(
      mismatch(["a": [1.0, 2], "b": [0.0]], expected, .relativeToScale(0.1)) != nil, "each its own scale")
    #expect(mismatch([String: [Double]](), [String: [Double]](), .exact) != nil)
  }

  @Test("refuses codes that differ") func refusesCodes() {
    #expect(mismatch([1, 2, 3] as [UInt16], [1, 2, 3]) == nil)
    for wrong in [[1, 2], [1, 2, 4], [1, 2, 3, 3], [0, 0, 0], []] as [[UInt16]] {
      #expect(mismatch(wrong, [1, 2, 3]) != nil)
    }
    #expect(mismatch([UInt16](), [UInt16]()) != nil)
  }

  @Test("expectClose records a failure") func recordsFailure() {
    withKnownIssue { expectClose([1.0, 2], [1.0, 3], .exact) }
    withKnownIssue { expectClose(["a": [1.0]], ["a": [2.0]], .exact) }
    withKnownIssue { expectSame([1, 2], [1, 3]) }
    expectClose([1.0], [1.0], .exact)
    expectSame([1], [1])
  }

  @Test("central differences know a derivative, and are not zero") func differences() {
    let slope = centralDifferences(at: [2, 3]) { $0[0] * $0[0] * $0[1] }
    expectClose(slope, [12, 4], .relativeToScale(1e-8))
  }
}
