// How numbers are written in a table: 3085.5 or 3085,5, and with the other sign between thousands. Which of the two is
// told by the numbers themselves where they can tell; where they cannot, nothing is guessed.

/// The sign before the decimals.
package enum DecimalMark: String, Hashable, Sendable, CaseIterable {
  case point = "."
  case comma = ","

  private var sign: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
  private var other: UInt8 { self == .point ? UInt8(ascii: ",") : UInt8(ascii: ".") }

  /// The number in a field; nil if there is none, or one that is not finite. Decimal digits and an exponent, no more: what
  /// stands for a missing value (nan) is no number, nor is 0x10. Thousands may be apart by the other sign.
  package func number(_ text: String) -> Double? {
    var rest = Array(text.utf8)[...]
    var plain: [UInt8] = []
    func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
    func takeSign() {
      if let c = rest.first, c == UInt8(ascii: "-") || c == UInt8(ascii: "+") {
        plain.append(c)
        rest = rest.dropFirst()
      }
    }
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      plain += digits
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    takeSign()
    let leading = takeDigits()
    var digits = leading
    if rest.first == other, (1...3).contains(leading), plain[plain.count - leading] != UInt8(ascii: "0") {
      while rest.first == other {
        rest = rest.dropFirst()
        if takeDigits() != 3 { return nil }
      }
    }
    if rest.first == sign {
      rest = rest.dropFirst()
      plain.append(UInt8(ascii: "."))
      digits += takeDigits()
    }
    if digits == 0 { return nil }
    if let c = rest.first, c == UInt8(ascii: "e") || c == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      plain.append(c)
      takeSign()
      if takeDigits() == 0 { return nil }
    }
    guard rest.isEmpty, let value = Double(String(decoding: plain, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  /// What the fields of a column say.
  package enum Evidence: Hashable, Sendable {
    case mark(DecimalMark)
    /// This one is a number either way, and another one each way; nothing else tells.
    case either(String)
  }

  /// A field that is a number in one way alone decides. Without any, a comma before three digits may be both. A point before three
  /// digits is one, unless whole numbers below 1000 stand beside it and none above: 998, 1.005.
  package static func evidence(_ fields: some Sequence<String>) -> Evidence {
    var doubtful: [DecimalMark: String] = [:]
    var (hasSmall, hasLarge) = (false, false)
    for field in fields {
      switch (DecimalMark.point.number(field), DecimalMark.comma.number(field)) {
      case (nil, .some): return .mark(.comma)
      case (.some, nil): return .mark(.point)
      case (.some(let value), .some):
        if let sign = DecimalMark.allCases.first(where: { field.utf8.contains($0.sign) }) {
          doubtful[sign] = doubtful[sign] ?? field
        } else if abs(value) < 1000 {
          hasSmall = true
        } else {
          hasLarge = true
        }
      case (nil, nil): break
      }
    }
    if let comma = doubtful[.comma] { return .either(comma) }
    if let point = doubtful[.point], hasSmall, !hasLarge { return .either(point) }
    return .mark(.point)
  }
}
