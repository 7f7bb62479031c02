// synth generate as its users see it: files, streams, seeds, clips.

import AudioIO
import Foundation
import Kernels
import Signal
import Testing
import WaveNet

@Suite struct GenerateTests {
  /// With nothing but a name: four seconds of the shipped model, and the seed that makes them again.
  @Test func firstSound() throws {
    let scratch = Scratch()
    let first = try Binary.run(["generate", "out.wav"], in: scratch)
    #expect(first.code == 0 && first.output.isEmpty)
    let loaded = try #require(try ShippedModel.load("sines"))
    let rate = loaded.model.configuration.sampleRate
    let clip = try SoundFile.read(scratch("out.wav"))
    #expect(clip.sampleRate == rate)
    #expect(clip.samples.count == Int((loaded.defaults.seconds ?? 4) * Double(rate)))
    let comment = try #require(try SoundFile.info(scratch("out.wav")).comment)
    let seed = try #require(comment.split(separator: " ").first { $0.hasPrefix("seed=") }?.dropFirst(5))
    #expect(first.errors.contains("seed \(seed)"), "\(first.errors) \(comment)")
    let again = try Binary.run(["generate", "again.wav", "--seed", "\(seed)"], in: scratch)
    #expect(again.code == 0)
    #expect(scratch.bytes("out.wav") == scratch.bytes("again.wav"))
    #expect(scratch.names() == ["again.wav", "out.wav"])
  }

