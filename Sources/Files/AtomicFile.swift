// Replacing a file so that a reader, a crash or a power cut sees either the old bytes or the new, never a part. The one
// way in which anything here writes a file that is to stay.
import Glibc

/// Writes to a hidden sibling, fsyncs it, renames it over the target, fsyncs the folder. The sibling is locked while its
/// writer lives, so that whoever writes into that folder next can take away what a killed writer has left.
package enum AtomicFile {
  /// Replaces or creates `path`.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(pieces: CollectionOfOne(bytes), to: path)
  }

  /// Replaces or creates `path` with UTF-8 text.
  package static func write(_ text: String, to path: String) throws(FileError) {
    try write(pieces: CollectionOfOne(Array(text.utf8)), to: path)
  }

  /// Replaces or creates `path` with the pieces, one after the other.
  package static func write(pieces: some Sequence<[UInt8]>, to path: String) throws(FileError) {
    try replace(path, failure: { $0 }) { descriptor throws(FileError) in
      for piece in pieces { try append(piece, to: descriptor, path: path) }
    }
  }

  /// Calls `body` with the descriptor of a temporary file that then takes the place of `path`. A link is followed, and
  /// the permissions of a file that was there are kept. Whatever fails, the temporary file goes and `path` stays.
  /// - failure: makes the caller's error of one of ours.
  package static func replace<Failure: Error>(
    _ path: String, failure: (FileError) -> Failure, body: (Int32) throws(Failure) -> Void
  ) throws(Failure) {
    let place: Place
    do throws(FileError) { place = try Place(path) } catch { throw failure(error) }
    do throws(Failure) {
      try body(place.descriptor)
    } catch {
      place.abandon()
      throw error
    }
    do throws(FileError) { try place.commit() } catch { throw failure(error) }
  }

  /// Whether a file can be made or replaced there, found out by making the temporary one: better now than after an hour.
  package static func check(_ path: String) throws(FileError) { try Place(path).abandon() }

  private static func append(_ piece: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
    var done = 0
    while done < piece.count {
      let wrote = piece.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + done, $0.count - done) }
      if wrote < 0 && errno == EINTR { continue }
      if wrote < 0 { throw .writeFailed(path: path, errno: errno) }
      done += wrote
    }
  }
}

/// A temporary file beside the one that it will replace.
private struct Place {
  let descriptor: Int32
  private let path, target, folder, temporary: String

  init(_ path: String) throws(FileError) {
    self.path = path
    if path.isEmpty { throw .cannotCreate(path: path, errno: ENOENT) }
    let old = Disk.status(path)
    // Renaming over a device or a pipe would silently destroy it.
    if let old, old.kind != .file { throw .wouldReplaceNonFile(path: path) }
    if old != nil && !Disk.isWritable(path) { throw .cannotCreate(path: path, errno: errno) }
    guard let destination = old == nil ? Disk.destination(path) : Disk.realPath(path) ?? path else {
      throw .cannotCreate(path: path, errno: ELOOP)
    }
    target = destination
    let name: String
    (folder, name) = Disk.split(target)
    if name.isEmpty { throw .wouldReplaceNonFile(path: path) }
    if FileName.bytes(name).count > Int(NAME_MAX) { throw .cannotCreate(path: path, errno: ENAMETOOLONG) }
    Temporary.clear(folder)
    (descriptor, temporary) = try Self.create(in: folder, path: path)
    if let old { fchmod(descriptor, old.permissions) }
  }

  /// Puts the temporary file in the target's place.
  func commit() throws(FileError) {
    if fsync(descriptor) != 0 {
      let cause = errno
      abandon()
      throw .writeFailed(path: path, errno: cause)
    }
    let renamed = FileName.withCString(temporary) { from in
      FileName.withCString(target) { to in rename(from, to) }
    }
    if renamed != 0 {
      let cause = errno
      abandon()
      throw .cannotCreate(path: path, errno: cause)
    }
    if close(descriptor) != 0 { throw .writeFailed(path: path, errno: errno) }
    try syncFolder()
  }

  func abandon() {
    Disk.remove(temporary)
    close(descriptor)
  }

  private func syncFolder() throws(FileError) {
    let descriptor = Disk.open(folder, O_RDONLY | O_DIRECTORY)
    if descriptor < 0 { return }  // a folder that may be written but not read: nothing more can be done
    defer { close(descriptor) }
    // Some file systems have no fsync of folders and say EINVAL; their rename is as durable as they make it.
    if fsync(descriptor) != 0 && errno != EINVAL { throw .writeFailed(path: path, errno: errno) }
  }

  /// A new locked file.
  private static func create(in folder: String, path: String) throws(FileError) -> (Int32, String) {
    for _ in 0..<100 {
      let temporary = Temporary.path(in: folder)
      let descriptor = Disk.open(temporary, O_RDWR | O_CREAT | O_EXCL)
      if descriptor < 0 {
        if errno == EEXIST { continue }
        throw .cannotCreate(path: path, errno: errno)
      }
      if Temporary.lock(descriptor) { return (descriptor, temporary) }
      close(descriptor)
    }
    throw .cannotCreate(path: path, errno: EEXIST)
  }
}
