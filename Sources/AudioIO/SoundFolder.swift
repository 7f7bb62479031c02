// Which sound files there are under some folders: the whole tree, in an order that does not depend on the machine.
// Decides by name; whether a file really decodes shows when it is read. What is sound by its name or its first bytes and
// cannot be read is named, with the remedy: nothing vanishes. The endings: SoundNames.swift.
internal import Files

import Glibc

/// Sound files found, and what could not be taken.
package struct SoundFolder: Hashable, Sendable {
  /// Paths in byte order, without duplicates.
  package private(set) var files: [String] = []
  /// What could not be looked into or is no format that we read, by name and in byte order within a folder.
  package private(set) var skipped: [AudioIOError] = []
  /// Folders that were not entered because `isExcluded` said so, in the order of the walk.
  package private(set) var excluded: [String] = []

  /// Folders that were entered, by device and inode, and paths that were taken, by their bytes.
  private struct Visited {
    var folders: Set<[UInt64]> = []
    var paths: Set<[UInt8]> = []
  }

  /// Walks the trees. A path that is a file is taken whatever its name; inside folders, hidden names are left out and
  /// files count by their ending. Linked folders are entered once.
  /// - isExcluded: of each folder before it is entered, those that were named too.
  /// - Throws: `missing` for a path that is not there.
  package init(
    under paths: [String], isExcluded: (String) -> Bool = { _ in false }
  ) throws(AudioIOError) {
    var visited = Visited()
    for path in paths {
      guard let status = Disk.status(path) else { throw SoundFolder.absent(path) }
      if status.kind == .folder {
        walk(path, &visited, isExcluded)
      } else if visited.paths.insert(FileName.key(path)).inserted {
        files.append(path)
      }
    }
    files = files.map { (FileName.key($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
  }

  private mutating func walk(_ folder: String, _ visited: inout Visited, _ isExcluded: (String) -> Bool) {
    if isExcluded(folder) {
      excluded.append(folder)
      return
    }
    guard let status = Disk.status(folder), let names = Disk.names(in: folder) else {
      skipped.append(SoundFolder.absent(folder))
      return
    }
    guard visited.folders.insert([status.device, status.inode]).inserted else { return }
    let prefix = folder.utf8.last == UInt8(ascii: "/") ? folder : folder + "/"
    var folders: [String] = []
    for name in names where name.utf8.first != UInt8(ascii: ".") {
      let path = prefix + name
      let kind = SoundNames.kind(of: name)
      guard let status = Disk.status(path) else {  // a link that leads nowhere
        if kind != .other { skipped.append(SoundFolder.absent(path)) }
        continue
      }
      switch status.kind {
      case .folder: folders.append(path)
      case .file:
        switch kind {
        case .readable: if visited.paths.insert(FileName.key(path)).inserted { files.append(path) }
        case .foreign: skipped.append(.foreignFormat(path: path, format: SoundFormat.ending(of: name)))
        case .other: if let problem = SoundNames.sniff(path) { skipped.append(problem) }
        }
      case .pipe, .device, .other:
        if kind != .other { skipped.append(.unreadable(path: path, reason: "it is no file")) }
      }
    }
    for path in folders { walk(path, &visited, isExcluded) }
  }

  /// Why nothing can be seen at a path, from errno.
  private static func absent(_ path: String) -> AudioIOError {
    errno == ENOENT || errno == ENOTDIR
      ? .missing(path: path) : .unreadable(path: path, reason: Descriptor.reason())
  }
}

/// The sound files under some folders, the whole tree, in byte order of their paths.
/// - Throws: `missing` for a path that is not there.
package func soundFiles(under paths: [String]) throws(AudioIOError) -> [String] {
  try SoundFolder(under: paths).files
}
