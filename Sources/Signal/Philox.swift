// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011: "Parallel random numbers: as easy as 1, 2, 3"): random numbers as a
// pure function of (seed, stream, index), so that a clip depends neither on its neighbours nor on the thread count.
// Not cryptographic. Published test vectors: Tests/SignalTests/PhiloxTests.swift.

import Glibc

/// Counter-based random numbers. The key is the seed; the counter is (index, stream). Nothing is advanced.
public struct Philox: Hashable, Sendable {
  /// Key.
  public let seed: UInt64
  /// Upper half of the counter, for example a clip's index.
  public let stream: UInt64

  /// - Parameters:
  ///   - seed: the key
  ///   - stream: numbers of different streams are independent
  public init(seed: UInt64, stream: UInt64) {
    self.seed = seed
    self.stream = stream
  }

  /// The four 32-bit words at a position.
  public func words(at index: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    let block = Philox.block(counter: counter, key: key)
    return (block.x, block.y, block.z, block.w)
  }

  /// A number in [0, 1) with 53 random bits, from the first two words at a position.
  public func uniform(at index: UInt64) -> Double {
    let w = words(at: index)
    return Philox.unit(UInt64(w.1) << 32 | UInt64(w.0))
  }

  /// The upper 53 bits as a number in [0, 1).
  static func unit(_ bits: UInt64) -> Double { Double(bits >> 11) * 0x1p-53 }

  /// Ten rounds of the bijection. The words are taken apart: as lanes of a vector they cost nearly three times as much.
  static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var (a, b, c, d) = (counter.x, counter.y, counter.z, counter.w)
    var (k, l) = (key.x, key.y)
    for _ in 0..<10 {
      let (p, q) = (0xD251_1F53 * UInt64(a), 0xCD9E_8D57 * UInt64(c))
      (a, b, c, d) = (
        UInt32(truncatingIfNeeded: q >> 32) ^ b ^ k, UInt32(truncatingIfNeeded: q),
        UInt32(truncatingIfNeeded: p >> 32) ^ d ^ l, UInt32(truncatingIfNeeded: p)
      )
      k &+= 0x9E37_79B9
      l &+= 0xBB67_AE85
    }
    return SIMD4(a, b, c, d)
  }
}

/// The same numbers one after another, for code that wants a generator: a value, copied with its position.
package struct PhiloxGenerator: RandomNumberGenerator, Hashable, Sendable {
  /// The numbers this walks through.
  package let philox: Philox
  /// How many 64-bit words were taken. Setting it jumps.
  package var position: UInt64

  package init(seed: UInt64, stream: UInt64, position: UInt64 = 0) {
    philox = Philox(seed: seed, stream: stream)
    self.position = position
  }

  /// The next 64 bits; two such words come from each position of `philox`.
  package mutating func next() -> UInt64 {
    let w = philox.words(at: position >> 1)
    defer { position &+= 1 }
    return position & 1 == 0 ? UInt64(w.1) << 32 | UInt64(w.0) : UInt64(w.3) << 32 | UInt64(w.2)
  }

  /// A number in [0, 1) with 53 random bits.
  package mutating func uniform() -> Double { Philox.unit(next()) }

  /// A number from `range`, evenly.
  package mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A normal number of mean 0 and deviation 1 (Box-Muller); takes two words.
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()  // 1 - u is in (0, 1]
    return radius * cos(2 * .pi * uniform())
  }
}
