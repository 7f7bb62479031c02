// synth evaluate on what a model generates, on recordings that are too short or out of phase, and the page that it makes.

import AudioIO
import Foundation
import Signal
import TestSupport
import Testing

@Suite struct EvaluateGeneratedTests {
  /// Notes of one length at random, with noise of their own.
  private func melody(_ seed: UInt64, seconds: Double = 3) -> Clip {
    var random = SeededValues(seed: seed)
    var samples: [Float] = []
    while samples.count < Int(seconds * 4000) {
      let hz = 300 + 200 * random.value()
      for n in 0..<900 {
        let t = Double(n) / 4000
        samples.append(Float(0.3 * sin(2 * .pi * hz * t) * exp(-6 * t) + random.value(0.02)))
      }
    }
    return Clip(samples: samples, sampleRate: 4000)
  }

  /// 16-bit stereo.
  private func stereo(_ left: [Float], _ right: [Float], rate: Int) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let size = 4 * left.count
    var bytes = Array("RIFF".utf8) + little(36 + size, 4) + Array("WAVEfmt ".utf8)
    for (value, width) in [(16, 4), (1, 2), (2, 2), (rate, 4), (4 * rate, 4), (4, 2), (16, 2)] {
      bytes += little(value, width)
    }
    bytes += Array("data".utf8) + little(size, 4)
    for (l, r) in zip(left, right) { bytes += little(Int(l * 32767), 2) + little(Int(r * 32767), 2) }
    return bytes
  }

  @Test func tonesOfAModelOfChords() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let outcome = try Binary.run(
      [
        "evaluate", "m", "--corpus", "chords", "--count", "2", "--seconds", "0.5", "--generate", "3",
        "--generate-seconds", "0.5",
        "--generate-seed", "7", "--top-k", "9", "--json",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let interval = try #require(outcome.json["interval"] as? [String: Double])
    let bits = try #require(outcome.json["bits_per_sample"] as? Double)
    #expect(interval["low"]! <= bits && bits <= interval["high"]!)
    let tones = try #require(outcome.json["tones"] as? [String: Any])
    let clips = try #require(tones["clips"] as? [[String: Any]])
    #expect(clips.count == 3 && clips.map { $0["clip"] as? Int } == [1, 2, 3])
    for key in ["cents", "level_error_db", "snr_db", "drift_db", "dc"] {
      #expect((tones[key] as? [String: Any])?["count"] is Int, "\(key)")
    }
    for key in ["missing", "extra", "clicks", "silent_clips"] { #expect(tones[key] is Int, "\(key)") }
    #expect(outcome.json["distances"] == nil && outcome.json["memory"] == nil)

    // What is recorded makes the same clips.
    let generated = try #require(outcome.json["generated"] as? [String: Any])
    #expect(generated["seed"] as? Int == 7 && generated["temperature"] as? Double == 0.8)
    let command = try #require(generated["command"] as? String).split(separator: " ").map(String.init)
    #expect(command.first == "synth" && command.contains("--top-k"))
    let again = try Binary.run(Array(command.dropFirst()), in: scratch)
    #expect(again.code == 0, "\(again.errors)")
    for (i, clip) in clips.enumerated() {
      let sound = try SoundFile.read(scratch("clips/clip-00\(i + 1).wav"))
      #expect(sound.samples.count == 2000)
      #expect(abs(Loudness.level(sound) - (clip["level_db"] as? Double ?? 0)) < 0.01)
    }

    let none = try Binary.run(
      ["evaluate", "m", "--corpus", "chords", "--count", "2", "--generate", "0", "--json"], in: scratch)
    #expect(none.code == 0 && none.json["generated"] == nil && none.json["tones"] == nil)
  }

  @Test func recordingsBesideGeneratedClips() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    for folder in ["old", "new"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    for i in 0..<3 as Range<UInt64> { try SoundFile.write(melody(i), to: scratch("old/\(i).wav")) }
    for i in 3..<5 as Range<UInt64> { try SoundFile.write(melody(i), to: scratch("new/<\(i)>.wav")) }
    // A held-out recording that is a training recording: the floor says so.
    let outcome = try Binary.run(
      [
        "evaluate", "m", "--training", "old", "--held-out", "new", "--generate", "2", "--generate-seconds",
        "2.5",
        "--page", "out", "--json",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let distances = try #require(outcome.json["distances"] as? [String: Any])
    for key in ["generated_to_held_out", "generated_to_training", "training_to_held_out"] {
      let distance = try #require(distances[key] as? [String: Double], "\(key)")
      #expect(Set(distance.keys) == ["spectrum_db", "loudness_db", "onsets_per_second"])
    }
    #expect((distances["held_out_floor"] as? [String: Any])?["draws"] as? Int == 20)
    let memory = try #require(outcome.json["memory"] as? [String: Any])
    #expect((memory["generated"] as? [Any])?.count == 4 && (memory["held_out"] as? [Any])?.count == 6)
    #expect(memory["training_seconds"] as? Double ?? 0 > 9)
    #expect((outcome.json["memory_verdict"] as? String)?.isEmpty == false && outcome.json["tones"] == nil)

    // The JSON beside the page is what was printed; the page needs nothing else.
    #expect(scratch.names("out") == ["evaluation.json", "index.html"])
    #expect(scratch.bytes("out/evaluation.json") == outcome.output)
    let page = scratch.text("out/index.html")
    #expect(page.hasPrefix("<!doctype html>") && page.contains("</html>") && page.contains("<svg"))
    #expect(page.components(separatedBy: "data:image/png;base64,").count == 5)
    #expect(page.components(separatedBy: "data:audio/wav;base64,UklGR").count == 5)
    for outside in ["http:", "https:", "<script", "<link", "url(", "<3>"] {
      #expect(!page.contains(outside), "\(outside)")
    }
    let sources = page.components(separatedBy: "src=\"").dropFirst()
    #expect(sources.allSatisfy { $0.hasPrefix("data:") })
    #expect(page.contains("&lt;3&gt;.wav"))

    let named = try Binary.run(["evaluate", "m", "new", "--generate", "1", "--page", "p.html"], in: scratch)
    #expect(named.code == 0 && scratch.exists("p.html") && scratch.exists("p.json"), "\(named.errors)")
    #expect(named.text.contains("generated to held-out") && named.text.contains("floor"))
    #expect(!named.text.contains("nearest training excerpt"))
    let brief = try Binary.run(
      ["evaluate", "m", "new", "--training", "old", "--generate-seconds", "0.5", "--json"], in: scratch)
    #expect(
      brief.code == 0 && brief.json["memory"] == nil && brief.json["distances"] != nil, "\(brief.errors)")
    #expect(brief.errors.contains("not searched for copies"))
    #expect((brief.json["warnings"] as? [String])?.count == 1)
    let nowhere = try Binary.run(["evaluate", "m", "new", "--page", "none/p.html"], in: scratch)
    #expect(nowhere.code == 73 && nowhere.errors.contains("none/p.html") && nowhere.text.isEmpty)
  }

  /// A run's folder knows what it was trained on.
  @Test func runsKnowTheirRecordings() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try FileManager.default.createDirectory(atPath: scratch("sounds"), withIntermediateDirectories: true)
    for i in 0..<4 as Range<UInt64> { try SoundFile.write(melody(i), to: scratch("sounds/\(i).wav")) }
    let trained = try Binary.run(tinyRun("run") + ["sounds"], in: scratch)
    #expect(trained.code == 0, "\(trained.errors)")
    let outcome = try Binary.run(
      ["evaluate", "run", "--generate", "2", "--generate-seconds", "2", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let files = try #require(outcome.json["files"] as? [[String: Any]])
    #expect(files.count == 1 && (files[0]["path"] as? String)?.hasPrefix(scratch("sounds/")) == true)
    let memory = try #require(outcome.json["memory"] as? [String: Any])
    // Of 12 s a tenth is held out, or half of that to twice as much, with the gap in front of it.
    let trainedSeconds = memory["training_seconds"] as? Double ?? 0
    #expect((9..<11.5).contains(trainedSeconds), "\(trainedSeconds) s")
    #expect((outcome.json["interval_note"] as? String)?.hasPrefix("one clip") == true)
    #expect(outcome.json["interval"] is NSNull)
  }

  /// Files that are named are read as the run read its own, and known by what is in them.
  @Test func namedFilesAreTheRunsOwn() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    var random = SeededValues(seed: 8)
    for name in ["sounds/a", "sounds/b", "copy"] {
      try FileManager.default.createDirectory(atPath: scratch(name), withIntermediateDirectories: true)
    }
    for (i, folder) in ["a", "a", "b", "b"].enumerated() {
      let left = [Float](repeating: 0, count: 3000 + 400 * i) + melody(UInt64(i), seconds: 6).samples
      let noise = left.map { _ in Float(random.value(0.4)) }
      scratch.put(stereo(left, noise, rate: 4000), "sounds/\(folder)/\(i).wav")
    }
    let rows = (0..<4).map { "\($0 < 2 ? "a" : "b")/\($0).wav,\($0 < 2 ? "left" : "right")" }
    scratch.put("path,label\n" + rows.joined(separator: "\n") + "\n", "sounds/labels.csv")
    let trained = try Binary.run(
      tinyRun("run") + [
        "sounds", "--trim", "30", "--channel", "left", "--labels", "sounds/labels.csv", "--controls", "none",
      ], in: scratch)
    #expect(trained.code == 0, "\(trained.errors)")
    func evaluate(_ arguments: [String]) throws -> Outcome {
      try Binary.run(["evaluate", "run", "--generate", "0", "--json"] + arguments, in: scratch)
    }
    let own = try evaluate([])
    let named = try evaluate(["sounds"])
    for key in ["samples", "bits_per_sample"] {
      let (one, other) = (own.json[key] as? Double, named.json[key] as? Double)
      #expect(one != nil && abs((one ?? 0) - (other ?? 1)) < 1e-9, "\(key): \(own.text) \(named.text)")
    }
    // Under other names: what was trained on is left out all the same.
    for file in 0..<4 {
      scratch.put(scratch.bytes("sounds/\(file < 2 ? "a" : "b")/\(file).wav"), "copy/renamed \(file).wav")
    }
    let copies = try evaluate(["copy"])
    #expect(copies.code == 0 && copies.errors.contains("this run"), "\(copies.errors)")
    #expect(copies.json["samples"] as? Int == own.json["samples"] as? Int)
    #expect(copies.json["bits_per_sample"] as? Double == named.json["bits_per_sample"] as? Double)
    // Nothing says what a model alone was trained on.
    _ = try saveSmallModel(scratch("m"))
    for command in ["evaluate", "tune"] {
      let alone = try Binary.run([command, "m"], in: scratch)
      #expect(alone.code == 64 && alone.errors.contains("name recordings"), "\(alone.code) \(alone.errors)")
    }
    let twice = try Binary.run(
      ["evaluate", "run", "--generate", "0", "--training", "copy", "--held-out", "copy", "--all"], in: scratch
    )
    #expect(twice.code == 0 && twice.errors.contains("among those of --training"), "\(twice.errors)")
  }

  @Test func shortAndCancellingFilesAreNamed() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    try SoundFile.write(melody(1), to: scratch("long.wav"))
    try SoundFile.write(Clip(samples: [0.1, -0.1, 0.2], sampleRate: 4000), to: scratch("three.wav"))
    let sound = melody(2).samples
    scratch.put(stereo(sound, sound.map { -0.9 * $0 }, rate: 4000), "phase.wav")
    scratch.put(stereo(sound, sound, rate: 4000), "fine.wav")
    let outcome = try Binary.run(["evaluate", "m", ".", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.json["too_short"] as? [String] == ["./three.wav"])
    #expect(outcome.errors.contains("three.wav: 3 samples, too short for linear prediction"))
    let warnings = try #require(outcome.json["warnings"] as? [String])
    #expect(warnings.count == 1 && warnings[0].contains("phase.wav") && warnings[0].contains("out of phase"))
    #expect(outcome.errors.contains("phase.wav") && !outcome.errors.contains("fine.wav"))
    let comparison = try #require(outcome.json["versus_linear_predictor"] as? [String: Any])
    #expect(comparison["files"] as? Int == 3)
    let alone = try Binary.run(["evaluate", "m", "three.wav"], in: scratch)
    #expect(alone.code == 0 && alone.errors.contains("too short") && alone.text.contains("-"))
    // The same when a folder is trained on.
    scratch.put(tinyConfig, "tiny.json")
    let trained = try Binary.run(tinyRun("run", steps: 2) + ["."], in: scratch)
    #expect(trained.code == 0 && trained.errors.contains("phase.wav"), "\(trained.errors)")
  }

  @Test func wrongValuesAreRefused() throws {
    for arguments in [
      ["--generate", "-1"], ["--generate-seconds", "0"], ["--page", ""],
      ["--held-out", "x", "--corpus", "sines"], ["--held-out", "x", "--seconds", "1"],
      ["--generate", "0", "--temperature", "0.5"],
      ["--temperature", "-1"],
    ] {
      let outcome = try Binary.run(["evaluate", "sines"] + arguments)
      #expect(outcome.code == 64, "\(arguments): \(outcome.errors)")
    }
  }
}
