// Values of ours as JSON with snake_case keys and back: the coder of reports, of listening tests and of runs. Canonical:
// sorted keys, equal values give equal bytes. What people wrote by hand is read by JSON.swift, which is stricter.
import FoundationEssentials

package enum SnakeJSON {
  /// One line. Numbers that JSON cannot hold become the strings "inf", "-inf" and "nan", since a report must not fail for
  /// one.
  package static func line(_ value: some Encodable) -> String { encode(value, pretty: false) }

  /// For people: indented, a newline at the end.
  package static func text(_ value: some Encodable) -> String { encode(value, pretty: true) + "\n" }

  /// - Throws: `notValid` with the member that is missing or wrong.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], path: String
  ) throws(FileError) -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decode(type, bytes, path: path, decoder)
  }

  /// The same with a decoder of one's own; for files whose keys are not snake_case.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, _ bytes: [UInt8], path: String, _ decoder: JSONDecoder
  ) throws(FileError) -> Value {
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw .notValid(path: path, reason: words(error))
    }
  }

  private static func encode(_ value: some Encodable, pretty: Bool) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      preconditionFailure("a value of ours cannot be encoded: \(error)")
    }
  }

  /// What a decoder did not like, without its own way of talking.
  package static func words(_ error: any Error) -> String {
    func name(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      return "the member \"\(name(context.codingPath + [key]))\" is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      return "\(context.codingPath.isEmpty ? "the value" : name(context.codingPath)) is of the wrong kind"
    case DecodingError.dataCorrupted(let context):
      return context.codingPath.isEmpty ? "not JSON" : "\(name(context.codingPath)) has an unknown value"
    default: return "\(error)"
    }
  }
}
