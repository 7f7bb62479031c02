// Where in a recording does this excerpt, or something close to it, occur? Normalised cross-correlation at every lag:
// 1 is the same waveform up to a factor, of either sign; 0 has nothing in common. By FFT, overlap-save, two excerpts in
// one transform. Slow twin: the sums written out in Tests/SignalTests/ExcerptSearchTests.swift.

import Glibc

/// Excerpts of one length that are looked for together.
package struct ExcerptSearch: Sendable {
  /// Best place of an excerpt in a recording.
  package struct Match: Hashable, Sendable {
    /// Largest absolute correlation coefficient, 0...1.
    package var correlation: Double
    /// Sample of the recording at which the excerpt would start.
    package var position: Int

    package init(correlation: Double, position: Int) {
      self.correlation = correlation
      self.position = position
    }
  }

  private let fft: FFT
  private let length: Int
  /// Spectra of two excerpts at a time, a + i b, conjugated; every excerpt of mean 0 and energy 1.
  private let pairs: [(re: [Double], im: [Double])]
  private let count: Int

  /// - excerpts: samples; all of one length, at least 2.
  package init(_ excerpts: [[Float]]) {
    let length = excerpts.first?.count ?? 2
    precondition(
      length >= 2 && excerpts.allSatisfy { $0.count == length },
      "excerpts of \(Set(excerpts.map(\.count)).sorted()) samples: one length, at least 2")
    self.length = length
    count = excerpts.count
    let fft = FFT(size: FFT.size(atLeast: 4 * length))
    self.fft = fft
    pairs = stride(from: 0, to: excerpts.count, by: 2).map { index in
      var re = ExcerptSearch.normalised(excerpts[index])
      var im = index + 1 < excerpts.count ? ExcerptSearch.normalised(excerpts[index + 1]) : []
      re += [Double](repeating: 0, count: fft.size - re.count)
      im += [Double](repeating: 0, count: fft.size - im.count)
      // z = a - i b, so that conj(Z) carries a + i b backwards in time.
      for i in im.indices { im[i] = -im[i] }
      fft.transform(re: &re, im: &im)
      return (re, im.map { -$0 })
    }
  }

  /// Mean 0, sum of squares 1; zeros stay zeros.
  private static func normalised(_ excerpt: [Float]) -> [Double] {
    let mean = excerpt.reduce(0.0) { $0 + Double($1) } / Double(excerpt.count)
    let centred = excerpt.map { Double($0) - mean }
    let energy = centred.reduce(0) { $0 + $1 * $1 }
    return energy > 0 ? centred.map { $0 / energy.squareRoot() } : centred
  }

  /// The best match of each excerpt. A recording shorter than the excerpts counts as followed by silence.
  package func matches(in recording: [Float]) -> [Match] {
    var best = [Match](repeating: Match(correlation: 0, position: 0), count: count)
    let samples = recording.map(Double.init) + [Double](repeating: 0, count: max(0, length - recording.count))
    let lags = samples.count - length + 1
    let step = fft.size - length + 1
    let peak = samples.reduce(0) { max($0, abs($1)) }
    for start in stride(from: 0, to: lags, by: step) {
      var block = Array(samples[start...].prefix(fft.size))
      block += [Double](repeating: 0, count: fft.size - block.count)
      let here = min(step, lags - start)
      let scales = scales(block, lags: here, peak: peak)
      var blockIm = [Double](repeating: 0, count: fft.size)
      fft.transform(re: &block, im: &blockIm)
      for (index, pair) in pairs.enumerated() {
        // The inverse transform by the forward one: swap real and imaginary part before and after.
        var re = [Double](repeating: 0, count: fft.size)
        var im = re
        for k in 0..<fft.size {
          im[k] = block[k] * pair.re[k] - blockIm[k] * pair.im[k]
          re[k] = block[k] * pair.im[k] + blockIm[k] * pair.re[k]
        }
        fft.transform(re: &re, im: &im)
        for lag in 0..<here {
          let (a, b) = (abs(im[lag]) * scales[lag], abs(re[lag]) * scales[lag])
          if a > best[2 * index].correlation {
            best[2 * index] = Match(correlation: a, position: start + lag)
          }
          if 2 * index + 1 < count, b > best[2 * index + 1].correlation {
            best[2 * index + 1] = Match(correlation: b, position: start + lag)
          }
        }
      }
    }
    return best.map { Match(correlation: min(1, $0.correlation), position: $0.position) }
  }

  /// 1 / (size * root of the energy about the mean) of the window at each lag; 0 for windows that are silent against the
  /// recording's peak, where rounding would decide.
  private func scales(_ block: [Double], lags: Int, peak: Double) -> [Double] {
    var (sum, squares) = (0.0, 0.0)
    for n in 0..<length {
      sum += block[n]
      squares += block[n] * block[n]
    }
    let least = 1e-10 * peak * peak * Double(length)
    return (0..<lags).map { lag in
      let energy = squares - sum * sum / Double(length)
      if lag + length < block.count {
        sum += block[lag + length] - block[lag]
        squares += block[lag + length] * block[lag + length] - block[lag] * block[lag]
      }
      return energy > least ? 1 / (Double(fft.size) * energy.squareRoot()) : 0
    }
  }
}
