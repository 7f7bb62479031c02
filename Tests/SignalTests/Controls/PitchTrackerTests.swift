// The tracker on tones whose pitch is known, against an independent tracker that works on spectra, and its pieces against
// sums written out.
import Foundation
import Testing

@testable import Signal

@Suite struct PitchTrackerTests {
  static let frame = 64

  /// Errors in cents and share of gross ones (50 cents, or no pitch), over the frames that see no end of their clip.
  static func errors(_ tones: [Tone], _ tracker: PitchTracker = PitchTracker()) -> (
    median: Double, gross: Double
  ) {
    var (cents, gross, all) = ([Double](), 0, 0)
    for (seed, tone) in tones.enumerated() {
      let (clip, truth) = tone.render(seed: UInt64(seed))
      let track = tracker.track(clip, frame: frame)
      let margin = Int(0.02 * Double(clip.sampleRate))
      for k in track.hertz.indices {
        let middle = k * frame + frame / 2
        if middle < margin || middle >= clip.samples.count - margin { continue }
        all += 1
        if !track.isVoiced(k) {
          gross += 1
          continue
        }
        let error = abs(1200 * log2(track.hertz[k] / truth[middle]))
        cents.append(error)
        if error > 50 { gross += 1 }
      }
    }
    return (cents.sorted()[cents.count / 2], Double(gross) / Double(all))
  }

  static let cases: [(String, [Tone])] = [
    ("pure", Tone.frequencies(12).map { f in Tone { _ in f } }),
    (
      "5 equal harmonics",
      Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, harmonics: 1...5, rolloff: 0) }
    ),
    (
      "20 equal harmonics",
      Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, harmonics: 1...20, rolloff: 0) }
    ),
    ("20 harmonics", Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, harmonics: 1...20) }),
    (
      "no fundamental",
      Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, harmonics: 2...8, rolloff: 0.5) }
    ),
    (
      "harmonics 4 to 10",
      Tone.frequencies(12, to: 600).map { f in Tone(frequency: { _ in f }, harmonics: 4...10, rolloff: 0.5) }
    ),
    ("pure in noise", Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, signalToNoise: 20) }),
    (
      "20 harmonics in noise",
      Tone.frequencies(12).map { f in Tone(frequency: { _ in f }, harmonics: 1...20, signalToNoise: 20) }
    ),
    (
      "vibrato",
      Tone.frequencies(8).map { f in
        Tone(frequency: { f * exp2(sin(2 * .pi * 6 * $0) / 12) }, harmonics: 1...5, signalToNoise: 30)
      }
    ),
    (
      "glide of an octave a second",
      Tone.frequencies(8, to: 1000).map { f in
        Tone(frequency: { f * exp2($0) }, harmonics: 1...5, signalToNoise: 20)
      }
    ),
    (
      "44.1 kHz",
      Tone.frequencies(6).map { f in Tone(frequency: { _ in f }, harmonics: 1...5, sampleRate: 44100) }
    ),
    (
      "8 kHz",
      Tone.frequencies(8, to: 1500).map { f in Tone(frequency: { _ in f }, harmonics: 1...5, sampleRate: 8000)
      }
    ),
  ]

  @Test(arguments: cases.indices) func knownPitchesAreFound(index: Int) {
    let (name, tones) = Self.cases[index]
    let (median, gross) = Self.errors(tones)
    #expect(median <= 3 && gross <= 0.01, "\(name): median \(median) cents, gross \(gross)")
  }

  @Test(arguments: ["white", "red", "brown", "high"]) func noiseHasNoPitch(colour: String) {
    #expect(PitchTracker().track(noise(colour), frame: Self.frame).voicedShare <= 0.01)
  }

  @Test func silenceAndShortClipsHaveNoPitch() {
    for count in [0, 1, 63, 64, 65, 5000] {
      let track = PitchTracker().track(
        Clip(samples: .init(repeating: 0, count: count), sampleRate: 16000), frame: 64)
      #expect(track.hertz == .init(repeating: 0, count: (count + 63) / 64))
    }
    let direct = Clip(samples: .init(repeating: 0.5, count: 4000), sampleRate: 16000)
    #expect(PitchTracker().track(direct, frame: 64).voicedShare == 0)
  }

  /// A tone with a pause: where it begins and ends is known to within half a window.
  @Test func pausesAreSeen() {
    var (clip, _) = Tone(frequency: { _ in 440 }, harmonics: 1...4, seconds: 1).render(seed: 1)
    for n in 6400..<9600 { clip.samples[n] = 0 }
    let track = PitchTracker().track(clip, frame: 64)
    let reach = PitchTracker().window / 2 + 0.004
    for k in track.hertz.indices {
      let time = (Double(k) + 0.5) * 64 / 16000
      if (0.4 + reach...0.6 - reach).contains(time) { #expect(!track.isVoiced(k), "\(time) s") }
      if (reach...0.4 - reach).contains(time) || (0.6 + reach...1 - reach).contains(time) {
        #expect(abs(1200 * log2(track.hertz[k] / 440)) < 3, "\(time) s")
      }
    }
  }

  @Test func theSpectrumAgrees() {
    for (seed, f) in Tone.frequencies(9, from: 82, to: 1500).enumerated() {
      let tone = Tone(frequency: { f * exp2(0.3 * $0) }, harmonics: 1...8, signalToNoise: 30, seconds: 0.5)
      let clip = tone.render(seed: UInt64(seed)).clip
      let track = PitchTracker().track(clip, frame: Self.frame)
      for k in stride(from: 20, to: track.hertz.count - 20, by: 17) {
        let slow = SpectralPitch.hertz(clip, at: k * Self.frame + Self.frame / 2)
        #expect(
          abs(1200 * log2(track.hertz[k] / slow)) < 10, "\(f) Hz, frame \(k): \(track.hertz[k]), \(slow)")
      }
    }
  }

  @Test func periodicityIsTheSumsWrittenOut() {
    var random = PhiloxGenerator(seed: 1, stream: 5)
    for (length, longest) in [(40, 20), (65, 64), (300, 100)] {
      let x = (0..<length).map { _ in Double.random(in: -1..<1, using: &random) }
      let fast = Periodicity(length: length, longest: longest)(x)
      for lag in 0...longest {
        var (products, energy) = (0.0, 0.0)
        for j in 0..<length - lag {
          products += x[j] * x[j + lag]
          energy += x[j] * x[j] + x[j + lag] * x[j + lag]
        }
        #expect(abs(fast.values[lag] - 2 * products / energy) < 1e-9, "\(length), lag \(lag)")
      }
      #expect(abs(fast.meanSquare - x.reduce(0) { $0 + $1 * $1 } / Double(length)) < 1e-12)
    }
  }

  @Test func peaksAreFoundBetweenSamples() {
    for place in stride(from: 30.0, to: 32, by: 0.0625) {
      let x = (0..<64).map { cos(2 * .pi * (Double($0) - place) / 7.3) }
      let near = (28...34).max { x[$0] < x[$1] }!
      let found = Interpolation.peak(x, near: near)
      #expect(abs(found.place - place) < 2e-3 && abs(found.value - 1) < 2e-3, "\(place): \(found)")
    }
  }
}

