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

  /// Removes a folder with all that is in it, as far as that can be done. A link in it is removed or stays, and is never followed:
  /// every step starts from an open folder, so that nobody can put a link in the way.
  package static func remove(_ path: String) {
    let (parent, name) = Disk.split(path)
    let descriptor = Disk.open(parent, O_RDONLY | O_DIRECTORY)
    if descriptor < 0 { return }
    remove(name, in: descriptor)
    close(descriptor)
  }

  private static func remove(_ name: String, in folder: Int32) {
    FileName.withCString(name) { file in
      if unlinkat(folder, file, 0) == 0 { return }
      let descriptor = openat(folder, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      if descriptor < 0 { return }
      for inside in Disk.names(in: descriptor) ?? [] { remove(inside, in: descriptor) }
      close(descriptor)
      unlinkat(folder, file, AT_REMOVEDIR)
    }
  }

  private static func make(_ path: String) -> Int32 { FileName.withCString(path) { mkdir($0, 0o777) } }
}
