// Making folders, for everything here that writes files.
import Glibc

package enum Folder {
  /// Makes a folder and its parents where they do not exist.
  package static func create(_ path: String) throws(FileError) {
    if make(path) == 0 { return }
    let cause = errno
    if Disk.isFolder(path) { return }
    let (parent, _) = Disk.split(path)
    guard cause == ENOENT, parent != ".", parent != "/", parent != path else {
      throw .cannotCreate(path: path, errno: cause)
    }
    try create(parent)
    if make(path) != 0 && errno != EEXIST { throw .cannotCreate(path: path, errno: errno) }
  }

  /// Makes a folder that must be new, in one that is there.
  package static func createNew(_ path: String) throws(FileError) {
    if make(path) != 0 { throw .cannotCreate(path: path, errno: errno) }
  }

  /// Removes a folder with all that is in it, as far as that can be done; links are removed, not followed.
  package static func remove(_ path: String) {
    for name in Disk.names(in: path) ?? [] {
      let inside = "\(path)/\(name)"
      if FileName.withCString(inside, { unlink($0) }) != 0 { remove(inside) }
    }
    _ = FileName.withCString(path) { rmdir($0) }
  }

  private static func make(_ path: String) -> Int32 { FileName.withCString(path) { mkdir($0, 0o777) } }
}
