// Tones whose pitch is known at every sample.
import Foundation
import Signal

/// A tone of a given frequency over time.
struct Tone {
  /// Hz at a time in seconds.
  var frequency: @Sendable (Double) -> Double
  var harmonics = 1...1
  /// Amplitude of harmonic h is h to the power of minus this.
  var rolloff = 1.0
  /// dB between tone and white noise; none without it.
  var signalToNoise: Double?
  var seconds = 0.6
  var sampleRate = 16000
  /// RMS.
  var level = 0.1

  /// The clip, and Hz at each sample.
  func render(seed: UInt64) -> (clip: Clip, truth: [Double]) {
    var random = PhiloxGenerator(seed: seed, stream: 3)
    func uniform() -> Double { Double.random(in: 0..<1, using: &random) }
    let rate = Double(sampleRate)
    let phases = harmonics.map { _ in uniform() }
    var (turns, x, truth) = (0.0, [Double](), [Double]())
    for n in 0..<Int(seconds * rate) {
      let hertz = frequency(Double(n) / rate)
      truth.append(hertz)
      var value = 0.0
      for (h, phase) in zip(harmonics, phases) where hertz * Double(h) < rate / 2 {
        value += pow(Double(h), -rolloff) * sin(2 * .pi * (turns * Double(h) + phase))
      }
      x.append(value)
      turns += hertz / rate
    }
    let rms = (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot()
    let noise = signalToNoise.map { level * pow(10, -$0 / 20) } ?? 0
    let samples = x.map { value -> Float in
      // Twelve uniform numbers are near enough to a normal one.
      let normal = noise == 0 ? 0 : (0..<12).reduce(-6.0) { sum, _ in sum + uniform() }
      return Float(value * level / max(rms, 1e-12) + noise * normal)
    }
    return (Clip(samples: samples, sampleRate: sampleRate), truth)
  }

  /// `count` frequencies from `low` to `high`, evenly spaced by ear.
  static func frequencies(_ count: Int, from low: Double = 55, to high: Double = 2000) -> [Double] {
    (0..<count).map { low * pow(high / low, Double($0) / Double(count - 1)) }
  }
}

/// Noises of several colours, 2 s, seeded.
func noise(_ colour: String) -> Clip {
  var random = PhiloxGenerator(seed: 7, stream: 4)
  var (low, state) = (0.0, 0.0)
  let samples = (0..<32000).map { _ -> Float in
    let white = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    switch colour {
    case "red":
      state = 0.95 * state + white
      return Float(0.02 * state)
    case "brown":
      state = 0.999 * state + white
      return Float(0.005 * state)
    case "high":
      low = 0.8 * low + 0.2 * white
      return Float(0.1 * (white - low))
    default: return Float(0.1 * white)
    }
  }
  return Clip(samples: samples, sampleRate: 16000)
}
