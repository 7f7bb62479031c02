// What the tests of this target share: hand-made files, a seeded generator, temporary folders.
import Glibc
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

/// Runs `body` with the path of a new folder, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (String) throws -> R) throws -> R {
  var template = Array("/tmp/synth-tests-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { fatalError("mkdtemp: errno \(errno)") }
  let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  defer { removeTree(path) }
  return try body(path)
}

/// Names in a folder, sorted, without the two dots.
func names(in folder: String) -> [String] {
  guard let handle = opendir(folder) else { return [] }
  defer { closedir(handle) }
  var names: [String] = []
  while let entry = readdir(handle) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

private func removeTree(_ path: String) {
  for name in names(in: path) { if unlink("\(path)/\(name)") != 0 { removeTree("\(path)/\(name)") } }
  rmdir(path)
}
