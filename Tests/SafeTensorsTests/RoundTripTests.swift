// Write, then read: identity; and the bytes themselves.
import SafeTensors
import TestSupport
import Testing

struct RoundTripTests {
  @Test func everyElementTypeComesBack() throws {
    var writer = SafeTensorsWriter(metadata: ["step": "12", "quote": "\"\\\n\u{1}é", "": ""])
    let floats: [Float] = [0, -0.0, 1.5, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -.infinity]
    writer.add("f32", shape: [2, 3], floats)
    writer.add("f64", [0.1, -.pi] as [Double])
    writer.add("i64", [.min, -1, .max] as [Int64])
    writer.add("u64", shape: [], [.max] as [UInt64])
    writer.add("u8", shape: [1, 1, 5], [0, 1, 127, 128, 255] as [UInt8])
    writer.add("empty", [] as [Float])
    writer.add("empty too", shape: [3, 0, 2], [] as [UInt8])
    ([0x80, 0x3F, 0x00, 0x40] as [UInt8]).withUnsafeBytes {
      writer.add("bf16", type: .bf16, shape: [2], bytes: $0)
    }
    let file = try SafeTensorsReader(bytes: writer.encoded(), name: "memory")
    #expect(file.metadata == ["step": "12", "quote": "\"\\\n\u{1}é", "": ""])
    #expect(try file.values("f32", as: Float.self).map(\.bitPattern) == floats.map(\.bitPattern))
    #expect(file["f32"]?.shape == [2, 3])
    #expect(try file.values("f64") == [0.1, -.pi])
    #expect(try file.values("i64") == [.min, -1, .max] as [Int64])
    #expect(try file.values("u64") == [.max] as [UInt64])
    #expect(file["u64"]?.shape == [])
    #expect(try file.values("u8") == [0, 1, 127, 128, 255] as [UInt8])
    #expect(try file.values("empty") == [] as [Float])
    #expect(file["empty too"]?.shape == [3, 0, 2])
    #expect(file["bf16"]?.type == .bf16)
    #expect(try file.rawBytes("bf16") == [0x80, 0x3F, 0x00, 0x40])
    #expect(try file.rawBytes("f64").count == 16)
    #expect(file.tensors.count == 8)
    #expect(file["nothing"] == nil)
  }

  @Test func aFileWithoutTensors() throws {
    let bytes = SafeTensorsWriter().encoded()
    #expect(bytes.count == 64)
    let file = try SafeTensorsReader(bytes: bytes, name: "memory")
    #expect(file.tensors.isEmpty && file.metadata.isEmpty)
  }

  @Test func bytesDependOnContentAlone() {
    let names = ["b", "a", "c.10", "c.9", "é", "B"]
    func encode(_ order: [String]) -> [UInt8] {
      var writer = SafeTensorsWriter(metadata: ["y": "1", "x": "2"])
      for name in order { writer.add(name, [Float(name.count), 2]) }
      writer.add("wide", [1] as [UInt64])
      return writer.encoded()
    }
    var random = SeededValues(seed: 2)
    let bytes = encode(names)
    for _ in 0..<20 { #expect(encode(names.shuffled(using: &random)) == bytes) }
  }

  @Test(arguments: 0..<70)
  func dataStartsAtAMultipleOf64AndTensorsAreAligned(padding: Int) throws {
    var writer = SafeTensorsWriter(metadata: ["pad": String(repeating: "x", count: padding)])
    writer.add("a", [1, 2, 3] as [UInt8])
    writer.add("b", [1] as [Double])
    writer.add("c", [1] as [Float])
    let bytes = writer.encoded()
    let header = Int(bytes[0]) | Int(bytes[1]) << 8
    #expect((8 + header) % 64 == 0)
    #expect(bytes[8] == UInt8(ascii: "{"))
    #expect(bytes[7 + header] == UInt8(ascii: " ") || bytes[7 + header] == UInt8(ascii: "}"))
    for tensor in try SafeTensorsReader(bytes: bytes, name: "memory").tensors {
      #expect(tensor.bytes.lowerBound % tensor.type.size == 0, "\(tensor.name)")
    }
  }

  /// Spelled out once, so that the format itself is pinned and not only our two halves against each other.
  @Test func theExactBytes() {
    var writer = SafeTensorsWriter()
    writer.add("x", [1] as [Float])
    let header = #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    let padded = header + String(repeating: " ", count: 120 - header.utf8.count)
    #expect(header.utf8.count <= 56 ? writer.encoded().count == 68 : writer.encoded().count == 132)
    let length = writer.encoded().count - 4 - 8
    #expect(
      writer.encoded() == [UInt8(length), 0, 0, 0, 0, 0, 0, 0] + padded.utf8.prefix(length) + [
        0, 0, 0x80, 0x3F,
      ])
  }

  @Test func throughAFile() throws {
    try withTemporaryFolder { folder in
      var writer = SafeTensorsWriter()
      let values = (0..<10_000).map { Float($0) }
      writer.add("big", shape: [100, 100], values)
      try writer.write(to: "\(folder)/x.safetensors")
      let file = try SafeTensorsReader(path: "\(folder)/x.safetensors")
      #expect(try file.values("big") == values)
      #expect(names(in: folder) == ["x.safetensors"])
    }
  }
}
