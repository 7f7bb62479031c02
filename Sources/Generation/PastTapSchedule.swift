// For how many coming time steps one read of a block's past taps serves, and when it is that block's turn to read. PastTaps
// keeps to it; `synth bench` counts bytes by it.
package import WaveNet

/// A block of dilation d knows the past of its next d time steps; of these, up to `most` are computed at once.
package enum PastTapSchedule {
  /// Most time steps ahead. More save little and leave the cache.
  static let most = 8

  /// Time steps that one read serves: a power of two that divides the dilation.
  @inline(__always)
  static func steps(dilation: Int) -> Int { min(most, dilation & -dilation) }

  /// Blocks of long dilations take turns, so that time steps have about the same work.
  @inline(__always)
  static func turn(_ block: Int, dilation: Int) -> Int { dilation < 16 ? 0 : block }

  /// How often one clip reads the past taps' weights of block `block`, per time step: about 1/8 where the dilation is a multiple
  /// of 8, a half where it is only even, never where a table has them.
  package static func reads(_ c: Configuration, block: Int) -> Double {
    if block == 0 && RestState.isFirstPastOneCode(c) { return 0 }
    let dilation = c.dilations[block]
    let steps = steps(dilation: dilation)
    let isCut = turn(block, dilation: dilation) & (steps - 1) != 0
    return Double(dilation / steps + (isCut ? 1 : 0)) / Double(dilation)
  }
}
