// synth train of models that are told something, as its users see it: what is chosen and why, labels, every refusal before
// anything is made, and going on.

import AudioIO
import Foundation
import Signal
import Testing
import WaveNet

@Suite struct ConditionedTrainTests {
  /// in/flute and in/voice, two tones each.
  private func band(seconds: Double = 1) throws -> Scratch {
    let scratch = Scratch()
    for (i, name) in ["flute/1", "flute/2", "voice/3", "voice/4"].enumerated() {
      let path = scratch("in/\(name).wav")
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try SoundFile.write(tone(220 + 40 * Double(i), seconds: seconds, rate: 4000), to: path)
    }
    return scratch
  }

  /// Of a run that takes milliseconds.
  private let small = [
    "--preset", "tiny", "--rate", "4000", "--steps", "2", "--clips", "2", "--crop", "100",
  ]

  private func conditioning(_ run: String, _ scratch: Scratch) throws -> Conditioning? {
    try Configuration(json: scratch.bytes("\(run)/config.json"), path: run).conditioning
  }

  @Test func twoInstruments() throws {
    let scratch = try band()
    let flags = ["in", "--labels", "folders", "--output", "r"] + small
    let outcome = try Binary.run(["train"] + flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.errors.contains(
        "told pitch, pitch.phase, pitch.ahead, voicing, loudness, 2 labels (flute, voice): ")
        && outcome.errors.contains("% of what sounds in the training recordings has a pitch"),
      "\(outcome.errors)")
    #expect(
      scratch.text("r/config.json").contains(
        #""conditioning": {"labels":["flute","voice"],"controls":["pitch","pitch.phase","pitch.ahead","voicing","loudness"],"frame_samples":16,"channels":64}"#
      ), "\(scratch.text("r/config.json"))")
    #expect(scratch.text("r/run.json").contains(#""labels" : "folders""#))
    let record = scratch.text("r/corpus.json")
    #expect(
      record.matches(of: /"label" : "flute"/).count == 2
        && record.matches(of: /"label" : "voice"/).count == 2)
    let before = scratch.bytes("r/config.json")
    // The same command line, and no flags at all.
    for line in [flags, ["--output", "r", "--steps", "4"]] {
      let again = try Binary.run(["train"] + line + ["--resume"], in: scratch)
      #expect(again.code == 0, "\(again.errors)")
    }
    #expect(scratch.bytes("r/config.json") == before)
    for (given, words) in [
      (
        ["--controls", "loudness"],
        ["--controls is loudness", "pitch,pitch.phase,pitch.ahead,voicing,loudness"]
      ),
      (["--controls", "none"], ["--controls is none", "pitch,pitch.phase,pitch.ahead,voicing,loudness"]),
      (["--labels", "table.csv"], ["--labels is table.csv", "folders"]),
    ] {
      let other = try Binary.run(["train", "--output", "r", "--resume"] + given, in: scratch)
      #expect(other.code == 64, "\(other.errors)")
      for word in words { #expect(other.errors.contains(word), "\(other.errors)") }
    }
    let same = try Binary.run(
      [
        "train", "--output", "r", "--resume", "--controls", "pitch,pitch.phase,pitch.ahead,voicing,loudness",
        "--labels",
        "folders",
      ], in: scratch)
    #expect(same.code == 0, "\(same.errors)")
  }

  /// Weights, state, gestures and samples, to the byte.
  @Test func stoppedAndResumed() throws {
    let scratch = try band(seconds: 3)
    let flags = [
      "in", "--labels", "folders", "--no-tune", "--preset", "tiny", "--rate", "4000", "--steps", "150",
      "--clips", "2", "--crop", "100", "--evaluate-every", "50", "--save-every", "0", "--threads", "1",
    ]
    #expect(try Binary.run(["train", "--output", "whole"] + flags, in: scratch).code == 0)
    let run = try Run(["train", "--output", "parts"] + flags, in: scratch)
    #expect(run.wait { scratch.exists("parts/training_state.safetensors") })
    run.send(SIGTERM)
    #expect(run.end().code == 143)
    let resumed = try Binary.run(["train", "--output", "parts", "--resume", "--threads", "2"], in: scratch)
    #expect(resumed.code == 0, "\(resumed.errors)")
    try expectSameRun("whole", "parts", scratch)
    #expect(scratch.bytes("whole/gestures.safetensors").count > 1000)
    #expect(scratch.bytes("whole/gestures.safetensors") == scratch.bytes("parts/gestures.safetensors"))
    #expect(scratch.names("whole/samples").count == 3)
    for sample in scratch.names("whole/samples") {
      #expect(scratch.bytes("parts/samples/\(sample)") == scratch.bytes("whole/samples/\(sample)"))
    }
  }

  @Test func aTableThatMoves() throws {
    let scratch = try band()
    let rows = ["flute/1", "flute/2", "voice/3", "voice/4"].enumerated().map {
      "\($1).wav,\($0 % 2 == 0 ? "odd" : "even")\n"
    }
    scratch.put("path,label\n" + rows.joined(), "in/t.csv")
    let outcome = try Binary.run(
      ["train", "in", "--labels", "in/t.csv", "--controls", "none", "--output", "r"] + small, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let told = try #require(try conditioning("r", scratch))
    #expect(told.labels == ["even", "odd"] && told.controls.isEmpty && told.frameSamples == 16)
    try FileManager.default.moveItem(atPath: scratch("in/t.csv"), toPath: scratch("in/u.csv"))
    let again = try Binary.run(
      ["train", "--output", "r", "--resume", "--steps", "3", "--labels", "in/u.csv"], in: scratch)
    #expect(again.code == 0 && scratch.text("r/run.json").contains("/in/u.csv"), "\(again.errors)")
  }

  @Test func aDryRunSaysWhatIsChosen() throws {
    let scratch = try band()
    func plan(_ arguments: [String]) throws -> [String: Any] {
      let outcome = try Binary.run(["train"] + arguments + small + ["--dry-run", "--json"], in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return try #require(outcome.json["conditioning"] as? [String: Any])
    }
    let tones = try plan(["in"])
    #expect(tones["controls"] as? [String] == ["pitch", "pitch.phase", "pitch.ahead", "voicing", "loudness"])
    #expect(tones["frame_samples"] as? Int == 16 && tones["channels"] as? Int == 64)
    let voiced = try #require(tones["voiced_share"] as? Double)
    let others = try #require(tones["silent_share"] as? Double) + #require(tones["unvoiced_share"] as? Double)
    #expect(voiced > 0.9 && abs(voiced + others - 1) < 1e-9)
    #expect((tones["reason"] as? String)?.contains("has a pitch") == true)

    try FileManager.default.createDirectory(atPath: scratch("noise"), withIntermediateDirectories: true)
    for i in 0..<2 {
      var random = PhiloxGenerator(seed: 1, stream: UInt64(i))
      let samples = (0..<4000).map { _ in Float.random(in: -0.5...0.5, using: &random) }
      try SoundFile.write(Clip(samples: samples, sampleRate: 4000), to: scratch("noise/\(i).wav"))
    }
    #expect(try plan(["noise"])["controls"] as? [String] == ["loudness"])
    #expect(try plan(["in", "--controls", "mel"])["controls"] as? [String] == ["mel.80"])
    let none = try plan(["in", "--controls", "none"])
    #expect((none["controls"] as? [String])?.isEmpty == true && none["voiced_share"] == nil)
    #expect(try plan([])["reason"] as? String == "synthetic sound has nothing to tell")
    let text = try Binary.run(["train", "in", "--dry-run"] + small, in: scratch)
    #expect(
      text.text.contains("told pitch, pitch.phase, pitch.ahead, voicing, loudness: 100 % of what sounds"),
      "\(text.text)")
    #expect(scratch.names() == ["in", "noise"])
  }

  @Test func aFileDecides() throws {
    let scratch = try band()
    func put(_ conditioning: String) {
      scratch.put(
        tinyConfig.replacingOccurrences(
          of: "\"conditioning\":null", with: "\"conditioning\":\(conditioning)"),
        "c.json")
    }
    func train(_ arguments: [String]) throws -> Outcome {
      try? FileManager.default.removeItem(atPath: scratch("r"))
      return try Binary.run(
        ["train"] + arguments + ["--config", "c.json", "--output", "r", "--steps", "2", "--clips", "2"]
          + ["--crop", "50"], in: scratch)
    }
    // null is no choice of controls unless it is asked for one.
    put("null")
    #expect(try train(["in"]).code == 0)
    #expect(try conditioning("r", scratch) == nil)
    #expect(try train(["in", "--controls", "auto"]).code == 0)
    #expect(
      try conditioning("r", scratch)?.controls == [.pitch, .pitchPhase, .pitchAhead, .voicing, .loudness])

    put(#"{"controls":["loudness"],"frame_samples":20,"channels":3}"#)
    #expect(try train(["in"]).code == 0)
    let told = try #require(try conditioning("r", scratch))
    #expect(told.controls == [.loudness] && told.frameSamples == 20 && told.channels == 3)
    // Weights bring theirs with them.
    let from = [
      "train", "in", "--from", "r", "--output", "s", "--steps", "1", "--clips", "2", "--crop", "50",
    ]
    let other = try Binary.run(from + ["--controls", "pitch"], in: scratch)
    #expect(other.code == 64 && other.errors.contains("--from r has loudness"), "\(other.errors)")
    #expect(try Binary.run(from, in: scratch).code == 0)
    #expect(try conditioning("s", scratch) == told)
    for (arguments, words) in [
      (["in", "--controls", "pitch"], ["--controls is pitch", "--config c.json has loudness"]),
      (["in", "--labels", "folders"], ["--config c.json has no labels"]),
      ([], ["name a folder of recordings"]), (["in", "--controls", "loudness"], []),
    ] {
      let outcome = try train(arguments)
      #expect(outcome.code == (words.isEmpty ? 0 : 64), "\(arguments): \(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
      #expect(scratch.exists("r") == words.isEmpty, "nothing is made")
    }
    put(#"{"labels":["flute"],"controls":[],"frame_samples":20,"channels":3}"#)
    let silent = try train(["in"])
    #expect(silent.code == 64 && silent.errors.contains("say which recording is what"), "\(silent.errors)")
    let unknown = try train(["in", "--labels", "folders"])
    #expect(
      unknown.code == 65 && unknown.errors.contains("the label voice")
        && unknown.errors.contains("only flute"),
      "\(unknown.errors)")
    put(#"{"labels":["flute","horn","voice"],"controls":[],"frame_samples":20,"channels":3}"#)
    #expect(try train(["in", "--labels", "folders"]).code == 0)
  }

  @Test func whatIsRefused() throws {
    let scratch = try band()
    try SoundFile.write(tone(300, seconds: 1, rate: 4000), to: scratch("in/stray.wav"))
    for (arguments, code, words) in [
      (["in", "--controls", "pich"], 64, ["'pich'", "nearest is 'pitch'", "mel.N"]),
      (["in", "--controls", "pitch,,loudness"], 64, ["''"]),
      (["in", "--controls", "pitch,pitch"], 64, ["twice"]),
      (["in", "--controls", "mel,mel.20"], 64, ["one number of mel bands"]),
      (["in", "--controls", "mel.0"], 64, ["'mel.0'"]), (["--controls", "pitch"], 64, ["name a folder"]),
      (["--labels", "folders"], 64, ["name a folder"]), (["in", "--labels", ""], 64, ["empty"]),
      (["in", "--labels", "none.csv"], 66, ["none.csv: no such file"]),
      (["in", "--labels", "folders"], 65, ["in/stray.wav", "1 of 5", "sub-folder"]),
    ] as [([String], Int32, [String])] {
      let outcome = try Binary.run(["train"] + arguments + small + ["--output", "r"], in: scratch)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)") }
    }
    #expect(scratch.names() == ["in"])
    #expect(try Binary.run(["train", "--controls", "none", "--output", "r"] + small, in: scratch).code == 0)
  }
}