  @Test func seedsAndClips() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    func make(_ flags: [String]) throws {
      let outcome = try Binary.run(["generate", "--model", "m"] + flags, in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    try make(["a.wav", "--seed", "5"])
    try make(["b.wav", "--seed", "6"])
    #expect(scratch.bytes("a.wav") != scratch.bytes("b.wav"))
    // One clip of many is the clip alone, whatever the threads; the default is clip 1.
    for threads in 1...2 {
      try make(["many\(threads).wav", "--seed", "5", "--count", "4", "--threads", "\(threads)"])
    }
    try make(["folder/", "--seed", "5", "--count", "4"])
    #expect(scratch.names("folder") == (1...4).map { "clip-00\($0).wav" })
    for clip in 1...4 {
      try make(["alone.wav", "--seed", "5", "--clip", "\(clip)"])
      let alone = scratch.bytes("alone.wav")
      #expect(scratch.bytes("many1-00\(clip).wav") == alone)
      #expect(scratch.bytes("many2-00\(clip).wav") == alone)
      #expect(scratch.bytes("folder/clip-00\(clip).wav") == alone)
      #expect((clip == 1) == (scratch.bytes("a.wav") == alone))
    }
    // A shorter clip is the beginning of a longer one, but for the fall of 4 ms at its end.
    try make(["long.wav", "--seed", "5", "--samples", "3000"])
    let (long, short) = (try pcm16(scratch.bytes("long.wav")), try pcm16(scratch.bytes("a.wav")))
    #expect(long.starts(with: short.dropLast(2 * 16)) && !long.starts(with: short))
    #expect(short.suffix(2) == [0, 0])
    try make(["bare.wav", "--seed", "5", "--no-fade"])
    #expect(long.starts(with: try pcm16(scratch.bytes("bare.wav"))))
  }

  /// The same samples on every instruction set with fused multiply-add; a wrong request is refused.
  @Test func instructionSets() throws {
    let scratch = Scratch()
    func samples(_ set: String) throws -> [UInt8] {
      let outcome = try Binary.run(
        ["generate", "-", "--raw", "--seed", "4", "--seconds", "0.5"], in: scratch,
        environment: ["SYNTH_ISA": set])
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.output
    }
    let sets = InstructionSet.available
    #expect(try samples("portable").count == 16000)
    for set in sets where set != .portable {
      #expect(try samples("avx2") == samples(set.description), "\(set)")
    }
    let wrong = try Binary.run(["inspect", "sines"], environment: ["SYNTH_ISA": "sse9"])
    #expect(wrong.code == 64 && wrong.errors.contains("sse9"), "\(wrong.errors)")
  }

  /// What is chosen is said, and makes the same samples by its name.
  @Test func precisionByTrial() throws {
    let scratch = Scratch()
    let outcome = try Binary.run(
      ["generate", "a.wav", "--seed", "4", "--seconds", "0.2", "--precision", "auto", "--json"], in: scratch)
    #expect(outcome.code == 0 && outcome.errors.contains("x real time"), "\(outcome.errors)")
    let name = try #require(outcome.json["precision"] as? String)
    #expect(outcome.errors.contains(name))
    let again = try Binary.run(
      ["generate", "b.wav", "--seed", "4", "--seconds", "0.2", "--precision", name, "--quiet"], in: scratch)
    #expect(again.code == 0 && again.errors.isEmpty, "\(again.errors)")
    #expect(try pcm16(scratch.bytes("a.wav")) == pcm16(scratch.bytes("b.wav")))
    let wrong = try Binary.run(["generate", "c.wav", "--precision", "f64"], in: scratch)
    #expect(wrong.code == 64 && wrong.errors.contains("auto"), "\(wrong.errors)")
  }

  @Test func settings() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    func report(_ flags: [String]) throws -> [String: Any] {
      let outcome = try Binary.run(
        ["generate", "o.wav", "--model", "m", "--json", "--seed", "1"] + flags, in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.json
    }
    let plain = try report([])
    #expect(plain["temperature"] as? Double == 0.8 && plain["samples"] as? Int == 1000)  // the model's own
    #expect(plain["files"] as? [String] == ["o.wav"] && plain["seed"] as? Int == 1)
    let recommended = scratch.bytes("o.wav")
    #expect(try report(["--temperature", "1"])["temperature"] as? Double == 1)
    #expect(scratch.bytes("o.wav") != recommended)
    _ = try report(["--temperature", "0"])
    let likeliest = try pcm16(scratch.bytes("o.wav"))
    _ = try report(["--top-k", "1"])
    #expect(try pcm16(scratch.bytes("o.wav")) == likeliest)
    _ = try report(["--top-p", "1e-9"])
    #expect(try pcm16(scratch.bytes("o.wav")) == likeliest)
    // All of a clip at temperature 1 is the clip at temperature 1.
    _ = try report(["--temperature", "0", "--warm-up", "1"])
    let warm = try pcm16(scratch.bytes("o.wav"))
    _ = try report(["--temperature", "1"])
    #expect(try pcm16(scratch.bytes("o.wav")) == warm)
  }

  @Test func streams() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let flags = ["--model", "m", "--seed", "3", "--samples", "1234"]
    #expect(try Binary.run(["generate", "f.wav"] + flags, in: scratch).code == 0)
    let sound = try pcm16(scratch.bytes("f.wav"))
    #expect(sound.count == 2468)
    let wav = try Binary.run(["generate", "-"] + flags, in: scratch)
    #expect(wav.code == 0 && wav.output.count == 44 + 2468 && wav.output.starts(with: Array("RIFF".utf8)))
    #expect(Array(wav.output.dropFirst(44)) == sound)
    #expect(Array(wav.output[24..<28]) == [0xA0, 0x0F, 0, 0])  // 4000 Hz
    let raw = try Binary.run(["generate", "-", "--raw"] + flags, in: scratch)
    #expect(raw.code == 0 && raw.output == sound)
    #expect(try Binary.run(["generate", "f.raw", "--raw"] + flags, in: scratch).code == 0)
    #expect(scratch.bytes("f.raw") == sound)
    // Bare samples do not say whose they are.
    #expect(try Binary.run(["generate", "f.raw", "--raw"] + flags, in: scratch).code == 73)
    #expect(try Binary.run(["generate", "f.raw", "--raw", "--overwrite"] + flags, in: scratch).code == 0)
    for width in [[], ["--raw"]] {
      #expect(try Binary.run(["generate", "/dev/null"] + width + flags, in: scratch).code == 0)
      #expect(try Binary.run(["generate", "/dev/full"] + width + flags, in: scratch).code == 74)
    }
  }

  /// A reader that goes away ends the stream without a word.
  @Test func readerGoesAway() throws {
    let scratch = Scratch()
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    let binary = try Binary.path()
    shell.arguments = [
      "-c", "'\(binary)' generate - --seconds 3000 2>'\(scratch("e"))' | head -c 1000 >'\(scratch("o"))'",
    ]
    try shell.run()
    shell.waitUntilExit()
    #expect(scratch.bytes("o").count == 1000)
    #expect(scratch.text("e").isEmpty, "\(scratch.text("e"))")
  }

