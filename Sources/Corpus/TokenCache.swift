// Sound files as codes on disk, so that decoding, resampling and companding happen once. An entry belongs to a path,
// size, modification time, rate and number of levels; it says so itself, carries a checksum, appears by rename, and is
// made anew whenever anything about it is wrong. It may be deleted at any time.
import FoundationEssentials
import Glibc

/// What an entry belongs to.
struct TokenKey: Hashable {
  let text: String

  /// Nil if there is no such file.
  init?(path: String, sampleRate: Int, levels: Int) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    let time = status.st_mtim
    text =
      "size \(status.st_size) time \(time.tv_sec).\(time.tv_nsec) rate \(sampleRate) levels \(levels) "
      + "path \(absolute)"
  }

  var fileName: String {
    let hex = String(fnv1a(Array(text.utf8).span), radix: 16)
    return String(repeating: "0", count: 16 - hex.count) + hex + ".tokens"
  }
}

/// A folder of entries: "synthtk2", the key's length (4 bytes), the key, the number of codes (8), their checksum (8), the
/// correlation of the file's channels (8, a Double; not a number if it is not known), the same inverted (8), the codes.
/// All little endian.
package struct TokenCache: Sendable {
  package let folder: String
  private static let magic = Array("synthtk2".utf8)

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
    let offset = header.count + 32
    guard data.count >= offset, data.prefix(header.count).elementsEqual(header) else { return nil }
    func word(_ at: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(data[at + $1]) << (8 * $1) } }
    let count = word(header.count)
    guard count <= UInt64(data.count), word(header.count + 16) == ~word(header.count + 24) else { return nil }
    let correlation = Double(bitPattern: word(header.count + 16))
    return Tokens(
      bytes: data, offset: offset, count: Int(count), levels: levels, checksum: word(header.count + 8),
      channelCorrelation: correlation.isNaN ? nil : correlation)
  }

  /// Writes the entry. Throws if the folder cannot be made or written.
  func store(_ tokens: Tokens, _ key: TokenKey) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var data = Data(TokenCache.header(key))
    let correlation = (tokens.channelCorrelation ?? .nan).bitPattern
    for word in [UInt64(tokens.count), tokens.checksum, correlation, ~correlation] {
      for i in 0..<8 { data.append(UInt8(truncatingIfNeeded: word >> (8 * i))) }
    }
    data.append(tokens.bytes.dropFirst(tokens.offset))
    // .atomic writes under a temporary name, syncs and renames.
    try data.write(to: URL(filePath: folder + "/" + key.fileName), options: .atomic)
  }

  private static func header(_ key: TokenKey) -> [UInt8] {
    let text = Array(key.text.utf8)
    return magic + (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }
}
