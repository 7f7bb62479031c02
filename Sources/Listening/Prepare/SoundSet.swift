// The sounds of one folder by name, and their partners in other folders: files belong together if their paths below
// their folders agree but for the ending. What has no partner is listed, never left out silently.
internal import AudioIO

/// A folder's sound files.
struct SoundSet: Hashable, Sendable {
  /// Path of each file by its relative stem: "drums/kick" for FOLDER/drums/kick.wav.
  let files: [String: String]

  init(folder: String) throws(ListeningError) {
    var root = folder
    while root.count > 1, root.hasSuffix("/") { root.removeLast() }
    let found: SoundFolder
    do throws(AudioIOError) { found = try SoundFolder(under: [root]) } catch {
      throw .unreadable(path: folder, reason: "\(error)")
    }
    if let problem = found.skipped.first { throw .unreadable(path: folder, reason: "\(problem)") }
    var files: [String: String] = [:]
    let prefix = root == "/" ? "/" : root + "/"
    for path in found.files {
      var stem = path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
      if let dot = stem.lastIndex(of: "."), !stem[dot...].contains("/") { stem = String(stem[..<dot]) }
      if let other = files[stem] { throw .ambiguous(paths: [other, path]) }
      files[stem] = path
    }
    if files.isEmpty { throw .noSounds(path: folder) }
    self.files = files
  }

  /// The names that all sets have, in byte order.
  /// - Throws: `unpaired` with everything that one has and another has not.
  static func common(_ sets: [(name: String, set: SoundSet)]) throws(ListeningError) -> [String] {
    var all: Set<String> = []
    for (_, set) in sets { all.formUnion(set.files.keys) }
    let names = all.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var missing: [String] = []
    for (system, set) in sets {
      missing += names.filter { set.files[$0] == nil }.map { "\(system): \($0)" }
    }
    if !missing.isEmpty { throw .unpaired(missing: missing) }
    return names
  }
}
