// --resume with the flags of the start: the same go on, others are refused with both values.
import AudioIO
import Foundation
import Testing

@Suite struct ResumeFlagsTests {
  @Test func theSameCommandLineGoesOn() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    for (i, hz) in [200.0, 300, 400].enumerated() {
      try SoundFile.write(tone(hz, seconds: 1, rate: 4000), to: scratch("in/\(i).wav"))
    }
    let flags =
      ["in"] + tinyRun("r").dropFirst() + ["--seed", "3", "--jitter", "1", "--average-decay", "0.9"]
    #expect(try Binary.run(["train"] + flags, in: scratch).code == 0)
    let same = try Binary.run(["train"] + flags + ["--resume", "--rate", "4000"], in: scratch)
    #expect(same.code == 0, "\(same.errors)")
    // By another way to the same folder.
    let absolute = try Binary.run(
      ["train", scratch("in"), "--output", "r", "--resume", "--steps", "22", "--quiet"], in: scratch)
    #expect(absolute.code == 0, "\(absolute.errors)")
    for (changed, words) in [
      (["--seed", "4"], ["--seed", "4", "3"]), (["--clips", "5"], ["--clips", "5", "3"]),
      (["--crop", "51"], ["--crop", "51", "50"]), (["--jitter", "2"], ["--jitter", "2.0", "1.0"]),
      (["--scheduled-sampling", "0.5"], ["--scheduled-sampling", "0.5", "0.0"]),
      (["--precision", "bf16"], ["--precision", "bf16", "f32"]),
      (["--levels", "512"], ["--levels", "512", "256"]),
      (["--preset", "tiny"], ["--preset", "tiny", "kernel"]),
      (["--corpus", "chords"], ["--corpus", "chords", "folder"]),
      (["--set", "start_probability=0.5"], ["start_probability"]),
    ] {
      let outcome = try Binary.run(["train"] + changed + ["--output", "r", "--resume"], in: scratch)
      #expect(outcome.code == 64, "\(changed): \(outcome.errors)")
      for word in words { #expect(outcome.errors.contains(word), "\(changed): \(outcome.errors)") }
    }
    // Recordings may be elsewhere, but these are not there.
    let other = try Binary.run(["train", "other", "--output", "r", "--resume"], in: scratch)
    #expect(other.code == 66 && other.errors.contains("other"), "\(other.errors)")
    // What may change.
    let longer = try Binary.run(
      ["train"] + flags + [
        "--resume", "--learning-rate", "1e-3", "--evaluate-every", "5", "--save-every", "1",
      ],
      in: scratch)
    #expect(longer.code == 0, "\(longer.errors)")
  }

  /// Lines without a terminal say how far it is; many files do not make many lines.
  @Test func linesForLogs() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    for i in 0..<40 {
      try SoundFile.write(tone(200 + 10 * Double(i), seconds: 0.1, rate: 4000), to: scratch("in/\(i).wav"))
      scratch.put("no sound", "in/bad\(i).wav")
    }
    let flags = ["in"] + tinyRun("r").dropFirst().filter { $0 != "--quiet" }
    let outcome = try Binary.run(["train"] + flags, in: scratch)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.contains { $0.contains("step 20 of 20, ETA") }, "\(outcome.errors)")
    #expect(lines.count < 45 && lines.contains { $0.contains("and 30 more") }, "\(outcome.errors)")
    let all = try Binary.run(["train"] + flags.map { $0 == "r" ? "s" : $0 } + ["--list-files"], in: scratch)
    #expect(all.errors.split(separator: "\n").count > 80)
  }

  /// Files that a run was trained on are no measure of it.
  @Test func evaluationLeavesOutWhatWasTrainedOn() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    for i in 0..<10 {
      try SoundFile.write(tone(200 + 30 * Double(i), seconds: 0.5, rate: 4000), to: scratch("in/\(i).wav"))
    }
    try SoundFile.write(tone(777, seconds: 0.5, rate: 4000), to: scratch("other.wav"))
    #expect(try Binary.run(["train", "in"] + tinyRun("r").dropFirst(), in: scratch).code == 0)
    func files(_ flags: [String]) throws -> (count: Int, errors: String) {
      let outcome = try Binary.run(["evaluate", "r"] + flags + ["--json"], in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      return ((outcome.json["files"] as? [Any])?.count ?? 0, outcome.errors)
    }
    let held = try files(["in", "other.wav"])
    #expect(
      held.count > 1 && held.count < 11 && held.errors.contains("left out") && held.errors.contains("--all"))
    let all = try files(["in", "other.wav", "--all"])
    #expect(all.count == 11)
    #expect(try files(["other.wav"]).errors.isEmpty)
  }
}
