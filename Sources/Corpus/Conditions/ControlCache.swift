// What was heard of recordings, kept beside their codes: hearing takes a second and a half for a minute of sound. An entry
// belongs to a file's path, size and modification time, to the rate, the frame, the hearing and where the clip begins; like
// one of codes it carries a checksum, appears by rename, and may be deleted at any time. How it is laid out: CacheEntry.swift.
import Files

/// What an entry belongs to.
struct ControlKey: Hashable {
  /// Of what hearing finds: to be raised with every change to Signal/Controls that changes a curve. A test knows what this
  /// version finds.
  static let version = 3

  let text: String
  let hearing: Hearing

  /// - frame: samples a frame
  /// - start: the sample of the file at which the clip begins
  /// - Returns: nil if there is no such file.
  init?(path: String, sampleRate: Int, frame: Int, hearing: Hearing, start: Int) {
    let what =
      "rate \(sampleRate) frame \(frame) heard \(hearing.name) version \(ControlKey.version) start \(start)"
    guard let text = CacheEntry.key(path: path, of: what) else { return nil }
    (self.text, self.hearing) = (text, hearing)
  }
}

extension TokenCache {
  func entry(_ key: ControlKey) -> CacheEntry {
    CacheEntry(folder: folder, ending: "controls", magic: "synthct1", key: key.text)
  }

  /// The entry, or nil if there is none, if it is damaged, or if it is not of `frames` frames. Its words: the number of
  /// frames, their width, the checksum of the values.
  func load(_ key: ControlKey, frames: Int) -> HeardControls? {
    let width = key.hearing.channels.count
    guard let (words, data, offset) = entry(key).load(words: 3), words[0] == UInt64(frames),
      words[1] == UInt64(width)
    else { return nil }
    return HeardControls(bytes: data, offset: offset, frames: frames, width: width, checksum: words[2])
  }

  /// Writes the entry. Throws if the folder cannot be made or written.
  func store(_ heard: HeardControls, _ key: ControlKey) throws(FileError) {
    let words = [UInt64(heard.frames), UInt64(heard.width), heard.checksum]
    try entry(key).store(words, heard.bytes.dropFirst(heard.offset))
  }
}
