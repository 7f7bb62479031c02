// Making folders, for everything here that writes files.
import Glibc

package enum Folder {
  /// Makes a folder and its parents where they do not exist.
  package static func create(_ path: String) throws(FileError) {
    if mkdir(path, 0o777) == 0 { return }
    let cause = errno
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    guard cause == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
      throw .cannotCreate(path: path, errno: cause)
    }
    try create(String(path[..<slash]))
    if mkdir(path, 0o777) != 0 && errno != EEXIST { throw .cannotCreate(path: path, errno: errno) }
  }
}
