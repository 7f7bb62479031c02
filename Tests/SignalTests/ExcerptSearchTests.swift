// Copies are found, where they are and however scaled; independent sounds are not; the FFT gives what the sums give.

import Foundation
import Testing

@testable import Signal

@Suite struct ExcerptSearchTests {
  /// Pearson's coefficient of an excerpt and a window, by its definition.
  private func coefficient(_ a: [Float], _ b: [Float]) -> Double {
    let (x, y) = (a.map(Double.init), b.map(Double.init))
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }

  @Test(arguments: [(50, 50), (50, 51), (64, 1000), (33, 400), (20, 7)]) func equalsTheSums(sizes: (Int, Int))
  {
    let (length, count) = sizes
    let recording = whiteNoise(count, rms: 0.3, seed: 1).samples.map { $0 + 0.2 }
    let excerpts = (0..<3).map { whiteNoise(length, rms: 0.1, seed: 10 + UInt64($0)).samples }
    let found = ExcerptSearch(excerpts).matches(in: recording)
    let padded = recording + [Float](repeating: 0, count: max(0, length - count))
    #expect(found.count == 3)
    for (excerpt, match) in zip(excerpts, found) {
      let all = (0...padded.count - length).map { abs(coefficient(excerpt, Array(padded[$0..<$0 + length]))) }
      #expect(abs(match.correlation - all.max()!) < 1e-9)
      #expect(abs(all[match.position] - match.correlation) < 1e-9)
    }
  }

  @Test func copiesAreFound() {
    let recording = whiteNoise(50_000, rms: 0.2, seed: 2)
    let tone = render(randomPartials(seed: 3), seconds: 2)
    for at in [0, 1, 3333, 40_000, 42_000] {
      let copy = Array(recording.samples[at..<at + 8000])
      let changed = coded(Clip(samples: copy.map { -0.4 * $0 + 0.1 }, sampleRate: 16000)).samples
      let found = ExcerptSearch([copy, changed, Array(tone.samples[0..<8000])]).matches(in: recording.samples)
      #expect(found[0].position == at && found[0].correlation > 1 - 1e-9)
      #expect(found[1].position == at && found[1].correlation > 0.995, "\(found[1])")
      #expect(found[2].correlation < 0.1, "\(found[2])")
    }
  }

  @Test func independentSoundsAreNot() {
    // The largest of 40 000 coefficients of 8000 pairs each: about 4.3 / sqrt(8000).
    let recording = whiteNoise(48_000, rms: 0.2, seed: 4)
    let found = ExcerptSearch([whiteNoise(8000, rms: 0.2, seed: 5).samples]).matches(in: recording.samples)
    #expect(found[0].correlation < 0.08 && found[0].correlation > 0.02, "\(found)")
  }

  @Test func silenceMatchesNothing() {
    let zeros = [Float](repeating: 0.1, count: 400)
    let noise = whiteNoise(1000, rms: 0.1, seed: 6).samples
    #expect(ExcerptSearch([zeros]).matches(in: noise)[0].correlation == 0)
    #expect(ExcerptSearch([Array(noise[..<400])]).matches(in: zeros)[0].correlation == 0)
    #expect(ExcerptSearch([]).matches(in: noise).isEmpty)
  }
}

@Suite struct FingerprintTests {
  private func melody(_ seed: UInt64, notes: Int = 12) -> Clip {
    var random = PhiloxGenerator(seed: seed, stream: 3)
    var samples: [Float] = []
    for _ in 0..<notes {
      let (hz, phase) = (220 * exp2(Double(Int(random.uniform() * 24)) / 12), random.uniform() * 6)
      let length = 2000 + Int(random.uniform() * 3000)
      for n in 0..<length {
        let t = Double(n) / 16000
        var sum = 0.0
        for k in 1...4 {
          let harmonic = Double(k)
          sum += sin(harmonic * (2 * .pi * hz * t + phase)) / harmonic
        }
        samples.append(Float(0.15 * sum * exp(-4 * t)))
      }
    }
    return Clip(samples: samples, sampleRate: 16000)
  }

  @Test func contentIsFoundWithoutItsWaveform() throws {
    let recording = melody(1)
    let print = Fingerprint(recording)
    let sums = print.sums
    let average = sums.levels.map { $0 / Double(sums.frames) }
    let searched = print.minus(average)
    func best(_ clip: Clip) throws -> (correlation: Double, frame: Int) {
      try #require(searched.match(of: Fingerprint(clip).minus(average)))
    }
    let part = Clip(samples: Array(recording.samples[16000..<32000]), sampleRate: 16000)
    let same = try best(part)
    #expect(same.correlation > 0.97 && abs(same.frame - 100) <= 1, "\(same)")
    // All frequencies 10 cents higher: another waveform, the same content.
    let faster = (0..<15900).map { n -> Float in
      let place = Double(n) * exp2(10.0 / 1200)
      let (i, f) = (Int(place), Float(place - Double(Int(place))))
      return part.samples[i] * (1 - f) + part.samples[min(i + 1, 15999)] * f
    }
    let shifted = try best(Clip(samples: faster, sampleRate: 16000))
    #expect(shifted.correlation > 0.9, "\(shifted)")
    let waveform = ExcerptSearch([Array(faster[..<15800])]).matches(in: recording.samples)[0]
    #expect(waveform.correlation < 0.8, "\(waveform)")
    for seed in 2..<6 as Range<UInt64> {
      let other = try best(Clip(samples: Array(melody(seed).samples[8000..<24000]), sampleRate: 16000))
      #expect(other.correlation < 0.8, "\(seed): \(other)")
    }
    #expect(searched.match(of: Fingerprint(melody(7, notes: 40))) == nil)
  }
}
