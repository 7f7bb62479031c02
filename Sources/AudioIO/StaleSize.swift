// A recorder that writes its header now and then, or died before the last time, leaves a size that was true once. Then
// more sound follows the announced end of the sound; in a file that is in order chunks, tags, zeros or another file do.

/// How a container's chunks begin.
struct ChunkHead {
  let nameBytes, sizeBytes: Int
  let isBig: Bool
  /// Bytes of a head that the size counts too.
  var counted = 0
  /// Chunks begin at multiples of so many bytes.
  var alignment = 2

  static func riff(isBig: Bool) -> ChunkHead { ChunkHead(nameBytes: 4, sizeBytes: 4, isBig: isBig) }
  static let wave64 = ChunkHead(nameBytes: 16, sizeBytes: 8, isBig: false, counted: 24, alignment: 8)
  static let caf = ChunkHead(nameBytes: 4, sizeBytes: 8, isBig: true, alignment: 1)

  /// Chunks that are met behind the sound: whatever their sizes say, they are none of it.
  private static let behindSound = [
    "LIST", "id3 ", "ID3 ", "bext", "iXML", "axml", "cue ", "smpl", "inst", "fact", "PEAK", "JUNK", "junk",
    "PAD ", "FLLR", "_PMX", "cart", "chna", "NAME", "AUTH", "ANNO", "(c) ", "COMT", "COMM", "MARK", "INST",
    "APPL", "MIDI", "AESD", "free", "info", "strg", "uuid",
  ]

  /// Whether a chunk begins there that fits into the file.
  fileprivate func begins(_ scanner: ByteScanner, _ at: Int) -> Bool {
    if ChunkHead.behindSound.contains(where: { scanner.has($0, at: at) }) { return true }
    let place = at + nameBytes
    guard let name = scanner.bytes(at, 4), name.allSatisfy({ (0x20...0x7E).contains($0) }),
      let size = isBig ? scanner.big(place, sizeBytes) : scanner.little(place, sizeBytes)
    else { return false }
    return size >= counted && size - counted <= scanner.size - place - sizeBytes
  }
}

enum StaleSize {
  /// Whether what lies behind the announced end of sound is more of it.
  /// - head: of the chunks that may follow; nil in a format that has none
  static func isSound(
    _ scanner: ByteScanner, behind end: Int, from start: Int, _ head: ChunkHead?
  ) throws(AudioIOError) -> Bool {
    // Fewer bytes than a chunk's head are nothing that could be told apart.
    if scanner.size - end < 8 { return false }
    let padding = head.map { ($0.alignment - (end - start) % $0.alignment) % $0.alignment } ?? 0
    for place in Set([end, end + padding]) {
      if isKnown(scanner, place, head) { return false }
      let next = try Tags.skip(scanner, from: place)
      if next > place {
        if scanner.byte(place) != 0 { return false }
        // Silence, unless nothing or something known follows it.
        if next >= scanner.size { return false }
        if isKnown(scanner, next, head) { return false }
      }
    }
    return true
  }

  private static let marks = [
    "OggS", "fLaC", "RIFF", "RIFX", "RF64", "BW64", "FORM", "riff", "caff", ".snd", "dns.", "NIST_1A",
    "Creative Voice File", "ID3", "TAG", "APETAGEX", "LYRICSBEGIN",
  ]

  private static func isKnown(_ scanner: ByteScanner, _ at: Int, _ head: ChunkHead?) -> Bool {
    if head?.begins(scanner, at) ?? false || marks.contains(where: { scanner.has($0, at: at) }) {
      return true
    }
    return MPEGFrames.isBegin(scanner, at)
  }
}
