// Which sines a clip is made of: peaks of a long spectrum that stand out of what is around them. Frequencies are
// refined and amplitudes fitted in PartialFit.swift. Tests: Tests/SignalTests/PartialTests.swift.

import Glibc

/// A sine: amplitude * cos(2 pi frequency t + phase), t from the first sample.
package struct SinePartial: Hashable, Sendable {
  /// In Hz.
  package var frequency: Double
  /// Peak, full scale 1.
  package var amplitude: Double
  /// In radians at the first sample.
  package var phase: Double

  package init(frequency: Double, amplitude: Double, phase: Double) {
    self.frequency = frequency
    self.amplitude = amplitude
    self.phase = phase
  }
}

/// What counts as a partial.
package struct PartialOptions: Hashable, Sendable {
  /// At most so many, the strongest.
  package var count = 8
  /// How far below the strongest, in dB. Distortion products of mu-law coding lie at about -42 dB.
  package var range = 36.0
  /// How far above the median of the spectrum around, in dB. White noise alone reaches 12 to 14.
  package var prominence = 20.0
  /// Lowest amplitude.
  package var floor = 3e-4
  /// Lowest frequency in Hz.
  package var lowest = 20.0
  package init() {}
}

/// Partials of a clip, and how much of it they explain. A namespace.
package enum PartialAnalysis {
  /// The partials of a clip that lasts from its first to its last sample, in order of frequency; frequencies,
  /// amplitudes and phases by least squares over the whole clip. Partials less than 6 / length apart are taken for one.
  package static func detect(_ clip: Clip, _ options: PartialOptions = PartialOptions()) -> [SinePartial] {
    let candidates = peaks(clip, options)
    let refined = refine(clip, frequencies: candidates)
    let loudest = refined.map(\.amplitude).max() ?? 0
    let least = max(options.floor, loudest * powerRatio(decibels: -options.range).squareRoot())
    return refined.filter { $0.amplitude >= least }.sorted { $0.frequency < $1.frequency }
  }

  /// Frequencies in Hz of the peaks, strongest first.
  static func peaks(_ clip: Clip, _ options: PartialOptions) -> [Double] {
    let count = clip.samples.count
    guard count >= 64 else { return [] }
    let window = Window.blackmanHarris.values(count)
    let mean = clip.samples.reduce(0.0) { $0 + Double($1) } / Double(count)
    let fft = FFT(size: FFT.size(atLeast: 2 * count))
    let power = fft.power(zip(clip.samples, window).map { (Double($0) - mean) * $1 })  // [size / 2 + 1]
    let hertz = Double(clip.sampleRate) / Double(fft.size)
    let lobe = 4 * Double(fft.size) / Double(count)  // in bins of the padded spectrum
    let apart = 1.5 * lobe
    let levels = medians(power, width: max(200 / hertz, 16 * lobe))
    let gain = window.reduce(0, +) / 2
    let least = (options.floor * gain) * (options.floor * gain)
    let above = powerRatio(decibels: options.prominence)
    let first = max(2, Int(max(options.lowest / hertz, lobe)))
    guard first < power.count - 2 else { return [] }
    let maxima = (first..<power.count - 2).filter { k in
      power[k] > power[k - 1] && power[k] >= power[k + 1] && power[k] >= least
        && power[k] >= above * levels(k)
    }.sorted { power[$0] > power[$1] }
    guard let strongest = maxima.first else { return [] }
    let weakest = power[strongest] * powerRatio(decibels: -options.range)
    var chosen: [Int] = []
    for k in maxima where power[k] >= weakest && chosen.count < options.count {
      let stands = chosen.allSatisfy { other in
        let distance = Double(abs(k - other))
        if distance < apart { return false }
        if distance > 15 * lobe { return true }
        // Close to a stronger one: it must stand out of the skirt between them, 10 dB above its mean.
        let between =
          Int(
            Double(min(k, other)) + lobe)...max(
            Int(Double(min(k, other)) + lobe), Int(Double(max(k, other)) - lobe))
        if between.count < 3 { return true }
        return power[k] > 10 * power[between].reduce(0, +) / Double(between.count)
      }
      if stands { chosen.append(k) }
    }
    return chosen.map { (Double($0) + vertex(power, at: $0)) * hertz }
  }

  /// Offset of the maximum from bin k, by a parabola through the logarithms.
  private static func vertex(_ power: [Double], at k: Int) -> Double {
    let tiny = Double.leastNormalMagnitude
    let (a, b, c) = (log(power[k - 1] + tiny), log(power[k] + tiny), log(power[k + 1] + tiny))
    let bend = a - 2 * b + c
    return bend < 0 ? max(-0.5, min(0.5, (a - c) / (2 * bend))) : 0
  }

  /// The median around each bin, from blocks of `width` bins: the larger of a block's own and what joins its neighbours.
  private static func medians(_ power: [Double], width: Double) -> (Int) -> Double {
    let width = max(8, Int(width))
    let blocks = max(1, power.count / width)
    let values = (0..<blocks).map { block in
      let end = block == blocks - 1 ? power.count : (block + 1) * width
      let sorted = power[block * width..<end].sorted()
      return sorted[sorted.count / 2]
    }
    return { k in
      let position = Double(k) / Double(width) - 0.5
      let left = min(max(0, Int(position.rounded(.down))), blocks - 1)
      let right = min(left + 1, blocks - 1)
      let part = min(max(0, position - Double(left)), 1)
      return values[left] * (1 - part) + values[right] * part
    }
  }
}
