// What was heard of recordings, kept beside their codes: hearing takes half a second for a minute of sound. An entry belongs to a file's
// content, to the channel, the rate, the frame, the hearing and the part of the file that was heard. How it is stored: Files/Store.
import Files

/// What an entry belongs to.
struct ControlKey: Hashable {
  /// Of what hearing finds: to be raised with every change to Signal/Controls that changes a curve. A test knows what this
  /// version finds.
  static let version = 4

  let text: String
  let hearing: Hearing

  /// - content: of the file, see `TokenCache.content`
  /// - frame: samples a frame
  init(content: String, sampleRate: Int, channel: String, frame: Int, hearing: Hearing, range: Range<Int>) {
    text =
      "heard \(ControlKey.version) of \(content) rate \(sampleRate) channel \(channel) frame \(frame) by \(hearing.name) samples "
      + "\(range.lowerBound) to \(range.upperBound)"
    self.hearing = hearing
  }
}

extension TokenCache {
  /// The entry, or nil if there is none, or if it is not of `frames` frames.
  func load(_ key: ControlKey, frames: Int) -> HeardControls? {
    store.find(key.text).flatMap {
      HeardControls(stored: $0, frames: frames, width: key.hearing.kept.count)
    }
  }

  /// - Returns: the entry instead of the copy in memory.
  /// - Throws: if the folder cannot be made or written.
  func store(_ heard: HeardControls, _ key: ControlKey) throws(FileError) -> HeardControls {
    let writer = try store.begin()
    try writer.append(heard.allBytes)
    let blob = try writer.finish(key.text)
    return HeardControls(stored: blob, frames: heard.frames, width: heard.width) ?? heard
  }
}
