// One process at a time in a folder: a lock file with the owner's number in it. The kernel lets go of the lock when its
// owner ends, however it ends, so a file without a lock means nothing.
import Glibc

/// Held as long as the object lives.
package final class FolderLock {
  private let descriptor: Int32

  /// - Throws: `busy` with the other process' number, or `cannotCreate`.
  package init(_ path: String) throws(FileError) {
    descriptor = Disk.open(path, O_RDWR | O_CREAT | O_NOFOLLOW)
    if descriptor < 0 { throw .cannotCreate(path: path, errno: errno) }
    // A file system without locks cannot refuse anybody.
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
      var text = [UInt8](repeating: 0, count: 20)
      let count = max(0, pread(descriptor, &text, text.count, 0))
      let owner = Int32(String(decoding: text[..<count], as: UTF8.self).filter(\.isNumber))
      close(descriptor)
      throw .busy(path: path, process: owner)
    }
    let number = Array("\(getpid())\n".utf8)
    ftruncate(descriptor, 0)
    _ = pwrite(descriptor, number, number.count, 0)
  }

  deinit { close(descriptor) }
}
