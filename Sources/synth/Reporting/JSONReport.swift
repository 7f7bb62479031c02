// What --json prints: one object, keys in snake_case and sorted, one line, on standard output.
import FoundationEssentials

enum JSONReport {
  /// Numbers that JSON cannot hold become strings, since a report must not fail for one.
  static func text(_ report: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(report), as: UTF8.self)
    } catch {
      preconditionFailure("a report cannot be encoded: \(error)")
    }
  }

  static func print(_ report: some Encodable) throws(SynthError) { try Terminal.print(text(report)) }
}
