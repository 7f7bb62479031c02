// The codes of one sound file, one byte each up to 256 levels and two above, in memory or in the token cache: an hour at 16 kHz is 58 MB, of
// which nothing is in memory but what is being read. How they are made: TokenEncoder.swift.
import AudioIO
import Files

/// Codes of a file, of all of it or of what is left of it without silent ends. Equal content has an equal checksum.
package struct Tokens: Hashable, Sendable {
  /// Number of codes.
  package let count: Int
  /// FNV-1a over the stored bytes of the whole file.
  package let checksum: UInt64
  /// What was found out about the file while it was read.
  package let traits: SoundTraits
  /// How loud it is, block by block, of the whole file.
  let blocks: SoundBlocks
  /// The first of the file's codes that is one of these, and how many the file has.
  let start: Int
  let fileCount: Int
  let wide: Bool
  /// Little endian; `fileCount` or twice as many bytes.
  private let bytes: CachedBytes

  /// What is damaged in the cache is forgotten.
  func check() { bytes.check() }

  /// Codes that are at hand.
  init(_ codes: [UInt16], levels: Int, sampleRate: Int = 16000, traits: SoundTraits = SoundTraits()) {
    var encoder = TokenEncoder(MuLawTable(levels: levels), sampleRate: sampleRate)
    let bytes = encoder.bytes(codes)
    self.init(memory: bytes, encoder.finished(traits), levels: levels)
  }

  init(memory bytes: [UInt8], _ facts: TokenFacts, levels: Int) {
    self.init(.memory(bytes), facts, levels: levels)
  }

  init(stored blob: Blob, _ facts: TokenFacts, levels: Int) {
    self.init(.stored(blob), facts, levels: levels)
  }

  private init(_ bytes: CachedBytes, _ facts: TokenFacts, levels: Int) {
    wide = levels > 256
    precondition(
      bytes.count == facts.count * (wide ? 2 : 1), "\(bytes.count) bytes of \(facts.count) codes")
    (count, checksum, traits, blocks) = (facts.count, facts.checksum, facts.traits, facts.blocks)
    (start, fileCount, self.bytes) = (0, facts.count, bytes)
  }

  private init(_ tokens: Tokens, _ range: Range<Int>) {
    (checksum, traits, blocks) = (tokens.checksum, tokens.traits, tokens.blocks)
    (wide, bytes, fileCount) = (tokens.wide, tokens.bytes, tokens.fileCount)
    (start, count) = (tokens.start + range.lowerBound, range.count)
  }

  /// A part of them.
  func part(_ range: Range<Int>) -> Tokens {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) codes")
    return Tokens(self, range)
  }

  /// Bytes that they take in memory.
  var memory: Int { bytes.memory }

  /// Appends the codes at `range`.
  func append(_ range: Range<Int>, to codes: inout [UInt16]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) codes")
    let width = wide ? 2 : 1
    let part = bytes[width * (start + range.lowerBound)..<width * (start + range.upperBound)]
    codes.reserveCapacity(codes.count + range.count)
    if wide {
      for at in stride(from: part.startIndex, to: part.endIndex, by: 2) {
        codes.append(UInt16(part[at]) | UInt16(part[at + 1]) << 8)
      }
    } else {
      for byte in part { codes.append(UInt16(byte)) }
    }
  }

  /// Those of `range` that lie in silent blocks.
  func silent(_ range: Range<Int>) -> Int {
    blocks.silent(start + range.lowerBound..<start + range.upperBound)
  }
}

/// Fowler-Noll-Vo hash 1a, 64 bits: notices damage, is no protection against malice.
struct FNV1a {
  private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ bytes: Span<UInt8>) {
    var hash = hash
    for i in bytes.indices { hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01b3 }
    self.hash = hash
  }
}
