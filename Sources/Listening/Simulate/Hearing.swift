// What a simulated listener takes from a sound: levels of third-octave bands over time, and how far tones stand above
// what lies between them. A measurement, not a model of the ear: no masking, no loudness, no pitch.
internal import Glibc
internal import Signal

/// One sound, measured.
struct Hearing: Hashable, Sendable {
  /// In dB, `[channel, frame, band]`, row-major.
  let levels: [Double]
  /// Mean over the frames of all channels with sound, in dB: the strongest place of the spectrum below 7 kHz above its median.
  let contrast: Double

  private static let lowest = 50.0  // Hz
  private static let highest = 7000.0  // Hz, for the contrast: what lies above is empty in many recordings
  private static let depth = 60.0  // dB below the loudest band where nothing is heard any more

  init(_ sound: ChannelClip) {
    precondition(sound.frames > 0, "a sound without samples")
    var levels: [Double] = []
    var contrasts: [(loudest: Double, contrast: Double)] = []
    for samples in sound.channels {
      Self.measure(Clip(samples: samples, sampleRate: sound.sampleRate), &levels, &contrasts)
    }
    self.levels = levels
    let loudest = contrasts.map(\.loudest).max() ?? 0
    // Frames within 40 dB of the loudest: fades and pauses say nothing.
    contrast = contrasts.filter { $0.loudest > loudest - 40 }.map(\.contrast).mean
  }

  private static func measure(
    _ clip: Clip, _ levels: inout [Double], _ contrasts: inout [(loudest: Double, contrast: Double)]
  ) {
    let window = clip.sampleRate > 24_000 ? 2048 : 1024
    let spectrogram = Spectrogram(clip, window: window, hop: window / 2)
    let width = Double(clip.sampleRate) / Double(window)  // of a bin, Hz
    let bands = bands(bins: spectrogram.bins, width: width)
    let audible = max(1, Int(lowest / width))..<min(spectrogram.bins, Int(highest / width) + 1)
    for frame in 0..<spectrogram.frames {
      let row = spectrogram.levels[frame * spectrogram.bins..<(frame + 1) * spectrogram.bins].map(Double.init)
      levels += bands.map { band in
        10 * log10(row[band].reduce(1e-20) { $0 + pow(10, $1 / 10) })
      }
      let sorted = row[audible].sorted()
      let loudest = sorted[sorted.count - 1]
      contrasts.append((loudest, loudest - sorted.quantile(0.5)))
    }
  }

  /// Log-spectral distance in dB: the root mean square difference of levels over time and bands. Zero only for equal
  /// sounds (above the depth of hearing).
  func distance(to other: Hearing) -> Double {
    precondition(levels.count == other.levels.count, "\(levels.count) levels against \(other.levels.count)")
    let floor = max(levels.max() ?? 0, other.levels.max() ?? 0) - Self.depth
    var sum = 0.0
    for (a, b) in zip(levels, other.levels) {
      let difference = max(a, floor) - max(b, floor)
      sum += difference * difference
    }
    return (sum / Double(levels.count)).squareRoot()
  }

  /// Third octaves from 50 Hz up; none narrower than a bin.
  private static func bands(bins: Int, width: Double) -> [Range<Int>] {
    var bands: [Range<Int>] = []
    var first = max(1, Int((lowest / width).rounded()))
    while first < bins {
      let next = min(bins, max(first + 1, Int((Double(first) * pow(2, 1.0 / 3)).rounded())))
      bands.append(first..<next)
      first = next
    }
    return bands
  }
}
