// The partial analysis against mixtures whose partials and signal-to-noise ratio are known.

import Foundation
import Testing

@testable import Signal

@Suite struct PartialTests {
  func cents(_ a: Double, _ b: Double) -> Double { abs(1200 * log2(a / b)) }

  @Test func cleanMixturesExactly() {
    for seed in 0..<6 as Range<UInt64> {
      let partials = randomPartials(seed: seed)
      let clip = render(partials, seconds: 2)
      let found = PartialAnalysis.detect(clip)
      #expect(found.count == partials.count, "seed \(seed)")
      for (a, b) in zip(found, partials) {
        #expect(cents(a.frequency, b.frequency) < 1e-3)
        #expect(abs(a.amplitude / b.amplitude - 1) < 1e-4)
        #expect(abs(remainder(a.phase - b.phase, 2 * .pi)) < 1e-3)
      }
      #expect(PartialAnalysis.snr(clip, partials: found) > 100)  // what Float allows
    }
  }

  /// Known noise: the ratio comes back, whole and framed.
  @Test(arguments: [5.0, 12, 25, 38]) func knownRatioIsRecovered(snr: Double) {
    for seed in 20..<26 as Range<UInt64> {
      let partials = randomPartials(seed: seed)
      let clean = render(partials)
      let noise = whiteNoise(
        clean.samples.count, rms: (power(clean) / powerRatio(decibels: snr)).squareRoot(), seed: seed)
      let truth = decibels(power: power(clean) / power(noise))
      let clip = clean + noise
      let strongest = partials.map(\.amplitude).max()!
      let found = PartialAnalysis.detect(clip)
      #expect(found.count == partials.count, "seed \(seed) at \(snr) dB")
      #expect(abs(PartialAnalysis.snr(clip, partials: found) - truth) < 0.3, "seed \(seed)")
      #expect(abs(PartialAnalysis.framedSNR(clip, partials: found) - truth) < 0.3, "seed \(seed)")
      for (a, b) in zip(found, partials) where b.amplitude > strongest / 4 && snr >= 25 {
        #expect(cents(a.frequency, b.frequency) < 0.1, "seed \(seed): \(a.frequency) for \(b.frequency)")
      }
    }
  }

