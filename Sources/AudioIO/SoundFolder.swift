// Which sound files there are under some folders: the whole tree, in an order that does not depend on the machine.
// Decides by name alone; whether a file really decodes shows when it is read.

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Sound files found, and folders that could not be looked into.
package struct SoundFolder: Hashable, Sendable {
  /// Paths in byte order, without duplicates.
  package private(set) var files: [String] = []
  /// What could not be opened on the way, by name.
  package private(set) var skipped: [AudioIOError] = []
  /// Folders that were not entered because `isExcluded` said so, in the order of the walk.
  package private(set) var excluded: [String] = []

  /// Endings of what libsndfile reads.
  static let endings: Set<String> = [
    "wav", "wave", "bwf", "rf64", "w64", "aif", "aiff", "aifc", "afc", "au", "snd", "caf", "flac", "ogg",
    "oga", "opus",
    "mp3", "mp2", "voc", "iff", "svx", "8svx", "sph", "nist", "paf", "pvf", "sds", "avr", "sf", "ircam",
    "htk", "wve",
  ]

  /// Walks the trees. A path that is a file is taken whatever its name; inside folders, hidden names are left out and
  /// files count by their ending. Linked folders are entered once.
  /// - isExcluded: of each folder before it is entered, those that were named too.
  /// - Throws: `missing` for a path that is not there.
  package init(
    under paths: [String], isExcluded: (String) -> Bool = { _ in false }
  ) throws(AudioIOError) {
    var visited: Set<[UInt64]> = []
    var seen: Set<String> = []
    for path in paths {
      var status = stat()
      if stat(path, &status) != 0 {
        throw errno == ENOENT || errno == ENOTDIR
          ? .missing(path: path) : .unreadable(path: path, reason: Descriptor.reason())
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        walk(path, &visited, &seen, isExcluded)
      } else if seen.insert(path).inserted {
        files.append(path)
      }
    }
    files.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private mutating func walk(
    _ folder: String, _ visited: inout Set<[UInt64]>, _ seen: inout Set<String>,
    _ isExcluded: (String) -> Bool
  ) {
    if isExcluded(folder) {
      excluded.append(folder)
      return
    }
    var status = stat()
    guard stat(folder, &status) == 0, let stream = opendir(folder) else {
      skipped.append(.unreadable(path: folder, reason: Descriptor.reason()))
      return
    }
    defer { closedir(stream) }
    guard visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    var folders: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix(".") { continue }
      let path = prefix + name
      guard stat(path, &status) == 0 else {  // a link that leads nowhere
        if SoundFolder.endings.contains(SoundFormat.ending(of: name)) { skipped.append(.missing(path: path)) }
        continue
      }
      if status.st_mode & S_IFMT == S_IFDIR {
        folders.append(path)
      } else if status.st_mode & S_IFMT == S_IFREG,
        SoundFolder.endings.contains(SoundFormat.ending(of: name)),
        seen.insert(path).inserted
      {
        files.append(path)
      }
    }
    for path in folders.sorted() { walk(path, &visited, &seen, isExcluded) }
  }
}

/// The sound files under some folders, the whole tree, in byte order of their paths.
/// - Throws: `missing` for a path that is not there.
package func soundFiles(under paths: [String]) throws(AudioIOError) -> [String] {
  try SoundFolder(under: paths).files
}
