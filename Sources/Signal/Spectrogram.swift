// Spectrum over time: power of Hann-windowed frames in dB. The picture of it: SpectrogramPicture.swift.

/// Levels of a clip over time and frequency.
package struct Spectrogram: Sendable {
  /// In dB; a sine of amplitude 1 in the middle of a bin is 0. `[frame, bin]`, row-major; -200 for nothing.
  package let levels: [Float]
  /// Frames: frame f is centred on sample f * hop.
  package let frames: Int
  /// Bins: bin k is k * rate / window Hz; window / 2 + 1 of them.
  package let bins: Int

  /// - Parameters:
  ///   - window: samples per frame, a power of two
  ///   - hop: samples from frame to frame
  package init(_ clip: Clip, window: Int = 1024, hop: Int = 256) {
    precondition(hop > 0, "hop \(hop)")
    let fft = FFT(size: window)
    let shape = Window.hann.values(window)
    let full = shape.reduce(0, +) / 2
    frames = clip.samples.isEmpty ? 0 : (clip.samples.count - 1) / hop + 1
    bins = window / 2 + 1
    var levels: [Float] = []
    levels.reserveCapacity(frames * bins)
    for frame in 0..<frames {
      let first = frame * hop - window / 2
      let samples = shape.indices.map { n in
        clip.samples.indices.contains(first + n) ? Double(clip.samples[first + n]) * shape[n] : 0
      }
      for power in fft.power(samples) {
        levels.append(Float(max(-200, decibels(power: power / (full * full)))))
      }
    }
    self.levels = levels
  }
}
