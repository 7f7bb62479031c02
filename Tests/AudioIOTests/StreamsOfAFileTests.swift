// Files of several streams, of lengths that their headers do not know, and with something in front: all of it is read.

import Files
import Foundation
import Signal
import Testing

@testable import AudioIO

@Suite struct StreamsOfAFileTests {
  static let chained: [(String, Int32, Int)] = [
    ("ogg vorbis", 0x200000 | 0x60, 16000), ("ogg opus", 0x200000 | 0x64, 16000),
    ("flac", 0x170000 | 2, 16000), ("mp3", 0x230000 | 0x82, 16000), ("wav", 0x010000 | 2, 16000),
    ("wav float", 0x010000 | 6, 16000), ("aiff", 0x020000 | 2, 16000), ("au", 0x030000 | 2, 16000),
    ("caf", 0x180000 | 2, 16000), ("w64", 0x0B0000 | 2, 16000), ("rf64", 0x220000 | 2, 16000),
    ("svx", 0x060000 | 2, 16000), ("sphere", 0x070000 | 2, 16000), ("voc", 0x080000 | 2, 16000),
  ]

  /// The bytes of a tone in a format.
  private func made(_ code: Int32, _ hz: Double, rate: Int, channels: Int = 1, seconds: Double = 1) throws
    -> [UInt8]
  {
    let scratch = Scratch()
    let tone = sine(hz, level: 0.5, seconds: seconds, rate: rate).samples
    try writeAny(
      tone.flatMap { [Float](repeating: $0, count: channels) }, channels: channels, rate: rate, code: code,
      to: scratch("x"))
    return bytes(scratch("x"))
  }

  @Test(arguments: chained) func everyStreamIsRead(name: String, code: Int32, rate: Int) throws {
    let scratch = Scratch()
    let first = try made(code, 1000, rate: rate)
    put(first, scratch("1"))
    let alone = try SoundFile.read(scratch("1")).samples.count
    // The second has another rate and, where the format can, two channels.
    let other = name == "ogg opus" ? 24000 : 22050
    let channels = name == "svx" ? 1 : 2
    put(first + (try made(code, 3000, rate: other, channels: channels)), scratch("2"))
    let both = try SoundFile.read(scratch("2"))
    #expect(both.sampleRate == rate)
    #expect(abs(both.samples.count - alone - 16000) < 2500 && both.samples.count > alone + 15000)
    let (a, b) = (both.samples[2000..<12000], both.samples[(alone + 3000)..<(alone + 13000)])
    #expect(abs(level(of: 1000, in: Clip(samples: Array(a), sampleRate: rate)) - 0.5) < 0.03)
    #expect(abs(level(of: 3000, in: Clip(samples: Array(b), sampleRate: rate)) - 0.5) < 0.03)
    // Three, and equal ones.
    put(first + first + first, scratch("3"))
    #expect(abs(try SoundFile.read(scratch("3")).samples.count - 3 * alone) < 3)
    #expect(abs(try SoundFile.info(scratch("3")).frames - 3 * alone) < 3)
    // The second one cut, and damaged.
    put(first + first.prefix(first.count * 7 / 10), scratch("cut"))
    #expect(error { _ = try SoundFile.read(scratch("cut")) }.map { caseOf($0) } == "truncated")
  }

  private func caseOf(_ error: AudioIOError) -> String {
    Mirror(reflecting: error).children.first?.label ?? "\(error)"
  }

