// What the tests of this target share: hand-made files.
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
