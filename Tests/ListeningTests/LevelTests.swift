// Levels: libebur128 against the definition of the LUFS, matching by attenuation, peaks between samples, fades.

import Foundation
import Signal
import Testing

@testable import Listening

@Suite struct LevelTests {
  private let rate = 48_000
  private func sine(_ hz: Double, _ level: Double, frames: Int, phase: Double = 0) -> [Float] {
    (0..<frames).map { Float(level * sin(2 * .pi * hz * Double($0) / Double(rate) + phase)) }
  }
  private func noise(_ frames: Int, _ level: Double, seed: UInt64) -> [Float] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    return (0..<frames).map { _ in Float(level * random.normal()) }
  }

  /// EBU Tech 3341: a 1 kHz sine of one channel at -20 dBFS peak is -23 LUFS.
  @Test func definition() throws {
    let meter = LoudnessMeter(sampleRate: rate)
    for level in [-6.0, -20, -40] {
      let value = try #require(meter.loudness(sine(997, pow(10, level / 20), frames: 5 * rate)))
      #expect(abs(value - (level - 3.01)) < 0.05, "\(value)")
    }
    #expect(meter.loudness([Float](repeating: 0, count: rate)) == nil)
    #expect(meter.truePeak([Float](repeating: 0, count: rate)) == nil)
  }

  @Test func shortSoundsByRMS() throws {
    let meter = LoudnessMeter(sampleRate: rate)
    #expect(meter.usesRMS(frames: rate * 4 / 10 - 1) && !meter.usesRMS(frames: rate * 4 / 10))
    let value = try #require(meter.loudness(sine(1000, 0.1, frames: rate / 10)))
    #expect(abs(value + 23.01) < 0.01)
    #expect(meter.loudness([Float](repeating: 0, count: 480)) == nil)
  }

  /// A quarter of the rate at 45 degrees: samples at 0.707 of the peak between them.
  @Test func peaksBetweenSamples() throws {
    let meter = LoudnessMeter(sampleRate: rate)
    let value = try #require(meter.truePeak(sine(12_000, 1, frames: rate, phase: .pi / 4)))
    #expect(abs(value) < 0.3)
    // A peak in the very last samples counts too.
    var late = [Float](repeating: 0, count: 480)
    late[479] = 0.9
    #expect(try #require(meter.truePeak(late)) > -1.2)
  }

  @Test(arguments: [0.1, 0.3, 0.5, 2.0]) func matchesByAttenuation(seconds: Double) throws {
    let frames = Int(seconds * Double(rate))
    let sounds = [
      sine(440, 0.5, frames: frames), noise(frames, 0.05, seed: 1), sine(3000, 0.3, frames: frames),
    ]
    let meter = LoudnessMeter(sampleRate: rate)
    let match = try LevelMatch(
      sounds, follows: [nil, nil, nil], mode: .match, meter: meter, item: "x", paths: ["a", "b", "c"])
    #expect(match.gains.allSatisfy { $0 <= 0 } && match.gains.contains(0))
    let after = try match.sounds.map { try #require(meter.loudness($0)) }
    #expect(after.max()! - after.min()! <= 0.1 && match.residual <= 0.1, "\(after)")
    for sound in match.sounds { #expect(try #require(meter.truePeak(sound)) <= -1) }
    for index in 0..<3 {
      let factor = Float(pow(10, match.gains[index] / 20))
      #expect(zip(match.sounds[index], sounds[index]).allSatisfy { abs($0 - $1 * factor) < 1e-6 })
    }
  }

  @Test(arguments: [TestPlan.Loudness.match, .off]) func peaksComeDownTogether(mode: TestPlan.Loudness) throws
  {
    let sounds = [sine(440, 1, frames: rate), sine(440, 0.5, frames: rate)]
    let match = try LevelMatch(
      sounds, follows: [nil, nil], mode: mode, meter: LoudnessMeter(sampleRate: rate), item: "x",
      paths: ["a", "b"])
    #expect(match.truePeaks.allSatisfy { $0! <= -1 })
    if mode == .off {
      #expect(match.gains[0] == match.gains[1] && abs(match.gains[0] + 1) < 0.01)
    } else {
      #expect(abs(match.gains[0] + 6.02) < 0.02 && match.gains[1] == 0)
    }
  }

  @Test func anchorsFollowTheReference() throws {
    let reference = noise(rate, 0.1, seed: 2)
    let anchor = LowPass(passband: 3500, sampleRate: rate).apply(reference)
    let match = try LevelMatch(
      [noise(rate, 0.02, seed: 3), reference, anchor], follows: [nil, nil, 1], mode: .match,
      meter: LoudnessMeter(sampleRate: rate), item: "x", paths: ["a", "b", "c"])
    #expect(match.gains[2] == match.gains[1] && match.gains[1] < -10 && match.residual < 0.1)
  }

  @Test func silenceCannotBeMatched() throws {
    let silence = [Float](repeating: 0, count: rate)
    let meter = LoudnessMeter(sampleRate: rate)
    #expect(throws: ListeningError.silent(path: "b.wav")) {
      try LevelMatch(
        [sine(440, 0.1, frames: rate), silence], follows: [nil, nil], mode: .match, meter: meter, item: "x",
        paths: ["a.wav", "b.wav"])
    }
    let match = try LevelMatch(
      [sine(440, 0.1, frames: rate), silence], follows: [nil, nil], mode: .off, meter: meter, item: "x",
      paths: ["a.wav", "b.wav"])
    #expect(match.sounds[1] == silence && match.loudness[1] == nil)
  }

  @Test func fades() {
    let ones = [Float](repeating: 1, count: 4800)
    let cut = Fade.cut(ones, to: 2400, sampleRate: rate)
    #expect(cut.count == 2400 && cut == cut.reversed())
    #expect(cut[240..<2160].allSatisfy { $0 == 1 } && cut[239] < 1 && cut[0] < 1e-4 && cut[0] > 0)
    #expect(zip(cut[..<239], cut[1..<240]).allSatisfy { $0 < $1 })
    #expect(abs(cut[120] - Float(0.5 - 0.5 * cos(.pi * 120.5 / 240))) < 1e-6)
  }
}
