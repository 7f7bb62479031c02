// A sound that stands where a new one is to go: one that synth made, by its comment, or somebody's.
import AudioIO
import Files

struct EarlierSound {
  let path: String
  /// How synth made it; nil if it does not say.
  let comment: String?
  /// Whether replacing it may lose something that no command makes again. Bare samples say nothing about themselves, and could be
  /// anybody's.
  let isForeign: Bool

  init(_ path: String, isRaw: Bool) {
    self.path = path
    let found = isRaw ? nil : (try? SoundFile.info(path))?.comment
    comment = found?.hasPrefix("synth ") == true ? found : nil
    isForeign = comment == nil && Disk.status(path)?.size != 0
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
