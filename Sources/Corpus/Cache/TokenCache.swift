// Sound files as codes on disk, so that decoding, resampling and companding happen once. An entry belongs to a file's content, the rate, the number
// of levels and the channel: a file that moved is found again by a checksum of its bytes, which is remembered for its path, size, number
// and times of change. It may all be deleted at any time. How it is stored: Files/Store.
import AudioIO
import Files

/// What tells one content of a file from another.
struct SourceKey: Hashable, Sendable {
  /// Of the path, size, times and number. Files that change places keep size and time, takes of one length have them from the
  /// start: only the system knows.
  let seen: String
  let size: Int

  /// Nil if there is no such file, or nothing that could be read twice.
  init?(path: String) {
    guard let status = Disk.status(path), status.kind == .file else { return nil }
    size = status.size
    seen =
      "seen size \(size) times \(status.modified) \(status.changed) number \(status.inode) path \(Disk.absolutePath(path))"
  }
}

/// A folder of codes and of what was heard.
package struct TokenCache: Sendable {
  package let folder: String
  let store: BlobStore
  /// Of the meaning of entries: to be raised with every change of it.
  private static let version = 1

  package init(folder: String) {
    self.folder = folder
    store = BlobStore(folder)
  }

  /// SYNTH_CACHE, or else synth/tokens in XDG_CACHE_HOME or ~/.cache. Nil if the environment names none of them.
  package static func standard(
    environment: (String) -> String? = FileName.environment
  ) -> TokenCache? {
    func value(_ name: String) -> String? { environment(name).flatMap { $0.isEmpty ? nil : $0 } }
    if let own = value("SYNTH_CACHE") { return TokenCache(folder: own) }
    if let caches = value("XDG_CACHE_HOME") { return TokenCache(folder: caches + "/synth/tokens") }
    return value("HOME").map { TokenCache(folder: $0 + "/.cache/synth/tokens") }
  }

  /// A checksum of a file's content: remembered, or nil.
  func content(_ source: SourceKey) -> String? {
    store.find(source.seen).map { String(decoding: $0.note, as: UTF8.self) }
  }

  /// The same, found out and remembered if that is possible.
  /// - Throws: if the file cannot be read.
  func contentOrRead(_ source: SourceKey, path: String) throws(FileError) -> String {
    if let known = content(source) { return known }
    let file = try InputFile(path: path)
    var sum: UInt64 = 0
    for first in stride(from: 0, to: file.size, by: 1 << 20) {
      let piece = try file.bytes(at: first, count: min(1 << 20, file.size - first))
      sum = Checksum.joined(sum, Checksum.of(piece))
    }
    let content = "\(file.size)-\(String(sum, radix: 16))"
    _ = try? store.begin().finish(source.seen, note: Array(content.utf8))
    return content
  }

  /// What the codes of some content are kept under.
  func key(_ content: String, _ options: FolderOptions) -> String {
    "codes \(TokenCache.version) of \(content) rate \(options.sampleRate) levels \(options.quantizationLevels) channel "
      + options.channel.rawValue
  }

  /// The entry, or nil if there is none.
  func load(_ key: String, _ options: FolderOptions) -> (tokens: Tokens, isGenerated: Bool)? {
    guard let blob = store.find(key), let note = TokenNote(bytes: blob.note, options) else { return nil }
    let levels = options.quantizationLevels
    guard blob.count == note.facts.count * (levels > 256 ? 2 : 1) else { return nil }
    return (Tokens(stored: blob, note.facts, levels: levels), note.isGenerated)
  }

  /// What is there so far outlives the process.
  func flush() throws(FileError) { try store.flush() }
}

/// What is kept with codes: nine words of eight bytes, then the blocks.
struct TokenNote {
  var facts: TokenFacts
  /// Whether the file says that it was generated here.
  var isGenerated: Bool

  init(facts: TokenFacts, isGenerated: Bool) { (self.facts, self.isGenerated) = (facts, isGenerated) }

  var bytes: [UInt8] {
    let traits = facts.traits
    let words: [UInt64] = [
      UInt64(facts.count), facts.checksum, (traits.channelCorrelation ?? .nan).bitPattern,
      Double(traits.peak).bitPattern, traits.shareBeyondFullScale.bitPattern,
      (traits.isOpenEnded ? 1 : 0) | (isGenerated ? 2 : 0), UInt64(traits.deadChannels),
      traits.offset.bitPattern, traits.clippedShare.bitPattern,
    ]
    return words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
      + facts.blocks.values
  }

  init?(bytes: [UInt8], _ options: FolderOptions) {
    guard bytes.count >= 72 else { return nil }
    func word(_ i: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[8 * i + $1]) << (8 * $1) } }
    func number(_ i: Int) -> Double { Double(bitPattern: word(i)) }
    let silence = Silence(levels: options.quantizationLevels, sampleRate: options.sampleRate)
    guard word(0) < 1 << 48,
      let blocks = SoundBlocks(size: silence.block, values: Array(bytes[72...]), count: Int(word(0)))
    else { return nil }
    let traits = SoundTraits(
      channelCorrelation: number(2).isNaN ? nil : number(2), peak: Float(number(3)),
      shareBeyondFullScale: number(4), isOpenEnded: word(5) & 1 != 0,
      deadChannels: Int(truncatingIfNeeded: word(6)), offset: number(7), clippedShare: number(8))
    facts = TokenFacts(count: Int(word(0)), checksum: word(1), traits: traits, blocks: blocks)
    isGenerated = word(5) & 2 != 0
  }
}
