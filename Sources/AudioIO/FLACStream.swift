// Native FLAC (RFC 9639): where streams follow one another in a file, and whether one whose header does not know its
// length is cut, which only the checksum of its last frame can tell.

enum FLACStream {
  static func parts(_ scanner: ByteScanner, from start: Int, name: String) throws(AudioIOError) -> SoundParts
  {
    var parts: [SoundPart] = []
    var at = start
    while true {
      guard scanner.big(at + 4, 1).map({ $0 & 127 }) == 0, scanner.big(at + 5, 3) == 34 else {
        throw .damaged(path: name, reason: "its FLAC header is not one")
      }
      let next = try begin(scanner, after: at + 42)
      let end = try trimmed(scanner, at, next ?? scanner.size)
      // 36 bits: the number of samples, 0 where the encoder did not know it.
      let total = (scanner.big(at + 21, 5) ?? 0) & 0xF_FFFF_FFFF
      if total == 0, try !endsWithFrame(scanner, at + 42, end) {
        throw .truncated(path: name, announced: "another FLAC frame", found: "a part of it")
      }
      parts.append(SoundPart(range: at..<end))
      guard let next else { return SoundParts(parts: parts, end: end) }
      at = next
    }
  }

  private static func begin(_ scanner: ByteScanner, after at: Int) throws(AudioIOError) -> Int? {
    var from = at
    while let place = try scanner.find("fLaC", from: from) {
      if scanner.big(place + 4, 1).map({ $0 & 127 }) == 0, scanner.big(place + 5, 3) == 34 { return place }
      from = place + 1
    }
    return nil
  }

  /// The end without tags that begin within the last 64 KiB.
  private static func trimmed(_ scanner: ByteScanner, _ start: Int, _ end: Int) throws(AudioIOError) -> Int {
    if end - start > 128 + 42, scanner.has("TAG", at: end - 128) { return end - 128 }
    let from = max(start + 42, end - 1 << 16)
    for mark in ["ID3", "APETAGEX"] {
      if let place = try scanner.find(mark, from: from, limit: end),
        try Tags.skip(scanner, from: place) >= end
      {
        return place
      }
    }
    return end
  }

  /// Whether a frame ends where the stream does: its checksum, the last two bytes, is right from some sync code on. A
  /// stream without any frame ends with none, rightly. Bytes like sync codes are one in 16 000: where there are many, the stream is
  /// no sound, and is not searched for long.
  private static func endsWithFrame(_ scanner: ByteScanner, _ start: Int, _ end: Int) throws(AudioIOError)
    -> Bool
  {
    let from = max(start, end - 1 << 20)
    guard let bytes = scanner.bytes(from, end - from) else { return false }
    var isAny = false
    var left = 1 << 27  // bytes, of sums from a sync code on: 256 in a megabyte of noise
    var at = bytes.count - 8
    while at >= 0 {
      if at % 4096 == 0 { try scanner.check() }
      if bytes[at] == 0xFF, bytes[at + 1] & 0xFC == 0xF8, bytes[at + 2] >> 4 != 0, bytes[at + 2] & 15 != 15 {
        isAny = true
        left -= bytes.count - at
        if left < 0 { return false }
        if checksum(bytes[at...]) == 0 { return true }
      }
      at -= 1
    }
    return !isAny && from == start
  }

  /// CRC of polynomial 0x8005, highest bit first, from 0; 0 over bytes that end with their own.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt16 {
    var sum: UInt16 = 0
    for byte in bytes { sum = sum << 8 ^ table[Int(sum >> 8) ^ Int(byte)] }
    return sum
  }

  private static let table: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index) << 8) { sum, _ in sum << 1 ^ (sum >> 15 == 1 ? 0x8005 : 0) }
  }
}
