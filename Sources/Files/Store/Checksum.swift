// A fast checksum of 64 bits: notices damage and tells contents apart, is no protection against malice. Four lanes of multiply and
// rotate over words of eight bytes, then a mixer (constants of SplitMix64, Steele et al. 2014). Slow twin: Tests/FilesTests.
package enum Checksum {
  /// Of all bytes; the same on every machine.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var lanes: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    func fold(_ lane: UInt64, _ word: UInt64) -> UInt64 {
      let x = (lane ^ word) &* 0x9e37_79b9_7f4a_7c15
      return x << 27 | x >> 37
    }
    func word(_ at: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
    }
    var at = 0
    while at + 32 <= bytes.count {
      lanes.0 = fold(lanes.0, word(at))
      lanes.1 = fold(lanes.1, word(at + 8))
      lanes.2 = fold(lanes.2, word(at + 16))
      lanes.3 = fold(lanes.3, word(at + 24))
      at += 32
    }
    var sum = UInt64(bytes.count)
    for lane in [lanes.0, lanes.1, lanes.2, lanes.3] { sum = mixed(sum ^ lane) }
    while at < bytes.count {
      sum = mixed(sum ^ UInt64(bytes[at]))
      at += 1
    }
    return sum
  }

  package static func of(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { of($0) } }

  /// Adds a word to a sum of words.
  package static func joined(_ sum: UInt64, _ word: UInt64) -> UInt64 { mixed(sum ^ word) }

  private static func mixed(_ value: UInt64) -> UInt64 {
    var x = value &+ 0x9e37_79b9_7f4a_7c15
    x = (x ^ x >> 30) &* 0xbf58_476d_1ce4_e5b9
    x = (x ^ x >> 27) &* 0x94d0_49bb_1331_11eb
    return x ^ x >> 31
  }
}
