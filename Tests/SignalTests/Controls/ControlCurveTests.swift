// Levels, mel powers and the channels that are made of them, against values that are known.
import Foundation
import Testing

@testable import Signal

@Suite struct ControlCurveTests {
  @Test func levelsAreDecibelsOfFullScale() {
    for decibels in [-60.0, -23, -3] {
      let tone = Tone(frequency: { _ in 500 }, level: pow(10, decibels / 20)).render(seed: 1).clip
      let levels = LevelCurve.decibels(tone, frame: 64)
      #expect(levels.count == 150)
      for level in levels[10..<140] { #expect(abs(level - decibels) < 0.05) }
    }
    let silence = Clip(samples: .init(repeating: 0, count: 100), sampleRate: 16000)
    #expect(LevelCurve.decibels(silence, frame: 64) == [-80, -80])
    #expect(LevelCurve.decibels(Clip(samples: [], sampleRate: 16000), frame: 64) == [])
  }

  /// A frame's level belongs to its middle: a click is loudest there.
  @Test func framesAreMeasuredAroundTheirMiddles() {
    for frame in [1, 64, 65] {
      var clip = Clip(samples: .init(repeating: 0, count: 64 * 65), sampleRate: 16000)
      let middle = 20 * frame + frame / 2
      clip.samples[middle] = 1
      let levels = LevelCurve.decibels(clip, frame: frame)
      #expect(levels.indices.max { levels[$0] < levels[$1] } == 20)
      let mel = MelSpectrum.powers(clip, frame: frame, bands: 8)
      let sums = levels.indices.map { mel[$0 * 8..<$0 * 8 + 8].reduce(0, +) }
      #expect(sums.indices.max { sums[$0] < sums[$1] } == 20)
    }
  }

  @Test(arguments: [8000, 16000, 44100]) func melPowersAddUp(rate: Int) {
    for f in [300.0, 1000, 2500] {
      let clip = Tone(frequency: { _ in f }, sampleRate: rate, level: 0.2).render(seed: 2).clip
      let powers = MelSpectrum.powers(clip, frame: 100, bands: 40)
      for k in 20..<30 {
        let sum = powers[k * 40..<(k + 1) * 40].reduce(0, +)
        #expect(abs(sum / 0.04 - 1) < 0.02, "\(rate) Hz, \(f) Hz")
      }
    }
  }

  @Test(arguments: [1, 8, 40, 80]) func melWeightsAddUpToOneInside(bands: Int) {
    let weights = MelSpectrum.weights(bands: bands, sampleRate: 16000, bins: 513)
    #expect(weights.count == bands)
    var sums = [Double](repeating: 0, count: 513)
    for band in weights { for (i, value) in band.values.enumerated() { sums[band.first + i] += value } }
    #expect(sums.allSatisfy { $0 < 1 + 1e-9 })
    if bands >= 8 { for bin in 40...300 { #expect(abs(sums[bin] - 1) < 1e-9, "bin \(bin)") } }
  }

  @Test func channelsAreAsTheyAreDefined() {
    var (clip, _) = Tone(frequency: { _ in 880 }, harmonics: 1...3, seconds: 1, level: 0.1).render(seed: 3)
    for n in 0..<3200 { clip.samples[n] = 0 }
    for n in 8000..<12000 { clip.samples[n] = 0 }
    let curves = ControlCurves(
      clip, channels: [.pitch, .voicing, .loudness, .mel(band: 0, count: 4), .mel(band: 3, count: 4)],
      frame: 64)
    #expect(curves.frames == 250 && curves.values.count == 1250)
    #expect(abs(curves.time(100) - 100.5 * 64 / 16000) < 1e-12)
    let (pitch, voicing, loudness) = (curves.curve(0), curves.curve(1), curves.curve(2))
    // An octave above A4 throughout: told in the pause, and before the first note.
    // Where only a part of the window sounds it is less exact.
    #expect(pitch.allSatisfy { abs($0 - 1) < 0.02 })
    #expect(pitch[60..<115].allSatisfy { abs($0 - 1) < 0.0025 })
    for (range, expected) in [(0..<40, Float(0)), (60..<115, 1), (135..<180, 0), (200..<240, 1)] {
      #expect(voicing[range].allSatisfy { $0 == expected }, "\(range)")
    }
    #expect(loudness[80..<110].allSatisfy { abs($0 - 1) < 0.01 })
    #expect(loudness[0] == -2)
    #expect(loudness[150] == -2)
    let least = Float((log(1e-8) + 5) / 5)
    #expect(curves.curve(3)[0] == least)
    #expect(curves.curve(4)[150] == least)
    #expect(curves.curve(3)[100] > least)
    let silence = ControlCurves(
      Clip(samples: .init(repeating: 0, count: 640), sampleRate: 16000), channels: [.pitch], frame: 64)
    #expect(silence.values == .init(repeating: 0, count: 10))
  }
}