  @Test(arguments: chained) func tagsAndJunkInFront(name: String, code: Int32, rate: Int) throws {
    let scratch = Scratch()
    let sound = try made(code, 1000, rate: rate)
    put(sound, scratch("plain"))
    let plain = try SoundFile.read(scratch("plain"))
    let tag = Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 2] + [UInt8](repeating: 65, count: 130)
    put(tag + sound, scratch("tag"))
    #expect(try SoundFile.read(scratch("tag")) == plain)
    put([UInt8](repeating: 0, count: 1000) + sound, scratch("zeros"))
    #expect(try SoundFile.read(scratch("zeros")) == plain)
    if ["ogg vorbis", "ogg opus", "flac", "mp3", "wav", "aiff", "caf"].contains(name) {
      put(Array("HTTP/1.1 200 OK\r\nContent-Type: audio\r\n\r\n".utf8) + sound, scratch("junk"))
      #expect(try SoundFile.read(scratch("junk")) == plain)
    }
    if ["flac", "mp3"].contains(name) {
      put(sound + Array("TAG".utf8) + [UInt8](repeating: 32, count: 125), scratch("end"))
      #expect(try SoundFile.read(scratch("end")) == plain)
    }
  }

  /// Sizes of nothing and at the maximum, as recorders leave them that never came back.
  @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_F000] as [UInt32]) func lengthsThatNobodyFilledIn(size: UInt32)
    throws
  {
    let scratch = Scratch()
    func number(_ isBig: Bool, _ width: Int = 4) -> [UInt8] {
      let bytes = (0..<width).map {
        UInt8(truncatingIfNeeded: (width == 8 && size > 0 ? UInt64.max : UInt64(size)) >> (8 * UInt64($0)))
      }
      return isBig ? bytes.reversed() : bytes
    }
    for (code, mark, isBig) in [
      (0x010000, "data", false), (0x020000, "SSND", true), (0x060000, "BODY", true),
    ] as [(Int32, String, Bool)] {
      var sound = try made(code | 2, 1000, rate: 16000)
      put(sound, scratch("whole"))
      let at = try #require((0..<200).first { sound[$0..<$0 + 4].elementsEqual(mark.utf8) })
      sound.replaceSubrange(at + 4..<at + 8, with: number(isBig))
      put(sound, scratch("data"))
      #expect(try SoundFile.read(scratch("data")) == SoundFile.read(scratch("whole")), "\(mark)")
      sound.replaceSubrange(4..<8, with: number(isBig))
      put(sound, scratch("both"))
      #expect(try SoundFile.read(scratch("both")) == SoundFile.read(scratch("whole")), "\(mark)")
    }
    var au = try made(0x030002, 1000, rate: 16000)
    put(au, scratch("whole"))
    au.replaceSubrange(8..<12, with: number(true))
    put(au, scratch("au"))
    #expect(try SoundFile.read(scratch("au")) == SoundFile.read(scratch("whole")))
    var rf64 = try made(0x220002, 1000, rate: 16000)
    put(rf64, scratch("whole"))
    #expect(rf64[12..<16].elementsEqual("ds64".utf8))
    rf64.replaceSubrange(20..<28, with: number(false, 8))
    rf64.replaceSubrange(28..<36, with: number(false, 8))
    put(rf64, scratch("rf64"))
    #expect(try SoundFile.read(scratch("rf64")) == SoundFile.read(scratch("whole")))
  }

  /// Sizes that were true once, as recorders leave them that write their header now and then: all is read, and said; what
  /// else may stand behind the sound is not taken for it.
  @Test(
    arguments: [
      (0x010002, "data", 4, false, 0), (0x010006, "data", 4, false, 0), (0x020002, "SSND", 4, true, 8),
      (0x020006, "SSND", 4, true, 8), (0x0B0002, "data", 16, false, 24), (0x180002, "data", 4, true, 4),
      (0x220002, "data", 4, false, 0), (0x030002, ".snd", 8, true, 0), (0x060002, "BODY", 4, true, 0),
    ] as [(Int32, String, Int, Bool, Int)])
  func sizesOfLongAgo(code: Int32, mark: String, place: Int, isBig: Bool, counted: Int) throws {
    let scratch = Scratch()
    let sound = try made(code, 1000, rate: 16000)
    put(sound, scratch("whole"))
    let whole = try SoundFile.readMixed(scratch("whole"))
    let at = try #require((0..<5000).first { sound[$0..<$0 + 4].elementsEqual(mark.utf8) })
    let (is64, isRF64) = (code == 0x0B0002 || code == 0x180002, code == 0x220002)
    // Of RF64 the size stands in front, in ds64.
    let field = isRF64 ? 28 : at + place
    let width = is64 || isRF64 ? 8 : 4
    for announced in [966, 16_000] {
      var stale = sound
      let number = (0..<width).map { UInt8(truncatingIfNeeded: (announced + counted) >> (8 * $0)) }
      stale.replaceSubrange(field..<field + width, with: isBig ? number.reversed() : number)
      put(stale, scratch("stale"))
      let found = try SoundFile.readMixed(scratch("stale"))
      #expect(found.clip == whole.clip, "\(announced): \(found.clip.samples.count)")
      #expect(found.traits.isOpenEnded && !whole.traits.isOpenEnded)
      #expect(found.warnings(path: "x").contains { $0.contains("announces less than the file holds") })
      #expect(try SoundFile.info(scratch("stale")).frames == 16_000)
    }
    // In order, with something behind.
    let size = sound.count
    func chunk(_ name: String, _ count: Int, announced: Int? = nil) -> [UInt8] {
      let announced = announced ?? count
      let number = (0..<(code == 0x180002 ? 8 : 4)).map { UInt8(truncatingIfNeeded: announced >> (8 * $0)) }
      return Array(name.utf8) + (isBig ? number.reversed() : number) + [UInt8](repeating: 0xA5, count: count)
    }
    let isChunked = ![0x030002, 0x0B0002].contains(code)
    for (what, bytes) in [
      ("chunks", chunk("LIST", 40) + chunk("id3 ", 100)), ("odd", chunk("bext", 601)),
      ("own", chunk("zzzz", 3000)), ("cut", chunk("LIST", 100, announced: 300)),
    ] where isChunked {
      put(sound + bytes, scratch("behind"))
      let found = try SoundFile.readMixed(scratch("behind"))
      #expect(found.clip == whole.clip && !found.traits.isOpenEnded, "\(what): \(found.clip.samples.count)")
    }
    let tag = Array("TAG".utf8) + [UInt8](repeating: 32, count: 125)
    for (what, bytes) in [("zeros", [UInt8](repeating: 0, count: 4096)), ("tag", tag), ("itself", sound)] {
      put(sound + bytes, scratch("behind"))
      let found = try SoundFile.readMixed(scratch("behind"))
      #expect(!found.traits.isOpenEnded, "\(what) behind \(size) bytes")
      #expect(found.clip.samples.count == (what == "itself" ? 32_000 : 16_000), "\(what)")
    }
  }

  /// Packets of a MIDI Sample Dump, cut anywhere.
  @Test func sampleDumpsAreCut() throws {
    let scratch = Scratch()
    let sound = try made(0x110002, 440, rate: 16000)
    put(sound, scratch("whole"))
    #expect(try SoundFile.read(scratch("whole")).samples.count >= 16_000)
    for cut in [1, 126, 127, 128, 127 * 5, sound.count / 2, sound.count - 21, sound.count - 200] {
      put(sound.dropLast(cut), scratch("cut"))
      #expect(error { _ = try SoundFile.read(scratch("cut")) }.map { caseOf($0) } == "truncated", "\(cut)")
    }
  }

  /// As encoders write it that cannot seek back: no number of samples, no checksum of them.
  @Test func flacOfUnknownLength() throws {
    let scratch = Scratch()
    var sound = try made(0x170002, 440, rate: 16000)
    put(sound, scratch("whole"))
    sound[21] &= 0xF0
    for i in 22..<26 { sound[i] = 0 }
    for i in 26..<42 { sound[i] = 0 }
    put(sound, scratch("unknown"))
    let whole = try SoundFile.read(scratch("whole"))
    #expect(try SoundFile.read(scratch("unknown")) == whole)
    #expect(try SoundFile.info(scratch("unknown")).frames == 16000)
    for cut in [1, 2, 100, sound.count / 3] {
      put(sound.dropLast(cut), scratch("cut"))
      #expect(error { _ = try SoundFile.read(scratch("cut")) } != nil, "\(cut) bytes less")
    }
  }

  /// Without the end mark everything is read that is there, and the doubt is told.
  @Test(arguments: [0x200060, 0x200064] as [Int32]) func oggWithoutEndMark(code: Int32) throws {
    let scratch = Scratch()
    var sound = try made(code, 440, rate: 16000, seconds: 2)
    put(sound, scratch("whole"))
    let whole = try SoundFile.readMixed(scratch("whole"))
    #expect(!whole.traits.isOpenEnded && whole.warnings(path: "x").isEmpty, "\(whole.traits)")
    var (at, last) = (0, 0)
    while at < sound.count {
      last = at
      let segments = Int(sound[at + 26])
      at += 27 + segments + sound[at + 27..<at + 27 + segments].reduce(0) { $0 + Int($1) }
    }
    sound[last + 5] &= 0xFB
    for i in 22..<26 { sound[last + i] = 0 }
    let sum = OggPages.checksum(Array(sound[last...]))
    for i in 0..<4 { sound[last + 22 + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(i))) }
    put(sound, scratch("open"))
    let open = try SoundFile.readMixed(scratch("open"))
    #expect(open.clip.samples.count == whole.clip.samples.count && open.traits.isOpenEnded)
    #expect(
      open.warnings(path: "x.ogg").contains { $0.hasPrefix("x.ogg: has no end mark") },
      "\(open.warnings(path: "x.ogg"))")
  }

  @Test func mpegInsideWAV() throws {
    let scratch = Scratch()
    let mp3 = try made(0x230082, 1000, rate: 16000)
    put(mp3, scratch("a.mp3"))
    func four(_ n: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: n >> (8 * $0)) } }
    let format: [UInt8] =
      [0x55, 0, 1, 0] + four(16000) + four(4000) + [1, 0, 0, 0, 12, 0] + [UInt8](repeating: 0, count: 12)
    let body = Array("WAVEfmt ".utf8) + four(30) + format + Array("data".utf8) + four(mp3.count) + mp3
    put(Array("RIFF".utf8) + four(body.count) + body, scratch("a.wav"))
    #expect(try SoundFile.read(scratch("a.wav")) == SoundFile.read(scratch("a.mp3")))
  }

  /// The bits do not depend on how the sound comes.
  @Test func resamplingByBlocks() throws {
    let samples = noise(100_000)
    for (from, to) in [(44100, 16000), (16000, 44100), (22050, 16000), (48000, 16000)] {
      let whole = try Resampler.resample(samples, from: from, to: to, name: "x")
      #expect(whole.count == Int((Double(samples.count) * Double(to) / Double(from)).rounded()))
      let stream = try ResamplerStream(from: from, to: to, name: "x")
      var output: [Float] = []
      for start in stride(from: 0, to: samples.count, by: 7919) {
        try stream.add(samples[start..<min(start + 7919, samples.count)], to: &output)
      }
      try stream.finish(&output)
      #expect(output == whole)
    }
  }

  @Test func reasonsSayWhatToDo() throws {
    let scratch = Scratch()
    var flac = try made(0x170002, 440, rate: 16000)
    for i in 200..<400 { flac[i] = 0x55 }
    put(flac, scratch("a.flac"))
    put(Array("fLaC".utf8) + [0, 0, 0, 34] + [UInt8](repeating: 0xFF, count: 100), scratch("b.flac"))
    for name in ["a.flac", "b.flac"] {
      let text = "\(try #require(error { _ = try SoundFile.read(scratch(name)) }))"
      #expect(!text.contains("unknown error") && !text.contains("psf_"), "\(text)")
      #expect(text.contains("again") || text.contains("convert"), "\(text)")
    }
  }

  @Test func stoppingAtOnce() throws {
    let scratch = Scratch()
    try SoundFile.write(sine(440, seconds: 60, rate: 44100), to: scratch("long.flac"))
    var calls = 0
    let stop = error {
      _ = try SoundFile.read(scratch("long.flac"), sampleRate: 16000) {
        calls += 1
        return calls > 8
      }
    }
    #expect(stop == .cancelled && calls == 9)
  }

  @Test func beyondFullScale() throws {
    let scratch = Scratch()
    try writeAny(
      sine(100, level: 2, seconds: 1).samples, channels: 1, rate: 16000, code: 0x010006,
      to: scratch("hot.wav"))
    let hot = try SoundFile.readMixed(scratch("hot.wav"))
    #expect(hot.traits.peak > 1.99 && abs(hot.traits.shareBeyondFullScale - 2 / 3) < 0.02)
    let text = try #require(hot.warnings(path: scratch("hot.wav")).first)
    #expect(
      text.hasPrefix(scratch("hot.wav") + ": ") && text.contains("peak 2.0") && text.contains("66.")
        && text.contains("6."), "\(text)")
    // Two channels whose mean stays below: nothing to say. Integers at full scale are clipped, not beyond it.
    try writeAny(
      sine(100, level: 1.5).samples.flatMap { [$0, -0.3 * $0] }, channels: 2, rate: 16000, code: 0x010006,
      to: scratch("mean.wav"))
    let mean = try SoundFile.readMixed(scratch("mean.wav"))
    #expect(mean.traits.peak <= 1 && mean.traits.clippedShare == 0)
    try SoundFile.write(sine(100, level: 3), to: scratch("int.wav"))
    let cut = try SoundFile.readMixed(scratch("int.wav"), sampleRate: 8000)
    // |3 sin| is above 1 but for 2 asin(1/3) of every pi.
    #expect(cut.traits.peak <= 1 && abs(cut.traits.clippedShare - (1 - 2 * asin(1.0 / 3) / .pi)) < 0.02)
    let lines = cut.warnings(path: "i")
    #expect(lines.count == 1 && lines[0].contains("clipped"))
  }
}
