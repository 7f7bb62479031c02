// Files that a command writes beside its report: pictures, tables, exports. Found out before the work whether they can be
// made, and said if one is replaced. Sounds, which cannot be had again: Commands/Generate/OutputTarget.swift.
import Files

enum Replacing {
  /// - Throws: `FileError` if no file can be made there.
  static func prepare(_ path: String) throws(FileError) {
    try AtomicFile.check(path)
    if let there = Disk.status(path), there.size > 0 {
      Terminal.note("\(path): replacing the file that was there")
    }
  }
}
