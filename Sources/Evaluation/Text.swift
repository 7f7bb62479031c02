// Numbers in sentences, tables and plots, without Foundation.
internal import Glibc

enum Text {
  /// `digits` places after the point, rounded; a dash for nothing and for what is not finite.
  static func fixed(_ value: Double?, _ digits: Int) -> String {
    guard let value, value.isFinite, abs(value) < 1e12 else { return "\u{2013}" }
    let scale = pow(10, Double(digits))
    let whole = (abs(value) * scale).rounded()
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits == 0 { return sign + "\(Int(whole))" }
    let (integer, fraction) = Int(whole).quotientAndRemainder(dividingBy: Int(scale))
    let tail = "\(fraction)"
    return "\(sign)\(integer).\(String(repeating: "0", count: digits - tail.count))\(tail)"
  }
}
