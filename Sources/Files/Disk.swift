// Questions about paths, by names of any bytes (FileName.swift): what is there, what may be done with it, what a folder
// holds, where a path really leads. Writing: AtomicFile.swift. Reading: InputFile.swift.
import Glibc

/// The file system. A namespace.
package enum Disk {
  package enum Kind: Hashable, Sendable { case file, folder, pipe, device, other }

  /// What is at a path, following links.
  package struct Status: Hashable, Sendable {
    package let kind: Kind
    /// In bytes.
    package let size: Int
    /// Of the last change, in nanoseconds since 1970.
    package let modified: Int
    /// Of the last change of it or of what is known about it, a name or a place among others, likewise.
    package let changed: Int
    /// Who may read, write and execute it: nine bits.
    package let permissions: mode_t
    /// Equal for two paths that lead to the same file.
    package let device, inode: UInt64
  }

  /// Nil if nothing is there or it cannot be seen; errno says why.
  package static func status(_ path: String) -> Status? {
    var status = stat()
    guard FileName.withCString(path, { stat($0, &status) }) == 0 else { return nil }
    let kind: Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFCHR, S_IFBLK: .device
      default: .other
      }
    return Status(
      kind: kind, size: Int(status.st_size),
      modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim),
      permissions: status.st_mode & 0o777, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  private static func nanoseconds(_ time: timespec) -> Int { time.tv_sec * 1_000_000_000 + time.tv_nsec }

  package static func exists(_ path: String) -> Bool { may(path, F_OK) }
  package static func isFolder(_ path: String) -> Bool { status(path)?.kind == .folder }
  package static func isReadable(_ path: String) -> Bool { may(path, R_OK) }
  package static func isWritable(_ path: String) -> Bool { may(path, W_OK) }

  private static func may(_ path: String, _ mode: Int32) -> Bool {
    FileName.withCString(path) { access($0, mode) } == 0
  }

  /// Opens a path as `open` does; negative if that fails, errno says why. Never handed down to other programs.
  package static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o666) -> Int32 {
    FileName.withCString(path) { Glibc.open($0, flags | O_CLOEXEC, mode) }
  }

  /// Names in a folder, in byte order, without . and ..; nil if it cannot be looked into; errno says why.
  package static func names(in folder: String) -> [String]? {
    FileName.withCString(folder) { opendir($0) }.map(names)
  }

  /// The same of an open folder.
  static func names(in descriptor: Int32) -> [String]? {
    let copy = dup(descriptor)
    guard let stream = fdopendir(copy) else {
      close(copy)
      return nil
    }
    return names(stream)
  }

  /// Closes it.
  private static func names(_ stream: OpaquePointer) -> [String] {
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { FileName.text(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted(by: FileName.precedes)
  }

  /// Takes away everybody's permission to write a file, if the system lets us.
  package static func protect(_ path: String) { _ = FileName.withCString(path) { chmod($0, 0o444) } }

  /// The system's words for an error number.
  package static func words(_ errno: Int32) -> String { String(cString: strerror(errno)) }

  /// Removes a file; nothing happens if it cannot be removed.
  package static func remove(_ path: String) { _ = FileName.withCString(path) { unlink($0) } }

  /// Where a path leads, absolute and without links; nil if nothing is there.
  package static func realPath(_ path: String) -> String? {
    guard let real = FileName.withCString(path, { realpath($0, nil) }) else { return nil }
    defer { free(real) }
    return FileName.text(cString: real)
  }

  /// Where a path leads that nothing is at yet: a link says, or a link to a link; without one the path itself. Nil where links lead
  /// round in circles.
  package static func destination(_ path: String) -> String? {
    var path = path
    for _ in 0..<40 {
      var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
      let count = FileName.withCString(path) { readlink($0, &bytes, Int(PATH_MAX)) }
      if count <= 0 { return path }
      let target = bytes.withUnsafeBufferPointer { FileName.text(cString: $0.baseAddress!) }
      path = target.utf8.first == UInt8(ascii: "/") ? target : split(path).folder + "/" + target
    }
    return nil
  }

  /// The path from the root, without looking at links: relative ones start in the working directory.
  package static func absolutePath(_ path: String) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    let folder = FileName.text(cString: here)
    return path == "." ? folder : (folder.hasSuffix("/") ? folder : folder + "/") + path
  }

  /// Bytes that may still be written below a folder; nil if nobody knows.
  package static func room(in folder: String) -> Int? {
    var found = statvfs()
    guard FileName.withCString(folder, { statvfs($0, &found) }) == 0 else { return nil }
    let (bytes, isMore) = Int(clamping: found.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: found.f_frsize))
    return isMore ? .max : bytes
  }

  /// A path cut at its last slash: "a/b" is ("a", "b"), "b" is (".", "b"), "/b" is ("/", "b").
  package static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.utf8.index(after: slash)...]))
  }
}
