// Clicks and levels: what must be found is found where it is, and clean coded sound has none.

import Foundation
import Testing

@testable import Signal

@Suite struct DefectTests {
  @Test func cleanMixturesHaveNoClicks() {
    for seed in 100..<130 as Range<UInt64> {
      let clip = render(randomPartials(seed: seed), seconds: 2)
      #expect(ClickDetector.clicks(in: coded(clip)).isEmpty, "seed \(seed)")
      #expect(ClickDetector.clicks(in: clip).isEmpty, "seed \(seed), not coded")
      #expect(ClickDetector.clicks(in: coded(clip, levels: 1024)).isEmpty)
    }
    for seed in 0..<4 as Range<UInt64> {
      #expect(ClickDetector.clicks(in: whiteNoise(32000, rms: 0.1, seed: seed)).isEmpty)
    }
  }

  @Test func silenceHasNoClicks() {
    for samples in [[], [0.5], [Float](repeating: 0, count: 9000), [Float](repeating: 8.6e-5, count: 9000)] {
      #expect(ClickDetector.clicks(in: Clip(samples: samples, sampleRate: 16000)).isEmpty)
    }
  }

  /// Soft attacks, decays, and the noise of a model at 25 dB are not clicks.
  @Test func softOnsetsAreNotClicks() {
    for seed in 0..<6 as Range<UInt64> {
      var clip = render(randomPartials(seed: seed), seconds: 2)
      for n in clip.samples.indices {
        let t = Double(n) / 16000 - 0.5
        let rise = t <= 0 ? 0 : t < 0.005 ? 0.5 - 0.5 * cos(.pi * t / 0.005) : 1
        clip.samples[n] *= Float(rise * exp(-max(0, t) / 0.5))
      }
      #expect(ClickDetector.clicks(in: coded(clip)).isEmpty, "seed \(seed)")
      let steady = render(randomPartials(seed: seed), seconds: 2)
      let rms = (power(steady) * powerRatio(decibels: -25)).squareRoot()
      #expect(ClickDetector.clicks(in: coded(steady + whiteNoise(32000, rms: rms, seed: seed))).isEmpty)
    }
  }

  @Test func defectsAreFoundWhereTheyAre() {
    for seed in 200..<212 as Range<UInt64> {
      let partials = randomPartials(seed: seed)
      let clean = render(partials, seconds: 2)
      let rms = Float(power(clean).squareRoot())
      for at in [300, 5001, 16000, 31000] {
        func expectOne(_ clip: Clip, _ what: String) {
          let clicks = ClickDetector.clicks(in: coded(clip))
          #expect(clicks.count == 1, "\(what) at \(at), seed \(seed): \(clicks)")
          #expect(
            clicks.allSatisfy { abs($0.position - at) <= 40 }, "\(what) at \(at), seed \(seed): \(clicks)")
        }
        var impulse = clean
        impulse.samples[at] += clean.samples[at] > 0 ? -rms : rms
        expectOne(impulse, "impulse")
        var level = clean
        // At a sample that is not near zero, else there is no step.
        if abs(clean.samples[at]) > 0.7 * rms {
          for n in at..<level.samples.count { level.samples[n] *= 0.3 }
          expectOne(level, "level jump")
        }
        let jumped = render(
          partials.map {
            SinePartial(frequency: $0.frequency, amplitude: $0.amplitude, phase: $0.phase + .pi)
          },
          seconds: 2)
        if abs(clean.samples[at]) > 0.5 * rms {
          expectOne(
            Clip(samples: Array(clean.samples[..<at] + jumped.samples[at...]), sampleRate: 16000),
            "phase jump")
        }
        var gap = clean
        for n in at..<at + 10 { gap.samples[n] = 0 }
        if abs(clean.samples[at]) > 0.7 * rms { #expect(!ClickDetector.clicks(in: coded(gap)).isEmpty) }
      }
    }
  }

  @Test func severalClicks() {
    var clip = render([SinePartial(frequency: 440, amplitude: 0.4, phase: 0)], seconds: 2)
    for at in [4000, 4020, 12000, 20000, 20600] { clip.samples[at] += 0.4 }
    let found = ClickDetector.clicks(in: coded(clip)).map(\.position)
    #expect(found.count == 4)
    for (a, b) in zip(found, [4010, 12000, 20000, 20600]) { #expect(abs(a - b) <= 20) }
  }

  @Test func levelsAndDrift() {
    let clip = render([SinePartial(frequency: 400, amplitude: 0.5, phase: 0)], seconds: 4)
    for level in Loudness.levels(clip) { #expect(abs(level - decibels(power: 0.125)) < 0.01) }
    #expect(Loudness.levels(clip).count == 4)
    #expect(Loudness.drift(clip) < 0.01)
    var fading = clip
    for n in fading.samples.indices { fading.samples[n] *= Float(pow(10, -Double(n / 16000) * 2 / 20)) }
    #expect(abs(Loudness.drift(fading) - 6) < 0.01)
    var half = clip
    for n in 32000..<64000 { half.samples[n] = 0 }
    #expect(Loudness.drift(half) == .infinity)
    #expect(Loudness.drift(Clip(samples: [], sampleRate: 8)) == 0)
    #expect(Loudness.levels(clip.part(from: 0, seconds: 0.5)).count == 1)
    #expect(abs(Loudness.peak(clip) - 0.5) < 1e-3 && abs(Loudness.dc(clip)) < 1e-6)
    #expect(abs(Loudness.level(clip) + 9.03) < 0.01)
  }

  @Test func silence() {
    #expect(Loudness.isSilent(Clip(samples: [], sampleRate: 8)))
    #expect(Loudness.isSilent(Clip(samples: [Float](repeating: 0.5, count: 100), sampleRate: 8)))  // only DC
    #expect(Loudness.isSilent(coded(Clip(samples: [Float](repeating: 0, count: 100), sampleRate: 8))))
    #expect(!Loudness.isSilent(render([SinePartial(frequency: 400, amplitude: 0.01, phase: 0)])))
  }
}
