// The codes of one sound file, one byte each up to 256 levels and two above, in memory or mapped from the token cache:
// an hour at 16 kHz is 58 MB, and mapped pages cost nothing while they are not read.
import AudioIO
import FoundationEssentials

/// Codes of a whole file. Equal content has an equal checksum.
package struct Tokens: Hashable, Sendable {
  /// Number of codes.
  package let count: Int
  /// FNV-1a over the stored bytes.
  package let checksum: UInt64
  let wide: Bool
  /// Little endian; `count` or `2 * count` bytes, from `offset` on.
  let bytes: Data
  let offset: Int
  /// What was found out about the file while it was read.
  package let traits: SoundTraits

  init(_ codes: [UInt16], levels: Int, traits: SoundTraits = SoundTraits()) {
    self.traits = traits
    wide = levels > 256
    count = codes.count
    var bytes = [UInt8]()
    bytes.reserveCapacity(codes.count * (wide ? 2 : 1))
    for code in codes {
      bytes.append(UInt8(truncatingIfNeeded: code))
      if wide { bytes.append(UInt8(code >> 8)) }
    }
    checksum = fnv1a(bytes.span)
    self.bytes = Data(bytes)
    offset = 0
  }

  /// Bytes from elsewhere. Nil if the checksum or a code is wrong.
  init?(
    bytes: Data, offset: Int, count: Int, levels: Int, checksum: UInt64, traits: SoundTraits
  ) {
    self.traits = traits
    wide = levels > 256
    guard bytes.startIndex == 0, bytes.count == offset + count * (wide ? 2 : 1) else { return nil }
    self.bytes = bytes
    self.offset = offset
    self.count = count
    self.checksum = checksum
    let stored = bytes.span
    guard fnv1a(stored.extracting(offset..<stored.count)) == checksum else { return nil }
    if wide {
      for i in 0..<count where Int(self[i]) >= levels { return nil }
    }
  }

  subscript(_ i: Int) -> UInt16 {
    if !wide { return UInt16(bytes[offset + i]) }
    return UInt16(bytes[offset + 2 * i]) | UInt16(bytes[offset + 2 * i + 1]) << 8
  }

  /// Whether nothing happens from the first code to the last.
  var isOneCode: Bool { (0..<count).allSatisfy { self[$0] == self[0] } }

  /// Appends the codes at `range`.
  func append(_ range: Range<Int>, to codes: inout [UInt16]) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count) codes")
    let stored = bytes.span
    if wide {
      for i in range {
        codes.append(UInt16(stored[offset + 2 * i]) | UInt16(stored[offset + 2 * i + 1]) << 8)
      }
    } else {
      for i in range { codes.append(UInt16(stored[offset + i])) }
    }
  }
}

/// Fowler-Noll-Vo hash 1a, 64 bits: notices damage, is no protection against malice.
func fnv1a(_ bytes: Span<UInt8>) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for i in bytes.indices { hash = (hash ^ UInt64(bytes[i])) &* 0x0000_0100_0000_01b3 }
  return hash
}
