// The JSON header of a safetensors file: parsing with every limit checked first, one validate(), and writing.
internal import Files

struct Header {
  /// As in the reference implementation.
  static let byteLimit = 100_000_000
  /// About a million tensors; keeps the parsed form of the largest header near its own size.
  static let valueLimit = 8 << 20
  static let metadataKey = "__metadata__"

  var metadata: [String: String] = [:]
  /// In the order of their bytes.
  var tensors: [TensorEntry] = []

  init(metadata: [String: String], tensors: [TensorEntry]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// The eight bytes before the header, checked against the limit and the size of the file.
  static func length(_ prefix: [UInt8], fileSize: Int, path: String) throws(SafeTensorsError) -> Int {
    let length = prefix.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if length > UInt64(byteLimit) { throw .headerTooLarge(path: path, bytes: length, limit: byteLimit) }
    if Int(length) > fileSize - 8 {
      throw .headerPastEnd(path: path, bytes: Int(length), available: fileSize - 8)
    }
    return Int(length)
  }

  /// Parses the header's bytes (without the length) of a file that holds `dataSize` bytes behind it.
  init(parsing bytes: [UInt8], dataSize: Int, path: String) throws(SafeTensorsError) {
    if bytes.first != UInt8(ascii: "{") { throw .headerNotAnObject(path: path) }
    let json: JSON
    do throws(JSONError) {
      json = try JSON(parsing: bytes, depth: 3, values: Self.valueLimit)
    } catch {
      throw .headerNotJSON(path: path, error)
    }
    guard case .object(let members) = json else { throw .headerNotAnObject(path: path) }
    for member in members {
      if member.key == Self.metadataKey {
        metadata = try Self.metadata(member.value, path: path)
      } else {
        tensors.append(try Self.entry(member, path: path))
      }
    }
    tensors.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
    try validate(dataSize: dataSize, path: path)
  }

  /// Contiguous from 0, no hole, no overlap, each size = shape x type, and the data covered exactly.
  private func validate(dataSize: Int, path: String) throws(SafeTensorsError) {
    var end = 0
    for tensor in tensors {
      guard let count = elementCount(tensor.shape) else { throw .sizeOverflow(path: path, name: tensor.name) }
      let (size, overflow) = count.multipliedReportingOverflow(by: tensor.type.size)
      if overflow { throw .sizeOverflow(path: path, name: tensor.name) }
      if size != tensor.bytes.count {
        throw .sizeMismatch(path: path, name: tensor.name, wanted: size, found: tensor.bytes.count)
      }
      if tensor.bytes.lowerBound != end {
        throw .offsets(path: path, name: tensor.name, begin: tensor.bytes.lowerBound, expected: end)
      }
      end = tensor.bytes.upperBound
    }
    if end > dataSize { throw .truncated(path: path, wanted: end, found: dataSize) }
    if end < dataSize { throw .trailingBytes(path: path, count: dataSize - end) }
  }

  private static func metadata(_ json: JSON, path: String) throws(SafeTensorsError) -> [String: String] {
    if json == .null { return [:] }  // the reference reader takes it so
    guard case .object(let members) = json else { throw .metadataNotStrings(path: path) }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let value) = member.value else { throw .metadataNotStrings(path: path) }
      metadata[member.key] = value
    }
    return metadata
  }

  private static func entry(_ member: JSON.Member, path: String) throws(SafeTensorsError) -> TensorEntry {
    let name = member.key
    func bad(_ reason: String) -> SafeTensorsError { .badEntry(path: path, name: name, reason: reason) }
    guard case .object(let fields) = member.value else {
      throw bad("is described by \(member.value.summary)")
    }
    var type: ElementType?
    var shape: [Int]?
    var offsets: [Int]?
    for field in fields {
      switch field.key {
      case "dtype":
        guard case .string(let text) = field.value else { throw bad("dtype is not a string") }
        type = ElementType(rawValue: text)
        if type == nil { throw .unknownType(path: path, name: name, type: text) }
      case "shape":
        shape = naturals(field.value)
        if shape == nil { throw bad("shape is not an array of non-negative integers") }
      case "data_offsets":
        offsets = naturals(field.value)
        guard let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
          throw bad("data_offsets is not [begin, end] with 0 <= begin <= end")
        }
      // No known writer adds fields, and one that is not understood might change what the bytes mean.
      default: throw bad("has the unknown field \"\(field.key)\"")
      }
    }
    guard let type, let shape, let offsets else { throw bad("lacks dtype, shape or data_offsets") }
    return TensorEntry(name: name, type: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func naturals(_ json: JSON) -> [Int]? {
    guard case .array(let elements) = json else { return nil }
    var values: [Int] = []
    for element in elements {
      guard case .integer(let value) = element, value >= 0 else { return nil }
      values.append(value)
    }
    return values
  }

  /// Length and header, padded with spaces so that the data starts at a multiple of 64 bytes.
  func encoded() -> [UInt8] {
    var members: [JSON.Member] = []
    if !metadata.isEmpty {
      let sorted = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      members.append(.init(Self.metadataKey, .object(sorted.map { .init($0.key, .string($0.value)) })))
    }
    for tensor in tensors {
      members.append(
        .init(
          tensor.name,
          .object([
            .init("dtype", .string(tensor.type.rawValue)),
            .init("shape", .array(tensor.shape.map { .integer($0) })),
            .init(
              "data_offsets", .array([.integer(tensor.bytes.lowerBound), .integer(tensor.bytes.upperBound)])),
          ])))
    }
    var header = Array(JSON.object(members).compact.utf8)
    header += [UInt8](repeating: UInt8(ascii: " "), count: (64 - (8 + header.count) % 64) % 64)
    precondition(
      header.count <= Self.byteLimit, "a header of \(header.count) bytes; allowed are \(Self.byteLimit)")
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
  }
}
