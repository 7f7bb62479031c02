// Levels over time: RMS per window in dB of full scale (a full-scale square wave is 0 dB, a sine -3), drift, silence, DC.
// Not loudness in the sense of EBU R 128.

/// Levels of a clip. A namespace.
package enum Loudness {
  /// RMS in dB of each full window; one value for a clip shorter than that. Minus infinity for zeros.
  package static func levels(_ clip: Clip, window seconds: Double = 1) -> [Double] {
    let count = clip.samples.count
    let length = min(count, max(1, Int((seconds * Double(clip.sampleRate)).rounded())))
    guard length > 0 else { return [] }
    return stride(from: 0, through: count - length, by: length).map { start in
      decibels(power: meanSquare(clip.samples[start..<start + length]))
    }
  }

  /// Loudest window minus softest, in dB; infinity if one is silent among others that are not. 0 for less than two.
  package static func drift(_ clip: Clip, window seconds: Double = 1) -> Double {
    let levels = levels(clip, window: seconds)
    guard let most = levels.max(), let least = levels.min(), most != least else { return 0 }
    return most - least
  }

  /// RMS of the whole clip in dB.
  package static func level(_ clip: Clip) -> Double { decibels(power: meanSquare(clip.samples[...])) }

  /// Whether nothing is to be heard: below `limit` dB RMS after taking away DC (the code of silence is not quite 0).
  package static func isSilent(_ clip: Clip, limit: Double = -60) -> Bool {
    let mean = dc(clip)
    return decibels(power: max(0, meanSquare(clip.samples[...]) - mean * mean)) < limit
  }

  /// Mean of the samples.
  package static func dc(_ clip: Clip) -> Double {
    clip.samples.reduce(0.0) { $0 + Double($1) } / Double(max(1, clip.samples.count))
  }

  /// Largest absolute sample.
  package static func peak(_ clip: Clip) -> Double { clip.samples.reduce(0.0) { max($0, abs(Double($1))) } }

  private static func meanSquare(_ samples: ArraySlice<Float>) -> Double {
    samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, samples.count))
  }
}
