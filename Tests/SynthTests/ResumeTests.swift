// What a run trains on, as its users see it: from any folder, with its own sounds below it, with recordings that moved,
// came and went; two processes in one folder; what does not fit into memory.

import AudioIO
import Foundation
import Signal
import Testing

@Suite struct ResumeTests {
  /// A folder with `files` recordings of different noise below `name`.
  private func record(_ scratch: Scratch, _ name: String, files: Int, seed: UInt64 = 1) throws {
    try FileManager.default.createDirectory(atPath: scratch(name), withIntermediateDirectories: true)
    for i in 0..<files {
      var random = PhiloxGenerator(seed: seed, stream: UInt64(i))
      let samples = (0..<2000).map { _ in Float.random(in: -0.9...0.9, using: &random) }
      try SoundFile.write(Clip(samples: samples, sampleRate: 4000), to: scratch("\(name)/\(i).wav"))
    }
  }

  /// Without --quiet, so that the files are listed.
  private func train(_ arguments: [String], in folder: Scratch) throws -> Outcome {
    try Binary.run(arguments.filter { $0 != "--quiet" } + ["--list-files"], in: folder)
  }

  /// "training" or "held out" by the names of the files that a run listed.
  private func listed(_ outcome: Outcome) -> [String: String] {
    var sides: [String: String] = [:]
    for line in outcome.errors.split(separator: "\n") {
      guard let match = line.firstMatch(of: /^ +[0-9.]+ s  (training|held out|its end held out) +(.*)$/)
      else { continue }
      sides[URL(fileURLWithPath: String(match.2)).lastPathComponent] = String(match.1)
    }
    return sides
  }

  @Test func fromAnotherFolder() throws {
    let (home, other) = (Scratch(), Scratch())
    home.put(tinyConfig, "tiny.json")
    try record(home, ".", files: 12)
    try record(other, ".", files: 3, seed: 9)
    let first = try train(["train", "."] + tinyRun("run").dropFirst(), in: home)
    #expect(first.code == 0 && listed(first).count == 12, "\(first.errors)")
    let second = try train(["train", "--output", home("run"), "--resume", "--steps", "24"], in: other)
    #expect(second.code == 0 && listed(second) == listed(first), "\(second.errors)")
    #expect(second.errors.contains("not entered") && !second.errors.contains("moved"))
    let measured = try Binary.run(["evaluate", home("run"), "--generate", "0", "--json"], in: other)
    #expect(measured.code == 0, "\(measured.errors)")
  }

  @Test func recordingsMoveComeAndGo() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try record(scratch, "rec", files: 12)
    let first = try train(["train", "rec"] + tinyRun("run").dropFirst(), in: scratch)
    #expect(first.code == 0, "\(first.errors)")
    let before = listed(first)
    func resume(_ steps: Int, _ arguments: String...) throws -> Outcome {
      try train(["train"] + arguments + ["--output", "run", "--resume", "--steps", "\(steps)"], in: scratch)
    }
    try FileManager.default.moveItem(atPath: scratch("rec"), toPath: scratch("moved"))
    let gone = try resume(22)
    #expect(gone.code == 66 && gone.errors.contains("name the folder where they are now"), "\(gone.errors)")
    let moved = try resume(22, "moved")
    #expect(moved.code == 0 && listed(moved) == before, "\(moved.errors)")
    #expect(moved.errors.contains("12 of the run's 12 recordings moved"))
    try record(scratch, "moved/new", files: 5, seed: 3)
    for i in 0..<5 {
      try FileManager.default.moveItem(
        atPath: scratch("moved/new/\(i).wav"), toPath: scratch("moved/new/new\(i).wav"))
    }
    let grown = try resume(24)
    #expect(
      grown.code == 0 && listed(grown) == before && grown.errors.contains("--new-files"), "\(grown.errors)")
    let joined = try resume(26, "--new-files")
    #expect(joined.code == 0 && listed(joined).count == 17, "\(joined.errors)")
    #expect(listed(joined).filter { before[$0.key] != nil } == before)
    try FileManager.default.removeItem(atPath: scratch("moved/new/new0.wav"))
    let shrunk = try resume(28)
    #expect(
      shrunk.code == 0 && shrunk.errors.contains("1 of the run's 17 recordings missing"), "\(shrunk.errors)")
    #expect(listed(shrunk).filter { before[$0.key] != nil } == before)
  }

  @Test func oneProcessAtATime() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    let run = try Run(tinyRun("r", steps: 1_000_000) + ["--evaluate-every", "1000000"], in: scratch)
    #expect(run.wait { scratch.exists("r/run.json") })
    let resumed = try Binary.run(["train", "--output", "r", "--resume", "--steps", "2000000"], in: scratch)
    #expect(resumed.code == 73 && resumed.errors.contains("process \(run.number)"), "\(resumed.errors)")
    run.send(SIGTERM)
    #expect(run.end().code == 143)
  }

  @Test func silenceIsSaid() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    try FileManager.default.createDirectory(atPath: scratch("quiet"), withIntermediateDirectories: true)
    for i in 0..<10 {
      try SoundFile.write(
        Clip(samples: [Float](repeating: 0, count: 5000 + i), sampleRate: 4000), to: scratch("quiet/\(i).wav")
      )
    }
    let outcome = try train(["train", "quiet"] + tinyRun("r").dropFirst(), in: scratch)
    #expect(
      outcome.code == 0 && outcome.errors.contains("100 % of the recordings to train on is silence"),
      "\(outcome.errors)")
    #expect(outcome.errors.contains("These clips are silent") && !outcome.errors.contains("their spectrum"))
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let scratch = Scratch()
    let wide = (0..<1000).map { _ in "64" }.joined(separator: ",")
    func shape(_ channels: Int) -> String {
      """
      {"model_type":"wavenet","format_version":1,"sample_rate":4000,"quantization_levels":256,
       "residual_channels":\(channels),"dilation_channels":\(channels),"skip_channels":\(channels),
       "head_channels":\(channels),"kernel_size":8,"dilations":[\(wide)],"conditioning":null}
      """
    }
    scratch.put(shape(4096), "wide.json")
    scratch.put(shape(64), "long.json")
    // Weights of a terabyte; activations of three.
    for arguments in [
      ["--config", "wide.json"], ["--crop", "4194304", "--clips", "4096", "--config", "long.json"],
    ] {
      for end in [["--dry-run"], ["--output", "r"]] {
        let outcome = try Binary.run(["train"] + arguments + end, in: scratch)
        #expect(outcome.code == 64 && outcome.errors.contains("memory"), "\(outcome.errors)")
      }
    }
    #expect(scratch.names() == ["long.json", "wide.json"])
  }
}
