// A line of a store's index: which blob belongs to a key, where it lies, and a checksum of every 64 kB of it, so that any part can be
// read and checked by itself. In the file each record has its length and a checksum in front of it, so that a torn one shows.

/// What is known of a key.
struct BlobRecord: Hashable, Sendable {
  /// Bytes that have a checksum of their own.
  static let piece = 1 << 16

  var key: [UInt8]
  /// What the owner keeps with the blob, read with the index.
  var note: [UInt8]
  /// Which shard, and from which byte to which.
  var shard: UInt64
  var offset: Int
  var count: Int
  /// [pieces]
  var checksums: [UInt64]
  /// The key has no blob any more: it was damaged.
  var isForgotten = false

  /// Bytes in front of a record: its length (4) and its checksum (8).
  static let head = 12

  var bytes: [UInt8] {
    var body: [UInt8] = [isForgotten ? 1 : 0]
    func add(_ value: UInt64, _ size: Int) {
      for i in 0..<size { body.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(i)))) }
    }
    body.reserveCapacity(64 + key.count + note.count + 8 * checksums.count)
    add(UInt64(key.count), 4)
    body += key
    add(UInt64(note.count), 4)
    body += note
    add(shard, 8)
    add(UInt64(offset), 8)
    add(UInt64(count), 8)
    for checksum in checksums { add(checksum, 8) }
    let content = body
    body = []
    add(UInt64(content.count), 4)
    add(Checksum.of(content), 8)
    return body + content
  }

  /// The record that begins at `at`, and the place behind it; nil if it is torn, damaged or of another kind.
  static func read(_ bytes: [UInt8], at: Int) -> (BlobRecord, end: Int)? {
    guard at + head <= bytes.count else { return nil }
    var place = at
    func word(_ size: Int) -> UInt64 {
      defer { place += size }
      return (0..<size).reduce(0) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) }
    }
    let (count, checksum) = (Int(word(4)), word(8))
    let end = place + count
    guard count >= 1 + 4 + 4 + 24, end <= bytes.count else { return nil }
    let sum = bytes.withUnsafeBytes { Checksum.of(UnsafeRawBufferPointer(rebasing: $0[place..<end])) }
    guard sum == checksum else { return nil }
    func text() -> [UInt8]? {
      guard place + 4 <= end else { return nil }
      let size = Int(word(4))
      guard place + size <= end else { return nil }
      defer { place += size }
      return Array(bytes[place..<place + size])
    }
    let isForgotten = word(1) != 0
    guard let key = text(), let note = text(), place + 24 <= end else { return nil }
    let (shard, offset, length) = (word(8), word(8), word(8))
    guard offset < 1 << 62, length < 1 << 62 else { return nil }
    let pieces = (Int(length) + piece - 1) / piece
    guard place + 8 * pieces == end else { return nil }
    let record = BlobRecord(
      key: key, note: note, shard: shard, offset: Int(offset), count: Int(length),
      checksums: (0..<pieces).map { _ in word(8) }, isForgotten: isForgotten)
    return (record, end)
  }
}
