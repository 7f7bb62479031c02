// Power of a clip in third-octave bands over time: what long-term spectra, onsets and fingerprints are made of. The bins
// of a Hann-windowed spectrum are dealt to the bands by the width that they share, so that powers add up.

import Glibc

/// Powers per frame and band; the powers of a frame's bands add up to its mean square between the outer edges.
package struct BandPowers: Sendable {
  /// `[frame, band]`, row-major.
  package let powers: [Double]
  package let frames: Int
  /// From frame to frame: a whole number of samples, so that it is not quite what was asked for at some rates.
  package let secondsPerFrame: Double
  /// Middle of each band in Hz, ascending: 1000 Hz times powers of 2^(1/3).
  package let centres: [Double]
  package var bands: Int { centres.count }

  /// - Parameters:
  ///   - window: seconds of a frame, rounded up to a power of two of samples
  ///   - hop: seconds from frame to frame; the first frame starts at the first sample, the last one may pass the end
  ///   - lowest: middle of the lowest band in Hz, at most
  package init(_ clip: Clip, window: Double, hop: Double, lowest: Double = 50) {
    let rate = Double(clip.sampleRate)
    let fft = FFT(size: FFT.size(atLeast: max(16, Int((window * rate).rounded()))))
    let step = max(1, Int((hop * rate).rounded()))
    secondsPerFrame = Double(step) / rate
    let shape = Window.hann.values(fft.size)
    let edges = BandPowers.edges(sampleRate: clip.sampleRate, lowest: lowest)
    let shares = BandPowers.shares(edges, binHz: rate / Double(fft.size), bins: fft.size / 2 + 1)
    centres = edges.map(\.centre)
    let scale = 2 / (Double(fft.size) * shape.reduce(0) { $0 + $1 * $1 })
    let last = max(1, clip.samples.count - fft.size / 2)
    frames = clip.samples.isEmpty ? 0 : (last - 1) / step + 1
    var powers: [Double] = []
    powers.reserveCapacity(frames * centres.count)
    for frame in 0..<frames {
      let part = clip.samples[(frame * step)...].prefix(fft.size)
      let bins = fft.power(zip(part, shape).map { Double($0) * $1 })
      for share in shares { powers.append(scale * share.reduce(0) { $0 + bins[$1.bin] * $1.part }) }
    }
    self.powers = powers
  }

  /// Bands up to half the sample rate; the highest is cut off there, and left out if less than half of it remains.
  static func edges(sampleRate: Int, lowest: Double) -> [(low: Double, centre: Double, high: Double)] {
    let nyquist = Double(sampleRate) / 2
    var bands: [(low: Double, centre: Double, high: Double)] = []
    var step = Int((3 * log2(lowest / 1000)).rounded(.down))
    while true {
      let centre = 1000 * exp2(Double(step) / 3)
      if centre > nyquist { return bands }
      bands.append((centre * exp2(-1.0 / 6), centre, min(centre * exp2(1.0 / 6), nyquist)))
      step += 1
    }
  }

  /// Which part of which bin each band takes. A bin reaches half a bin's width to each side.
  private static func shares(
    _ edges: [(low: Double, centre: Double, high: Double)], binHz: Double, bins: Int
  ) -> [[(bin: Int, part: Double)]] {
    edges.map { edge in
      let (low, high) = (edge.low / binHz, edge.high / binHz)
      let first = max(0, Int((low - 0.5).rounded(.up)))
      let last = min(bins - 1, Int((high + 0.5).rounded(.down)))
      return (first...max(first, last)).compactMap { bin in
        let part = min(high, Double(bin) + 0.5) - max(low, Double(bin) - 0.5)
        return part > 0 && bin < bins ? (bin, part) : nil
      }
    }
  }
}
