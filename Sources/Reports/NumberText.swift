// Numbers and short lists as words, the same on pages, on the terminal and in drawings. One minus sign, the hyphen: a
// number that is copied from a page or a terminal is read by spreadsheets and command lines. Data for programs is JSON.
internal import Glibc

/// A namespace.
package enum NumberText {
  /// In place of a value that does not exist.
  package static let nothing = "\u{2013}"

  /// `digits` places after the point, rounded: 3.1416 with 2 is "3.14". No sign where nothing is left: -0.001 is "0.00".
  /// What is not finite is called so; what has more digits than a Double knows is scientific.
  package static func fixed(_ value: Double?, _ digits: Int) -> String {
    precondition((0...15).contains(digits), "\(digits) digits")
    guard let value else { return nothing }
    if !value.isFinite { return "\(value)" }
    let scale = pow(10, Double(digits))
    let size = abs(value) * scale
    if size >= 9e15 { return scientific(value) }
    let whole = Int(size.rounded())
    let sign = value < 0 && whole > 0 ? "-" : ""
    if digits == 0 { return "\(sign)\(whole)" }
    let (integer, fraction) = whole.quotientAndRemainder(dividingBy: Int(scale))
    return "\(sign)\(integer)." + pad(fraction, digits)
  }

  /// "+1.2", "0.0", "-1.2".
  package static func signed(_ value: Double?, _ digits: Int) -> String {
    let text = fixed(value, digits)
    return value ?? 0 > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  /// As it would be typed: "3", "0.5", "-24".
  package static func plain(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// About three digits, with k, M or G above 10 000: "14.4", "231k", "1.2M".
  package static func short(_ value: Double) -> String {
    switch abs(value) {
    case ..<1e-3: value == 0 ? "0" : scientific(value)
    case ..<0.1: fixed(value, 4)
    case ..<1: fixed(value, 3)
    case ..<10: fixed(value, 2)
    case ..<100: fixed(value, 1)
    case ..<10_000: fixed(value, 0)
    case ..<1e6: fixed(value / 1e3, 0) + "k"
    case ..<1e9: fixed(value / 1e6, 1) + "M"
    default: value.isFinite ? fixed(value / 1e9, 1) + "G" : "\(value)"
    }
  }

  /// "1.9e-3", with so many digits behind the point.
  package static func scientific(_ value: Double, _ digits: Int = 1) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var exponent = Int(log10(abs(value)).rounded(.down))
    var mantissa = value / pow(10, Double(exponent))
    if abs(mantissa) >= 10 - 0.5 * pow(10, -Double(digits)) {
      mantissa /= 10
      exponent += 1
    }
    return "\(fixed(mantissa, digits))e\(exponent)"
  }

  /// A share of 1: "38 %".
  package static func percent(_ share: Double) -> String { fixed(100 * share, 0) + " %" }

  /// Of work: "41 %", and 100 % only when all is done.
  package static func share(_ done: Int, _ all: Int) -> String {
    "\(Int(100 * Double(done) / Double(max(1, all)))) %"
  }

  /// A p-value: "0.038", "< 0.0001".
  package static func p(_ value: Double) -> String {
    switch value {
    case ..<0.0001: "< 0.0001"
    case ..<0.01: fixed(value, 4)
    case 1...: "1"
    default: fixed(value, 3)
    }
  }

  /// Time to wait: "0:07", "12:34", "3:04:05".
  package static func clock(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "-" }
    let total = Int(seconds.rounded(.up))
    let (minutes, rest) = total.quotientAndRemainder(dividingBy: 60)
    if minutes < 60 { return "\(minutes):\(pad(rest, 2))" }
    return "\(minutes / 60):\(pad(minutes % 60, 2)):\(pad(rest, 2))"
  }

  package static func bytes(_ count: Int) -> String {
    switch count {
    case ..<10_000: "\(count) bytes"
    case ..<10_000_000: "\(fixed(Double(count) / 1e3, 0)) kB"
    case ..<10_000_000_000: "\(fixed(Double(count) / 1e6, 0)) MB"
    default: "\(fixed(Double(count) / 1e9, 1)) GB"
    }
  }

  /// With leading zeros.
  package static func pad(_ number: Int, _ digits: Int) -> String {
    let text = "\(number)"
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  /// "1 file", "3 files".
  package static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// "a", "a and b", "a, b and c".
  package static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
