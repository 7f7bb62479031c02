// Whose a run's folder is, and what it may be used for: one process at a time, a new run where there is none, an old one
// as it was. What a start that was cut off has left is taken for nothing.
internal import Files
internal import SafeTensors

/// A run's folder that no other process trains in while this object lives.
package final class RunFolder {
  package let files: RunFiles
  private let lock: FolderLock

  private init(_ files: RunFiles) throws {
    self.files = files
    do throws(FileError) {
      lock = try FolderLock(files.lock)
    } catch {
      guard case .busy(_, let process) = error else { throw error }
      throw FileError.busy(path: files.folder, process: process)
    }
  }

  /// Makes and locks the folder of a new run.
  /// - Throws: if another process trains there, or if there is a run or a model.
  package static func begin(_ files: RunFiles) throws -> RunFolder {
    try requireNew(files)
    try Folder.create(files.folder)
    let folder = try RunFolder(files)
    try checkIsNew(files)  // another process may have begun, and ended, in between
    return folder
  }

  /// Locks the folder of a run that is to go on.
  /// - Throws: if another process trains there, or if there is no run.
  package static func reopen(_ files: RunFiles) throws -> RunFolder {
    guard files.holdsRun else {
      try checkIsFree(files)  // perhaps one is just beginning
      throw TrainingError.noRun(path: files.folder)
    }
    return try RunFolder(files)
  }

  /// Whether a new run could begin there, found out before the work; nothing is made.
  /// - Throws: as `begin`.
  package static func requireNew(_ files: RunFiles) throws {
    try checkIsFree(files)
    try checkIsNew(files)
  }

  private static func checkIsFree(_ files: RunFiles) throws {
    if Disk.exists(files.lock) { _ = try RunFolder(files) }
  }

  private static func checkIsNew(_ files: RunFiles) throws {
    if files.holdsRun { throw TrainingError.runExists(path: files.folder) }
    guard let status = Disk.status(files.folder) else { return }
    if status.kind != .folder { throw TrainingError.notAFolder(path: files.folder) }
    if isUnfinishedStart(files) { return }
    for path in [files.state, files.folder + "/config.json"] where Disk.exists(path) {
      throw TrainingError.holdsModel(path: files.folder, file: path)
    }
  }

  /// Whether what is there is what a new run writes before its first step: the state comes first and says that no step
  /// is done, run.json comes last and is missing.
  private static func isUnfinishedStart(_ files: RunFiles) -> Bool {
    guard Disk.exists(files.state), let reader = try? SafeTensorsReader(path: files.state) else {
      return false
    }
    return reader.metadata["optimizer_step"] == "0"
  }
}
