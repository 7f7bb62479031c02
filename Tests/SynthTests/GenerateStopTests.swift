// What is kept when `synth generate` is stopped, and what of earlier sounds is kept when it starts.
import AudioIO
import Foundation
import Signal
import Testing

@Suite struct GenerateStopTests {
  /// A whole file with what there was: the same as if that length had been asked for.
  @Test func stoppedFileIsWhole() throws {
    let scratch = Scratch()
    let run = try Run(
      ["generate", "big.wav", "--seconds", "3000", "--lead-in", "0", "--seed", "3"], in: scratch)
    usleep(1_500_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130, "\(outcome.errors)")
    #expect(
      !outcome.errors.contains("Error") && outcome.errors.contains("of 3000.000 s"), "\(outcome.errors)")
    #expect(scratch.names() == ["big.wav"])
    let count = try SoundFile.read(scratch("big.wav")).samples.count
    #expect(count > 1000)
    let same = try Binary.run(
      ["generate", "same.wav", "--samples", "\(count)", "--lead-in", "0", "--seed", "3"], in: scratch)
    #expect(same.code == 0 && scratch.bytes("same.wav") == scratch.bytes("big.wav"), "\(same.errors)")
  }

  @Test func stoppedStreamEnds() throws {
    let scratch = Scratch()
    let run = try Run(["generate", "-", "--seconds", "30000", "--lead-in", "0"], in: scratch)
    #expect(run.wait { run.outputCount > 1000 })
    run.send(SIGTERM)
    let outcome = run.end()
    #expect(outcome.code == 143 && outcome.output.count > 1000, "\(outcome.errors)")
    #expect(scratch.names().isEmpty)
  }

  /// Nothing but a lead-in yet: no file.
  @Test func nothingYet() throws {
    let scratch = Scratch()
    try SoundFile.write(tone(300, seconds: 0.5, rate: 8000), to: scratch("p.wav"))
    let run = try Run(["generate", "o.wav", "--lead-in", "60", "--warm-up", "60"], in: scratch)
    usleep(700_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("nothing was written"), "\(outcome.errors)")
    #expect(scratch.names() == ["p.wav"])
  }

  @Test func takesSayWhichAreThere() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let run = try Run(
      ["generate", "takes/", "--model", "m", "--count", "90000", "--seconds", "0.3", "--threads", "1"],
      in: scratch)
    #expect(run.wait { !scratch.names("takes").isEmpty })
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("takes/clip-001.wav ..."), "\(outcome.errors)")
    for name in scratch.names("takes") {
      #expect(try SoundFile.read(scratch("takes/" + name)).samples.count == 1200)
    }
  }

  /// None is whole yet: what there is of each.
  @Test func longTakesAreKept() throws {
    let scratch = Scratch()
    let run = try Run(
      ["generate", "takes/", "--count", "2", "--seconds", "3000", "--lead-in", "0", "--seed", "5"],
      in: scratch)
    usleep(1_500_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("of 3000.000 s each"), "\(outcome.errors)")
    #expect(scratch.names("takes") == ["clip-001.wav", "clip-002.wav"])
    #expect(try SoundFile.read(scratch("takes/clip-002.wav")).samples.count > 1000)
  }

  // MARK: what was there

  @Test func earlierTakesAreReplacedAloud() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let flags = ["--model", "m", "--samples", "400"]
    let first = try Binary.run(["generate", "o.wav", "--seed", "7"] + flags, in: scratch)
    #expect(first.code == 0 && !first.errors.contains("replacing"), "\(first.errors)")
    let second = try Binary.run(["generate", "o.wav", "--seed", "8"] + flags, in: scratch)
    #expect(second.code == 0 && second.errors.contains("replacing") && second.errors.contains("seed=7"))
  }

  @Test func recordingsAreNotReplaced() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(tone(300, seconds: 0.5, rate: 8000), to: scratch("p.wav"))
    let before = scratch.bytes("p.wav")
    let flags = ["--model", "m", "--samples", "400"]
    let refused = try Binary.run(["generate", "p.wav", "--prime", "p.wav"] + flags, in: scratch)
    #expect(refused.code == 73 && refused.errors.contains("--overwrite"), "\(refused.errors)")
    #expect(scratch.bytes("p.wav") == before)
    let forced = try Binary.run(
      ["generate", "p.wav", "--prime", "p.wav", "--overwrite"] + flags, in: scratch)
    #expect(forced.code == 0 && scratch.bytes("p.wav") != before, "\(forced.errors)")
    // An empty file is nothing to lose.
    scratch.put([], "empty.wav")
    #expect(try Binary.run(["generate", "empty.wav"] + flags, in: scratch).code == 0)
  }

  @Test func takesAreNotMixed() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    func make(_ flags: [String]) throws -> Outcome {
      try Binary.run(["generate", "takes/", "--model", "m", "--samples", "400"] + flags, in: scratch)
    }
    #expect(try make(["--count", "4", "--seed", "7"]).code == 0)
    let old = scratch.bytes("takes/clip-002.wav")
    let mixed = try make(["--count", "2", "--seed", "8"])
    #expect(mixed.code == 73 && mixed.errors.contains("clip-003.wav"), "\(mixed.errors)")
    #expect(scratch.bytes("takes/clip-002.wav") == old)
    // More of the same, again the same, and all replaced by others: no mixture.
    #expect(try make(["--count", "2", "--clip", "5", "--seed", "7"]).code == 0)
    #expect(try make(["--count", "4", "--seed", "7"]).code == 0)
    let replaced = try make(["--count", "6", "--seed", "8"])
    #expect(replaced.code == 0 && replaced.errors.contains("replacing 6"), "\(replaced.errors)")
    #expect(try make(["--count", "2", "--seed", "9", "--overwrite"]).code == 0)
  }

  /// Found before anything is generated.
  @Test func outputsThatCannotBeWritten() throws {
    let scratch = Scratch()
    let long = String(repeating: "n", count: 300) + ".wav"
    for output in [long, "none/o.wav", "none/deep/"] {
      let began = ContinuousClock.now
      let outcome = try Binary.run(["generate", output, "--seconds", "600"], in: scratch)
      #expect(outcome.code == 73, "\(output): \(outcome.errors)")
      #expect(ContinuousClock.now - began < .seconds(5))
    }
    #expect(scratch.names().isEmpty)
    for arguments in [
      ["inspect", "sines.wav", "--picture", "none/p.png"], ["lab", "series", "none/s.csv"],
      ["lab", "receptive-field", "--svg", "none/f.svg"], ["lab", "forecast", "--picture", "none/f.svg"],
      ["evaluate", "sines", "--page", "none/deep.html"], ["train", "--output", "none/\(long)"],
    ] {
      try SoundFile.write(tone(300, seconds: 0.1, rate: 8000), to: scratch("sines.wav"))
      let outcome = try Binary.run(arguments, in: scratch)
      #expect(outcome.code == 73, "\(arguments): \(outcome.errors)")
    }
  }

  @Test func lengthsThatNoFileHolds() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    // By the model's own recommendation, at its rate.
    scratch.put(#"{"seconds": 86400, "temperature": 1}"#, "m/generation_config.json")
    scratch.put(
      scratch.text("m/config.json").replacingOccurrences(of: "4000", with: "48000"), "m/config.json")
    let config = try Binary.run(["generate", "o.wav", "--model", "m"], in: scratch)
    #expect(config.code != 0)
    let outcome = try Binary.run(["generate", "o.wav", "--seconds", "86400", "--count", "2"], in: scratch)
    #expect(
      outcome.code == 64 && outcome.errors.contains(".flac") && outcome.errors.contains("--raw"),
      "\(outcome.errors)")
    #expect(!scratch.exists("o.wav") && !scratch.exists("o-001.wav"))
  }

  /// A prime that ends in silence: the clip starts as from silence, with the model's own warm-up.
  @Test func silentPrime() throws {
    let scratch = Scratch()
    var clip = tone(261.6, seconds: 1, rate: 16000)
    clip.samples += [Float](repeating: 0, count: 4000)
    try SoundFile.write(clip, to: scratch("p.wav"))
    let flags = ["--seed", "1", "--seconds", "1"]
    let primed = try Binary.run(["generate", "a.wav", "--prime", "p.wav"] + flags, in: scratch)
    #expect(
      primed.code == 0 && primed.errors.contains("Warning") && primed.errors.contains("p.wav"),
      "\(primed.errors)")
    #expect(try Binary.run(["generate", "b.wav"] + flags, in: scratch).code == 0)
    #expect(try pcm16(scratch.bytes("a.wav")) == pcm16(scratch.bytes("b.wav")))
    // What is silent all the same is said.
    let silent = try Binary.run(
      ["generate", "c.wav", "--temperature", "0", "--warm-up", "0", "--lead-in", "0"] + flags, in: scratch)
    #expect(silent.code == 0 && silent.errors.contains("silent"), "\(silent.errors)")
  }
}

