// Repeatable random values for tests: weights, codes, arrays. The generator is SplitMix64 (Steele et al. 2014), a
// different one from the product's Philox, so that a test never draws the numbers that the code under test draws.
package import WaveNet

/// A small repeatable generator; the same seed gives the same values for ever.
package struct SeededValues: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator that depends on `seed` alone.
  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [-scale, scale), with float32 precision, so that a test loses nothing by handing it to float32 code.
  package mutating func value(_ scale: Double = 1) -> Double {
    Double(Float((Double(next() >> 11) * 0x1p-53 * 2 - 1) * scale))
  }

  /// `count` values in [-scale, scale).
  package mutating func values(_ count: Int, _ scale: Double = 1) -> [Double] {
    (0..<count).map { _ in value(scale) }
  }

  /// `count` codes in 0..<levels.
  package mutating func codes(_ count: Int, levels: Int) -> [UInt16] {
    (0..<count).map { _ in UInt16(next() % UInt64(levels)) }
  }

  /// Weights for every tensor of a configuration, biases included, sized so that the gate bends and no part of the
  /// model is negligible in the logits.
  package mutating func weights(for configuration: Configuration) -> [String: [Double]] {
    var weights: [String: [Double]] = [:]
    for tensor in ParameterLayout(configuration).tensors {
      let inputs = tensor.shape.dropFirst().reduce(1, *)
      let scale =
        switch tensor.name {
        case "embedding.weight": 1.5
        case let name where name.hasSuffix(".bias"): 0.5
        default: 2.2 / Double(inputs).squareRoot()
        }
      weights[tensor.name] = values(tensor.range.count, scale)
    }
    return weights
  }
}
