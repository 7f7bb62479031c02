// Sound files as codes on disk, so that decoding, resampling and companding happen once. An entry belongs to a path,
// size, modification time, rate and number of levels; it says so itself, carries a checksum, appears by rename, and is
// made anew whenever anything about it is wrong. It may be deleted at any time. How it is laid out: CacheEntry.swift.
import AudioIO
import Files
import FoundationEssentials

/// What an entry belongs to.
struct TokenKey: Hashable {
  let text: String

  /// Nil if there is no such file.
  init?(path: String, sampleRate: Int, levels: Int) {
    guard let text = CacheEntry.key(path: path, of: "rate \(sampleRate) levels \(levels)") else { return nil }
    self.text = text
  }
}

/// A folder of entries. The words of those with codes: their number, their checksum, the file's traits (correlation of its
/// channels, not a number if it is not known; peak; share beyond full scale; 1 for an open end; the first three as Doubles).
package struct TokenCache: Sendable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// SYNTH_CACHE, or else synth/tokens in XDG_CACHE_HOME or ~/.cache. Nil if the environment names none of them.
  package static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> TokenCache? {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    if let own = value("SYNTH_CACHE") { return TokenCache(folder: own) }
    if let caches = value("XDG_CACHE_HOME") { return TokenCache(folder: caches + "/synth/tokens") }
    return value("HOME").map { TokenCache(folder: $0 + "/.cache/synth/tokens") }
  }

  func entry(_ key: TokenKey) -> CacheEntry {
    CacheEntry(folder: folder, ending: "tokens", magic: "synthtk3", key: key.text)
  }

  /// The entry, or nil if there is none or it is damaged.
  func load(_ key: TokenKey, levels: Int) -> Tokens? {
    guard let (words, data, offset) = entry(key).load(words: 6), words[0] <= UInt64(data.count) else {
      return nil
    }
    let correlation = Double(bitPattern: words[2])
    return Tokens(
      bytes: data, offset: offset, count: Int(words[0]), levels: levels, checksum: words[1],
      traits: SoundTraits(
        channelCorrelation: correlation.isNaN ? nil : correlation,
        peak: Float(Double(bitPattern: words[3])), shareBeyondFullScale: Double(bitPattern: words[4]),
        isOpenEnded: words[5] == 1))
  }

  /// Writes the entry. Throws if the folder cannot be made or written.
  func store(_ tokens: Tokens, _ key: TokenKey) throws(FileError) {
    let traits = tokens.traits
    let words = [
      UInt64(tokens.count), tokens.checksum, (traits.channelCorrelation ?? .nan).bitPattern,
      Double(traits.peak).bitPattern, traits.shareBeyondFullScale.bitPattern, traits.isOpenEnded ? 1 : 0,
    ]
    try entry(key).store(words, tokens.bytes.dropFirst(tokens.offset))
  }
}
