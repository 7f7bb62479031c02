// Writing: exact values, clipping, reproducible bytes, names, failures that leave nothing behind.

import Foundation
import Signal
import TestSupport
import Testing

@testable import AudioIO

@Suite struct WriteTests {
  @Test(arguments: [SoundFormat.wav16, .flac16, .wav24, .flac24, .wavFloat]) func everyInt16(
    format: SoundFormat
  ) throws {
    let scratch = Scratch()
    let path = scratch("all." + (format.rawValue.hasPrefix("wav") ? "wav" : "flac"))
    let clip = Clip(samples: (Int16.min...Int16.max).map { Float($0) / 32768 }, sampleRate: 16000)
    try SoundFile.write(clip, to: path, format: format, comment: "seed 7; größer")
    #expect(try SoundFile.read(path) == clip)
    let info = try SoundFile.info(path)
    #expect(info.comment == "seed 7; größer" && info.frames == 65536 && info.seconds == 4.096)
    let first = bytes(path)
    try SoundFile.write(clip, to: path, format: format, comment: "seed 7; größer")
    #expect(bytes(path) == first)
    #expect(scratch.names == [String(path.split(separator: "/").last!)])
  }

  @Test func nearestValueAndClipping() throws {
    let scratch = Scratch()
    let samples: [Float] = [1, -1, 1.5, -1.5, 100, -100, 0.6 / 32768, -0.6 / 32768, 0.4 / 32768, 3.3 / 32768]
    let wanted: [Float] = [32767, -32768, 32767, -32768, 32767, -32768, 1, -1, 0, 3].map { $0 / 32768 }
    for (format, name) in [(SoundFormat.wav16, "a.wav"), (.flac16, "a.flac")] {
      try SoundFile.write(Clip(samples: samples, sampleRate: 8000), to: scratch(name), format: format)
      #expect(try SoundFile.read(scratch(name)).samples == wanted)
    }
    for (format, name) in [(SoundFormat.wav24, "b.wav"), (.flac24, "b.flac")] {
      try SoundFile.write(Clip(samples: samples, sampleRate: 8000), to: scratch(name), format: format)
      let read = try SoundFile.read(scratch(name)).samples
      #expect(zip(read, samples).allSatisfy { abs($0 - min(max($1, -1), 1)) <= 1.2e-7 }, "\(read)")
    }
    try SoundFile.write(Clip(samples: samples, sampleRate: 8000), to: scratch("f.wav"), format: .wavFloat)
    #expect(try SoundFile.read(scratch("f.wav")).samples == samples)
  }

  @Test(arguments: [256, 512, 1024]) func codesSurviveAFile(levels: Int) throws {
    let scratch = Scratch()
    let law = MuLaw(levels: levels)
    let codes = (0..<levels).map { UInt16($0) }
    try SoundFile.write(
      Clip(samples: law.decode(codes), sampleRate: 16000), to: scratch("c.wav"), format: .wav24)
    #expect(law.encode(try SoundFile.read(scratch("c.wav")).samples) == codes)
    try SoundFile.write(
      Clip(samples: law.decode(codes), sampleRate: 16000), to: scratch("c.wav"), format: .wav16)
    if levels == 256 { #expect(law.encode(try SoundFile.read(scratch("c.wav")).samples) == codes) }
  }

  @Test func formatFromName() throws {
    #expect(try SoundFormat(path: "a/b.WAV") == .wav16)
    #expect(try SoundFormat(path: "x.wave") == .wav16)
    #expect(try SoundFormat(path: "x.y.flac") == .flac16)
    for name in ["x.mp3", "x", "wav", ".wav", "a.wav/x", "x."] {
      #expect(error { _ = try SoundFormat(path: name) } == .unknownExtension(path: name))
    }
    let scratch = Scratch()
    let clip = sine(440)
    try SoundFile.write(clip, to: scratch("a.flac"))
    #expect(bytes(scratch("a.flac")).prefix(4) == Array("fLaC".utf8)[...])
    #expect(
      caseName(error { try SoundFile.write(clip, to: scratch("b.flac"), format: .wav24) }) == "formatMismatch"
    )
    #expect(caseName(error { try SoundFile.write(clip, to: scratch("b.mp3")) }) == "unknownExtension")
    try SoundFile.write(clip, to: scratch("b.bin"), format: .wav16)
    #expect(scratch.names == ["a.flac", "b.bin"])
  }

  @Test func failuresLeaveNothing() throws {
    /// Cannot be made there, says AudioIO or Files.
    func refused(_ write: () throws -> Void) -> Bool {
      ["cannotCreate", "file"].contains(caseName(error(write)))
    }
    let scratch = Scratch()
    try SoundFile.write(sine(440), to: scratch("keep.wav"))
    let before = bytes(scratch("keep.wav"))
    for bad in [Float.nan, .infinity, -.infinity] {
      var clip = sine(440)
      clip.samples[77] = bad
      let found = error { try SoundFile.write(clip, to: scratch("keep.wav")) }
      #expect(found == .unwritableSample(path: scratch("keep.wav"), index: 77))
    }
    var odd = sine(440)
    odd.sampleRate = 2_000_000  // more than FLAC can say
    #expect(refused { try SoundFile.write(odd, to: scratch("odd.flac")) })
    #expect(refused { try SoundFile.write(sine(440), to: scratch("no/such/folder.wav")) })
    #expect(refused { try SoundFile.write(sine(440), to: scratch.path, format: .wav16) })
    #expect(refused { try SoundFile.write(sine(440), to: scratch("new/"), format: .wav16) })
    #expect(refused { try SoundFile.write(sine(440), to: "", format: .wav16) })
    #expect(refused { try SoundFile.write(sine(440), to: scratch("keep.wav/x.wav")) })
    #expect(scratch.names == ["keep.wav"])
    #expect(bytes(scratch("keep.wav")) == before)
  }

  @Test func linksAndPermissions() throws {
    let scratch = Scratch()
    try SoundFile.write(sine(440), to: scratch("real.wav"))
    chmod(scratch("real.wav"), 0o640)
    symlink("real.wav", scratch("link.wav"))
    try SoundFile.write(sine(880), to: scratch("link.wav"))
    #expect(try SoundFile.read(scratch("real.wav")) == SoundFile.read(scratch("link.wav")))
    #expect(level(of: 880, in: try SoundFile.read(scratch("real.wav"))) > 0.4)
    var status = stat()
    #expect(lstat(scratch("link.wav"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    #expect(stat(scratch("real.wav"), &status) == 0 && status.st_mode & 0o777 == 0o640)
  }

  @Test func devicesAreNotReplaced() throws {
    try SoundFile.write(sine(440), to: "/dev/null", format: .wav16)
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    #expect(
      caseName(error { try SoundFile.write(sine(440), to: "/dev/null", format: .wav24) }) == "formatMismatch")
    #expect(
      caseName(error { try SoundFile.write(sine(440), to: "/dev/full", format: .wav16) }) == "writeFailed")
  }

  /// A disk that refuses (here a descriptor that cannot be written): an error with the system's reason.
  @Test(arguments: SoundFormat.allCases) func refusedWritesAreErrors(format: SoundFormat) throws {
    let descriptor = open("/dev/null", O_RDONLY)
    defer { close(descriptor) }
    let found = error {
      try SoundFile.encode(
        noise(50000), channels: 1, sampleRate: 16000, code: format.code, comment: nil, descriptor: descriptor,
        path: "x")
    }
    #expect(
      found == .writeFailed(path: "x", reason: "Bad file descriptor") || caseName(found) == "cannotCreate",
      "\(found as Any)")
  }
}
