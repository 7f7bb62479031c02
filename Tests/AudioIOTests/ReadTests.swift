// Reading: every format, mix-down, resampling, and everything that a file can have wrong with it.

import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct ReadTests {
  /// Formats of libsndfile as (container | encoding, bits of precision or 0 for lossy).
  static let formats: [(String, Int32, Int)] = [
    ("wav 8", 0x010000 | 5, 8), ("wav 16", 0x010000 | 2, 16), ("wav 24", 0x010000 | 3, 24),
    ("wav 32", 0x010000 | 4, 24), ("wav float", 0x010000 | 6, 24), ("wav double", 0x010000 | 7, 24),
    ("wav ulaw", 0x010000 | 0x10, 0), ("wav alaw", 0x010000 | 0x11, 0), ("wav ima", 0x010000 | 0x12, 0),
    ("wavex 24", 0x130000 | 3, 24), ("rf64 16", 0x220000 | 2, 16), ("w64 16", 0x0B0000 | 2, 16),
    ("aiff 16", 0x020000 | 2, 16), ("aiff 24", 0x020000 | 3, 24), ("au 16", 0x030000 | 2, 16),
    ("caf 16", 0x180000 | 2, 16), ("caf float", 0x180000 | 6, 24), ("flac 16", 0x170000 | 2, 16),
    ("flac 24", 0x170000 | 3, 24), ("ogg vorbis", 0x200000 | 0x60, 0), ("ogg opus", 0x200000 | 0x64, 0),
    ("mp3", 0x230000 | 0x82, 0),
  ]

  @Test(arguments: formats) func everyFormat(name: String, code: Int32, bits: Int) throws {
    let scratch = Scratch()
    let rate = name == "mp3" ? 44100 : 48000
    let path = scratch("a.bin")  // no help from the name
    let left = sine(1000, level: 0.5, rate: rate).samples
    let right = sine(300, level: 0.25, rate: rate).samples
    try writeAny(zip(left, right).flatMap { [$0, $1] }, channels: 2, rate: rate, code: code, to: path)
    let clip = try SoundFile.read(path)
    #expect(clip.sampleRate == rate)
    let mean = zip(left, right).map { (Double($0) + Double($1)) / 2 }
    if bits > 0 {
      #expect(clip.samples.count == mean.count)
      let worst = zip(clip.samples, mean).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(worst <= 1.01 * exp2(1 - Double(bits)) + 1e-7, "\(worst)")
    } else {
      #expect(abs(clip.samples.count - mean.count) < 4000)  // codecs pad
      #expect(abs(level(of: 1000, in: clip, skipping: 5000) - 0.25) < 0.02)
      #expect(abs(level(of: 300, in: clip, skipping: 5000) - 0.125) < 0.02)
    }
    let info = try SoundFile.info(path)
    #expect(
      info.channels == 2 && info.sampleRate == rate && info.container != "unknown"
        && info.encoding != "unknown")
    // The same bytes through a pipe.
    let piped = scratch("pipe")
    #expect(mkfifo(piped, 0o600) == 0)
    let content = bytes(path)
    let writer = Thread {
      let handle = FileHandle(forWritingAtPath: piped)!
      handle.write(Data(content))
      try? handle.close()
    }
    writer.start()
    #expect(try SoundFile.read(piped) == clip)
  }

  @Test(arguments: [1, 2, 3, 6, 8]) func meanOfChannels(channels: Int) throws {
    let scratch = Scratch()
    let values = noise(1000 * channels)
    try writeAny(values, channels: channels, rate: 8000, code: 0x010000 | 6, to: scratch("c.wav"))
    let clip = try SoundFile.read(scratch("c.wav"))
    for frame in 0..<1000 {
      let mean = (0..<channels).reduce(0.0) { $0 + Double(values[frame * channels + $1]) } / Double(channels)
      #expect(clip.samples[frame] == Float(mean))
    }
  }

  @Test(arguments: [8000, 11025, 22050, 44100, 48000, 96000, 192000, 16001]) func resamples(rate: Int) throws
  {
    let scratch = Scratch()
    try SoundFile.write(
      sine(1000, level: 0.5, seconds: 1, rate: rate), to: scratch("r.wav"), format: .wavFloat)
    let clip = try SoundFile.read(scratch("r.wav"), sampleRate: 16000)
    #expect(clip.sampleRate == 16000)
    #expect(clip.samples.count == 16000)
    #expect(abs(level(of: 1000, in: clip, skipping: 1600) - 0.5) < 1e-4)
    // Everything that is not the tone: below -110 dB in the middle.
    let wanted = sine(1000).samples
    let worst = (4000..<12000).map { abs(clip.samples[$0] - wanted[$0]) }.max()!
    #expect(worst < 2e-6, "\(worst)")
  }

  @Test func noAliases() throws {
    let scratch = Scratch()
    try SoundFile.write(sine(9000, level: 0.9, rate: 44100), to: scratch("a.wav"), format: .wavFloat)
    let clip = try SoundFile.read(scratch("a.wav"), sampleRate: 16000)
    #expect((2000..<14000).allSatisfy { abs(clip.samples[$0]) < 1e-6 })
  }

  @Test func loudIsKept() throws {
    let scratch = Scratch()
    try SoundFile.write(sine(100, level: 3), to: scratch("l.wav"), format: .wavFloat)
    #expect(try SoundFile.read(scratch("l.wav")).samples.max()! > 2.99)
  }

  @Test func wrongFiles() throws {
    let scratch = Scratch()
    func check(_ name: String, _ matches: (AudioIOError) -> Bool) {
      let path = scratch(name)
      guard let found = error({ _ = try SoundFile.read(path) }) else {
        Issue.record("\(name) was read")
        return
      }
      #expect(matches(found), "\(found)")
      #expect(found.description.hasPrefix(path) && !found.description.contains("\n"), "\(found)")
    }
    check("none.wav") { if case .missing = $0 { true } else { false } }
    check("") { if case .isFolder = $0 { true } else { false } }
    put([], scratch("empty.wav"))
    check("empty.wav") { if case .empty = $0 { true } else { false } }
    put(Array("#!/bin/sh\necho hello, this is text and no sound at all\n".utf8), scratch("text.wav"))
    check("text.wav") { if case .notSound = $0 { true } else { false } }
    try SoundFile.write(Clip(samples: [], sampleRate: 16000), to: scratch("zero.wav"))
    check("zero.wav") { if case .noSamples = $0 { true } else { false } }
    for (name, value, at) in [("nan.wav", Float.nan, 0), ("inf.wav", Float.infinity, 70001)] {
      var samples = noise(80000)
      samples[at] = value
      try writeAny(samples, channels: 2, rate: 8000, code: 0x010000 | 6, to: scratch(name))
      check(name) { $0 == .nonFinite(path: scratch(name), frame: at / 2) }
    }
    if geteuid() != 0 {
      put([1, 2, 3], scratch("locked.wav"))
      chmod(scratch("locked.wav"), 0)
      check("locked.wav") { if case .unreadable = $0 { true } else { false } }
    }
  }

  @Test(arguments: formats) func cutOff(name: String, code: Int32, bits: Int) throws {
    let scratch = Scratch()
    let whole = scratch("whole.bin")
    try writeAny(noise(48000), channels: 1, rate: 48000, code: code, to: whole)
    let content = bytes(whole)
    for part in [0.002, 0.3, 0.5, 0.9] {
      put(Array(content.prefix(Int(Double(content.count) * part))), scratch("cut.bin"))
      let found = error { _ = try SoundFile.read(scratch("cut.bin")) }
      #expect(isDamage(found), "\(name) cut to \(part): \(found.map { "\($0)" } ?? "read")")
    }
  }

  @Test func unknownLengthIsNotCutOff() throws {
    let scratch = Scratch()
    let samples = noise(5000)
    for size in [StreamWriter.unknownSize, 0xFFFF_FFFF, 0x7FFF_FFFF] {
      let body = PCM16.quantize(samples).flatMap {
        [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]
      }
      put(StreamWriter.header(sampleRate: 16000, dataBytes: size) + body, scratch("s.wav"))
      let clip = try SoundFile.read(scratch("s.wav"))
      #expect(PCM16.quantize(clip.samples) == PCM16.quantize(samples), "\(size)")
    }
  }

  /// Any file with any bytes changed: an error or a sound, never a crash or samples that are not finite.
  @Test(arguments: formats) func damagedBytes(name: String, code: Int32, bits: Int) throws {
    let scratch = Scratch()
    try writeAny(noise(3000), channels: 1, rate: 48000, code: code, to: scratch("whole.bin"))
    let content = bytes(scratch("whole.bin"))
    var generator = PhiloxGenerator(seed: 99, stream: UInt64(code))
    for _ in 0..<60 {
      var hurt = content
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let reach = Bool.random(using: &generator) ? min(100, hurt.count) : hurt.count
        hurt[Int.random(in: 0..<reach, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      put(hurt, scratch("hurt.bin"))
      do throws(AudioIOError) {
        let clip = try SoundFile.read(scratch("hurt.bin"), sampleRate: 16000)
        #expect(clip.samples.allSatisfy { $0.isFinite })
      } catch {
        #expect(isDamage(error), "\(error)")
      }
    }
  }
}

/// An error of the file itself, not of the disk or of its name.
private func isDamage(_ error: AudioIOError?) -> Bool {
  ["empty", "notSound", "truncated", "damaged", "noSamples", "nonFinite", "tooLong", "resampling"]
    .contains(caseName(error))
}

@Suite struct MixDownTests {
  /// Left and right share a tone with the given sign and each add noise of their own.
  private func stereo(_ sign: Float, noise level: Double, _ path: String) throws {
    let shared = sine(300, level: 0.3).samples
    let (a, b) = (noise(16000, level: level, seed: 2), noise(16000, level: level, seed: 3))
    let frames = (0..<16000).flatMap { [shared[$0] + a[$0], sign * shared[$0] + b[$0] + 0.1] }
    try writeAny(frames, channels: 2, rate: 16000, code: 0x010000 | 6, to: path)
  }

  @Test func correlationOfTheChannels() throws {
    let scratch = Scratch()
    // Powers: the tone 0.045, the noise level^2 / 3.
    for (sign, level) in [(Float(1), 0.0), (-1, 0), (-1, 0.5), (1, 0.3), (-1, 0.2)] {
      try stereo(sign, noise: level, scratch("s.wav"))
      let found = try #require(try SoundFile.readMixed(scratch("s.wav")).traits.channelCorrelation)
      let expected = Double(sign) * 0.045 / (0.045 + level * level / 3)
      #expect(abs(found - expected) < 0.02, "\(found), \(expected)")
      let resampled = try SoundFile.readMixed(scratch("s.wav"), sampleRate: 8000)
      #expect(resampled.traits.channelCorrelation == found && resampled.clip.samples.count == 8000)
      #expect(
        (SoundTraits(channelCorrelation: found).warnings(path: "s.wav").count == 1) == (expected < -0.3))
    }
  }

  @Test func onlyForTwoChannelsThatMove() throws {
    let scratch = Scratch()
    let tone = sine(300).samples
    let three: [Float] = tone.flatMap { [$0, -$0, $0] }
    let still: [Float] = tone.flatMap { [$0, 0.25] }
    let files: [(Int, [Float])] = [(1, tone), (3, three), (2, still)]
    for (channels, frames) in files {
      try writeAny(frames, channels: channels, rate: 16000, code: 0x010000 | 6, to: scratch("c.wav"))
      #expect(
        try SoundFile.readMixed(scratch("c.wav")).traits.channelCorrelation == nil, "\(channels) channels")
    }
    #expect(SoundTraits().warnings(path: "x.wav").isEmpty)
    #expect(
      try #require(SoundTraits(channelCorrelation: -0.871).warnings(path: "x.wav").first).hasPrefix("x.wav: ")
    )
    #expect(
      try #require(SoundTraits(channelCorrelation: -0.871).warnings(path: "x.wav").first).contains("-0.87)"))
  }
}
