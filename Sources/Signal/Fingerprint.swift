// The same content although not the same waveform: levels in third-octave bands over time, which a phase or a slight
// change of pitch leaves as they are. What is common to everything, the average spectrum, is taken away first; else
// any two sounds of one instrument would look alike.

/// Levels in dB every 10 ms, 100 Hz to half the sample rate.
package struct Fingerprint: Sendable {
  /// Seconds from frame to frame, to a whole sample.
  package static let hop = 0.01
  /// Levels in dB, at least -60 of full scale. `[frame, band]`, row-major.
  fileprivate var levels: [Float]
  package let frames: Int
  package let bands: Int
  /// About `hop`.
  package let secondsPerFrame: Double

  package init(_ clip: Clip) {
    let powers = BandPowers(clip, window: 0.032, hop: Fingerprint.hop, lowest: 100)
    (frames, bands, secondsPerFrame) = (powers.frames, powers.bands, powers.secondsPerFrame)
    levels = powers.powers.map { Float(max(-60, decibels(power: $0))) }
  }

  /// Sum of the levels of each band over the frames, and how many frames those are.
  package var sums: (levels: [Double], frames: Int) {
    var sums = [Double](repeating: 0, count: bands)
    for frame in 0..<frames {
      for band in 0..<bands { sums[band] += Double(levels[frame * bands + band]) }
    }
    return (sums, frames)
  }

  /// Relative to an average spectrum. `[band]`
  package func minus(_ average: [Double]) -> Fingerprint {
    precondition(average.count == bands, "\(average.count) averages for \(bands) bands")
    var result = self
    for frame in 0..<frames {
      for band in 0..<bands { result.levels[frame * bands + band] -= Float(average[band]) }
    }
    return result
  }

  /// The best place of an excerpt in this: largest correlation coefficient of the two fields of levels, -1...1, and the
  /// frame at which the excerpt starts. Every second frame of the excerpt is compared. Nil if this is the shorter one.
  package func match(of excerpt: Fingerprint) -> (correlation: Double, frame: Int)? {
    precondition(excerpt.bands == bands, "\(excerpt.bands) bands in \(bands)")
    guard excerpt.frames > 0, frames >= excerpt.frames else { return nil }
    let used = stride(from: 0, to: excerpt.frames, by: 2)
    let size = (excerpt.frames + 1) / 2 * bands
    var wanted: [Float] = []  // mean 0, norm 1
    wanted.reserveCapacity(size)
    for frame in used { wanted += excerpt.levels[frame * bands..<(frame + 1) * bands] }
    let mean = wanted.reduce(0, +) / Float(size)
    let norm = wanted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
    if norm <= 0 { return (0, 0) }
    for i in wanted.indices { wanted[i] = (wanted[i] - mean) / norm }
    var best = (correlation: -1.0, frame: 0)
    for start in 0...frames - excerpt.frames {
      var (product, sum, squares) = (Float(0), Float(0), Float(0))
      var place = 0
      for frame in used {
        let first = (start + frame) * bands
        for band in 0..<bands {
          let level = levels[first + band]
          product += wanted[place] * level
          sum += level
          squares += level * level
          place += 1
        }
      }
      let energy = squares - sum * sum / Float(size)
      // Below a thousandth of a decibel there is nothing but rounding.
      let correlation = energy > 1e-6 * Float(size) ? Double(product / energy.squareRoot()) : 0
      if correlation > best.correlation { best = (correlation, start) }
    }
    return (min(1, best.correlation), best.frame)
  }
}
