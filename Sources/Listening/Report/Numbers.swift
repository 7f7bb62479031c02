// Numbers and lists for people: the same words in the page and on the terminal.
internal import Signal

enum Numbers {
  /// `digits` places after the point, rounded; a true minus sign.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    precondition(
      value.isFinite && abs(value) < 1e12 && (0...6).contains(digits), "\(value), \(digits) digits")
    return FixedPoint.text(value, digits, minus: "\u{2212}")
  }

  /// "+1.2", "0.0".
  static func signed(_ value: Double, _ digits: Int) -> String {
    let text = fixed(value, digits)
    return value > 0 && text.contains { ("1"..."9").contains($0) } ? "+" + text : text
  }

  static func percent(_ share: Double) -> String { fixed(100 * share, 0) + " %" }

  /// "0.038", "< 0.0001".
  static func p(_ value: Double) -> String {
    switch value {
    case ..<0.0001: "< 0.0001"
    case ..<0.01: fixed(value, 4)
    case 1...: "1"
    default: fixed(value, 3)
    }
  }

  /// "12 trials".
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

  /// "a", "a and b", "a, b and c".
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
