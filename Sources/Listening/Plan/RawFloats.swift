// Float32 as bytes, little-endian, and back: what a checksum over weights is taken of, and how sounds wait on the disk while
// a test is prepared.

/// Float32 as bytes, little-endian.
enum RawFloats {
  static func bytes(_ samples: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(samples.count * 4)
    for sample in samples {
      let bits = sample.bitPattern
      bytes.append(UInt8(truncatingIfNeeded: bits))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
      bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
    }
    return bytes
  }

  static func samples(_ bytes: [UInt8]) -> [Float] {
    (0..<bytes.count / 4).map { index in
      var bits: UInt32 = 0
      for byte in 0..<4 { bits |= UInt32(bytes[4 * index + byte]) << UInt32(8 * byte) }
      return Float(bitPattern: bits)
    }
  }
}
