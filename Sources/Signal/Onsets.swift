// Where sounds begin: moments at which the levels of many third-octave bands rise together, more than they do nearby.
// For counting notes and syllables, not for cutting at the sample; quiet and slow beginnings are missed by design.

/// Finds beginnings. A namespace.
package enum Onsets {
  /// Frames of 32 ms every 10 ms.
  static let window = 0.032
  static let hop = 0.01
  /// Bands below this level in dB of full scale are silent.
  static let floor = -60.0
  /// Mean rise over 30 ms in dB, above the median of the rises around: white noise stays below 2, notes reach 6 to 30.
  static let threshold = 4.0
  /// Two beginnings are at least this far apart, in frames.
  static let gap = 8

  /// Seconds at which something begins, ascending. A clip that starts loud starts with an onset: silence was before it.
  package static func times(in clip: Clip) -> [Double] {
    let bands = BandPowers(clip, window: window, hop: hop, lowest: 100)
    if bands.frames == 0 || bands.bands == 0 { return [] }
    let rises = rises(bands)
    return rises.indices.filter { n in
      let near = max(0, n - gap)...min(rises.count - 1, n + gap)
      // The first of equals.
      guard rises[near].max() == rises[n], !rises[near.lowerBound..<n].contains(rises[n]) else {
        return false
      }
      let around = rises[max(0, n - 30)...min(rises.count - 1, n + 30)].sorted()
      return rises[n] > threshold + around[around.count / 2]
    }.map { Double($0) * bands.secondsPerFrame }
  }

  /// Mean over the bands of how far each has risen since three frames before, in dB; falls count as 0. `[frame]`
  private static func rises(_ bands: BandPowers) -> [Double] {
    let levels = bands.powers.map { max(floor, decibels(power: $0)) }
    func level(_ frame: Int, _ band: Int) -> Double { frame < 0 ? floor : levels[frame * bands.bands + band] }
    // A frame that reaches past the end sees the cut, which is no beginning.
    let whole = max(1, bands.frames - Int((window / 2 / hop).rounded(.up)))
    return (0..<whole).map { frame in
      var sum = 0.0
      for band in 0..<bands.bands { sum += max(0, level(frame, band) - level(frame - 3, band)) }
      return sum / Double(bands.bands)
    }
  }
}
