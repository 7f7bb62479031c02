// synth train as its users see it: run folders, stopping in every way and going on, folders of recordings.

import AudioIO
import Foundation
import Signal
import Testing
import WaveNet

@Suite struct TrainTests {
  private func progress(_ run: String, _ scratch: Scratch) throws -> Int {
    let header = try payload(scratch.bytes("\(run)/training_state.safetensors")).header
    let match = try #require(header.firstMatch(of: /\\"step\\":([0-9]+)/))
    return try #require(Int(match.1))
  }

  @Test func precisionIsTheRunsOwn() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let rounded = try Binary.run(tinyRun("rounded") + ["--precision", "bf16"], in: scratch)
    #expect(rounded.code == 0, "\(rounded.errors)")
    #expect(scratch.text("rounded/run.json").contains(#""precision" : "bf16""#))
    #expect(try Binary.run(tinyRun("exact"), in: scratch).code == 0)
    #expect(scratch.bytes("rounded/model.safetensors") != scratch.bytes("exact/model.safetensors"))
    let other = try Binary.run(
      ["train", "--output", "rounded", "--resume", "--precision", "f32"], in: scratch)
    #expect(other.code == 64 && other.errors.contains("--precision"), "\(other.errors)")
    #expect(try Binary.run(tinyRun("wrong") + ["--precision", "int8"], in: scratch).code == 64)
    let plan = try Binary.run(
      ["train", "--config", "tiny.json", "--precision", "bf16", "--dry-run", "--json"], in: scratch)
    #expect(plan.code == 0 && plan.json["precision"] as? String == "bf16", "\(plan.errors)")
  }

  /// A record is a length, a checksum, so many bytes, a checksum.
  private func records(_ bytes: [UInt8]) -> Int {
    var (place, count) = (0, 0)
    while place + 16 <= bytes.count {
      let length = bytes[place..<place + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      place += 16 + length
      count += place <= bytes.count ? 1 : 0
    }
    return place == bytes.count ? count : -1
  }

  /// They are made of what is kept: gone, cut off or of later steps, they are right again when the run goes on.
  @Test func recordsAreMadeAnew() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let first = try Binary.run(tinyRun("r") + ["--evaluate-every", "8"], in: scratch)
    #expect(first.code == 0, "\(first.errors)")
    let events = "r/events.out.tfevents.synth"
    #expect(records(scratch.bytes(events)) == 4)  // header, 8, 16, 20
    try Data(scratch.bytes(events).dropLast(7)).write(to: URL(filePath: scratch(events)))
    try FileManager.default.removeItem(atPath: scratch("r/report.html"))
    let more = try Binary.run(
      ["train", "--output", "r", "--resume", "--steps", "24", "--evaluate-every", "8"], in: scratch)
    #expect(more.code == 0, "\(more.errors)")
    #expect(records(scratch.bytes(events)) == 5)  // 24 too
    #expect(scratch.text("r/report.html").contains("step 24"))
  }

  @Test func runFolder() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(tinyRun("r") + ["--evaluate-every", "8", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.json["steps"] as? Int == 20)
    let bits = try #require(outcome.json["bits_per_sample"] as? Double)
    #expect(bits > 0 && bits < 20)
    #expect((outcome.json["baselines"] as? [String: Any])?["linear_predictor"] is Double)
    #expect((outcome.json["verdict"] as? String)?.isEmpty == false)
    #expect(
      scratch.names("r") == [
        ".synth-run.lock", "README.md", "checkpoints", "config.json", "events.out.tfevents.synth",
        "metrics.jsonl",
        "model.safetensors", "report.html", "run.json", "samples", "training_state.safetensors",
      ])
    let page = scratch.text("r/report.html")
    for step in [8, 16, 20] { #expect(page.contains("step \(step)")) }
    #expect(page.components(separatedBy: "<audio").count == 4 && page.contains("<svg"))
    #expect(page.contains("linear predictor") && !page.contains("http://"))
    #expect(scratch.names("r/samples") == ["step-0000008.wav", "step-0000016.wav", "step-0000020.wav"])
    let lines = scratch.text("r/metrics.jsonl").split(separator: "\n")
    let steps = try lines.map { line in
      (try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])?["step"] as? Int
    }
    #expect(steps == [8, 16, 20])
    // It is a model.
    #expect(try Binary.run(["generate", "o.wav", "--model", "r", "--seconds", "0.1"], in: scratch).code == 0)
    #expect(try SoundFile.info(scratch("o.wav")).sampleRate == 4000)
    let held = try Binary.run(["evaluate", "r", "--json"], in: scratch)
    #expect(held.code == 0 && held.json["bits_per_sample"] as? Double == bits, "\(held.errors)")
    // It is not overwritten.
    let before = scratch.bytes("r/model.safetensors")
    let again = try Binary.run(tinyRun("r"), in: scratch)
    #expect(again.code == 73 && again.errors.contains("--resume"))
    #expect(scratch.bytes("r/model.safetensors") == before)
    // Resuming what is done does nothing; with more steps it goes on.
    #expect(try Binary.run(["train", "--output", "r", "--resume"], in: scratch).code == 0)
    #expect(scratch.bytes("r/model.safetensors") == before)
    let more = try Binary.run(["train", "--output", "r", "--resume", "--steps", "24"], in: scratch)
    #expect(more.code == 0, "\(more.errors)")
    #expect(try progress("r", scratch) == 24)
    #expect(scratch.bytes("r/model.safetensors") != before)
  }

  @Test func sameRunAgainAndOnTwoThreads() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    for (name, threads) in [("a", "1"), ("b", "1"), ("c", "2")] {
      #expect(try Binary.run(tinyRun(name) + ["--threads", threads], in: scratch).code == 0)
    }
    try expectSameRun("a", "b", scratch)
    try expectSameRun("a", "c", scratch)
    #expect(try Binary.run(tinyRun("d") + ["--seed", "2"], in: scratch).code == 0)
    #expect(scratch.bytes("a/model.safetensors") != scratch.bytes("d/model.safetensors"))
  }

  /// Killed without warning, several times, with a save at every step so that some kills hit one.
  @Test func killedAndResumed() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let flags = ["--evaluate-every", "75", "--save-every", "0", "--threads", "1"]
    #expect(try Binary.run(tinyRun("whole", steps: 300) + flags, in: scratch).code == 0)
    var stops: [Int] = []
    var arguments = tinyRun("killed", steps: 300) + flags
    for delay in [10, 30, 60, 90] {
      let run = try Run(arguments, in: scratch)
      // Not before there is something new.
      let last = stops.last ?? 0
      let began = run.wait {
        scratch.exists("killed/run.json") && ((try? progress("killed", scratch)) ?? 0) > last
      }
      usleep(UInt32(delay * 1000))
      run.send(SIGKILL)
      let outcome = run.end()
      if outcome.code == 0 { break }
      #expect(began && outcome.code == -SIGKILL, "\(outcome.errors)")
      stops.append(try progress("killed", scratch))
      arguments = [
        "train", "--output", "killed", "--resume", "--quiet", "--save-every", "0", "--threads", "1",
      ]
    }
    #expect(
      stops.count >= 2 && stops[0] > 0 && stops[0] < 300 && stops == stops.sorted(), "killed at \(stops)")
    #expect(try Binary.run(arguments, in: scratch).code == 0)
    try expectSameRun("whole", "killed", scratch)
    let best = "checkpoints/best/model.safetensors"
    #expect(scratch.bytes("killed/\(best)") == scratch.bytes("whole/\(best)"))
    #expect(scratch.names("killed/samples") == scratch.names("whole/samples"))
    for sample in scratch.names("whole/samples") {
      #expect(scratch.bytes("killed/samples/\(sample)") == scratch.bytes("whole/samples/\(sample)"))
    }
    // No line twice and none missing.
    let steps = scratch.text("killed/metrics.jsonl").matches(of: /"step":([0-9]+)/).map { String($0.1) }
    #expect(steps == ["75", "150", "225", "300"])
  }

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
  func stoppedAndResumed(signal: Int32, code: Int32) throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let run = try Run(
      tinyRun("r", steps: 1_000_000) + ["--evaluate-every", "1000000", "--save-every", "0"], in: scratch)
    #expect(run.wait { scratch.exists("r/run.json") && ((try? progress("r", scratch)) ?? 0) > 0 })
    run.send(signal)
    let outcome = run.end()
    #expect(outcome.code == code, "\(outcome.code) \(outcome.errors)")
    #expect(outcome.errors.contains("--output r --resume"), "\(outcome.errors)")
    let step = try progress("r", scratch)
    #expect(step > 0 && outcome.errors.contains("step \(step)"))
    let resumed = try Binary.run(
      ["train", "--output", "r", "--resume", "--steps", "\(step + 5)", "--quiet"], in: scratch)
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(try progress("r", scratch) == step + 5)
  }

  /// A run's samples are what generate makes of its model: one recipe, the recommended warm-up and lead-in among it.
  @Test func samplesAreGenerated() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    scratch.put(
      #"{"temperature": 0.9, "top_k": 99, "warm_up_seconds": 0.00537, "lead_in_seconds": 0.05}"#, "g.json")
    let outcome = try Binary.run(
      tinyRun("r") + ["--generation-config", "g.json", "--seed", "3"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      try Binary.run(["generate", "o.wav", "--model", "r", "--seed", "3", "--seconds", "2"], in: scratch).code
        == 0)
    #expect(try pcm16(scratch.bytes("o.wav")) == pcm16(scratch.bytes("r/samples/step-0000020.wav")))
  }

  /// In folders that are not there yet.
  @Test func deepFolder() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(tinyRun("runs/deep/mine/"), in: scratch)
    #expect(outcome.code == 0 && scratch.exists("runs/deep/mine/run.json"), "\(outcome.errors)")
  }

  @Test func minutes() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(
      [
        "train", "--output", "r", "--config", "tiny.json", "--minutes", "0.05", "--clips", "3", "--crop",
        "50", "--json",
        "--quiet",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let steps = try #require(outcome.json["steps"] as? Int)
    let run = try JSONSerialization.jsonObject(with: Data(scratch.bytes("r/run.json"))) as? [String: Any]
    #expect(steps > 5 && run?["minutes"] as? Double == 0.05)
    // The faster precision, and its name where it is not the exact one; unless it was given.
    for (flags, allowed) in [([], ["f32", "bf16"]), (["--precision", "f32"], ["f32"])] {
      let plan = try Binary.run(
        ["train", "--dry-run", "--config", "tiny.json", "--minutes", "0.02", "--json"] + flags, in: scratch)
      let precision = try #require(plan.json["precision"] as? String, "\(plan.errors)")
      #expect(allowed.contains(precision))
      #expect(plan.errors.contains("times as fast as f32") == (precision != "f32"), "\(plan.errors)")
    }
    // Minutes count from the run's start, as steps do.
    func resume(_ minutes: String) throws -> Outcome {
      try Binary.run(["train", "--output", "r", "--resume", "--minutes", minutes, "--json"], in: scratch)
    }
    let same = try resume("0.05")
    #expect(same.code == 0 && same.json["steps"] as? Int == steps, "\(same.errors)")
    #expect(!same.errors.contains("measuring"), "\(same.errors)")
    let less = try resume("0.02")
    #expect(less.code == 64 && less.errors.contains("which count"), "\(less.errors)")
    // More than it took, however busy the machine was.
    let seconds = try #require(outcome.json["seconds"] as? Double)
    #expect(seconds > 1.2, "\(seconds) s of training in a run of 3: what comes after may take half of it")
    let minutes = max(0.2, seconds / 60 + 0.05)
    let longer = try resume("\(minutes)")
    #expect(longer.code == 0 && (longer.json["steps"] as? Int ?? 0) > steps, "\(longer.errors)")
    #expect(longer.errors.contains(" of \(minutes) minutes are done"), "\(longer.errors)")
  }

  @Test func dryRun() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let outcome = try Binary.run(["train", "--dry-run", "--config", "tiny.json", "--json"], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.json["receptive_field_samples"] as? Int == 8
        && outcome.json["receptive_field_ms"] as? Double == 2)
    let configuration = try Configuration(json: Array(tinyConfig.utf8), path: "tiny.json")
    #expect(outcome.json["parameters"] as? Int == ParameterLayout(configuration).count)
    for key in ["memory_bytes", "disk_bytes", "seconds_per_step", "generation_times_real_time"] {
      #expect((outcome.json[key] as? Double ?? 0) > 0, "\(key)")
    }
    for preset in ["tiny", "small", "medium"] {
      let plain = try Binary.run(
        ["train", "--dry-run", "--preset", preset, "--clips", "1", "--crop", "16"], in: scratch)
      #expect(plain.code == 0 && plain.text.contains("receptive field"), "\(plain.errors)")
    }
    #expect(scratch.names() == ["tiny.json"])
  }

  @Test func dryRunKnowsTheDisk() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let flags = [
      "--config", "tiny.json", "--steps", "16", "--evaluate-every", "4", "--keep-every", "2", "--clips", "1",
      "--crop", "16",
    ]
    let planned = try Binary.run(["train", "--dry-run", "--json"] + flags, in: scratch)
    let stated = try #require(planned.json["disk_bytes"] as? Double, "\(planned.errors)")
    let made = try Binary.run(["train", "--quiet", "--output", "run"] + flags, in: scratch)
    #expect(made.code == 0, "\(made.errors)")
    let files = try FileManager.default.subpathsOfDirectory(atPath: scratch("run"))
    let there = files.reduce(0.0) { $0 + Double(scratch.bytes("run/" + $1).count) }
    #expect(abs(stated / there - 1) < 0.1, "\(stated) stated, \(there) there")
  }

  /// Mixed rates and formats in nested folders, with files that are broken, empty, too short, or not sound at all.
  @Test func recordings() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    for folder in ["in", "in/deep", "in/deep/er"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    try SoundFile.write(tone(200, seconds: 1, rate: 8000), to: scratch("in/a.wav"))
    try SoundFile.write(tone(300, seconds: 0.7, rate: 44100), to: scratch("in/deep/b.flac"))
    try SoundFile.write(
      tone(400, seconds: 0.5, rate: 16000), to: scratch("in/deep/er/c.wav"), format: .wavFloat)
    try SoundFile.write(tone(500, seconds: 0.005, rate: 4000), to: scratch("in/deep/short.wav"))
    scratch.put("RIFF, but nothing more", "in/deep/broken.wav")
    scratch.put(Array(scratch.bytes("in/a.wav").prefix(5000)), "in/cut.wav")
    scratch.put("", "in/empty.wav")
    scratch.put("read me", "in/notes.txt")
    let loud = tinyRun("r").filter { $0 != "--quiet" } + ["--list"]
    let outcome = try Binary.run(["train", "in"] + loud.dropFirst(), in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in ["a.wav", "b.flac", "c.wav", "short.wav"] {
      #expect(outcome.errors.contains("in") && outcome.errors.contains("  \(name)".dropFirst(2)), "\(name)")
    }
    for name in ["broken.wav", "cut.wav", "empty.wav"] {
      let line = outcome.errors.split(separator: "\n").first { $0.contains(name) }
      #expect(line?.contains("skipped") == true, "\(name): \(outcome.errors)")
    }
    #expect(!outcome.errors.contains("notes.txt") && outcome.errors.contains("held out"))
    // Resumed without naming the folder again, and measured on what was held out.
    #expect(
      try Binary.run(["train", "--output", "r", "--resume", "--steps", "22", "--quiet"], in: scratch).code
        == 0)
    let held = try Binary.run(["evaluate", "r"], in: scratch)
    #expect(held.code == 0 && held.text.contains("linear"), "\(held.errors)")
  }

  /// The weights of another model as a start.
  @Test func from() throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("m"))
    let outcome = try Binary.run(
      [
        "train", "--output", "r", "--from", "m", "--steps", "1", "--learning-rate", "1e-9", "--clips", "2",
        "--crop", "9",
        "--quiet",
      ], in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let (a, b) = (try ModelFolder.load(scratch("m")).model, try ModelFolder.load(scratch("r")).model)
    #expect(a.configuration == b.configuration)
    let farthest = zip(a.parameters.elements, b.parameters.elements).map { abs($0 - $1) }.max()
    #expect(farthest! < 1e-6)
    let clash = try Binary.run(["train", "--output", "x", "--from", "m", "--preset", "tiny"], in: scratch)
    #expect(clash.code == 64)
  }
}
