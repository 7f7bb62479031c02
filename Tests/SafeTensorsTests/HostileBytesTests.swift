// Damage of every kind: the reader throws or gives a consistent file; it never crashes and never allocates by a claim.
import SafeTensors
import TestSupport
import Testing

struct HostileBytesTests {
  /// Whatever was accepted must hold together: ranges in order, sizes right, every tensor readable.
  func checkConsistent(_ file: SafeTensorsReader) throws {
    var end = 0
    for tensor in file.tensors {
      #expect(tensor.bytes.lowerBound == end)
      #expect(tensor.shape.reduce(tensor.type.size, *) == tensor.bytes.count)
      #expect(try file.rawBytes(tensor.name).count == tensor.bytes.count)
      end = tensor.bytes.upperBound
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = smallFile()
    for length in 0..<bytes.count {
      #expect(throws: SafeTensorsError.self, "cut to \(length) bytes") {
        try SafeTensorsReader(bytes: Array(bytes[..<length]), name: "f")
      }
    }
    try checkConsistent(SafeTensorsReader(bytes: bytes, name: "f"))
  }

  @Test func everyTruncationOfAFileIsRefused() throws {
    let bytes = smallFile()
    try withTemporaryFolder { folder in
      for length in 0..<bytes.count {
        writePlainly(Array(bytes[..<length]), to: "\(folder)/f")
        #expect(throws: SafeTensorsError.self, "cut to \(length) bytes") {
          try SafeTensorsReader(path: "\(folder)/f")
        }
      }
    }
  }

  @Test func everyExtensionIsRefused() {
    for extra in 1...70 {
      let bytes = smallFile() + [UInt8](repeating: 0, count: extra)
      #expect(throws: SafeTensorsError.self) { try SafeTensorsReader(bytes: bytes, name: "f") }
    }
  }

  @Test(arguments: [1, 2, 5])
  func randomBitFlips(flips: Int) throws {
    let original = smallFile()
    let headerEnd = 8 + Int(original[0]) + Int(original[1]) << 8
    var random = SeededValues(seed: UInt64(flips))
    var accepted = 0
    for _ in 0..<3000 {
      var bytes = original
      for _ in 0..<flips {
        bytes[Int.random(in: 0..<headerEnd, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      }
      guard let file = try? SafeTensorsReader(bytes: bytes, name: "f") else { continue }
      accepted += 1
      try checkConsistent(file)
    }
    // A flip may hit a name or the metadata: both outcomes must have been seen, or the test tests nothing.
    #expect(accepted < 3000 && (accepted > 0 || flips > 1))
  }

  @Test func randomBytesInTheHeader() throws {
    var random = SeededValues(seed: 99)
    let alphabet = Array(#"{}[]":,\0123456789-.eEtrufalsn dtypeshapedata_offsets F32U8"#.utf8)
    for _ in 0..<5000 {
      let count = Int.random(in: 0..<80, using: &random)
      let text = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
      let bytes = lengthPrefix(UInt64(count + 1)) + [UInt8(ascii: "{")] + text
      if let file = try? SafeTensorsReader(bytes: bytes, name: "f") { try checkConsistent(file) }
    }
    for _ in 0..<5000 {
      let bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in
        UInt8.random(in: .min ... .max, using: &random)
      }
      #expect(throws: SafeTensorsError.self) { try SafeTensorsReader(bytes: bytes, name: "f") }
    }
  }

  @Test func everyByteReplacedByEveryOther() throws {
    var writer = SafeTensorsWriter()
    writer.add("x", [1] as [UInt8])
    let original = writer.encoded()
    for position in 0..<original.count {
      for value in UInt8.min...UInt8.max {
        var bytes = original
        bytes[position] = value
        if let file = try? SafeTensorsReader(bytes: bytes, name: "f") { try checkConsistent(file) }
      }
    }
  }

  @Test func hostileNumbers() {
    let numbers = [
      "-1", "-0", "1e0", "1.0", "1e400", "9223372036854775807", "9223372036854775808", "18446744073709551615",
      "18446744073709551616", "99999999999999999999999999999999", "4611686018427387904", "\"1\"", "null",
      "[1]", "NaN",
    ]
    for number in numbers {
      for header in [
        "{\"t\":{\"dtype\":\"F64\",\"shape\":[\(number)],\"data_offsets\":[0,8]}}",
        "{\"t\":{\"dtype\":\"F64\",\"shape\":[\(number),\(number)],\"data_offsets\":[0,8]}}",
        "{\"t\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[\(number),8]}}",
        "{\"t\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,\(number)]}}",
        "{\"t\":{\"dtype\":\"F64\",\"shape\":[\(number)],\"data_offsets\":[\(number),\(number)]}}",
      ] where !(number == "-0" && header.contains("[-0,8]")) {  // that one is a plain 0, and valid
        #expect(throws: SafeTensorsError.self, "\(header)") {
          try SafeTensorsReader(bytes: handMade(header, data: 8), name: "f")
        }
      }
    }
  }

  @Test func aHeaderOfNothingButValues() {
    // 16 MB of numbers: refused by the count of values, long before the byte limit.
    let header = Array("{\"t\":[".utf8) + String(repeating: "0,", count: 9 << 20).utf8
    let bytes = lengthPrefix(UInt64(header.count)) + header
    let error = #expect(throws: SafeTensorsError.self) { try SafeTensorsReader(bytes: bytes, name: "f") }
    guard case .headerNotJSON(_, let cause) = error, case .tooManyValues = cause.cause else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
