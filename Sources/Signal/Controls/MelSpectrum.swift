// Powers in bands that lie evenly on the mel scale, over time: what a vocoder is told. Triangular bands over the bins of
// Hann-windowed spectra; the mel of a frequency is 2595 log10(1 + f / 700).
import Glibc

/// Band powers of frames. A namespace.
package enum MelSpectrum {
  /// Seconds of the window, rounded up to a power of two of samples.
  package static let window = 0.04
  /// Hz: the lower edge of the lowest band. The upper edge of the highest is half the sample rate.
  package static let lowest = 40.0

  /// Mean square in each band under the window. `[frame, band]`, row-major.
  /// - frame: samples per frame; frame k's middle is at (k + 1/2) `frame`. The last frame may pass the end.
  package static func powers(_ clip: Clip, frame: Int, bands: Int) -> [Double] {
    precondition(frame > 0 && bands > 0, "frames of \(frame) samples, \(bands) bands")
    let fft = FFT(size: FFT.size(atLeast: max(16, Int((window * Double(clip.sampleRate)).rounded()))))
    let shape = Window.hann.values(fft.size)
    // Parseval: the powers of all bins add up to the mean square under the squared window.
    let scale = 2 / (Double(fft.size) * shape.reduce(0) { $0 + $1 * $1 })
    let weights = weights(bands: bands, sampleRate: clip.sampleRate, bins: fft.size / 2 + 1)
    let x = clip.samples
    var powers: [Double] = []
    for k in 0..<(x.count + frame - 1) / frame {
      let first = k * frame + frame / 2 - fft.size / 2
      let part = shape.indices.map { n in
        x.indices.contains(first + n) ? shape[n] * Double(x[first + n]) : 0
      }
      let bins = fft.power(part)
      for band in weights {
        powers.append(scale * band.values.indices.reduce(0) { $0 + band.values[$1] * bins[band.first + $1] })
      }
    }
    return powers
  }

  /// A band's weights, from bin `first` on.
  struct Band {
    let first: Int
    let values: [Double]
  }

  /// Triangles that add up to 1 between the middles of the first and the last band. A band narrower than a bin takes the part of
  /// the nearest bins that its triangle, integrated over each bin, covers.
  static func weights(bands: Int, sampleRate: Int, bins: Int) -> [Band] {
    let nyquist = Double(sampleRate) / 2
    func mel(_ hertz: Double) -> Double { 2595 * log10(1 + hertz / 700) }
    func hertz(_ mel: Double) -> Double { 700 * (exp(mel / 2595 * M_LN10) - 1) }
    let (low, high) = (mel(min(lowest, nyquist / 2)), mel(nyquist))
    let edges = (0...bands + 1).map { hertz(low + (high - low) * Double($0) / Double(bands + 1)) }
    let binHz = nyquist / Double(bins - 1)
    return (0..<bands).map { band in
      let (a, b, c) = (edges[band], edges[band + 1], edges[band + 2])
      /// The triangle's area up to a frequency.
      func area(_ f: Double) -> Double {
        if f <= a { return 0 }
        if f <= b { return (f - a) * (f - a) / (2 * (b - a)) }
        if f <= c { return (c - a) / 2 - (c - f) * (c - f) / (2 * (c - b)) }
        return (c - a) / 2
      }
      let first = max(0, Int((a / binHz - 0.5).rounded(.up)))
      let last = min(bins - 1, Int((c / binHz + 0.5).rounded(.down)))
      let values = (first...max(first, last)).map { bin in
        (area((Double(bin) + 0.5) * binHz) - area((Double(bin) - 0.5) * binHz)) / binHz
      }
      return Band(first: first, values: values)
    }
  }
}
