// A JSON value as it was written: members keep their order, integers stay exact, duplicate keys are an error. Own and
// small because FoundationEssentials' decoder drops duplicate keys silently and has no limit on depth or size.
// Parser: JSON+Parser.swift. Writer: JSON+Writer.swift. Tests: JSONTests.swift.

/// Any JSON value (RFC 8259).
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number written without fraction and exponent that fits.
  case integer(Int)
  /// Any other number; finite.
  case number(Double)
  case string(String)
  case array([JSON])
  /// Members in the order of the text; keys are unique.
  case object([Member])

  /// One `"key": value` of an object.
  package struct Member: Hashable, Sendable {
    package let key: String
    package let value: JSON

    package init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The kind and, where short, the value itself, for messages: `the string "abc"`, `an array`.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.utf8.count <= 40 ? "the string \"\(value)\"" : "a long string"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was met.
  public enum Cause: Hashable, Sendable {
    case unexpectedEnd
    case unexpectedByte(UInt8)
    case invalidNumber
    case numberOutOfRange
    case invalidEscape
    case loneSurrogate
    case controlCharacter
    case invalidUTF8
    case duplicateKey(String)
    case tooDeep(limit: Int)
    case tooManyValues(limit: Int)
    case trailingData
  }

  /// What was met.
  public let cause: Cause
  /// From 1.
  public let line: Int
  /// In bytes, from 1.
  public let column: Int

  package init(cause: Cause, line: Int, column: Int) {
    self.cause = cause
    self.line = line
    self.column = column
  }

  /// E.g. `line 3, column 7: the key "dilations" appears twice`.
  public var description: String {
    let what =
      switch cause {
      case .unexpectedEnd: "the text ends in the middle of a value"
      case .unexpectedByte(let byte):
        (0x21...0x7E).contains(byte)
          ? "unexpected '\(Character(UnicodeScalar(byte)))'" : "unexpected byte 0x\(String(byte, radix: 16))"
      case .invalidNumber: "not a JSON number"
      case .numberOutOfRange: "a number too large for a double"
      case .invalidEscape: "an invalid \\ escape in a string"
      case .loneSurrogate: "a \\u escape that is half of a surrogate pair"
      case .controlCharacter: "a raw control character in a string"
      case .invalidUTF8: "a string that is not UTF-8"
      case .duplicateKey(let key): "the key \"\(key)\" appears twice"
      case .tooDeep(let limit): "values nested more than \(limit) deep"
      case .tooManyValues(let limit): "more than \(limit) values"
      case .trailingData: "something follows the end of the value"
      }
    return "line \(line), column \(column): \(what)"
  }
}
