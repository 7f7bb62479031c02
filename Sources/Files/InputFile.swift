// A regular file open for reading at any offset. Not a map: a mapped file that someone truncates kills the process.
import Glibc

/// An open file of known size. Reads are positioned, so it may be shared between threads.
package final class InputFile: Sendable {
  package let path: String
  /// In bytes, when it was opened.
  package let size: Int
  private let descriptor: Int32

  package init(path: String) throws(FileError) {
    // Not blocking, so that a named pipe is refused below instead of being waited for.
    let descriptor = Disk.open(path, O_RDONLY | O_NONBLOCK)
    if descriptor < 0 {
      throw errno == ENOENT || errno == ENOTDIR
        ? .notFound(path: path) : .notReadable(path: path, errno: errno)
    }
    var status = stat()
    if fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
      close(descriptor)
      throw .notRegular(path: path)
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes that start at `offset`.
  package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, buffer.baseAddress! + done, buffer.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw .readFailed(path: path, errno: errno) }
      if got == 0 { throw .shrank(path: path) }
      done += got
    }
  }

  /// `count` bytes from `offset`.
  package func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    try read(into: buffer, at: offset)
    return [UInt8](buffer)
  }

  /// A whole file of at most `limit` bytes.
  package static func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try InputFile(path: path)
    if file.size > limit { throw .tooLarge(path: path, bytes: file.size, limit: limit) }
    return try file.bytes(at: 0, count: file.size)
  }

  /// The same of a file, a pipe or a device, which is read to its end.
  package static func contents(ofStream path: String, limit: Int) throws(FileError) -> [UInt8] {
    guard let kind = Disk.status(path)?.kind, kind == .pipe || kind == .device else {
      return try contents(of: path, limit: limit)
    }
    let descriptor = Disk.open(path, O_RDONLY)
    if descriptor < 0 { throw .notReadable(path: path, errno: errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let got = Glibc.read(descriptor, &piece, piece.count)
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw .readFailed(path: path, errno: errno) }
      if got == 0 { return bytes }
      bytes += piece[..<got]
      if bytes.count > limit { throw .tooLarge(path: path, bytes: bytes.count, limit: limit) }
    }
  }
}