/// Pitch by another principle, the slow way: the frequency whose harmonics stand highest above the valleys between them in a
/// spectrum that is summed at just these frequencies (after Camacho & Harris 2008).
enum SpectralPitch {
  static func hertz(_ clip: Clip, at middle: Int) -> Double {
    let rate = Double(clip.sampleRate)
    let length = Int(0.05 * rate)
    let shape = Window.blackmanHarris.values(length)
    let part = shape.indices.map { n in shape[n] * Double(clip.samples[middle - length / 2 + n]) }
    func magnitude(_ hertz: Double) -> Double {
      var (re, im) = (0.0, 0.0)
      for n in part.indices {
        re += part[n] * cos(2 * .pi * hertz / rate * Double(n))
        im += part[n] * sin(2 * .pi * hertz / rate * Double(n))
      }
      return (re * re + im * im).squareRoot()
    }
    func height(_ f: Double) -> Double {
      var (sum, weights) = (0.0, 0.0)
      for h in 1...8 where f * Double(h) < 0.48 * rate {
        let weight = 1 / Double(h).squareRoot()
        sum += weight * (magnitude(f * Double(h)) - magnitude(f * (Double(h) - 0.5)))
        weights += weight
      }
      return sum / weights
    }
    var best = Tone.frequencies(160, from: 60, to: 2000).max { height($0) < height($1) }!
    for step in [15.0, 5, 1.5] {
      best = (-4...4).map { best * exp2(Double($0) * step / 1200) }.max { height($0) < height($1) }!
    }
    return best
  }
}
