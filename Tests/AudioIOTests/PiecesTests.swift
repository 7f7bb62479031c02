// Sound files piece by piece: the same samples as at once, of the channel that was asked for; and what is found out about channels.
import Foundation
import Signal
import Testing

@testable import AudioIO

@Suite struct PiecesTests {
  private static func pieces(
    _ path: String, _ rate: Int, _ channel: ChannelChoice = .mean
  ) throws -> (samples: [Float], traits: SoundTraits, most: Int) {
    var (samples, most): ([Float], Int) = ([], 0)
    let traits = try SoundFile.readPieces(path, sampleRate: rate, channel: channel) { piece in
      samples += piece
      most = max(most, piece.count)
    }
    return (samples, traits, most)
  }

  @Test(arguments: [16000, 44100, 8000]) func theSameAsAtOnce(rate: Int) throws {
    let scratch = Scratch()
    let sound = sine(440, seconds: 9, rate: 44100)
    for name in ["a.flac", "a.wav"] {
      try SoundFile.write(sound, to: scratch(name))
      let whole = try SoundFile.readMixed(scratch(name), sampleRate: rate)
      let found = try Self.pieces(scratch(name), rate)
      #expect(found.samples == whole.clip.samples && found.traits == whole.traits)
      #expect(found.most <= 3 << 16, "\(found.most) samples in a piece")
    }
  }

  @Test func channels() throws {
    let scratch = Scratch()
    let (left, right) = (sine(300, level: 0.2, seconds: 2).samples, sine(500, level: 0.6, seconds: 2).samples)
    try writeAny(
      zip(left, right).flatMap { [$0, $1] }, channels: 2, rate: 16000, code: 0x010006, to: scratch("s.wav"))
    try writeAny(left, channels: 1, rate: 16000, code: 0x010006, to: scratch("m.wav"))
    func expect(_ name: String, _ channel: ChannelChoice, _ expected: [Float]) throws {
      #expect(try Self.pieces(scratch(name), 16000, channel).samples == expected, "\(name) \(channel)")
    }
    try expect("s.wav", .left, left)
    try expect("s.wav", .right, right)
    try expect("s.wav", .loudest, right)
    try expect("s.wav", .mean, zip(left, right).map { Float((Double($0) + Double($1)) / 2) })
    for channel in ChannelChoice.allCases { try expect("m.wav", channel, left) }
  }

  @Test func whatIsFoundOut() throws {
    let scratch = Scratch()
    let tone = sine(300, level: 0.5, seconds: 2).samples
    // A silent channel beside one that sounds, and a constant offset.
    try writeAny(
      tone.flatMap { [$0, Float(0)] }, channels: 2, rate: 16000, code: 0x010006, to: scratch("dead.wav"))
    let dead = try Self.pieces(scratch("dead.wav"), 16000)
    #expect(dead.traits.deadChannels == 1)
    #expect(dead.traits.warnings(path: "d").contains { $0.contains("--channel loudest") })
    #expect(try Self.pieces(scratch("dead.wav"), 16000, .loudest).traits.deadChannels == 0)
    try writeAny(tone.map { $0 + 0.1 }, channels: 1, rate: 16000, code: 0x010006, to: scratch("dc.wav"))
    let offset = try Self.pieces(scratch("dc.wav"), 8000).traits
    #expect(abs(offset.offset - 0.1) < 0.001)
    #expect(offset.warnings(path: "d").contains { $0.contains("0.1 of full scale") })
    #expect(try Self.pieces(scratch("dead.wav"), 8000, .left).traits.warnings(path: "d").isEmpty)
  }

  /// Three in a row at full scale are a wave cut off; two are not, nor are three of both signs, nor what goes on beyond.
  @Test func runsAtFullScale() {
    func clipped(_ samples: [Float], channels: Int = 1) -> Int {
      var meter = ChannelMeter()
      for first in stride(from: 0, to: samples.count, by: 2 * channels) {
        meter.add(samples[first..<min(first + 2 * channels, samples.count)], channels: channels)
      }
      return meter.clipped
    }
    #expect(clipped([0, 1, 1, 0]) == 0)
    #expect(clipped([0, 1, 1, 1, 0]) == 3)
    #expect(clipped([1, 1, 1, 1, 1]) == 5)
    #expect(clipped([1, 1, -1, -1, 1, 1]) == 0)
    #expect(clipped([1.2, 1.3, 1.2, 1.1]) == 0)
    #expect(clipped([1, 0, 1, 0, 1, 0], channels: 2) == 3)
    #expect(clipped([1, 0.5, 1, 0.5, 1, 0.5]) == 0)
  }
}
