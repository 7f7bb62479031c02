// A file that grows by whole pieces: logs. Files that are replaced: AtomicFile.swift.
import Glibc

package enum AppendedFile {
  /// Adds `bytes` at the end with one write, so that a piece of another process is never between; makes the file if there is
  /// none. A kill may leave a part of the last piece: who reads has to cope.
  package static func append(_ bytes: [UInt8], to path: String) throws(FileError) {
    // A pipe that nobody reads is refused and not waited for.
    let file = Disk.open(path, O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK)
    if file < 0 { throw .cannotCreate(path: path, errno: errno) }
    defer { close(file) }
    if write(file, bytes, bytes.count) != bytes.count { throw .writeFailed(path: path, errno: errno) }
  }
}
