// A file of the cache: a head that says what it belongs to, words of 8 bytes with a checksum, then the content, whose own
// checksum is among the words. It appears by rename, and whatever is wrong with it, it counts as absent. What the words and
// the content are: TokenCache.swift, ControlCache.swift. All little endian.
import Files
import FoundationEssentials

/// A place in the cache, there or not.
struct CacheEntry {
  let path: String
  /// The kind's eight letters, the key's length (4 bytes), the key.
  private let head: [UInt8]

  init(folder: String, ending: String, magic: String, key: String) {
    let text = Array(key.utf8)
    let hex = String(fnv1a(text.span), radix: 16)
    path = "\(folder)/" + String(repeating: "0", count: 16 - hex.count) + hex + ".\(ending)"
    head = Array(magic.utf8) + (0..<4).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text
  }

  /// What the key of a file's entry says: another size or time is another file.
  /// - of: what the entry holds of it.
  /// - Returns: nil if there is no such file.
  static func key(path: String, of what: String) -> String? {
    guard let status = Disk.status(path) else { return nil }
    let (seconds, nanoseconds) = status.modified.quotientAndRemainder(dividingBy: 1_000_000_000)
    return "size \(status.size) time \(seconds).\(nanoseconds) \(what) path \(Disk.absolutePath(path))"
  }

  /// The words, and the mapped file with the place where its content begins; nil if there is none or its head is damaged.
  func load(words count: Int) -> (words: [UInt64], data: Data, offset: Int)? {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else { return nil }
    let offset = head.count + 8 * (count + 1)
    guard data.count >= offset, data.prefix(head.count).elementsEqual(head) else { return nil }
    let words = (0...count).map { i in
      (0..<8).reduce(0) { $0 | UInt64(data[head.count + 8 * i + $1]) << (8 * $1) }
    }
    let checked = Array(words.dropLast())
    return words[count] == fnv1a(CacheEntry.bytes(checked).span) ? (checked, data, offset) : nil
  }

  /// Throws if the folder cannot be made or written.
  func store(_ words: [UInt64], _ content: Data) throws(FileError) {
    try Folder.create(Disk.split(path).folder)
    let head = head + CacheEntry.bytes(words + [fnv1a(CacheEntry.bytes(words).span)])
    // A few hundred kilobytes at a time: the codes of an hour are not copied as a whole.
    let size = 1 << 18
    let pieces = (0...(content.count + size - 1) / size).lazy.map { piece in
      piece == 0 ? head : Array(content.dropFirst((piece - 1) * size).prefix(size))
    }
    try AtomicFile.write(pieces: pieces, to: path)
  }

  private static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
  }
}
