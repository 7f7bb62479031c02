// Files and folders that a command writes beside its report: pictures, tables, exports, runs. Found out before the work
// whether they can be made, and said if one is replaced. Sounds, which cannot be had again: Commands/Generate/OutputTarget.swift.
import Files
import Glibc

enum Replacing {
  /// - Throws: `FileError` if no file can be made there.
  static func prepare(_ path: String) throws(FileError) {
    try AtomicFile.check(path)
    if let there = Disk.status(path), there.size > 0 {
      Terminal.note("\(path): replacing the file that was there")
    }
  }

  /// Nothing is made yet, so that nothing is left by a stop.
  /// - Throws: `FileError` if there is no such folder and none can be made, with its parents.
  static func prepareFolder(_ path: String) throws(FileError) {
    if Disk.exists(path) { return }
    var place = Disk.split(path.hasSuffix("/") ? String(path.dropLast()) : path)
    while true {
      if FileName.bytes(place.name).count > Int(NAME_MAX) {
        throw .cannotCreate(path: path, errno: ENAMETOOLONG)
      }
      if Disk.exists(place.folder) { break }
      place = Disk.split(place.folder)
    }
    do throws(FileError) { try AtomicFile.check(place.folder + "/" + place.name) } catch {
      if case .cannotCreate(_, let cause) = error { throw .cannotCreate(path: path, errno: cause) }
      throw error
    }
  }
}
