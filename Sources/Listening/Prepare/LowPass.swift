// The anchors of MUSHRA: the reference through a low-pass filter of linear phase whose delay is taken out, so that it stays
// in step. A windowed sinc (Kaiser 1974). ITU-R BS.1534-3, 5.1, wants of the 3.5 kHz anchor at most 0.1 dB of ripple up
// to 3.5 kHz, 25 dB at 4 and 50 dB at 4.5; this one is 60 dB down from 4 kHz on. The 7 kHz anchor is the same doubled.
// libsoxr, which resamples here, has no other filter than that of a new rate.
// Checked by spectrum in Tests/ListeningTests/LowPassTests.swift.
internal import Glibc
internal import Signal

struct LowPass: Hashable, Sendable {
  /// Symmetric, an odd number.
  let taps: [Double]

  /// - Parameters:
  ///   - passband: up to here nothing changes, in Hz; 60 dB down from 8/7 of it on
  init(passband: Double, sampleRate: Int) {
    let rate = Double(sampleRate)
    let stopband = passband * 8 / 7
    precondition(stopband <= rate / 2, "an anchor of \(passband) Hz at \(sampleRate) Hz")
    let attenuation = 62.0
    let shape = 0.1102 * (attenuation - 8.7)
    let width = 2 * Double.pi * (stopband - passband) / rate
    let half = Int(((attenuation - 7.95) / (2.285 * width) / 2).rounded(.up))
    let cutoff = (passband + stopband) / rate  // twice the edge's middle, in cycles per sample
    let raw = (-half...half).map { n in
      let x = Double(n)
      let sinc = n == 0 ? cutoff : sin(.pi * cutoff * x) / (.pi * x)
      let position = x / Double(half)
      return sinc * Self.bessel(shape * (1 - position * position).squareRoot()) / Self.bessel(shape)
    }
    let sum = raw.reduce(0, +)
    taps = raw.map { $0 / sum }
  }

  /// Every channel by itself.
  func apply(_ sound: ChannelClip) -> ChannelClip { sound.map { apply($0) } }

  /// As long as the input, in step with it; silence before and after.
  func apply(_ samples: [Float]) -> [Float] {
    let half = taps.count / 2
    return samples.indices.map { i in
      var sum = 0.0
      let first = max(0, i - half)
      let last = min(samples.count - 1, i + half)
      for j in first...last { sum += Double(samples[j]) * taps[j - i + half] }
      return Float(sum)
    }
  }

  /// I0, the modified Bessel function of order 0, by its series.
  private static func bessel(_ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var k = 1.0
    while term > sum * 1e-17 {
      term *= (x / (2 * k)) * (x / (2 * k))
      sum += term
      k += 1
    }
    return sum
  }
}