/// Stops while nothing is there to be kept: at once, and nothing is made.
@Suite struct ReadingStopTests {
  /// Three hours of FLAC, which take much longer to read than a test may last.
  private func recordings(_ scratch: Scratch) throws {
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    let clip = Clip(
      samples: (0..<44100 * 300).map { Float($0 % 101) / 404 - 0.125 }, sampleRate: 44100)
    try SoundFile.write(clip, to: scratch("in/0.flac"))
    // Of one content each would be read once: the name of the encoder, in front of the sound, tells them apart.
    let bytes = scratch.bytes("in/0.flac")
    let name = try #require(Data(bytes).range(of: Data("libFLAC".utf8))).lowerBound
    for i in 1..<36 {
      var other = bytes
      other.replaceSubrange(
        name..<name + 2, with: [UInt8(ascii: "A") + UInt8(i / 6), UInt8(ascii: "A") + UInt8(i % 6)])
      scratch.put(other, "in/\(i).flac")
    }
  }

  @Test func atOnceAndNothingMade() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try recordings(scratch)
    let before = scratch.names()
    for (arguments, signal) in [
      (["train", "in"] + tinyRun("r").dropFirst(), SIGINT),
      (["evaluate", "sines", "in", "--page", "p/"], SIGTERM),
      (["evaluate", "sines", "in", "--json"], SIGHUP),
      (["evaluate", "sines", "--count", "16", "--seconds", "120", "--precision", "bf16"], SIGINT),
    ] {
      let run = try Run(arguments, in: scratch)
      usleep(1_000_000)
      let sent = ContinuousClock.now
      run.send(signal)
      let outcome = run.end()
      #expect(ContinuousClock.now - sent < .seconds(1), "\(arguments)")
      #expect(outcome.code == 128 + signal, "\(arguments): \(outcome.code) \(outcome.errors)")
      #expect(outcome.errors.contains("stopped"), "\(outcome.errors)")
      if arguments.contains("--json") { #expect(outcome.jsonError["code"] as? Int == 129) }
      #expect(scratch.names() == before)
    }
  }
}