  @Test(arguments: [("x.wav", "16"), ("x.wav", "24"), ("x.wav", "float"), ("x.flac", "16"), ("x.flac", "24")])
  func formats(name: String, width: String) throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let flags = ["--model", "m", "--seed", "3", "--samples", "500"]
    let outcome = try Binary.run(["generate", name, "--format", width] + flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let info = try SoundFile.info(scratch(name))
    #expect(info.encoding.contains(width), "\(info.encoding)")
    #expect(info.comment?.contains("seed=3") == true && info.comment?.contains("temperature=0.8") == true)
    let plain = try Binary.run(["generate", "-", "--raw"] + flags, in: scratch).output
    let samples = try SoundFile.read(scratch(name)).samples
    #expect(samples.count == 500)
    #expect(
      samples.flatMap {
        [UInt8(truncatingIfNeeded: PCM16.quantize($0)), UInt8(truncatingIfNeeded: PCM16.quantize($0) >> 8)]
      } == plain)
  }

  @Test func priming() throws {
    let scratch = Scratch()
    let model = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(300, seconds: 0.5, rate: 8000), to: scratch("p.wav"))
    let flags = ["--model", "m", "--seed", "3", "--samples", "500", "--prime", "p.wav"]
    let outcome = try Binary.run(["generate", "a.wav"] + flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let heard = Double(model.configuration.receptiveField) / 4000
    #expect(outcome.errors.contains("0.00\(Int((heard * 1000).rounded()))"), "\(outcome.errors)")
    #expect(try Binary.run(["generate", "b.wav", "--include-prime"] + flags, in: scratch).code == 0)
    let (with, without) = (try SoundFile.read(scratch("b.wav")), try SoundFile.read(scratch("a.wav")))
    #expect(with.samples.count == 2500 && Array(with.samples.suffix(500)) == without.samples)
    // What is in front is the recording as the model hears it: at its rate, through its codes.
    let law = MuLaw(levels: 256)
    let prime = law.decode(law.encode(try SoundFile.read(scratch("p.wav"), sampleRate: 4000).samples))
    #expect(with.samples.prefix(2000).map { PCM16.quantize($0) } == prime.map { PCM16.quantize($0) })
    // The history matters, and only its last receptive field.
    #expect(try Binary.run(["generate", "c.wav"] + flags.dropLast(2), in: scratch).code == 0)
    #expect(scratch.bytes("c.wav") != scratch.bytes("a.wav"))
    #expect(try Binary.run(["generate", "d.wav", "--count", "2"] + flags, in: scratch).code == 0)
    #expect(try pcm16(scratch.bytes("d-001.wav")) == pcm16(scratch.bytes("a.wav")))
  }

  @Test func playing() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    scratch.put(
      """
      pcm.!default { type plug slave.pcm "captured" }
      pcm.captured { type file slave.pcm "nothing" file "\(scratch("captured.raw"))" format "raw" }
      pcm.nothing { type null }
      """, "alsa.conf")
    let environment = ["ALSA_CONFIG_PATH": scratch("alsa.conf")]
    let flags = ["--model", "m", "--seed", "3", "--samples", "4321"]
    let made = try Binary.run(["generate", "a.wav", "--play"] + flags, in: scratch, environment: environment)
    #expect(made.code == 0, "\(made.errors)")
    let sound = try pcm16(scratch.bytes("a.wav"))
    func isCaptured() -> Bool {
      let captured = scratch.bytes("captured.raw")
      return captured.starts(with: sound) && captured.dropFirst(sound.count).allSatisfy { $0 == 0 }
        && captured.count < sound.count + 8000
    }
    #expect(sound.count == 8642 && isCaptured())
    scratch.put([], "captured.raw")
    let played = try Binary.run(["play", "a.wav"], in: scratch, environment: environment)
    #expect(played.code == 0 && isCaptured(), "\(played.errors)")
    scratch.put([], "captured.raw")
    let report = try Binary.run(["play", "a.wav", "--json"], in: scratch, environment: environment)
    #expect(
      report.json["sample_rate"] as? Int == 4000 && report.json["gaps"] as? Int == 0, "\(report.errors)")
    scratch.put([], "captured.raw")
    let direct = try Binary.run(["generate", "--play"] + flags, in: scratch, environment: environment)
    #expect(direct.code == 0 && isCaptured(), "\(direct.errors)")
    scratch.put([], "captured.raw")
    let model = try Binary.run(
      ["play", "m", "--seed", "3", "--seconds", "\(4321.0 / 4000)"], in: scratch, environment: environment)
    #expect(model.code == 0 && isCaptured(), "\(model.errors)")
  }

  /// Without a sound card: one line and its own code, before anything is generated.
  @Test func noSoundCard() throws {
    let scratch = Scratch()
    scratch.put("", "alsa.conf")
    let environment = ["ALSA_CONFIG_PATH": scratch("alsa.conf")]
    try SoundFile.write(tone(300, seconds: 0.1, rate: 8000), to: scratch("p.wav"))
    for arguments in [["generate", "o.wav", "--play"], ["play", "p.wav"], ["play", "sines"]] {
      let outcome = try Binary.run(arguments, in: scratch, environment: environment)
      #expect(outcome.code == 69, "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(!scratch.exists("o.wav"))
    }
  }
}
