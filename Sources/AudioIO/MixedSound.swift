// What the mix-down to mono did to a stereo file: channels in opposite phase cancel, and the mean of them is thin, hollow
// or silent although every channel by itself sounds right.

package import Signal

/// A sound as mono, and what is known about its channels.
package struct MixedSound: Sendable {
  package let clip: Clip
  /// Correlation coefficient of the two channels of a stereo file, -1...1; nil for other files, and where a channel is
  /// silent.
  package let channelCorrelation: Double?

  /// Below this the mean of two channels loses much of what both of them hold.
  package static let cancelling = -0.3

  /// A warning for files whose channels cancel; nil for others.
  package static func warning(path: String, correlation: Double?) -> String? {
    guard let correlation, correlation < cancelling else { return nil }
    let rounded = (correlation * 100).rounded() / 100
    return
      "\(path): its two channels are out of phase (correlation \(rounded)) and cancel in the mean that is taken of "
      + "them: invert one channel, or keep only one"
  }
}

/// Pearson's correlation coefficient of left and right, gathered block by block.
struct StereoCorrelation {
  private var count = 0.0
  private var left = 0.0
  private var right = 0.0
  private var leftLeft = 0.0
  private var rightRight = 0.0
  private var leftRight = 0.0

  /// - frames: left, right, left, right, ...
  mutating func add(_ frames: ArraySlice<Float>) {
    for i in stride(from: frames.startIndex, to: frames.endIndex - 1, by: 2) {
      let (l, r) = (Double(frames[i]), Double(frames[i + 1]))
      left += l
      right += r
      leftLeft += l * l
      rightRight += r * r
      leftRight += l * r
    }
    count += Double(frames.count / 2)
  }

  /// Nil if there were no frames, or if a channel does not move.
  var value: Double? {
    guard count > 0 else { return nil }
    let (ll, rr) = (leftLeft - left * left / count, rightRight - right * right / count)
    // 1e-10 of full scale is -100 dB.
    guard ll > 1e-10 * count, rr > 1e-10 * count else { return nil }
    return max(-1, min(1, (leftRight - left * right / count) / (ll * rr).squareRoot()))
  }
}
