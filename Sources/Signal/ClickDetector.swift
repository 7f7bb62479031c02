// Clicks: samples that the sound just before them does not predict. A linear predictor, fitted anew every 64 ms, takes
// away all that is tone or coloured noise; a step, a gap, a wrong sample or a jump of phase stays as an outlier of the
// prediction error against its level on both sides. Attacks over 5 ms and coding noise stay below the threshold.

/// Something that does not belong to the sound around it.
package struct Click: Hashable, Sendable {
  /// Sample at which it is strongest.
  package let position: Int
  /// Prediction error there against the error's local level (RMS); the threshold is `ClickDetector.threshold`.
  package let strength: Double
}

/// Finds clicks. A namespace.
package enum ClickDetector {
  /// Outliers above this many times the local level are clicks. Clean coded mixtures reach 7.
  package static let threshold = 10.0
  /// Prediction errors below this are inaudible: 2 steps of mu-law coding around silence.
  static let floor = 2e-3
  static let order = 32

  /// The clicks of a clip in order of time; outliers within 5 ms are one.
  package static func clicks(in clip: Clip, threshold: Double = threshold) -> [Click] {
    let ratios = outliers(clip)
    let together = clip.sampleRate / 200
    var clicks: [Click] = []
    for (position, ratio) in ratios.enumerated() where ratio > threshold {
      if let last = clicks.last, position - last.position <= together {
        if ratio > last.strength { clicks[clicks.count - 1] = Click(position: position, strength: ratio) }
      } else {
        clicks.append(Click(position: position, strength: ratio))
      }
    }
    return clicks
  }

  /// Prediction error of each sample against the larger of its levels in the 40 ms before and after. The level is at
  /// least -42 dB of the sound's own, which is what 8-bit coding leaves: errors that it hides are not clicks. `[sample]`
  static func outliers(_ clip: Clip) -> [Double] {
    let error = predictionError(clip)
    let errorLevel = LocalLevel(error)
    let soundLevel = LocalLevel(clip.samples.map { Double($0) })
    let span = clip.sampleRate / 25
    let gap = max(order, clip.sampleRate / 250)
    return error.indices.map { n in
      let size = abs(error[n])
      if size < floor { return 0 }
      let before = n - gap - span..<n - gap
      let after = n + gap..<n + gap + span
      let own = max(errorLevel(before), errorLevel(after))
      let hidden = 0.008 * max(soundLevel(before), soundLevel(after))
      return size / max(own, hidden, floor / 10)
    }
  }

  /// What a 32-tap predictor, fitted to 128 ms around, leaves of each sample; 0 for the first 32, which have no history.
  static func predictionError(_ clip: Clip) -> [Double] {
    let samples = clip.samples.map { Double($0) }
    var error = [Double](repeating: 0, count: samples.count)
    let hop = max(2 * order, clip.sampleRate * 64 / 1000)
    let window = Window.hann.values(2 * hop)
    for start in stride(from: 0, to: samples.count, by: hop) {
      let first = max(0, min(start - hop / 2, samples.count - 2 * hop))
      let frame = window.indices.map { n in first + n < samples.count ? samples[first + n] * window[n] : 0 }
      let taps = predictor(frame)
      for n in max(start, order)..<max(start, order, min(start + hop, samples.count)) {
        var prediction = 0.0
        for k in 0..<order { prediction += taps[k] * samples[n - 1 - k] }
        error[n] = samples[n] - prediction
      }
    }
    return error
  }

  /// Taps of the linear predictor of a windowed frame, by autocorrelation and Levinson-Durbin, with a noise floor of
  /// -50 dB so that it does not rely on cancellation.
  static func predictor(_ frame: [Double]) -> [Double] {
    var r = (0...order).map { lag in
      var sum = 0.0
      for n in lag..<frame.count { sum += frame[n] * frame[n - lag] }
      return sum
    }
    r[0] = r[0] * (1 + 1e-5) + 1e-12
    var taps: [Double] = []
    var power = r[0]
    for m in 0..<order {
      var sum = r[m + 1]
      for k in 0..<m { sum -= taps[k] * r[m - k] }
      let reflection = sum / power
      taps = (0..<m).map { taps[$0] - reflection * taps[m - 1 - $0] } + [reflection]
      power *= 1 - reflection * reflection
    }
    return taps
  }
}

/// RMS of any stretch of a signal, in constant time.
private struct LocalLevel {
  private let sums: [Double]  // [count + 1], running sum of squares

  init(_ values: [Double]) {
    var sums = [0.0]
    sums.reserveCapacity(values.count + 1)
    for value in values { sums.append(sums[sums.count - 1] + value * value) }
    self.sums = sums
  }

  /// RMS over the part of `range` that exists; 0 if that is less than a quarter, too little to judge by.
  func callAsFunction(_ range: Range<Int>) -> Double {
    let part = range.clamped(to: 0..<sums.count - 1)
    if part.count * 4 < range.count { return 0 }
    return (max(0, sums[part.upperBound] - sums[part.lowerBound]) / Double(part.count)).squareRoot()
  }
}
