// Shifts are found to the sample and only where there are any; the same sound is known through a change of level.
import AudioIO
import Foundation
import Signal
import Testing

@testable import Listening

@Suite struct LikenessTests {
  private static func noise(_ count: Int, seed: UInt64) -> [Float] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    var last = 0.0
    return (0..<count).map { _ in
      last = 0.9 * last + 0.1 * random.normal()
      return Float(0.5 * last)
    }
  }

  private static func late(_ samples: [Float], _ lag: Int) -> [Float] {
    lag >= 0 ? [Float](repeating: 0, count: lag) + samples : Array(samples.dropFirst(-lag))
  }

  /// In seconds.
  private static func shift(_ a: [Float], _ b: [Float], sampleRate: Int) -> Double? {
    Likeness.shift(
      ChannelClip(channels: [a], sampleRate: sampleRate), ChannelClip(channels: [b], sampleRate: sampleRate)
    ).map { Double($0) / Double(sampleRate) }
  }

  private static func difference(_ a: [Float], _ b: [Float]) -> Double {
    Likeness.difference(
      ChannelClip(channels: [a], sampleRate: 8000), ChannelClip(channels: [b], sampleRate: 8000))
  }

  /// Also where the sum of the channels, or their difference, is nothing.
  @Test(arguments: [1, -1, 0.5] as [Float]) func twoChannels(second: Float) {
    let (rate, sound) = (16_000, Self.noise(16_000, seed: 9))
    func stereo(_ samples: [Float]) -> ChannelClip {
      ChannelClip(channels: [samples, samples.map { second * $0 }], sampleRate: rate)
    }
    #expect(Likeness.shift(stereo(sound), stereo(Self.late(sound, 336))) == 336)
    #expect(Likeness.shift(stereo(Self.late(sound, 336)), stereo(sound)) == -336)
    #expect(Likeness.shift(stereo(sound), stereo(sound)) == nil)
    let turned = ChannelClip(channels: stereo(sound).channels.reversed(), sampleRate: rate)
    #expect((Likeness.difference(stereo(sound), turned) == -.infinity) == (second == 1))
  }

  @Test(arguments: [8000, 16_000, 44_100, 48_000]) func noiseIsFoundToTheSample(rate: Int) {
    let sound = Self.noise(rate * 2, seed: 3)
    for lag in [rate / 400, rate / 50 + 1, rate / 3, -rate / 50, -rate / 7] {
      let other = Self.late(sound, lag).map { 0.3 * $0 }
      let shift = Self.shift(sound, other, sampleRate: rate) ?? 0
      #expect(Int((shift * Double(rate)).rounded()) == lag)
      let back = Self.shift(other, sound, sampleRate: rate) ?? 0
      #expect(Int((back * Double(rate)).rounded()) == -lag)
    }
  }

  /// To the sample also where a shift is too small to be named; nothing where there is nothing to go by.
  @Test func lagsForAligning() {
    let (rate, sound) = (16_000, Self.noise(16_000, seed: 11))
    func mono(_ samples: [Float]) -> ChannelClip { ChannelClip(channels: [samples], sampleRate: rate) }
    for lag in [0, 1, 3, -5, 15, 16, 336, -1000] {
      #expect(Likeness.lag(mono(sound), mono(Self.late(sound, lag).map { 0.4 * $0 })) == lag)
    }
    #expect(Likeness.lag(mono(sound), mono(Self.noise(rate, seed: 12))) == 0)
    #expect(Likeness.lag(mono(sound), mono([Float](repeating: 0, count: rate))) == 0)
    #expect(Likeness.lag(mono([1, 0]), mono([0, 1])) == 0)
    // A tone that matches itself at every period is taken to be in step.
    let tone = (0..<rate).map { Float(0.3 * sin(2 * .pi * 2000 * Double($0) / Double(rate))) }
    #expect(Likeness.lag(mono(tone), mono(tone)) == 0)
  }

  /// A tone matches itself at every period: where it begins decides.
  @Test(arguments: [80, 440, 1000]) func aToneBehindSilence(hz: Int) {
    let rate = 16_000
    let tone = (0..<rate).map { Float(0.4 * sin(2 * .pi * Double(hz) * Double($0) / Double(rate))) }
    for lag in [160, 1600, 4000] {
      let shift = Self.shift(tone, Self.late(tone, lag), sampleRate: rate) ?? 0
      #expect(abs(shift - Double(lag) / Double(rate)) < 0.5 / Double(hz), "\(shift)")
    }
  }

  @Test func whatIsInStepIsNotNamed() {
    let rate = 16_000
    let sound = Self.noise(rate, seed: 4)
    #expect(Self.shift(sound, sound, sampleRate: rate) == nil)
    #expect(Self.shift(sound, sound.map { -0.5 * $0 }, sampleRate: rate) == nil)
    #expect(Self.shift(sound, Array(sound.dropLast(5000)), sampleRate: rate) == nil)
    // Another sound altogether; noise on top; a filter of linear phase; 0.2 ms.
    #expect(Self.shift(sound, Self.noise(rate, seed: 5), sampleRate: rate) == nil)
    let noisy = zip(sound, Self.noise(rate, seed: 6)).map { $0 + 0.5 * $1 }
    #expect(Self.shift(sound, noisy, sampleRate: rate) == nil)
    let filtered = LowPass(passband: 1000, sampleRate: rate).apply(sound)
    #expect(Self.shift(sound, filtered, sampleRate: rate) == nil)
    #expect(Self.shift(sound, Self.late(sound, 3), sampleRate: rate) == nil)
    // A chord that goes on, begun elsewhere in its periods.
    func chord(_ at: Int) -> [Float] {
      (0..<rate).map { n in
        Float(
          [220.0, 277.2, 329.6].reduce(0) { $0 + 0.2 * sin(2 * .pi * $1 * Double(n + at) / Double(rate)) })
      }
    }
    #expect(Self.shift(chord(0), chord(731), sampleRate: rate) == nil)
    let silence = [Float](repeating: 0, count: rate)
    #expect(Self.shift(sound, silence, sampleRate: rate) == nil)
    #expect(Self.shift([], [], sampleRate: rate) == nil)
    // One click at the end against one at the beginning: no place where they lie side by side.
    let click = [1] + [Float](repeating: 0, count: rate)
    #expect(Self.shift(click, click.reversed(), sampleRate: rate).map { abs($0 - 1) < 1e-3 } ?? true)
    #expect(Self.shift(click.reversed(), click, sampleRate: rate).map { abs($0 + 1) < 1e-3 } ?? true)
  }

  @Test func theSameSound() {
    let sound = Self.noise(4000, seed: 7)
    #expect(Self.difference(sound, sound) == -.infinity && Self.difference([], []) == -.infinity)
    #expect(Self.difference(sound, sound.map { Float(Double($0) * (1 + 1e-7)) }) < Likeness.nothing)
    // Rounding to 16 bits; half as loud; nothing in common.
    let rounded = Self.difference(sound, sound.map { ($0 * 32768).rounded() / 32768 })
    #expect(rounded > Likeness.nothing && rounded < Likeness.hardlyAnything)
    #expect(abs(Self.difference(sound, sound.map { 0.5 * $0 }) + 3.98) < 0.01)
    // Rounding to 24 bits is nothing, however soft the sound is; two steps are something.
    let soft = sound.map { 0.001 * $0 }
    #expect(Self.difference(soft, PCM16.rounded24(soft)) < Likeness.nothing)
    #expect(Self.difference(soft, soft.map { $0 + 0x1p-22 }) > Likeness.nothing)
    #expect(Self.difference(sound, Self.noise(4000, seed: 8)) > 0)
  }
}
