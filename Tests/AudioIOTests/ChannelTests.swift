// Sounds with their channels: what is read is what was written, through a change of rate too, in file and memory alike;
// FLAC streams of one size are still the same sounds to every decoder.

import Foundation
import Signal
import Testing

@testable import AudioIO

@Suite struct ChannelTests {
  private func sound(_ channels: Int, frames: Int = 3000, rate: Int = 16_000) -> ChannelClip {
    ChannelClip(
      channels: (0..<channels).map { PCM16.rounded24(noise(frames, seed: UInt64($0 + 1))) }, sampleRate: rate)
  }

  @Test(arguments: [1, 2, 6], [SoundFormat.wav24, .wavFloat, .flac24]) func channelsStayApart(
    channels: Int, format: SoundFormat
  ) throws {
    let scratch = Scratch()
    let path = scratch(format == .flac24 ? "s.flac" : "s.wav")
    let sound = sound(channels)
    try SoundFile.write(sound, to: path, format: format)
    #expect(try SoundFile.readChannels(path).sound == sound)
    #expect(try SoundFile.info(path).channels == channels)
    #expect(try SoundFile.bytes(sound, as: format, path: path) == bytes(path))
    // The mean is what `read` takes.
    let mean = try SoundFile.read(path)
    #expect(zip(mean.samples, sound.mean.samples).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test func eachChannelIsResampledAsIfAlone() throws {
    let scratch = Scratch()
    let sound = sound(2)
    try SoundFile.write(sound, to: scratch("s.wav"), format: .wav24)
    let read = try SoundFile.readChannels(scratch("s.wav"), sampleRate: 44_100)
    #expect(read.sound.sampleRate == 44_100 && read.sound.channels.count == 2)
    for (channel, original) in zip(read.sound.channels, sound.channels) {
      #expect(channel == (try Resampler.resample(original, from: 16_000, to: 44_100, name: "s")))
    }
    // Opposite phase is sound, not silence; that it would cancel is known.
    let turned = ChannelClip(
      channels: [sound.channels[0], sound.channels[0].map { -$0 }], sampleRate: 16_000)
    try SoundFile.write(turned, to: scratch("t.wav"), format: .wav24)
    let kept = try SoundFile.readChannels(scratch("t.wav"))
    #expect(kept.sound == turned && kept.traits.channelCorrelation! < -0.99)
  }

  @Test func oneFileHasOneNumberOfChannels() throws {
    let scratch = Scratch()
    for channels in [1, 2] {
      try SoundFile.write(sound(channels), to: scratch("\(channels).flac"), format: .flac24)
    }
    put(bytes(scratch("1.flac")) + bytes(scratch("2.flac")), scratch("both.flac"))
    let found = error { _ = try SoundFile.readChannels(scratch("both.flac")) }
    #expect(found == .manyLayouts(path: scratch("both.flac"), channels: [1, 2]))
    #expect(try SoundFile.read(scratch("both.flac")).samples.count == 6000)
    put(bytes(scratch("2.flac")) + bytes(scratch("2.flac")), scratch("twice.flac"))
    #expect(try SoundFile.readChannels(scratch("twice.flac")).sound.frames == 6000)
  }

  @Test func whatCannotBeWritten() throws {
    let scratch = Scratch()
    let bad = ChannelClip(channels: [[0, 0], [0, .nan]], sampleRate: 8000)
    let found = error { try SoundFile.write(bad, to: scratch("b.wav"), format: .wav24) }
    #expect(found == .unwritableSample(path: scratch("b.wav"), index: 3))
    #expect(
      error { _ = try SoundFile.bytes(sound(1), as: .flac24, path: scratch("b.wav")) }
        == .formatMismatch(path: scratch("b.wav"), format: "flac24"))
    #expect(scratch.names.isEmpty)
  }

  /// Noise, a tone and silence compress to different sizes.
  @Test func flacOfOneSize() throws {
    let scratch = Scratch()
    let tone = sine(440, seconds: 0.1).samples
    let sounds = [
      sound(1), ChannelClip(channels: [[Float](repeating: 0, count: 3000)], sampleRate: 16_000),
      ChannelClip(channels: [PCM16.rounded24(tone)], sampleRate: 16_000), sound(2),
    ]
    let plain = try sounds.map { try SoundFile.bytes($0, as: .flac24, path: "x.flac") }
    #expect(Set(plain.map(\.count)).count == 4)
    let even = FLACPadding.equalised(plain)
    #expect(Set(even.map(\.count)) == [plain.map(\.count).max()! + 4])
    // By more than one block of padding holds, and so that a few bytes are left for another.
    let most = 1 << 24 + 3
    for extra in [most - 5, most - 4, most - 3, most - 2, most - 1, most, most + 1, 2 * most] {
      let grown = FLACPadding.equalised([plain[2], plain[2] + [UInt8](repeating: 0, count: extra)])
      #expect(grown[0].count == grown[1].count && grown[0].count == plain[2].count + extra + 4)
      put(grown[0], scratch("s.flac"))
      #expect(try SoundFile.readChannels(scratch("s.flac")).sound == sounds[2])
    }
    for (stream, sound) in zip(even, sounds) {
      put(stream, scratch("s.flac"))
      #expect(try SoundFile.readChannels(scratch("s.flac")).sound == sound)
    }
  }

  /// A stream whose first block is its only one.
  @Test func paddingBecomesTheLastBlock() {
    var stream = Array("fLaC".utf8) + [0x80, 0, 0, 34] + [UInt8](repeating: 7, count: 34) + [0xFF, 0xF8]
    let even = FLACPadding.equalised([stream, stream + [1, 2]])
    #expect(even[0][4] == 0 && Array(even[0][42..<48]) == [0x81, 0, 0, 2, 0, 0])
    #expect(Array(even[0].suffix(2)) == [0xFF, 0xF8] && even[1].count == even[0].count)
    stream[4] = 0
    #expect(FLACPadding.equalised([stream])[0][42] == 1)
  }

  /// Frames of two channels arrive whole, whatever sizes come and whatever the device takes at once.
  @Test(arguments: [11_025, 16_000]) func twoChannelsThroughAPlayer(rate: Int) throws {
    let pcm = FakePCM(sampleRate: 2 * rate, channels: 2, period: 400, buffer: 1600, realClock: true)
    let player = Player(pcm: pcm, preRoll: 0.01)
    let samples = sound(2, frames: rate / 5 + 1, rate: rate).interleaved
    try player.write(Array(samples[..<6]))
    try player.write(Array(samples[6...]))
    try player.drain()
    #expect(Array(pcm.taken.prefix(samples.count)) == PCM16.quantize(samples))
    #expect(abs(player.playedSeconds - 0.2) < 0.1, "\(player.playedSeconds)")
  }
}
