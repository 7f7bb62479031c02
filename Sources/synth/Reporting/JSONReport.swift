// What --json prints: one object, keys in snake_case and sorted, one line, on standard output.
import Files

enum JSONReport {
  /// Numbers that JSON cannot hold become strings, since a report must not fail for one. Control characters and the scalars
  /// that stand for bytes which are not UTF-8 (FileName) are escaped, so that a terminal shows the report and obeys nothing.
  static func text(_ report: some Encodable) -> String {
    var text = ""
    for scalar in SnakeJSON.line(report).unicodeScalars {
      if (0x7F...0x9F).contains(scalar.value) || scalar.value >= 0x10FF80 {
        for unit in String(scalar).utf16 { text += "\\u" + hexadecimal(unit) }
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  private static func hexadecimal(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  static func print(_ report: some Encodable) throws(SynthError) { try Terminal.printData(text(report)) }
}
