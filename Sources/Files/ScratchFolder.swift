// A folder that appears whole or not at all: filled under a hidden name beside its place, renamed when it is complete.
// Locked while its maker lives, as AtomicFile's temporary files are, so that whoever writes there next can take away what
// a killed maker has left.
import Glibc
import Synchronization

/// Being filled; ends with `commit` or `abandon`.
package struct ScratchFolder {
  /// Where to fill it.
  package let path: String
  private let target: String
  private let descriptor: Int32

  /// - target: does not exist, in a folder that does
  package init(for target: String) throws(FileError) {
    let (folder, name) = Disk.split(target)
    if name.isEmpty || Disk.exists(target) { throw .cannotCreate(path: target, errno: EEXIST) }
    self.target = target
    Temporary.clear(folder)
    for _ in 0..<100 {
      let path = Temporary.path(in: folder)
      if FileName.withCString(path, { mkdir($0, 0o777) }) != 0 {
        if errno == EEXIST { continue }
        throw .cannotCreate(path: target, errno: errno)
      }
      let descriptor = Disk.open(path, O_RDONLY | O_DIRECTORY)
      if descriptor >= 0 && Temporary.lock(descriptor) {
        (self.path, self.descriptor) = (path, descriptor)
        return
      }
      if descriptor >= 0 { close(descriptor) }
    }
    throw .cannotCreate(path: target, errno: EEXIST)
  }

  /// Puts it in its place. If that fails it is still there, and to be abandoned.
  package func commit() throws(FileError) {
    let renamed = FileName.withCString(path) { from in FileName.withCString(target) { to in rename(from, to) }
    }
    if renamed != 0 { throw .cannotCreate(path: target, errno: errno) }
    let folder = Disk.open(Disk.split(target).folder, O_RDONLY | O_DIRECTORY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    close(descriptor)
  }

  /// Takes it away with everything in it.
  package func abandon() {
    Folder.remove(path)
    close(descriptor)
  }
}

/// Hidden names of what is not complete yet. A lock tells what somebody still works on from what a killed process left.
enum Temporary {
  private static let (prefix, suffix) = (".synth-", ".tmp")
  /// Folders that this process has cleared.
  private static let cleared = Mutex<Set<[UInt8]>>([])

  static func path(in folder: String) -> String {
    path(in: folder, prefix + String(UInt64.random(in: 0 ... .max), radix: 36) + suffix)
  }

  /// Whether it is ours alone. Another process that clears the folder may have been first: then it is gone again.
  static func lock(_ descriptor: Int32) -> Bool {
    var status = stat()
    // A file system without locks cannot refuse anybody.
    let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    return isLocked && fstat(descriptor, &status) == 0 && status.st_nlink > 0
  }

  /// Removes what no living process of this user has locked, the first time that anything is written there.
  static func clear(_ folder: String) {
    let key = FileName.key(Disk.realPath(folder) ?? folder)
    if !cleared.withLock({ $0.insert(key).inserted }) { return }
    for name in Disk.names(in: folder) ?? [] where name.hasPrefix(prefix) && name.hasSuffix(suffix) {
      let leftover = path(in: folder, name)
      let descriptor = Disk.open(leftover, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
      if descriptor < 0 { continue }
      var status = stat()
      if fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
        flock(descriptor, LOCK_EX | LOCK_NB) == 0, FileName.withCString(leftover, { unlink($0) }) != 0
      {
        Folder.remove(leftover)
      }
      close(descriptor)
    }
  }

  /// For tests, which stand for several processes.
  static func forget() { cleared.withLock { $0 = [] } }

  private static func path(in folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
  }
}
