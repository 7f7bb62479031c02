// Numbers for people, without Foundation.
import Glibc
import Signal

enum Format {
  /// `digits` places after the point, rounded: 3.1416 with 2 is "3.14".
  static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    guard abs(value) < 1e15 else { return "\(value)" }
    return FixedPoint.text(value, digits)
  }

  /// About three digits, with k or M above 10 000: "14.4", "231k", "1.2M".
  static func short(_ value: Double) -> String {
    switch abs(value) {
    case ..<1e-3: value == 0 ? "0" : scientific(value)
    case ..<0.1: fixed(value, 4)
    case ..<1: fixed(value, 3)
    case ..<10: fixed(value, 2)
    case ..<100: fixed(value, 1)
    case ..<10_000: fixed(value, 0)
    case ..<1e6: fixed(value / 1e3, 0) + "k"
    case ..<1e9: fixed(value / 1e6, 1) + "M"
    default: value.isFinite ? fixed(value / 1e9, 1) + "G" : "-"
    }
  }

  /// "1.9e-3".
  static func scientific(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var exponent = Int(log10(abs(value)).rounded(.down))
    var mantissa = value / pow(10, Double(exponent))
    if abs(mantissa) >= 9.95 {
      mantissa /= 10
      exponent += 1
    }
    return "\(fixed(mantissa, 1))e\(exponent)"
  }

  /// "0:07", "12:34", "3:04:05".
  static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let total = Int(seconds.rounded(.up))
    let (minutes, rest) = total.quotientAndRemainder(dividingBy: 60)
    if minutes < 60 { return "\(minutes):\(pad(rest, 2))" }
    return "\(minutes / 60):\(pad(minutes % 60, 2)):\(pad(rest, 2))"
  }

  /// "41 %".
  static func share(_ done: Int, _ all: Int) -> String {
    "\(Int(100 * Double(done) / Double(max(1, all)))) %"
  }

  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<10_000: "\(count) bytes"
    case ..<10_000_000: "\(fixed(Double(count) / 1e3, 0)) kB"
    case ..<10_000_000_000: "\(fixed(Double(count) / 1e6, 0)) MB"
    default: "\(fixed(Double(count) / 1e9, 1)) GB"
    }
  }

  /// With leading zeros.
  static func pad(_ number: Int, _ digits: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// Left-aligned in a column.
  static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Right-aligned in a column.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// "1 file", "3 files".
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
