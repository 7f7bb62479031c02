// What a file consists of before anything is decoded: libsndfile reads one stream and stops at its end, believes lengths
// that a recorder never filled in, and takes most cut files for whole ones. So each stream is found here, with its true
// extent; a file that ends before its own end is refused. By format: OggPages, FLACStream, MPEGFrames, ChunkedSound,
// PlainSound.

/// One stream, to be opened by itself.
struct SoundPart {
  /// In the file; nil if `memory` has it.
  var range: Range<Int> = 0..<0
  var patches: [BytePatch] = []
  /// A stream that was taken out of another container.
  var memory: [UInt8]?
  /// Samples per channel that decoding has to give at least.
  var leastFrames = 0
  /// Whether nothing says that the stream is complete: its end mark is missing, and no length is announced, or one that is
  /// less than there is.
  var isOpenEnded = false
}

/// Streams one after the other, and where they end.
struct SoundParts {
  var parts: [SoundPart]
  var end: Int

  /// What a file may begin with that is no sound: tags, and what a download left in front.
  private static let junkLimit = 1 << 20

  /// All streams of a file, at least one.
  /// - Throws: `truncated` or `damaged` for what the containers tell.
  static func find(_ scanner: ByteScanner, name: String) throws(AudioIOError) -> [SoundPart] {
    if let parts = try PlainSound.alone(scanner, name: name) { return parts }
    var found: [SoundPart] = []
    var at = try Tags.skip(scanner, from: 0)
    while at < scanner.size {
      try scanner.check()
      if let next = try known(scanner, at, name: name) {
        found += next.parts
        at = max(at + 1, next.end)
      } else if found.isEmpty, let begin = try sound(scanner, after: at) {
        at = begin
        continue
      } else {
        break
      }
      at = try Tags.skip(scanner, from: at)
    }
    // What nobody here knows is libsndfile's to judge.
    return found.isEmpty ? [SoundPart(range: 0..<scanner.size)] : found
  }

  /// The streams of the container that begins at `at`; nil if none does.
  private static func known(_ scanner: ByteScanner, _ at: Int, name: String) throws(AudioIOError)
    -> SoundParts?
  {
    if scanner.has("OggS", at: at) { return try OggPages.parts(scanner, from: at, name: name) }
    if scanner.has("fLaC", at: at) { return try FLACStream.parts(scanner, from: at, name: name) }
    if let parts = try ChunkedSound.parts(scanner, from: at, name: name) { return parts }
    if let parts = try PlainSound.parts(scanner, from: at, name: name) { return parts }
    return try MPEGFrames.parts(scanner, from: at, name: name)
  }

  /// Where sound begins behind something that is none.
  private static func sound(_ scanner: ByteScanner, after at: Int) throws(AudioIOError) -> Int? {
    if PlainSound.isForLibrary(scanner, at) { return nil }
    var first: Int?
    for mark in ["OggS", "fLaC", "RIFF", "RF64", "FORM", "caff"] {
      let limit = min(at + junkLimit, first ?? .max)
      var from = at + 1
      while let place = try scanner.find(mark, from: from, limit: limit) {
        if isBegin(scanner, place, mark) {
          first = place
          break
        }
        from = place + 1
      }
    }
    if let first { return first }
    return try MPEGFrames.begin(scanner, after: at, limit: at + junkLimit)
  }

  private static func isBegin(_ scanner: ByteScanner, _ at: Int, _ mark: String) -> Bool {
    switch mark {
    case "OggS": scanner.byte(at + 4) == 0
    case "fLaC": scanner.big(at + 5, 3) == 34
    case "FORM": scanner.has("AIF", at: at + 8) || scanner.has("8SVX", at: at + 8)
    case "caff": scanner.big(at + 4, 2) == 1
    default: scanner.has("WAVE", at: at + 8)
    }
  }
}

/// Tags of music players around the sound.
enum Tags {
  /// Where `from` leads behind tags and zeros.
  static func skip(_ scanner: ByteScanner, from: Int) throws(AudioIOError) -> Int {
    var at = from
    while at < scanner.size {
      try scanner.check()
      let next = end(scanner, at)
      if next == at { return at }
      at = next
    }
    return at
  }

  private static func end(_ scanner: ByteScanner, _ at: Int) -> Int {
    if scanner.has("ID3", at: at), let size = scanner.bytes(at + 6, 4), size.allSatisfy({ $0 < 128 }) {
      let footer = (scanner.byte(at + 5) ?? 0) & 0x10 != 0 ? 10 : 0
      return min(scanner.size, at + 10 + size.reduce(0) { $0 << 7 | Int($1) } + footer)
    }
    if scanner.has("TAG+", at: at) { return min(scanner.size, at + 227) }
    if scanner.has("TAG", at: at) { return min(scanner.size, at + 128) }
    if scanner.has("APETAGEX", at: at), let size = scanner.little(at + 12, 4) {
      let isHeader = (scanner.little(at + 20, 4) ?? 0) & 0x2000_0000 != 0
      return min(scanner.size, at + 32 + (isHeader ? size : 0))
    }
    if scanner.has("LYRICSBEGIN", at: at) {
      let marks = ["LYRICS200", "LYRICSEND"]
      let end = marks.compactMap { (try? scanner.find($0, from: at, limit: at + 1 << 17)) ?? nil }.min()
      return end.map { $0 + 9 } ?? at
    }
    return scanner.byte(at) == 0 ? scanner.afterZeros(at) : at
  }
}
