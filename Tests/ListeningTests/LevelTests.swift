// Levels: libebur128 against the definition of the LUFS, matching by attenuation, peaks between samples, fades.

import Foundation
import Signal
import Testing

@testable import Listening

@Suite struct LevelTests {
  private let rate = 48_000
  private func levelled(
    _ sounds: [ChannelClip], follows: [Int?]? = nil, mode: TestPlan.Loudness = .match, by gain: Double = 0
  ) throws -> LevelMatch {
    let names = sounds.indices.map { "\($0).wav" }
    let levels = try LevelMatch.Levels(
      sounds, follows: follows ?? sounds.map { _ in nil }, mode: mode, paths: names)
    return try LevelMatch(sounds, levels.lowered(by: gain), mode: mode, item: "x")
  }
  private func sine(_ hz: Double, _ level: Double, frames: Int, phase: Double = 0) -> [Float] {
    (0..<frames).map { Float(level * sin(2 * .pi * hz * Double($0) / Double(rate) + phase)) }
  }
  private func noise(_ frames: Int, _ level: Double, seed: UInt64) -> [Float] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    return (0..<frames).map { _ in Float(level * random.normal()) }
  }

  private func mono(_ samples: [Float]) -> ChannelClip { ChannelClip(channels: [samples], sampleRate: rate) }
  private func stereo(_ left: [Float], _ right: [Float]) -> ChannelClip {
    ChannelClip(channels: [left, right], sampleRate: rate)
  }

  /// BS.1770-5, annex 1: a 997 Hz sine of full scale in one of two channels is -3.01 LUFS; EBU Tech 3341, case 1: the same
  /// sine in both, at -23 dBFS peak, is -23 LUFS. One channel alone is heard on both sides.
  @Test func definition() throws {
    for level in [-6.0, -20, -40] {
      let sine = sine(997, pow(10, level / 20), frames: 5 * rate)
      let silence = [Float](repeating: 0, count: sine.count)
      for (sound, wanted) in [
        (mono(sine), level), (stereo(sine, sine), level), (stereo(sine, sine.map { -$0 }), level),
        (stereo(sine, silence), level - 3.01), (stereo(silence, sine), level - 3.01),
      ] {
        let value = try #require(LoudnessMeter.loudness(sound))
        #expect(abs(value - wanted) < 0.05, "\(value)")
      }
      let short = Array(sine[..<4800])
      #expect(abs(try #require(LoudnessMeter.loudness(mono(short))) - level) < 0.05)
      #expect(abs(try #require(LoudnessMeter.loudness(stereo(short, short))) - level) < 0.05)
      #expect(
        abs(
          try #require(LoudnessMeter.loudness(stereo(short, .init(repeating: 0, count: 4800)))) - level + 3.01
        )
          < 0.05)
    }
    #expect(LoudnessMeter.loudness(mono([Float](repeating: 0, count: rate))) == nil)
    #expect(LoudnessMeter.truePeak(mono([Float](repeating: 0, count: rate))) == nil)
  }

  @Test func shortSoundsByRMS() throws {
    func zeros(_ frames: Int) -> ChannelClip { mono([Float](repeating: 0, count: frames)) }
    #expect(LoudnessMeter.usesRMS(zeros(rate * 4 / 10 - 1)) && !LoudnessMeter.usesRMS(zeros(rate * 4 / 10)))
    let value = try #require(LoudnessMeter.loudness(mono(sine(1000, 0.1, frames: rate / 10))))
    #expect(abs(value + 20) < 0.01)
    #expect(LoudnessMeter.loudness(zeros(480)) == nil)
  }

  /// A quarter of the rate at 45 degrees: samples at 0.707 of the peak between them.
  @Test func peaksBetweenSamples() throws {
    let between = sine(12_000, 1, frames: rate, phase: .pi / 4)
    let value = try #require(LoudnessMeter.truePeak(mono(between)))
    #expect(abs(value) < 0.3)
    // The highest of the channels counts.
    let half = between.map { $0 / 2 }
    #expect(LoudnessMeter.truePeak(stereo(half, between)) == value)
    #expect(LoudnessMeter.truePeak(stereo(between, half)) == value)
    // A peak in the very last samples counts too.
    var late = [Float](repeating: 0, count: 480)
    late[479] = 0.9
    #expect(try #require(LoudnessMeter.truePeak(mono(late))) > -1.2)
  }

  @Test(arguments: [0.1, 0.3, 0.5, 2.0]) func matchesByAttenuation(seconds: Double) throws {
    let frames = Int(seconds * Double(rate))
    let sounds = [
      sine(440, 0.5, frames: frames), noise(frames, 0.05, seed: 1), sine(3000, 0.3, frames: frames),
    ]
    let match = try levelled(sounds.map(mono))
    #expect(match.gains.allSatisfy { $0 <= 0 } && match.gains.contains(0))
    let after = try match.sounds.map { try #require(LoudnessMeter.loudness($0)) }
    #expect(after.max()! - after.min()! <= 0.1 && match.residual <= 0.1, "\(after)")
    for sound in match.sounds { #expect(try #require(LoudnessMeter.truePeak(sound)) <= -1) }
    for index in 0..<3 {
      let factor = Float(pow(10, match.gains[index] / 20))
      #expect(zip(match.sounds[index].channels[0], sounds[index]).allSatisfy { abs($0 - $1 * factor) < 1e-6 })
    }
  }

  @Test(arguments: [TestPlan.Loudness.match, .off]) func peaksComeDownTogether(mode: TestPlan.Loudness) throws
  {
    let sounds = [sine(440, 1, frames: rate), sine(440, 0.5, frames: rate)]
    let match = try levelled(sounds.map(mono), mode: mode)
    #expect(match.truePeaks.allSatisfy { $0! <= -1 })
    if mode == .off {
      #expect(match.gains[0] == match.gains[1] && abs(match.gains[0] + 1) < 0.01)
    } else {
      #expect(abs(match.gains[0] + 6.02) < 0.02 && match.gains[1] == 0)
    }
  }

  /// As all items of a test go down to the quietest: by one gain, the measured levels with it.
  @Test func theWholeItemGoesDown() throws {
    let sounds = [sine(440, 0.5, frames: rate), noise(rate, 0.05, seed: 1)].map(mono)
    let (alone, lower) = (try levelled(sounds), try levelled(sounds, by: -7))
    #expect(zip(alone.gains, lower.gains).allSatisfy { abs($0 - 7 - $1) < 1e-9 })
    #expect(abs(alone.meanLufs! - 7 - lower.meanLufs!) < 0.01 && lower.residual < 0.1)
    let levels = try LevelMatch.Levels(sounds, follows: [nil, nil], mode: .items, paths: ["a", "b"])
    #expect(abs(levels.lufs! - alone.meanLufs!) < 0.1)
    #expect(try LevelMatch.Levels(sounds, follows: [nil, nil], mode: .off, paths: ["a", "b"]).lufs == nil)
  }

  @Test func anchorsFollowTheReference() throws {
    let reference = noise(rate, 0.1, seed: 2)
    let anchor = LowPass(passband: 3500, sampleRate: rate).apply(reference)
    let match = try levelled(
      [noise(rate, 0.02, seed: 3), reference, anchor].map(mono), follows: [nil, nil, 1])
    #expect(match.gains[2] == match.gains[1] && match.gains[1] < -10 && match.residual < 0.1)
  }

  @Test func silenceCannotBeMatched() throws {
    let silence = mono([Float](repeating: 0, count: rate))
    #expect(throws: ListeningError.silent(path: "1.wav")) {
      try levelled([mono(sine(440, 0.1, frames: rate)), silence])
    }
    let match = try levelled([mono(sine(440, 0.1, frames: rate)), silence], mode: .off)
    #expect(match.sounds[1] == silence && match.loudness[1] == nil)
  }

  /// Each by its power over both channels; the balance between them stays.
  @Test func twoChannelsAreMatchedTogether() throws {
    let tone = sine(440, 0.5, frames: rate)
    let (wide, one) = (stereo(tone, tone.map { -$0 }), stereo(tone, [Float](repeating: 0, count: rate)))
    let match = try levelled([wide, one])
    #expect(abs(match.gains[0] + 3.01) < 0.02 && match.gains[1] == 0 && match.residual < 0.01)
    #expect(match.sounds[0].channels[1] == match.sounds[0].channels[0].map { -$0 })
    #expect(match.sounds[1].channels[1] == one.channels[1])
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
