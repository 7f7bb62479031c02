// Reading a safetensors file (little-endian, row-major tensors behind a JSON header) that nobody trusts: the header is
// checked as a whole when the file is opened (Header.swift), the tensors are read on demand. No file is mapped.
internal import Files

#if _endian(big)
  #error("safetensors is little-endian and so is this reader")
#endif

/// An open safetensors file whose header has been found valid.
public struct SafeTensorsReader: Sendable {
  /// For messages.
  public let path: String
  /// The `__metadata__` of the header.
  public let metadata: [String: String]
  /// In the order of their bytes.
  public let tensors: [TensorEntry]
  private let indexByName: [String: Int]
  private let dataStart: Int
  private let source: Source

  private enum Source: Sendable {
    case file(InputFile)
    case memory([UInt8])

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(SafeTensorsError) {
      switch self {
      case .file(let file):
        do throws(FileError) { unsafe try file.read(into: buffer, at: offset) } catch { throw .file(error) }
      case .memory(let bytes):
        unsafe bytes.withUnsafeBytes {
          unsafe buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + buffer.count]))
        }
      }
    }

    var size: Int {
      switch self {
      case .file(let file): file.size
      case .memory(let bytes): bytes.count
      }
    }
  }

  /// Opens a file and checks its header; tensor data is not read yet.
  public init(path: String) throws(SafeTensorsError) {
    let file: InputFile
    do throws(FileError) { file = try InputFile(path: path) } catch { throw .file(error) }
    try self.init(.file(file), path: path)
  }

  /// A file that is already in memory; `name` stands for its path in messages.
  public init(bytes: [UInt8], name: String) throws(SafeTensorsError) {
    try self.init(.memory(bytes), path: name)
  }

  private init(_ source: Source, path: String) throws(SafeTensorsError) {
    func bytes(at offset: Int, count: Int) throws(SafeTensorsError) -> [UInt8] {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
      defer { unsafe buffer.deallocate() }
      unsafe try source.read(into: buffer, at: offset)
      return unsafe [UInt8](buffer)
    }
    if source.size < 8 { throw .tooShort(path: path, bytes: source.size) }
    let length = try Header.length(bytes(at: 0, count: 8), fileSize: source.size, path: path)
    dataStart = 8 + length
    let header = try Header(
      parsing: bytes(at: 8, count: length), dataSize: source.size - dataStart, path: path)
    self.path = path
    self.source = source
    metadata = header.metadata
    tensors = header.tensors
    indexByName = Dictionary(uniqueKeysWithValues: header.tensors.enumerated().map { ($1.name, $0) })
  }

  /// The tensor of that name, if there is one.
  public subscript(name: String) -> TensorEntry? { indexByName[name].map { tensors[$0] } }

  /// All elements of a tensor. Element types are never converted.
  public func values<T: TensorElement>(
    _ name: String, as _: T.Type = T.self
  ) throws(SafeTensorsError) -> [T] {
    let entry = try entry(name)
    let buffer = UnsafeMutableBufferPointer<T>.allocate(capacity: entry.count)
    defer { unsafe buffer.deallocate() }
    unsafe try read(name, into: buffer)
    return unsafe [T](buffer)
  }

  /// Fills `buffer`, whose size must be the tensor's, with the elements of a tensor.
  public func read<T: TensorElement>(
    _ name: String, into buffer: UnsafeMutableBufferPointer<T>
  ) throws(SafeTensorsError) {
    let entry = try entry(name)
    if entry.type != T.elementType {
      throw .wrongType(path: path, name: name, wanted: T.elementType, found: entry.type)
    }
    if entry.count != buffer.count {
      throw .wrongCount(path: path, name: name, wanted: buffer.count, found: entry.count)
    }
    unsafe try source.read(
      into: UnsafeMutableRawBufferPointer(buffer), at: dataStart + entry.bytes.lowerBound)
  }

  /// The bytes of a tensor of any type, as they are in the file.
  public func rawBytes(_ name: String) throws(SafeTensorsError) -> [UInt8] {
    let entry = try entry(name)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: entry.bytes.count, alignment: 16)
    defer { unsafe buffer.deallocate() }
    unsafe try source.read(into: buffer, at: dataStart + entry.bytes.lowerBound)
    return unsafe [UInt8](buffer)
  }

  private func entry(_ name: String) throws(SafeTensorsError) -> TensorEntry {
    guard let entry = self[name] else { throw .noTensor(path: path, name: name) }
    return entry
  }
}
