// A sound file as mono, with what was found out about it on the way. Channels in opposite phase cancel in the mean, which
// is then thin, hollow or silent although every channel by itself sounds right: hence their correlation.

package import Signal

/// A sound as mono, and what is known about it.
package struct MixedSound: Sendable {
  package let clip: Clip
  package let traits: SoundTraits
  /// Of the file, most of any of its streams.
  package let channels: Int

  /// What the owner of the file should know.
  package func warnings(path: String) -> [String] { traits.warnings(path: path) }
}

/// A sound with its channels, and what is known about it.
package struct KeptSound: Sendable {
  package let sound: ChannelClip
  package let traits: SoundTraits
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