  @Test func muLawCodingCostsWhatItMust() {
    var ratios: [Double] = []
    for seed in 40..<52 as Range<UInt64> {
      let partials = randomPartials(seed: seed)
      let clip = coded(render(partials))
      let found = PartialAnalysis.detect(clip)
      #expect(found.count == partials.count, "seed \(seed)")
      for (a, b) in zip(found, partials) { #expect(cents(a.frequency, b.frequency) < 0.1) }
      ratios.append(PartialAnalysis.snr(clip, partials: found))
    }
    #expect(ratios.min()! > 36.5 && ratios.max()! < 39.5, "\(ratios)")
    #expect(abs(ratios.sorted()[6] - 37.9) < 0.3)
  }

  @Test func aSemitoneApart() {
    let low = SinePartial(frequency: 220, amplitude: 0.3, phase: 0.4)
    for (level, detune) in [(0.3, 1.0), (0.3, 1.01), (0.02, 1.0)] {
      let high = SinePartial(frequency: 220 * exp2(1.0 / 12) * detune, amplitude: level, phase: -2)
      let clip = coded(render([low, high], seconds: 3))
      let found = PartialAnalysis.detect(clip)
      #expect(found.count == 2)
      if found.count == 2 {
        #expect(cents(found[0].frequency, 220) < 0.1 && cents(found[1].frequency, high.frequency) < 0.1)
        #expect(abs(found[1].amplitude / level - 1) < 0.05)
      }
    }
  }

  @Test func noiseIsNotMadeOfPartials() {
    for seed in 0..<8 as Range<UInt64> {
      let noise = whiteNoise(32000, rms: 0.2, seed: seed)
      let found = PartialAnalysis.detect(noise)
      #expect(found.isEmpty)
      #expect(PartialAnalysis.snr(noise, partials: found) == -.infinity)
      #expect(PartialAnalysis.framedSNR(noise, partials: found) == -.infinity)
      // Even with partials forced upon it.
      #expect(PartialAnalysis.snr(noise, partials: randomPartials(seed: seed, count: 4)) < -20)
      #expect(PartialAnalysis.framedSNR(noise, partials: randomPartials(seed: seed, count: 4)) < -15)
      // Brown noise, which has peaks of its own.
      var walk = 0.0
      let brown = Clip(
        samples: noise.samples.map {
          walk = 0.99 * walk + Double($0); return Float(walk / 10)
        }, sampleRate: 16000)
      #expect(PartialAnalysis.snr(brown, partials: PartialAnalysis.detect(brown)) < 3)
    }
  }

  @Test func silenceAndShortClips() {
    for samples in [
      [], [Float](repeating: 8.6e-5, count: 16000), [Float](repeating: 0.5, count: 1000), [0.1],
      noiseless(63),
    ] {
      let clip = Clip(samples: samples, sampleRate: 16000)
      #expect(PartialAnalysis.detect(clip).isEmpty)
      #expect(PartialAnalysis.snr(clip, partials: []) == -.infinity)
      #expect(PartialAnalysis.framedSNR(clip, partials: []) == -.infinity)
    }
  }

  func noiseless(_ count: Int) -> [Float] { (0..<count).map { Float(sin(Double($0))) } }

  /// A slow decay is the partial's in frames; over the whole clip it is not.
  @Test func decays() {
    let partials = randomPartials(seed: 3, count: 2)
    var clip = render(partials, seconds: 3)
    for n in clip.samples.indices { clip.samples[n] *= Float(exp(-Double(n) / 16000 / 0.8)) }
    let found = PartialAnalysis.detect(coded(clip))
    #expect(found.count == 2)
    for (a, b) in zip(found, partials) { #expect(cents(a.frequency, b.frequency) < 2) }
    #expect(PartialAnalysis.framedSNR(coded(clip), partials: found) > 26)  // 100 ms of decay cost something
    #expect(PartialAnalysis.snr(coded(clip), partials: found) < 12)
  }

  /// A wandering frequency is one partial, not many; it costs the whole-span ratio more than the framed one.
  @Test func wandering() {
    var generator = PhiloxGenerator(seed: 9, stream: 0)
    var (phase, detune) = (0.0, 0.0)
    let clip = Clip(
      samples: (0..<64000).map { _ in
        detune += 0.002 * generator.normal() - detune * 1e-4
        phase += 2 * .pi * (440 + detune) / 16000
        return Float(0.5 * cos(phase))
      }, sampleRate: 16000)
    let found = PartialAnalysis.detect(coded(clip))
    #expect(found.count == 1, "\(found)")
    #expect(cents(found[0].frequency, 440) < 5)
    let framed = PartialAnalysis.framedSNR(coded(clip), partials: found)
    #expect(framed > PartialAnalysis.snr(coded(clip), partials: found))
    #expect(framed > 20)
  }

  /// Each defect lowers the ratio: the measure cannot be pleased by energy alone.
  @Test func defectsAreSeen() {
    let clean = render([SinePartial(frequency: 300, amplitude: 0.5, phase: 0)])
    func framed(_ clip: Clip) -> Double {
      PartialAnalysis.framedSNR(clip, partials: PartialAnalysis.detect(clip))
    }
    #expect(framed(clean) > 100)
    var hum = clean
    for n in hum.samples.indices { hum.samples[n] += 0.05 * Float(n % 7 == 0 ? 1 : 0) }
    #expect(framed(hum) < 36)
    var offset = clean
    for n in offset.samples.indices { offset.samples[n] += 0.05 }
    #expect(abs(framed(offset) - decibels(power: 0.125 / 0.0025)) < 0.3)
    #expect(abs(framed(clean + whiteNoise(64000, rms: 0.0353553, seed: 1)) - 20) < 0.3)
  }

  @Test func frames() {
    let clean = render([SinePartial(frequency: 300, amplitude: 0.5, phase: 0)], seconds: 1.04)
    var clip = clean
    for n in 8000..<9600 { clip.samples[n] += n % 2 == 0 ? 0.05 : -0.05 }
    let fit = PartialAnalysis.fitFrames(clip, partials: [SinePartial(frequency: 300, amplitude: 1, phase: 0)])
    #expect(fit.frames.count == 10)  // 0.04 s are less than half a frame
    for (index, snr) in fit.frames.enumerated() {
      #expect(index == 5 ? abs(snr - decibels(power: 0.125 / 0.0025)) < 0.1 : snr > 100)
    }
  }

  @Test func normalEquations() {
    var system = NormalEquations(unknowns: 3)
    for n in 0..<20 {
      let x = Double(n)
      system.add([1, x, 2 * x], 3 + 4 * x)  // the third is the second again
    }
    let solution = system.solve()
    #expect(abs(solution[0] - 3) < 1e-9 && abs(solution[1] - 4) < 1e-9 && solution[2] == 0)
  }
}
