// The sounds of one folder by name, and their partners in other folders: files belong together if their paths below
// their folders agree, byte by byte, but for the ending. What has no partner is listed, never left out silently. A
// single file in a folder's place is a set of one; single files belong together whatever their names.
internal import AudioIO
internal import Files

/// A folder's sound files.
struct SoundSet: Hashable, Sendable {
  /// By the bytes of its relative stem ("drums/kick" for FOLDER/drums/kick.wav): the stem and the path of each file.
  private let files: [[UInt8]: Sound]

  /// What was given, and whether it is a file.
  private let root: String
  private let isFile: Bool

  private struct Sound: Hashable, Sendable {
    let stem, path: String
  }

  init(folder: String) throws(ListeningError) {
    let slash = UInt8(ascii: "/")
    var root = folder
    while root.utf8.count > 1, root.utf8.last == slash { root.unicodeScalars.removeLast() }
    let found: SoundFolder
    do throws(AudioIOError) { found = try SoundFolder(under: [root]) } catch {
      throw .unreadable(path: folder, reason: "\(error)")
    }
    if let problem = found.skipped.first { throw .unreadable(path: folder, reason: "\(problem)") }
    var files: [[UInt8]: Sound] = [:]
    (self.root, isFile) = (root, !Disk.isFolder(root))
    let above = isFile ? Disk.split(root).folder : root
    let prefix = FileName.bytes(above == "/" ? "/" : above + "/")
    for path in found.files {
      var stem = FileName.bytes(path)
      if stem.starts(with: prefix) { stem.removeFirst(prefix.count) }
      if let dot = stem.lastIndex(of: UInt8(ascii: ".")), !stem[dot...].contains(slash) {
        stem.removeLast(stem.count - dot)
      }
      if let other = files[stem] { throw .ambiguous(paths: [other.path, path]) }
      files[stem] = Sound(stem: FileName.text(stem), path: path)
    }
    if files.isEmpty { throw .noSounds(path: folder) }
    self.files = files
  }

  /// Single files under one name: their own if they share it. Folders are as they were.
  /// - Throws: `fileBesideFolder`.
  static func single(
    _ sets: [(name: String, set: SoundSet)]
  ) throws(ListeningError) -> [(name: String, set: SoundSet)] {
    guard let file = sets.first(where: \.set.isFile)?.set else { return sets }
    if let folder = sets.first(where: { !$0.set.isFile })?.set {
      throw .fileBesideFolder(file: FileName.shown(file.root), folder: FileName.shown(folder.root))
    }
    let stems = Set(sets.flatMap { $0.set.files.keys })
    let stem = stems.count == 1 ? stems.first! : Array("sound".utf8)
    return sets.map { ($0.name, SoundSet(renaming: $0.set, to: stem)) }
  }

  private init(renaming set: SoundSet, to stem: [UInt8]) {
    files = [stem: Sound(stem: FileName.text(stem), path: set.files.first!.value.path)]
    (root, isFile) = (set.root, true)
  }

  /// Where the sound of that name is; it must be one of `common`.
  func path(_ name: String) -> String { files[FileName.key(name)]!.path }

  /// The names that all sets have, in byte order.
  /// - Throws: `unpaired` with everything that one has and another has not.
  static func common(_ sets: [(name: String, set: SoundSet)]) throws(ListeningError) -> [String] {
    var all: [[UInt8]: String] = [:]
    for (_, set) in sets {
      for (key, sound) in set.files { all[key] = sound.stem }
    }
    let names = all.sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var missing: [String] = []
    for (system, set) in sets {
      missing += names.filter { set.files[$0.key] == nil }.map { "\(system): \(FileName.shown($0.value))" }
    }
    if !missing.isEmpty { throw .unpaired(missing: missing) }
    return names.map(\.value)
  }

  /// What people read instead of those names, each different from the others even to whoever compares text: names that
  /// differ in nothing that is seen get numbers.
  static func titles(_ names: [String]) -> [String] {
    var taken: Set<String> = []
    return names.map { name in
      let shown = FileName.shown(name)
      var (title, number) = (shown, 1)
      while !taken.insert(title).inserted {
        number += 1
        title = "\(shown) (\(number))"
      }
      return title
    }
  }
}
