// Sound files as codes on disk, so that decoding, resampling and companding happen once. An entry belongs to a path,
// size, modification time, rate and number of levels; it says so itself, carries a checksum, appears by rename, and is
// made anew whenever anything about it is wrong. It may be deleted at any time.
import AudioIO
import Files
import FoundationEssentials

/// What an entry belongs to.
struct TokenKey: Hashable {
  let text: String

  /// Nil if there is no such file.
  init?(path: String, sampleRate: Int, levels: Int) {
    guard let status = Disk.status(path) else { return nil }
    let (seconds, nanoseconds) = status.modified.quotientAndRemainder(dividingBy: 1_000_000_000)
    text =
      "size \(status.size) time \(seconds).\(nanoseconds) rate \(sampleRate) levels \(levels) "
      + "path \(Disk.absolutePath(path))"
  }

  var fileName: String {
    let hex = String(fnv1a(Array(text.utf8).span), radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex + ".tokens"
  }
}

/// A folder of entries: "synthtk3", the key's length (4 bytes), the key, seven words of 8 bytes, the codes. The words: the
/// number of codes, their checksum, the file's traits (correlation of its channels, not a number if it is not known; peak;
/// share beyond full scale; 1 for an open end; the first three as Doubles), the checksum of the words before.
/// All little endian.
package struct TokenCache: Sendable {
  package let folder: String
  private static let magic = Array("synthtk3".utf8)

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

  /// The entry, or nil if there is none or it is damaged.
  func load(_ key: TokenKey, levels: Int) -> Tokens? {
    let url = URL(filePath: folder + "/" + key.fileName)
    guard let data = try? Data(contentsOf: url, options: .mappedIfSafe) else { return nil }
    let header = TokenCache.header(key)
    let offset = header.count + 56
    guard data.count >= offset, data.prefix(header.count).elementsEqual(header) else { return nil }
    let words = (0..<7).map { i in
      (0..<8).reduce(0) { $0 | UInt64(data[header.count + 8 * i + $1]) << (8 * $1) }
    }
    guard words[0] <= UInt64(data.count), words[6] == fnv1a(TokenCache.bytes(words.dropLast()).span) else {
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
    try Folder.create(folder)
    let traits = tokens.traits
    let words = [
      UInt64(tokens.count), tokens.checksum, (traits.channelCorrelation ?? .nan).bitPattern,
      Double(traits.peak).bitPattern, traits.shareBeyondFullScale.bitPattern, traits.isOpenEnded ? 1 : 0,
    ]
    let head = TokenCache.header(key) + TokenCache.bytes(words + [fnv1a(TokenCache.bytes(words).span)])
    let codes = tokens.bytes.dropFirst(tokens.offset)
    // A few hundred kilobytes at a time: the codes of an hour are not copied as a whole.
    let size = 1 << 18
    let pieces = (0...(codes.count + size - 1) / size).lazy.map { piece in
      piece == 0 ? head : Array(codes.dropFirst((piece - 1) * size).prefix(size))
    }
    try AtomicFile.write(pieces: pieces, to: folder + "/" + key.fileName)
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }

  private static func header(_ key: TokenKey) -> [UInt8] {
    let text = Array(key.text.utf8)
    return magic + (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}
