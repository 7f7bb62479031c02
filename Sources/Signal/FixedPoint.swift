// Numbers with a fixed number of places, without Foundation. What to say of numbers that are not finite, the callers know.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Fixed-point text. A namespace.
package enum FixedPoint {
  /// `digits` places after the point, rounded: 3.1416 with 2 is "3.14". No sign where nothing is left: -0.001 is "0.00".
  package static func text(_ value: Double, _ digits: Int, minus: String = "-") -> String {
    precondition(value.isFinite && digits >= 0, "\(value) with \(digits) digits")
    let scale = pow(10, Double(digits))
    let whole = (abs(value) * scale).rounded()
    let sign = value < 0 && whole > 0 ? minus : ""
    if digits == 0 { return sign + "\(Int(whole))" }
    let (integer, fraction) = Int(whole).quotientAndRemainder(dividingBy: Int(scale))
    let tail = "\(fraction)"
    return "\(sign)\(integer)." + String(repeating: "0", count: digits - tail.count) + tail
  }
}
