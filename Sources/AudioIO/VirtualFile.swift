// What libsndfile reads from and writes to: bytes in memory, or an open file that stays ours, or a part of either, some
// bytes of which may be given as others. (`sf_open_fd` closes the descriptor when opening fails, whatever it was told, so
// it is not used.)

internal import CSndfile
import Glibc

/// Bytes that stand in a file's header in place of its own.
struct BytePatch: Hashable {
  /// In the whole file.
  let offset: Int
  let bytes: [UInt8]
}

/// libsndfile's "virtual file". Must outlive the handle that `open` returns.
final class VirtualFile {
  /// What is read, or what was written where there is no descriptor.
  private(set) var memory: [UInt8]
  private let descriptor: Int32?
  /// The part of it that is seen; nil is all, however long it is now.
  private let range: Range<Int>?
  private let patches: [BytePatch]
  private var position = 0
  /// Error number of the first read or write that failed.
  private(set) var failure: Int32?

  /// Bytes to read from.
  init(memory: [UInt8]) { (self.memory, descriptor, range, patches) = (memory, nil, nil, []) }

  /// Bytes to be written.
  convenience init() { self.init(memory: []) }

  /// An ordinary file to read or write; not closed by this.
  init(descriptor: Int32) { (memory, self.descriptor, range, patches) = ([], descriptor, nil, []) }

  /// A part of another one, to be read.
  init(_ whole: VirtualFile, _ range: Range<Int>, patches: [BytePatch] = []) {
    (memory, descriptor, self.range, self.patches) = (whole.memory, whole.descriptor, range, patches)
  }

  /// Length in bytes, as it is now.
  var length: Int {
    if let range { return range.count }
    guard let descriptor else { return memory.count }
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Opens it as a sound; `nil` if libsndfile refuses, with the reason in `sf_strerror(nil)`.
  func open(_ mode: Int32, _ info: inout SF_INFO) -> OpaquePointer? {
    var callbacks = SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(VirtualFile.at($0).length) },
      seek: { VirtualFile.at($2).seek(Int($0), $1) },
      read: { sf_count_t(VirtualFile.at($2).read($0!, Int($1))) },
      write: { sf_count_t(VirtualFile.at($2).write($0!, Int($1))) },
      tell: { sf_count_t(VirtualFile.at($0).position) })
    return sf_open_virtual(&callbacks, mode, &info, Unmanaged.passUnretained(self).toOpaque())
  }

  /// At most `count` bytes from `offset` on.
  func bytes(at offset: Int, count: Int) -> [UInt8] {
    let count = max(0, min(count, length - offset))
    position = offset
    return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = count == 0 ? 0 : read(buffer.baseAddress!, count)
    }
  }

  private static func at(_ pointer: UnsafeMutableRawPointer?) -> VirtualFile {
    Unmanaged<VirtualFile>.fromOpaque(pointer!).takeUnretainedValue()
  }

  private func seek(_ offset: Int, _ origin: Int32) -> sf_count_t {
    let base = origin == SEEK_SET ? 0 : origin == SEEK_CUR ? position : length
    let (target, overflow) = base.addingReportingOverflow(offset)
    if overflow || target < 0 { return -1 }
    position = target
    return sf_count_t(target)
  }

  private func read(_ target: UnsafeMutableRawPointer, _ count: Int) -> Int {
    let start = range?.lowerBound ?? 0
    let count = range.map { max(0, min(count, $0.count - position)) } ?? count
    let first = start + position
    let taken: Int
    if let descriptor {
      taken = transfer(count) { pread(descriptor, target + $0, count - $0, off_t(start + position)) }
    } else {
      taken = max(0, min(count, memory.count - first))
      if taken > 0 {
        memory.withUnsafeBytes { target.copyMemory(from: $0.baseAddress! + first, byteCount: taken) }
        position += taken
      }
    }
    for patch in patches {
      for (i, byte) in patch.bytes.enumerated() where (first..<first + taken).contains(patch.offset + i) {
        target.storeBytes(of: byte, toByteOffset: patch.offset + i - first, as: UInt8.self)
      }
    }
    return taken
  }

  private func write(_ source: UnsafeRawPointer, _ count: Int) -> Int {
    guard let descriptor else {
      let end = position + count
      if memory.count < end { memory.append(contentsOf: repeatElement(0, count: end - memory.count)) }
      let start = position
      memory.withUnsafeMutableBytes { ($0.baseAddress! + start).copyMemory(from: source, byteCount: count) }
      position = end
      return count
    }
    return transfer(count) { pwrite(descriptor, source + $0, count - $0, off_t(position)) }
  }

  /// Repeats `step`, given how much is done, until `count` bytes are done, the end is reached or it fails.
  private func transfer(_ count: Int, step: (Int) -> Int) -> Int {
    var done = 0
    while done < count {
      let more = step(done)
      if more < 0 {
        if errno == EINTR { continue }
        if failure == nil { failure = errno }
        break
      }
      if more == 0 { break }
      done += more
      position += more
    }
    return done
  }
}
