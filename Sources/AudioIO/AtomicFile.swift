// A file that appears whole or not at all: written under a temporary name in the same folder, synced, renamed.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

enum AtomicFile {
  /// Calls `body` with the descriptor of a temporary file that then takes the place of `path`. A link is followed, and
  /// the permissions of a file that was there are kept. Whatever fails, the temporary file goes and `path` stays.
  /// - Throws: `cannotCreate`, `writeFailed`, or what `body` throws.
  static func replace(_ path: String, body: (Int32) throws(AudioIOError) -> Void) throws(AudioIOError) {
    var target = path
    var old = stat()
    let exists = stat(path, &old) == 0
    if exists {
      if old.st_mode & S_IFMT == S_IFDIR { throw .cannotCreate(path: path, reason: "it is a folder") }
      if old.st_mode & S_IFMT != S_IFREG {
        throw .cannotCreate(path: path, reason: "it is not an ordinary file")
      }
      if access(path, W_OK) != 0 { throw .cannotCreate(path: path, reason: Descriptor.reason()) }
      if let real = realpath(path, nil) {
        target = String(cString: real)
        free(real)
      }
    }
    let folder: String
    if let slash = target.utf8.lastIndex(of: UInt8(ascii: "/")) {
      folder = String(target[...slash])
      if target.utf8.index(after: slash) == target.utf8.endIndex {
        throw .cannotCreate(path: path, reason: "it names a folder")
      }
    } else {
      folder = "./"
    }
    if target.isEmpty { throw .cannotCreate(path: path, reason: "the name is empty") }
    let temporary = folder + ".synth-" + String(UInt64.random(in: 0 ... .max), radix: 36) + ".tmp"
    let descriptor = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0 { throw .cannotCreate(path: path, reason: Descriptor.reason()) }
    do throws(AudioIOError) {
      if exists { fchmod(descriptor, old.st_mode & 0o777) }
      try body(descriptor)
      if fsync(descriptor) != 0 { throw .writeFailed(path: path, reason: Descriptor.reason()) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    if close(descriptor) != 0 || rename(temporary, target) != 0 {
      let reason = Descriptor.reason()
      unlink(temporary)
      throw .writeFailed(path: path, reason: reason)
    }
    // The new name itself: not every file system can sync a folder, and then there is nothing to be done.
    let parent = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      fsync(parent)
      close(parent)
    }
  }
}
