// Writing a safetensors file. The bytes depend on the tensors and the metadata alone, not on the order they were added:
// tensors are laid out by element size (largest first, so that each is aligned), then by name.
public import Files

/// Collects tensors and metadata, then gives the bytes or writes the file.
public struct SafeTensorsWriter {
  /// String to string, stored as `__metadata__`.
  public var metadata: [String: String]
  private var tensors: [(name: String, type: ElementType, shape: [Int], bytes: [UInt8])] = []
  private var names: Set<String> = []

  /// Without tensors.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor; a shape of nil means a vector. The elements are copied.
  public mutating func add<T: TensorElement>(_ name: String, shape: [Int]? = nil, _ values: [T]) {
    unsafe values.withUnsafeBufferPointer { unsafe add(name, shape: shape, $0) }
  }

  /// Adds a tensor; a shape of nil means a vector. The elements are copied.
  public mutating func add<T: TensorElement>(
    _ name: String, shape: [Int]? = nil, _ values: UnsafeBufferPointer<T>
  ) {
    unsafe add(
      name, type: T.elementType, shape: shape ?? [values.count], bytes: UnsafeRawBufferPointer(values))
  }

  /// Adds a tensor of any type by its little-endian bytes, which are copied.
  public mutating func add(_ name: String, type: ElementType, shape: [Int], bytes: UnsafeRawBufferPointer) {
    precondition(name != Header.metadataKey, "\(name) is not a tensor's name")
    precondition(names.insert(name).inserted, "tensor \(name) is there already")
    precondition(
      elementCount(shape).map { $0 * type.size } == bytes.count,
      "tensor \(name): \(bytes.count) bytes for the shape \(shape) of \(type.rawValue)")
    unsafe tensors.append((name, type, shape, [UInt8](bytes)))
  }

  /// The whole file.
  public func encoded() -> [UInt8] { pieces().flatMap { $0 } }

  /// Writes the file: temporary sibling, fsync, rename, fsync of the folder.
  public func write(to path: String) throws(FileError) { try AtomicFile.write(pieces: pieces(), to: path) }

  /// Header, then one piece per tensor.
  private func pieces() -> [[UInt8]] {
    let sorted = tensors.sorted {
      $0.type.size != $1.type.size
        ? $0.type.size > $1.type.size : $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
    }
    var end = 0
    let entries = sorted.map { tensor in
      defer { end += tensor.bytes.count }
      return TensorEntry(
        name: tensor.name, type: tensor.type, shape: tensor.shape, bytes: end..<end + tensor.bytes.count)
    }
    return [Header(metadata: metadata, tensors: entries).encoded()] + sorted.map(\.bytes)
  }
}
