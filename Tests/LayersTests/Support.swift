// What the tests of layers share.
import Layers
import TestSupport

extension Tensor {
  /// Random values in [-scale, scale).
  static func random(_ shape: [Int], seed: UInt64, _ scale: Double = 1) -> Tensor {
    var values = SeededValues(seed: seed)
    return Tensor(shape: shape, values.values(shape.reduce(1, *), scale).map { Float($0) })
  }
}

extension Golden {
  func tensor(_ name: String) -> Tensor { Tensor(shape: shape(name), values(name).map { Float($0) }) }
}

/// [1, 1, n]
func series(_ values: [Float]) -> Tensor { Tensor(shape: [1, 1, values.count], values) }

/// A kernel of ones over one channel.
func ones(_ taps: Int, _ padding: Padding, dilation: Int = 1) throws -> Convolution {
  try Convolution(
    Window(kernel: [taps], dilation: [dilation], padding: padding),
    weight: Tensor(shape: [1, 1, taps], filledWith: 1))
}
