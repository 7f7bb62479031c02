// Third-octave bands, onsets and summaries: sounds whose figures are known.

import Foundation
import Testing

@testable import Signal

/// Decaying notes that start at the given seconds.
private func notes(at starts: [Double], seconds: Double, hz: Double = 440) -> Clip {
  var clip = Clip(samples: [Float](repeating: 0, count: Int(seconds * 16000)), sampleRate: 16000)
  for (i, start) in starts.enumerated() {
    let first = Int(start * 16000)
    for n in first..<clip.samples.count {
      let t = Double(n - first) / 16000
      let rise = min(1, t / 0.01)
      let tone = (1...6).reduce(0.0) {
        $0 + sin(2 * .pi * hz * Double($1) * (1 + Double(i) * 0.06) * t) / Double($1)
      }
      clip.samples[n] += Float(0.2 * rise * exp(-t / 0.25) * tone)
    }
  }
  return clip
}

@Suite struct BandTests {
  /// White noise has the power that each band is wide, and all bands together have the power of the clip.
  @Test func whiteNoiseFillsBandsByTheirWidth() {
    let clip = whiteNoise(160_000, rms: 0.1, seed: 1)
    let bands = BandPowers(clip, window: 0.25, hop: 0.125)
    let edges = BandPowers.edges(sampleRate: 16000, lowest: 50)
    #expect(bands.centres == edges.map(\.centre) && bands.centres.contains { abs($0 - 1000) < 1e-9 })
    #expect(bands.centres[0] <= 50 && edges.last!.high == 8000)
    for (i, edge) in edges.enumerated() {
      let mean =
        (0..<bands.frames).reduce(0.0) { $0 + bands.powers[$1 * bands.bands + i] } / Double(bands.frames)
      let expected = 0.01 * (edge.high - edge.low) / 8000
      // Narrow bands hold few independent values.
      let tolerance = 4.5 / (10 * (edge.high - edge.low)).squareRoot() + 0.02
      #expect(abs(mean / expected - 1) < tolerance, "\(edge): \(mean / expected)")
    }
  }

  @Test func aToneLiesInItsBand() {
    for hz in [100.0, 440, 1000, 5000] {
      let clip = render([SinePartial(frequency: hz, amplitude: 0.5, phase: 1)], seconds: 2)
      let bands = BandPowers(clip, window: 0.25, hop: 0.125)
      let edges = BandPowers.edges(sampleRate: 16000, lowest: 50)
      let own = edges.firstIndex { $0.low <= hz && hz < $0.high }!
      let frame = bands.frames / 2
      let power = bands.powers[frame * bands.bands + own]
      #expect(abs(decibels(power: power / 0.125)) < 0.1, "\(hz) Hz: \(power)")
    }
  }

  @Test(arguments: [0, 1, 15, 100, 4096, 5000]) func anyLength(count: Int) {
    let clip = whiteNoise(count, rms: 0.1, seed: 2)
    let summary = SoundSummary(clip)
    #expect(summary.spectrum.count == summary.centres.count && summary.spectrum.allSatisfy(\.isFinite))
    #expect(summary.distance(to: summary) == SoundDistance(spectrumDb: 0, loudnessDb: 0, onsetsPerSecond: 0))
  }

  @Test func onsetsAreWhereNotesBegin() {
    let starts = [0.3, 0.8, 1.05, 1.7, 2.0, 2.9]
    let found = Onsets.times(in: notes(at: starts, seconds: 3.5))
    #expect(found.count == starts.count, "\(found)")
    for (a, b) in zip(found, starts) { #expect(abs(a - b) < 0.05, "\(found)") }
    let coded = Onsets.times(in: coded(notes(at: starts, seconds: 3.5)))
    #expect(coded.count == starts.count, "\(coded)")
  }

  @Test func steadySoundHasNoOnsets() {
    #expect(Onsets.times(in: Clip(samples: [], sampleRate: 16000)).isEmpty)
    #expect(Onsets.times(in: Clip(samples: [Float](repeating: 0, count: 16000), sampleRate: 16000)).isEmpty)
    for seed in 0..<4 as Range<UInt64> {
      // Silence was before the first sample, so the start itself is an onset.
      let noise = Onsets.times(in: whiteNoise(64000, rms: 0.1, seed: seed))
      #expect(noise.count <= 1 && noise.allSatisfy { $0 < 0.05 }, "\(noise)")
      let tone = Onsets.times(in: coded(render(randomPartials(seed: seed), seconds: 4)))
      #expect(tone.count <= 1 && tone.allSatisfy { $0 < 0.05 }, "\(tone)")
    }
  }

  @Test func summariesAddUp() throws {
    let a = notes(at: [0.2, 0.7], seconds: 2)
    let b = coded(whiteNoise(32000, rms: 0.05, seed: 3))
    let both = try #require(SoundSummary([SoundSummary(a), SoundSummary(b)]))
    #expect(both.seconds == 4 && both.onsetRate == Double(Onsets.times(in: a).count + 1) / 4)
    #expect(both.levels.count == 40)
    #expect(SoundSummary([]) == nil)
    let again = try #require(SoundSummary([SoundSummary(b), SoundSummary(a)]))
    let distance = both.distance(to: again)
    #expect(distance.spectrumDb < 1e-9 && distance.loudnessDb == 0 && distance.onsetsPerSecond == 0)
  }

  @Test func distancesAreSymmetricAndKnown() {
    let quiet = whiteNoise(64000, rms: 0.02, seed: 4)
    var loud = quiet
    for n in loud.samples.indices { loud.samples[n] *= 2 }
    let (a, b) = (SoundSummary(quiet), SoundSummary(loud))
    // A gain of 6.02 dB: the same spectrum, every level shifted.
    #expect(a.distance(to: b) == b.distance(to: a))
    #expect(abs(a.distance(to: b).loudnessDb - 6.0206) < 1e-3 && a.distance(to: b).spectrumDb < 1e-6)
    // Two tones of equal power against one 20 dB below the other: bands of -3.01 and -3.01 dB, of -0.043 and -20.04.
    func two(_ level: Double) -> SoundSummary {
      SoundSummary(
        render(
          [
            SinePartial(frequency: 250, amplitude: 0.3, phase: 0),
            SinePartial(frequency: 2000, amplitude: 0.3 * level, phase: 0),
          ], seconds: 4))
    }
    let (even, uneven) = (two(1), two(0.1))
    #expect(even.distance(to: uneven) == uneven.distance(to: even))
    let expected = [(-3.0103, -0.0432), (-3.0103, -20.0432)].map { $0.0 - $0.1 }
    let bands = [250.0, 2000].map { hz in even.centres.firstIndex { abs($0 - hz) < hz * 0.05 }! }
    for (band, difference) in zip(bands, expected) {
      #expect(abs(even.spectrum[band] - uneven.spectrum[band] - difference) < 0.01)
    }
    #expect(even.distance(to: uneven).spectrumDb > 2)
  }
}
