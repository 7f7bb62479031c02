// A body of sound boiled down to what can be compared without lining anything up: long-term spectrum, distribution of
// levels, rate of onsets. Summaries of clips add up to the summary of the collection. Two collections are only as alike
// as their summaries say if real ones, cut in halves, are further apart than nothing: always show that floor beside.

import Glibc

/// Long-term figures of one or more clips of one sample rate.
package struct SoundSummary: Sendable {
  /// Bands this far below the whole are as good as empty, in dB.
  package static let spectrumFloor = -60.0
  /// Windows below this level in dB of full scale are silence.
  package static let levelFloor = -70.0

  package let sampleRate: Int
  /// Middle of each third-octave band in Hz.
  package let centres: [Double]
  /// Energy in each band, summed over frames.
  private var energies: [Double]
  /// Level of every window of 100 ms in dB, at least `levelFloor`.
  package private(set) var levels: [Double]
  /// Beginnings of sounds.
  package private(set) var onsets: Int
  package private(set) var seconds: Double

  package init(_ clip: Clip) {
    let bands = BandPowers(clip, window: 0.25, hop: 0.125)
    sampleRate = clip.sampleRate
    centres = BandPowers.edges(sampleRate: clip.sampleRate, lowest: 50).map(\.centre)
    var energies = [Double](repeating: 0, count: centres.count)
    for frame in 0..<bands.frames {
      for band in energies.indices { energies[band] += bands.powers[frame * bands.bands + band] }
    }
    self.energies = energies
    levels = Loudness.levels(clip, window: 0.1).map { max(SoundSummary.levelFloor, $0) }
    onsets = Onsets.times(in: clip).count
    seconds = clip.seconds
  }

  /// The summary of all clips together; nil for none.
  package init?(_ parts: [SoundSummary]) {
    guard var sum = parts.first else { return nil }
    for part in parts.dropFirst() {
      precondition(part.sampleRate == sum.sampleRate, "\(part.sampleRate) Hz beside \(sum.sampleRate) Hz")
      for band in sum.energies.indices { sum.energies[band] += part.energies[band] }
      sum.levels += part.levels
      sum.onsets += part.onsets
      sum.seconds += part.seconds
    }
    self = sum
  }

  /// Beginnings per second.
  package var onsetRate: Double { seconds > 0 ? Double(onsets) / seconds : 0 }

  /// Share of each band in the whole in dB, at least `spectrumFloor`. Loudness does not matter. `[band]`
  package var spectrum: [Double] {
    let all = energies.reduce(0, +)
    if all <= 0 { return energies.map { _ in SoundSummary.spectrumFloor } }
    return energies.map { max(SoundSummary.spectrumFloor, decibels(power: $0 / all)) }
  }

  /// How far another body of sound is away.
  package func distance(to other: SoundSummary) -> SoundDistance {
    precondition(sampleRate == other.sampleRate, "\(sampleRate) Hz beside \(other.sampleRate) Hz")
    let (a, b) = (spectrum, other.spectrum)
    // Bands that are empty in both say nothing.
    let used = a.indices.filter { max(a[$0], b[$0]) > SoundSummary.spectrumFloor }
    let sum = used.reduce(0.0) { $0 + (a[$1] - b[$1]) * (a[$1] - b[$1]) }
    return SoundDistance(
      spectrumDb: used.isEmpty ? 0 : (sum / Double(used.count)).squareRoot(),
      loudnessDb: Distribution.wasserstein(levels, other.levels) ?? 0,
      onsetsPerSecond: abs(onsetRate - other.onsetRate))
  }
}

/// How far two bodies of sound are apart: 0 for the same, the same both ways.
package struct SoundDistance: Hashable, Sendable, Encodable {
  /// Root mean square over third-octave bands of the difference of their levels, each body brought to one loudness.
  package let spectrumDb: Double
  /// Wasserstein distance of the levels of 100 ms windows.
  package let loudnessDb: Double
  /// Difference of the rates of beginnings.
  package let onsetsPerSecond: Double

  package init(spectrumDb: Double, loudnessDb: Double, onsetsPerSecond: Double) {
    self.spectrumDb = spectrumDb
    self.loudnessDb = loudnessDb
    self.onsetsPerSecond = onsetsPerSecond
  }
}
