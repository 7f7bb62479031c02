// The strict JSON parser and writer: what they take, what they refuse and where they point.
import TestSupport
import Testing

@testable import Files

struct JSONTests {
  func parse(_ text: String, depth: Int = 8, values: Int = 100) throws -> JSON {
    try JSON(parsing: Array(text.utf8), depth: depth, values: values)
  }

  @Test(arguments: [
    ("null", JSON.null), (" true ", .bool(true)), ("false\n", .bool(false)), ("0", .integer(0)),
    ("-7", .integer(-7)),
    ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
    ("9223372036854775808", .number(9223372036854775808)), ("1.5", .number(1.5)), ("-0.25e2", .number(-25)),
    ("1E+3", .number(1000)), ("1e-3", .number(0.001)), ("\"\"", .string("")), ("[]", .array([])),
    ("{ }", .object([])),
    (#""\"\\\/\b\f\n\r\t\u0041""#, .string("\"\\/\u{8}\u{C}\n\r\tA")),
    (#""\ud834\udd1E""#, .string("\u{1D11E}")),
    ("\"\u{E9}\u{1D11E}\"", .string("\u{E9}\u{1D11E}")),
    ("[1,\t[2, {}]]", .array([.integer(1), .array([.integer(2), .object([])])])),
    (#"{"b":1,"a":null}"#, .object([.init("b", .integer(1)), .init("a", .null)])),
  ])
  func accepts(text: String, value: JSON) throws {
    #expect(try parse(text) == value)
  }

  @Test(arguments: [
    ("", JSONError.Cause.unexpectedEnd), ("  ", .unexpectedEnd), ("[1", .unexpectedEnd),
    ("[1,", .unexpectedEnd),
    ("{\"a\"", .unexpectedEnd), ("{\"a\":", .unexpectedEnd), ("\"abc", .unexpectedEnd),
    ("\"\\", .unexpectedEnd),
    ("\"\\u12", .unexpectedEnd), ("tru", .unexpectedEnd), ("-", .unexpectedEnd), ("1.", .unexpectedEnd),
    ("1e", .unexpectedEnd), ("1e+", .unexpectedEnd), ("nul1", .unexpectedByte(UInt8(ascii: "1"))),
    ("NaN", .unexpectedByte(UInt8(ascii: "N"))), ("Infinity", .unexpectedByte(UInt8(ascii: "I"))),
    ("+1", .unexpectedByte(UInt8(ascii: "+"))), (".5", .unexpectedByte(UInt8(ascii: "."))),
    ("'a'", .unexpectedByte(UInt8(ascii: "'"))), ("[1,]", .unexpectedByte(UInt8(ascii: "]"))),
    ("{\"a\":1,}", .unexpectedByte(UInt8(ascii: "}"))), ("{a:1}", .unexpectedByte(UInt8(ascii: "a"))),
    ("[1 2]", .unexpectedByte(UInt8(ascii: "2"))), ("{\"a\" 1}", .unexpectedByte(UInt8(ascii: "1"))),
    ("// no\n1", .unexpectedByte(UInt8(ascii: "/"))), ("\u{FEFF}1", .unexpectedByte(0xEF)),
    ("01", .invalidNumber), ("-01", .invalidNumber), ("-a", .invalidNumber), ("1.a", .invalidNumber),
    ("1e999", .numberOutOfRange), ("-1e999", .numberOutOfRange), ("\"\\x\"", .invalidEscape),
    ("\"\\u12G4\"", .invalidEscape), ("\"\\ud834\"", .loneSurrogate), ("\"\\udd1e\"", .loneSurrogate),
    ("\"\\ud834\\u0041\"", .loneSurrogate), ("\"a\nb\"", .controlCharacter), ("\"\0\"", .controlCharacter),
    ("1 1", .trailingData), ("{}{}", .trailingData), ("null,", .trailingData), ("1x", .trailingData),
    ("{\"a\":1,\"a\":1}", .duplicateKey("a")), ("{\"a\":1,\"\\u0061\":1}", .duplicateKey("a")),
  ])
  func refuses(text: String, cause: JSONError.Cause) {
    let error = #expect(throws: JSONError.self) { try parse(text) }
    #expect(error?.cause == cause, "\(text)")
  }

  @Test func refusesBytesThatAreNotUTF8() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] {
      let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
      #expect(error?.cause == .invalidUTF8)
    }
  }

  @Test func limitsDepthAndValues() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try parse(nested(8)) }
    #expect(throws: JSONError(cause: .tooDeep(limit: 8), line: 1, column: 9)) { try parse(nested(9)) }
    // A million open brackets must not exhaust the stack either.
    #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 1_000_000)) }
    #expect(throws: JSONError.self) { try parse(String(repeating: "{\"a\":", count: 1_000_000)) }
    let hundred = "[" + [String](repeating: "1", count: 99).joined(separator: ",")
    #expect(throws: Never.self) { try parse(hundred + "]") }
    let error = #expect(throws: JSONError.self) { try parse(hundred + ",1]") }
    #expect(error?.cause == .tooManyValues(limit: 100))
  }

  @Test func pointsAtTheLine() {
    let error = #expect(throws: JSONError.self) { try parse("{\n  \"a\": 1,\n  \"a\": 2\n}") }
    #expect(error.map { "\($0)" } == "line 3, column 3: the key \"a\" appears twice")
  }

  @Test func writesWhatItReads() throws {
    let text = #"{"z":[1,-2.5,1e-07,true,null,{}],"\"\\\n\u0001é":"𝄞","":[]}"#
    let value = try parse(text)
    #expect(value.compact == text)
    #expect(try parse(value.lines) == value)
    #expect(
      JSON.object([.init("a", .array([.integer(1), .integer(2)])), .init("b", .null)]).lines
        == "{\n  \"a\": [1,2],\n  \"b\": null\n}\n")
    #expect(JSON.object([]).lines == "{}\n")
  }

  @Test func doublesSurvive() throws {
    var random = SeededValues(seed: 1)
    for _ in 0..<2000 {
      let double = Double(bitPattern: random.next())
      guard double.isFinite else { continue }
      #expect(try parse(JSON.number(double).compact) == .number(double))
    }
  }
}
