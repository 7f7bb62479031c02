// A sound that stands where a new one is to go: one that synth made, by a comment that fits it, or somebody's.
import AudioIO
import Files

struct EarlierSound {
  let path: String
  /// How synth made it, without the checksum; nil if it does not say, or has been changed since.
  let comment: String?
  /// Whether replacing it may lose something that no command makes again. Bare samples say nothing about themselves, and could be
  /// anybody's.
  let isForeign: Bool

  init(_ path: String, isRaw: Bool) {
    self.path = path
    comment = isRaw ? nil : Self.comment(path)
    isForeign = comment == nil && Disk.status(path)?.size != 0
  }

  private static func comment(_ path: String) -> String? {
    guard let info = try? SoundFile.info(path), info.channels == 1, let whole = info.comment,
      whole.hasPrefix("synth ")
    else { return nil }
    guard let blank = whole.lastIndex(of: " "), whole[blank...].hasPrefix(" " + SoundChecksum.key) else {
      return fits(whole, info) ? whole : nil
    }
    guard let word = try? SoundChecksum.word(reading: path, info), whole[blank...].dropFirst() == word else {
      return nil
    }
    return String(whole[..<blank])
  }

  /// Whether a file has the width and the length that its comment says: all that comments of earlier versions say of its samples.
  private static func fits(_ comment: String, _ info: SoundFileInfo) -> Bool {
    let words = comment.split(separator: " ")
    func value(_ key: String) -> Substring? {
      words.last { $0.hasPrefix(key) }.map { $0.dropFirst(key.count) }
    }
    let isPack = words.count > 2 && words[2] == "pack:"
    guard let samples = value("samples=").flatMap({ Int($0) }) else {
      return isPack && words.contains("preview")
    }
    let encoding =
      switch value("format=") {
      case "24": "Signed 24 bit PCM"
      case "float": "32 bit float"
      default: "Signed 16 bit PCM"
      }
    if info.encoding != encoding { return false }
    // What is silent at either end of a pack's recording is cut away, and at another rate there are as many more of them.
    if isPack { return value("rate=") != nil || info.frames <= samples }
    return words.contains("include-prime") ? info.frames >= samples : info.frames == samples
  }

  /// Equal for the takes of one command: without what is each clip's own.
  var settings: String? { comment.map(Self.settings) }

  static func settings(_ comment: String) -> String { words(of: comment, without: ["clip=", "told="]) }

  /// A comment without the words that begin so.
  static func words(of comment: String, without own: [String]) -> String {
    comment.split(separator: " ").filter { word in !own.contains { word.hasPrefix($0) } }
      .joined(separator: " ")
  }

  /// The seed that it was made with.
  var seed: UInt64? {
    comment?.split(separator: " ").first { $0.hasPrefix("seed=") }.flatMap { UInt64($0.dropFirst(5)) }
  }

  /// What is going to be replaced; a single take with the settings that make it again.
  static func sentence(_ earlier: [EarlierSound]) -> String? {
    guard let first = earlier.first else { return nil }
    if earlier.count > 1 {
      return "\(first.path) ... \(earlier.last!.path): replacing \(earlier.count) earlier files"
    }
    return "\(first.path): replacing an earlier " + (first.comment.map { "take (\($0))" } ?? "file")
  }
}
