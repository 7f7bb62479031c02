// Numbers in sentences, tables and plots.
internal import Signal

enum Text {
  /// `digits` places after the point, rounded; a dash for nothing and for what is not finite.
  static func fixed(_ value: Double?, _ digits: Int) -> String {
    guard let value, value.isFinite, abs(value) < 1e12 else { return "\u{2013}" }
    return FixedPoint.text(value, digits)
  }
}
