// Reads the golden files in Tests/Fixtures. Not through our own SafeTensors on purpose: a fixture proves more when the
// code under test has no hand in reading it.
import FoundationEssentials
internal import Signal
package import WaveNet

/// A fixture: named tensors as doubles or integers, and string metadata. A file that is not as expected is a broken
/// check-out, hence a crash with its name.
package struct Golden {
  /// The fixture's `__metadata__`.
  package let metadata: [String: String]
  private let name: String
  private let entries: [String: Entry]
  private let data: [UInt8]

  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]
    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  private struct Metadata: Decodable {
    var metadata: [String: String]
    enum CodingKeys: String, CodingKey { case metadata = "__metadata__" }
  }

  /// `__metadata__` has no dtype; everything else is a tensor.
  private struct MaybeEntry: Decodable {
    var entry: Entry?
    init(from decoder: any Decoder) throws { entry = try? Entry(from: decoder) }
  }

  /// Reads `Tests/Fixtures/<name>`.
  package init(_ name: String, testFile: String = #filePath) {
    let folder = testFile.split(separator: "/").dropLast(2).joined(separator: "/")
    let path = "/\(folder)/Fixtures/\(name)"
    guard let bytes = FileManager.default.contents(atPath: path) else {
      fatalError("cannot read the fixture \(path)")
    }
    let headerSize = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = bytes[8..<8 + headerSize]
    do {
      metadata = try JSONDecoder().decode(Metadata.self, from: header).metadata
      entries = try JSONDecoder().decode([String: MaybeEntry].self, from: header).compactMapValues(\.entry)
    } catch { fatalError("bad header in the fixture \(path): \(error)") }
    data = Array(bytes[(8 + headerSize)...])
    self.name = name
  }

  /// Names of all tensors, sorted.
  package var names: [String] { entries.keys.sorted() }

  /// Shape of a tensor.
  package func shape(_ tensor: String) -> [Int] { entry(tensor).shape }

  /// A tensor of floats, row-major.
  package func values(_ tensor: String) -> [Double] {
    switch entry(tensor).dtype {
    case "F32": words(tensor, as: UInt32.self).map { Double(Float(bitPattern: $0)) }
    case "F64": words(tensor, as: UInt64.self).map { Double(bitPattern: $0) }
    default: fatalError("\(tensor) in \(name) is \(entry(tensor).dtype), not a float")
    }
  }

  /// A tensor of codes, row-major.
  package func codes(_ tensor: String) -> [UInt16] {
    precondition(entry(tensor).dtype == "I64", "\(tensor) in \(name) is \(entry(tensor).dtype)")
    return words(tensor, as: UInt64.self).map { UInt16($0) }
  }

  /// All tensors called `prefix`/NAME, by NAME.
  package func tensors(_ prefix: String) -> [String: [Double]] {
    let names = names.filter { $0.hasPrefix(prefix + "/") }
    precondition(!names.isEmpty, "no \(prefix)/ in \(name)")
    return Dictionary(
      uniqueKeysWithValues: names.map { (String($0.dropFirst(prefix.count + 1)), values($0)) })
  }

  /// A number in the metadata.
  package func number(_ key: String) -> Double {
    guard let text = metadata[key], let value = Double(text) else {
      fatalError("no number \(key) in \(name)")
    }
    return value
  }

  /// The configuration in the metadata.
  package var configuration: Configuration {
    func integer(_ key: String) -> Int { Int(number(key)) }
    func words(_ key: String) -> [String] {
      metadata[key, default: ""].split(separator: ",").map(String.init)
    }
    do {
      return try Configuration(
        quantizationLevels: integer("quantization_levels"), residualChannels: integer("residual_channels"),
        dilationChannels: integer("dilation_channels"), skipChannels: integer("skip_channels"),
        headChannels: integer("head_channels"), kernelSize: integer("kernel_size"),
        dilations: words("dilations").compactMap { Int($0) },
        conditioning: metadata["channels"] == nil
          ? nil
          : Conditioning(
            labels: words("labels"), controls: words("controls").map { Control($0)! },
            frameSamples: integer("frame_samples"), channels: integer("channels")))
    } catch { fatalError("\(name): \(error)") }
  }

  private func entry(_ tensor: String) -> Entry {
    guard let entry = entries[tensor] else { fatalError("no tensor \(tensor) in \(name)") }
    return entry
  }

  private func words<W: FixedWidthInteger>(_ tensor: String, as: W.Type) -> [W] {
    let offsets = entry(tensor).offsets
    let size = MemoryLayout<W>.size
    precondition(
      (offsets[1] - offsets[0]) == size * entry(tensor).shape.reduce(1, *), "size of \(tensor) in \(name)")
    return stride(from: offsets[0], to: offsets[1], by: size).map { start in
      (0..<size).reversed().reduce(0) { $0 << 8 | W(data[start + $1]) }
    }
  }
}
