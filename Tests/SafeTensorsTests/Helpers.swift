// What the tests of this target share: hand-made files, a seeded generator.
import SafeTensors

/// A file from a header and data, without any check.
func handMade(_ header: String, data: Int = 0) -> [UInt8] {
  let header = Array(header.utf8)
  return lengthPrefix(UInt64(header.count)) + header + [UInt8](repeating: 1, count: data)
}

func lengthPrefix(_ length: UInt64) -> [UInt8] {
  (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
}

/// A valid file with three tensors and metadata.
func smallFile() -> [UInt8] {
  var writer = SafeTensorsWriter(metadata: ["note": "small"])
  writer.add("a.weight", shape: [2, 3], [1, 2, 3, 4, 5, 6] as [Float])
  writer.add("step", shape: [], [77] as [UInt64])
  writer.add("state", [9, 8, 7] as [UInt8])
  return writer.encoded()
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough to scatter damage over files reproducibly.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
