// Replacing a file so that a reader, a crash or a power cut sees either the old bytes or the new, never a part.
import Glibc

/// Writes to a hidden sibling, fsyncs it, renames it over the target, fsyncs the folder.
package enum AtomicFile {
  /// Replaces or creates `path`.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(pieces: [bytes], to: path)
  }

  /// Replaces or creates `path` with UTF-8 text.
  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(pieces: [Array(text.utf8)], to: path)
  }

  /// Replaces or creates `path` with the pieces, one after the other.
  package static func write(pieces: some Sequence<[UInt8]>, to path: String) throws(FileError) {
    var status = stat()
    // Renaming over a device or a pipe would silently destroy it.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG { throw .wouldReplaceNonFile(path: path) }
    let (descriptor, temporary) = try create(beside: path)
    do throws(FileError) {
      defer { close(descriptor) }
      for piece in pieces { try append(piece, to: descriptor, path: path) }
      if fsync(descriptor) != 0 { throw .writeFailed(path: path, errno: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    if rename(temporary, path) != 0 {
      let cause = errno
      unlink(temporary)
      throw .cannotCreate(path: path, errno: cause)
    }
    try syncFolder(of: path)
  }

  /// Removes what an earlier process that was killed while writing `path` has left. Only for the one owner of a folder:
  /// it would also take the temporary file of a writer at work.
  package static func removeLeftovers(of path: String) {
    let (folder, name) = split(path)
    guard let handle = opendir(folder) else { return }
    defer { closedir(handle) }
    var stale: [String] = []
    while let entry = readdir(handle) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if found.hasPrefix(".\(name).") && found.hasSuffix(suffix) { stale.append(found) }
    }
    for name in stale { unlink("\(folder)/\(name)") }
  }

  private static let suffix = ".partial"

  private static func create(beside path: String) throws(FileError) -> (descriptor: Int32, path: String) {
    let (folder, name) = split(path)
    for attempt in 0..<100 {
      let temporary = "\(folder)/.\(name).\(getpid())-\(attempt)\(suffix)"
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, temporary) }
      if errno != EEXIST { throw .cannotCreate(path: path, errno: errno) }
    }
    throw .cannotCreate(path: path, errno: EEXIST)
  }

  private static func append(_ piece: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var done = 0
    while done < piece.count {
      let wrote = piece.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if wrote < 0 && errno == EINTR { continue }
      if wrote < 0 { throw .writeFailed(path: path, errno: errno) }
      done += wrote
    }
  }

  private static func syncFolder(of path: String) throws(FileError) {
    let descriptor = open(split(path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor < 0 { return }  // a folder that may be written but not read: nothing more can be done
    defer { close(descriptor) }
    // Some file systems have no fsync of folders and say EINVAL; their rename is as durable as they make it.
    if fsync(descriptor) != 0 && errno != EINVAL { throw .writeFailed(path: path, errno: errno) }
  }

  private static func split(_ path: String) -> (folder: String, name: Substring) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, path[path.index(after: slash)...])
  }
}
