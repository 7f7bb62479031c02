// From samples to the bytes of the token cache, piece by piece: codes, their checksum, how loud each block is. What becomes of the bytes is the
// caller's: a blob of the cache, or memory.
import AudioIO
import Signal

/// What is known about some codes besides themselves.
struct TokenFacts: Hashable {
  var count: Int
  var checksum: UInt64
  var traits: SoundTraits
  var blocks: SoundBlocks
}

/// Encodes one sound.
struct TokenEncoder {
  private let table: MuLawTable
  /// Magnitude of each code. [Q]
  private let magnitudes: [Float]
  private let silence: Silence
  private let wide: Bool
  private var checksum = FNV1a()
  private var count = 0
  private var blocks: SoundBlocks
  /// Of the block that is not full yet.
  private var low = UInt16.max
  private var high = UInt16.min
  private var inBlock = 0

  /// - table: takes a while to make, and can be shared
  init(_ table: MuLawTable, sampleRate: Int) {
    let levels = table.levels
    self.table = table
    wide = levels > 256
    silence = Silence(levels: levels, sampleRate: sampleRate)
    magnitudes = MuLaw(levels: levels).decode((0..<levels).map { UInt16($0) }).map(abs)
    blocks = SoundBlocks(size: silence.block)
  }

  /// The bytes of some samples.
  mutating func bytes(_ samples: ArraySlice<Float>) -> [UInt8] { bytes(table.encode(Array(samples))) }

  /// The bytes of some codes.
  mutating func bytes(_ codes: [UInt16]) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(codes.count * (wide ? 2 : 1))
    for code in codes {
      bytes.append(UInt8(truncatingIfNeeded: code))
      if wide { bytes.append(UInt8(code >> 8)) }
      (low, high) = (min(low, code), max(high, code))
      inBlock += 1
      if inBlock == blocks.size { endBlock() }
    }
    checksum.add(bytes.span)
    count += codes.count
    return bytes
  }

  private mutating func endBlock() {
    if inBlock == 0 { return }
    let isSilent = silence.isSilent(low: low, high: high)
    blocks.add(peak: isSilent ? nil : max(magnitudes[Int(low)], magnitudes[Int(high)]), samples: inBlock)
    (low, high, inBlock) = (.max, .min, 0)
  }

  /// What is known about all of it. Nothing may be added afterwards.
  mutating func finished(_ traits: SoundTraits) -> TokenFacts {
    endBlock()
    return TokenFacts(count: count, checksum: checksum.hash, traits: traits, blocks: blocks)
  }
}
