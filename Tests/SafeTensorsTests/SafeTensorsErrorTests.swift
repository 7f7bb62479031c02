// One hand-made bad file per cause, each with its error; and questions that a good file refuses.
import Files
import TestSupport
import Testing

@testable import SafeTensors

struct SafeTensorsErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let error: SafeTensorsError
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ error: SafeTensorsError) {
      (self.name, self.bytes, self.error) = (name, bytes, error)
    }
  }

  static func entry(_ fields: String, data: Int = 4) -> [UInt8] {
    handMade("{\"t\":{\(fields)}}", data: data)
  }
  static func bad(_ reason: String) -> SafeTensorsError { .badEntry(path: "f", name: "t", reason: reason) }

  static let cases = [
    Case("empty", [], .tooShort(path: "f", bytes: 0)),
    Case("seven bytes", [1, 0, 0, 0, 0, 0, 0], .tooShort(path: "f", bytes: 7)),
    Case(
      "header over the limit", lengthPrefix(100_000_001) + [1],
      .headerTooLarge(path: "f", bytes: 100_000_001, limit: 100_000_000)),
    Case(
      "header of 2^64-1", lengthPrefix(.max) + [1],
      .headerTooLarge(path: "f", bytes: .max, limit: 100_000_000)),
    Case(
      "header of 2^63", lengthPrefix(1 << 63) + [1],
      .headerTooLarge(path: "f", bytes: 1 << 63, limit: 100_000_000)),
    Case(
      "header past the end", lengthPrefix(3) + [0x7B, 0x7D], .headerPastEnd(path: "f", bytes: 3, available: 2)
    ),
    Case("header of no bytes", lengthPrefix(0), .headerNotAnObject(path: "f")),
    Case("header starts with a space", handMade(" {}"), .headerNotAnObject(path: "f")),
    Case("header is an array", handMade("[]"), .headerNotAnObject(path: "f")),
    Case(
      "header is cut", handMade("{\"t\":"),
      .headerNotJSON(path: "f", JSONError(cause: .unexpectedEnd, line: 1, column: 6))),
    Case(
      "duplicate name",
      handMade(
        #"{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
        data: 2),
      .headerNotJSON(path: "f", JSONError(cause: .duplicateKey("t"), line: 1, column: 54))),
    Case(
      "nested too deep", handMade("{\"t\":{\"shape\":[[1]]}}"),
      .headerNotJSON(path: "f", JSONError(cause: .tooDeep(limit: 3), line: 1, column: 16))),
    Case("metadata is a list", handMade("{\"__metadata__\":[]}"), .metadataNotStrings(path: "f")),
    Case("metadata with a number", handMade("{\"__metadata__\":{\"a\":1}}"), .metadataNotStrings(path: "f")),
    Case("entry is a number", handMade("{\"t\":1}"), bad("is described by 1")),
    Case("no dtype", entry(#""shape":[1],"data_offsets":[0,4]"#), bad("lacks dtype, shape or data_offsets")),
    Case(
      "no shape", entry(#""dtype":"F32","data_offsets":[0,4]"#), bad("lacks dtype, shape or data_offsets")),
    Case("no offsets", entry(#""dtype":"F32","shape":[1]"#), bad("lacks dtype, shape or data_offsets")),
    Case("empty entry", entry(""), bad("lacks dtype, shape or data_offsets")),
    Case(
      "dtype is null", entry(#""dtype":null,"shape":[1],"data_offsets":[0,4]"#), bad("dtype is not a string")),
    Case(
      "unknown dtype", entry(#""dtype":"F31","shape":[1],"data_offsets":[0,4]"#),
      .unknownType(path: "f", name: "t", type: "F31")),
    Case(
      "unknown field", entry(#""dtype":"F32","shape":[1],"offsets":[0,4]"#),
      bad("has the unknown field \"offsets\"")),
    Case(
      "negative dimension", entry(#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#),
      bad("shape is not an array of non-negative integers")),
    Case(
      "fractional dimension", entry(#""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#),
      bad("shape is not an array of non-negative integers")),
    Case(
      "dimension past 2^63", entry(#""dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]"#),
      bad("shape is not an array of non-negative integers")),
    Case(
      "offsets backwards", entry(#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#),
      bad("data_offsets is not [begin, end] with 0 <= begin <= end")),
    Case(
      "three offsets", entry(#""dtype":"F32","shape":[1],"data_offsets":[0,4,8]"#),
      bad("data_offsets is not [begin, end] with 0 <= begin <= end")),
    Case(
      "negative offset", entry(#""dtype":"F32","shape":[1],"data_offsets":[-4,0]"#),
      bad("data_offsets is not [begin, end] with 0 <= begin <= end")),
    Case(
      "shape overflows", entry(#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#),
      .sizeOverflow(path: "f", name: "t")),
    Case(
      "shape overflows, then zero",
      entry(#""dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,4]"#),
      .sizeOverflow(path: "f", name: "t")),
    Case(
      "bytes overflow", entry(#""dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,4]"#),
      .sizeOverflow(path: "f", name: "t")),
    Case(
      "shape and offsets disagree", entry(#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#),
      .sizeMismatch(path: "f", name: "t", wanted: 8, found: 4)),
    Case(
      "scalar without bytes", entry(#""dtype":"F32","shape":[],"data_offsets":[0,0]"#),
      .sizeMismatch(path: "f", name: "t", wanted: 4, found: 0)),
    Case(
      "hole at the start", entry(#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#, data: 8),
      .offsets(path: "f", name: "t", begin: 4, expected: 0)),
    Case(
      "hole in the middle",
      handMade(
        #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#,
        data: 3),
      .offsets(path: "f", name: "b", begin: 2, expected: 1)),
    Case(
      "overlap",
      handMade(
        #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#,
        data: 3),
      .offsets(path: "f", name: "b", begin: 1, expected: 2)),
    Case(
      "two tensors on the same bytes",
      handMade(
        #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#,
        data: 2),
      .offsets(path: "f", name: "b", begin: 0, expected: 2)),
    Case(
      "data cut", entry(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#, data: 3),
      .truncated(path: "f", wanted: 4, found: 3)),
    Case(
      "data of 2^60 bytes",
      entry(#""dtype":"U8","shape":[1152921504606846976],"data_offsets":[0,1152921504606846976]"#),
      .truncated(path: "f", wanted: 1 << 60, found: 4)),
    Case(
      "bytes behind the last tensor", entry(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#, data: 5),
      .trailingBytes(path: "f", count: 1)),
    Case("bytes without tensors", handMade("{}", data: 1), .trailingBytes(path: "f", count: 1)),
  ]

  @Test(arguments: cases)
  func refuses(_ example: Case) throws {
    #expect(throws: example.error) { try SafeTensorsReader(bytes: example.bytes, name: "f") }
    #expect(example.error.description.hasPrefix("f: "))
    // From a file as from memory.
    try withTemporaryFolder { folder in
      writePlainly(example.bytes, to: "\(folder)/f")
      #expect(throws: SafeTensorsError.self) { try SafeTensorsReader(path: "\(folder)/f") }
    }
  }

  @Test func answersOnlyWhatWasAsked() throws {
    let file = try SafeTensorsReader(bytes: smallFile(), name: "f")
    #expect(throws: SafeTensorsError.noTensor(path: "f", name: "b")) { try file.values("b", as: Float.self) }
    #expect(throws: SafeTensorsError.noTensor(path: "f", name: "b")) { try file.rawBytes("b") }
    #expect(throws: SafeTensorsError.wrongType(path: "f", name: "step", wanted: .f32, found: .u64)) {
      try file.values("step", as: Float.self)
    }
    var five = [Float](repeating: 0, count: 5)
    #expect(throws: SafeTensorsError.wrongCount(path: "f", name: "a.weight", wanted: 5, found: 6)) {
      try five.withUnsafeMutableBufferPointer { try file.read("a.weight", into: $0) }
    }
    #expect(five == [0, 0, 0, 0, 0])
  }

  @Test func whatIsNotAFile() throws {
    try withTemporaryFolder { folder in
      #expect(throws: SafeTensorsError.file(.notFound(path: "\(folder)/none"))) {
        try SafeTensorsReader(path: "\(folder)/none")
      }
      #expect(throws: SafeTensorsError.file(.notRegular(path: folder))) {
        try SafeTensorsReader(path: folder)
      }
      #expect(throws: SafeTensorsError.file(.notRegular(path: "/dev/zero"))) {
        try SafeTensorsReader(path: "/dev/zero")
      }
    }
  }
}
