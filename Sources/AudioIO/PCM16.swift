// 16-bit samples, the same for files, streams and devices: nearest value, scale 32768, clipped at full scale.
// So every int16 value comes back from Float unchanged.

package enum PCM16 {
  /// The nearest 16-bit value. `x` must be finite.
  package static func quantize(_ x: Float) -> Int16 {
    Int16(min(max((x * 32768).rounded(.toNearestOrEven), -32768), 32767))
  }

  /// The nearest 16-bit values, in order.
  package static func quantize(_ samples: [Float]) -> [Int16] { samples.map { quantize($0) } }

  /// 24-bit values in the upper bits of 32, as libsndfile wants them.
  static func quantize24(_ x: Float) -> Int32 {
    Int32(min(max((Double(x) * 8_388_608).rounded(.toNearestOrEven), -8_388_608), 8_388_607)) << 8
  }

  /// The nearest values of 24 bits, as they come back from a file of that width.
  package static func rounded24(_ samples: [Float]) -> [Float] {
    samples.map { Float(quantize24($0) >> 8) / 8_388_608 }
  }

  /// Index of the first sample that is infinite or not a number.
  static func firstNonFinite(_ samples: [Float]) -> Int? { samples.firstIndex { !$0.isFinite } }
}
