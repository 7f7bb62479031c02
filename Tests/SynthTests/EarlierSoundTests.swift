// What stands where a sound is to go: synth's own takes are replaced, whatever was made of them since is not, although it says the same.
import AudioIO
import Foundation
import Signal
import Testing
import WaveNet

@testable import synth

@Suite struct EarlierSoundTests {
  private let scratch = Scratch()

  private func generate(_ flags: [String], code: Int32 = 0) throws -> Outcome {
    let outcome = try Binary.run(["generate"] + flags + ["--model", "m"], in: scratch)
    #expect(outcome.code == code, "\(flags): \(outcome.errors)")
    return outcome
  }

  /// The same file with other samples, as an editor writes it that keeps comments.
  private func edit(_ name: String, format: SoundFormat, _ change: (Clip) -> Clip) throws {
    let comment = try #require(try SoundFile.info(scratch(name)).comment)
    try SoundFile.write(
      change(try SoundFile.read(scratch(name))), to: scratch(name), format: format, comment: comment)
  }

  @Test(arguments: [
    ("a.wav", [], SoundFormat.wav16), ("a.flac", [], .flac16), ("a.wav", ["--format", "24"], .wav24),
    ("a.flac", ["--format", "24"], .flac24), ("a.wav", ["--format", "float"], .wavFloat),
    ("a.wav", ["--prime", "p.wav", "--include-prime"], .wav16), ("a.wav", ["--no-fade"], .wav16),
  ]) func whatWasChangedIsKept(name: String, flags: [String], format: SoundFormat) throws {
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(300, seconds: 0.1, rate: 4000), to: scratch("p.wav"))
    let make = [name, "--samples", "900", "--seed", "3"] + flags
    _ = try generate(make)
    let first = scratch.bytes(name)
    #expect(try generate(make).errors.contains("replacing") == false)
    #expect(try generate([name, "--samples", "900", "--seed", "4"] + flags).errors.contains("replacing"))
    _ = try generate(make)
    #expect(scratch.bytes(name) == first)
    let changes: [(String, (Clip) -> Clip)] = [
      ("softer", { Clip(samples: $0.samples.map { 0.7 * $0 }, sampleRate: $0.sampleRate) }),
      ("reversed", { Clip(samples: $0.samples.reversed(), sampleRate: $0.sampleRate) }),
      ("longer", { Clip(samples: $0.samples + [0], sampleRate: $0.sampleRate) }),
      ("shorter", { Clip(samples: $0.samples.dropLast(), sampleRate: $0.sampleRate) }),
      ("of another rate", { Clip(samples: $0.samples, sampleRate: 2 * $0.sampleRate) }),
    ]
    for (what, change) in changes {
      scratch.put(first, name)
      try edit(name, format: format, change)
      let mine = scratch.bytes(name)
      for seed in ["3", "4"] {
        let refused = try generate([name, "--samples", "900", "--seed", seed] + flags, code: 73)
        #expect(refused.errors.contains("--overwrite"), "\(what): \(refused.errors)")
      }
      #expect(scratch.bytes(name) == mine, "\(what)")
    }
    _ = try generate(make + ["--overwrite"])
    #expect(scratch.bytes(name) == first)
  }

  /// In stereo its mean is the same.
  @Test func moreChannels() throws {
    _ = try saveSmallModel(scratch("m"))
    _ = try generate(["a.wav", "--samples", "500", "--seed", "3"])
    var bytes = scratch.bytes("a.wav")
    bytes[22] = 2  // channels; the header's other fields do not matter here
    bytes[32] = 4
    scratch.put(bytes, "a.wav")
    _ = try generate(["a.wav", "--samples", "500", "--seed", "4"], code: 73)
  }

  /// Among the takes of a command.
  @Test func aTakeThatWasChanged() throws {
    _ = try saveSmallModel(scratch("m"))
    let make = ["t/", "--count", "3", "--samples", "400", "--seed", "7"]
    _ = try generate(make)
    try edit("t/clip-002.wav", format: .wav16) { Clip(samples: $0.samples.reversed(), sampleRate: 4000) }
    let mine = scratch.bytes("t/clip-002.wav")
    #expect(try generate(make, code: 73).errors.contains("t/clip-002.wav"))
    #expect(scratch.bytes("t/clip-002.wav") == mine)
    let mixed = try generate(
      ["t/", "--clip", "4", "--count", "2", "--samples", "400", "--seed", "7"], code: 73)
    #expect(
      mixed.errors.contains("t/clip-002.wav: of other settings or not made by synth"), "\(mixed.errors)")
  }

  /// A comment is no list of words where a name has blanks.
  @Test func namesWithBlanks() throws {
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(300, seconds: 0.1, rate: 4000), to: scratch("p  q.wav"))
    let make = ["t/", "--count", "2", "--samples", "400", "--seed", "7", "--prime", "p  q.wav", "--json"]
    #expect(try generate(make).json["made"] as? Int == 2)
    #expect(try generate(make).json["made"] as? Int == 0)
  }

  /// Earlier versions wrote no checksum: what they say of the samples has to fit.
  @Test func ofEarlierVersions() throws {
    let clip = tone(300, seconds: 0.1, rate: 4000)
    func isForeign(_ comment: String, _ format: SoundFormat = .wav16) throws -> Bool {
      try SoundFile.write(clip, to: scratch("e.wav"), format: format, comment: comment)
      return EarlierSound(scratch("e.wav"), isRaw: false).isForeign
    }
    for (comment, format, isOurs) in [
      ("synth 0.9: model=m seed=1 samples=400", .wav16, true),
      ("synth 0.9: model=m seed=1 samples=400", .wav24, false),
      ("synth 0.9: model=m seed=1 format=24 samples=400", .wav24, true),
      ("synth 0.9: model=m seed=1 format=float samples=400", .wavFloat, true),
      ("synth 0.9: model=m seed=1 samples=399", .wav16, false),
      ("synth 0.9: model=m seed=1 samples=401", .wav16, false),
      ("synth 0.9: model=m prime=p.wav include-prime samples=300", .wav16, true),
      ("synth 0.9: model=m prime=p.wav include-prime samples=500", .wav16, false),
      ("synth 0.9 pack: model=m samples=500 kept=1 cut=20", .wav16, true),
      ("synth 0.9 pack: model=m samples=300 kept=1 cut=20", .wav16, false),
      ("synth 0.9 pack: model=m rate=16000 samples=300 kept=1 cut=20", .wav16, true),
      ("synth 0.9 pack: preview model=m", .wav16, true), ("synth 0.9: model=m", .wav16, false),
      ("my synth samples=400", .wav16, false),
    ] as [(String, SoundFormat, Bool)] {
      #expect(try isForeign(comment, format) != isOurs, "\(comment), \(format)")
    }
  }
}
