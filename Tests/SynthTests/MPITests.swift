// The program under mpirun, as its users start it: a build with the trait MPI, whose path SYNTH_MPI_PROGRAM says (.ci/run makes one).
// What ranks compute together is tested on threads, without MPI: TrainingTests/DataParallelTests.

import AudioIO
import Foundation
import Signal
import Testing

private let program = ProcessInfo.processInfo.environment["SYNTH_MPI_PROGRAM"]

@Suite(.enabled(if: program != nil), .serialized) struct MPITests {
  /// `synth` with these arguments on so many ranks of this machine, whatever it has of processors and whoever we are.
  private static func start(
    _ ranks: Int, _ arguments: [String], in folder: Scratch, environment: [String: String] = [:],
    launcher: [String] = []
  ) throws -> Run {
    var variables = ["OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"]
    variables.merge(environment) { $1 }
    return try Run(
      ["-n", "\(ranks)", "--oversubscribe", "--bind-to", "none"] + launcher + [program!] + arguments,
      in: folder,
      environment: variables, program: "/usr/bin/mpirun")
  }

  private static func run(
    _ ranks: Int, _ arguments: [String], in folder: Scratch, environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(ranks, arguments, in: folder, environment: environment).end()
  }

  /// Eight clips, so that eight ranks have one each.
  private static func flags(_ output: String, steps: Int = 12) -> [String] {
    [
      "train", "--output", output, "--config", "tiny.json", "--steps", "\(steps)", "--clips", "8", "--crop",
      "50",
    ]
  }

  private static func scratch() -> Scratch {
    let scratch = Scratch()
    scratch.put(tinyConfig, "tiny.json")
    return scratch
  }

  @Test(arguments: ["f32", "bf16"]) func theBytesOfOneProcess(precision: String) throws {
    let scratch = Self.scratch()
    let alone = try Binary.run(Self.flags("alone") + ["--precision", precision], in: scratch)
    #expect(alone.code == 0, "\(alone.errors)")
    for ranks in [2, 4, 8] {
      let outcome = try Self.run(ranks, Self.flags("\(ranks)") + ["--precision", precision], in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
      try expectSameRun("alone", "\(ranks)", scratch)
      // One rank speaks.
      #expect(outcome.errors.components(separatedBy: "everything held out").count == 2, "\(outcome.errors)")
    }
  }

  /// Recordings, read by every rank, told what they are told.
  @Test func recordings() throws {
    let scratch = Self.scratch()
    try FileManager.default.createDirectory(atPath: scratch("in"), withIntermediateDirectories: true)
    for i in 0..<8 {
      try SoundFile.write(
        tone(200 + 30 * Double(i), seconds: 1 + 0.1 * Double(i), rate: 4000), to: scratch("in/\(i).wav"))
    }
    for (ranks, name) in [(1, "one"), (2, "two")] {
      let flags =
        [Self.flags(name)[0], "in"] + Self.flags(name).dropFirst() + ["--controls", "pitch,loudness"]
      let outcome = try Self.run(ranks, flags, in: scratch)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    try expectSameRun("one", "two", scratch)
  }

  /// A signal to the second of two ranks stops both; four go on: the bytes of a process that nobody has stopped.
  @Test(arguments: [SIGINT, SIGTERM]) func aSignalToAnyRankStopsAll(signal: Int32) throws {
    let scratch = Self.scratch()
    let long = ["--evaluate-every", "500"]
    let run = try Self.start(2, Self.flags("run", steps: 2000) + long, in: scratch)
    #expect(run.wait { scratch.exists("run/metrics.jsonl") }, "\(run.errors)")
    let ranks = try Self.ranks(of: run)
    #expect(ranks.count == 2)
    kill(try #require(ranks.last), signal)
    let stopped = run.end()
    #expect(stopped.code == 128 + signal && stopped.errors.contains("saved at step"), "\(stopped.errors)")
    let resumed = try Self.run(4, ["train", "--output", "run", "--resume"], in: scratch)
    #expect(resumed.code == 0, "\(resumed.errors)")
    let alone = try Binary.run(Self.flags("alone", steps: 2000) + long, in: scratch)
    #expect(alone.code == 0, "\(alone.errors)")
    try expectSameRun("run", "alone", scratch)
  }

  /// Two ranks that are started differently: what the second has in place of the first's.
  private static func unlike(
    _ scratch: Scratch, first: [String] = [], second: [String] = [], _ arguments: [String],
    other: [String]? = nil
  ) throws -> Outcome {
    let more = [":", "-n", "1"] + second + [program!] + (other ?? arguments)
    return try start(1, arguments + more, in: scratch, launcher: first).end()
  }

  @Test func ranksThatDoNotGoTogetherAreRefused() throws {
    let scratch = Self.scratch()
    let flags = Self.flags("run")
    let seeds = try Self.unlike(scratch, flags, other: flags + ["--seed", "2"])
    #expect(
      seeds.code == 64 && seeds.errors.contains("--seed 2") && seeds.errors.contains("rank 1"),
      "\(seeds.errors)")
    let sets = try Self.unlike(scratch, second: ["-x", "SYNTH_ISA=portable"], flags)
    #expect(
      sets.code == 64 && sets.errors.contains("portable") && sets.errors.contains("SYNTH_ISA"),
      "\(sets.errors)")
    #expect(!scratch.exists("run"))
  }

  /// One folder's name, two machines' content: said by rank 0 of both, or by the rank that has nothing there.
  @Test func otherRecordingsAreRefused() throws {
    let scratch = Self.scratch()
    for (folder, files) in [("a", 6), ("b", 6), ("c", 0)] {
      try FileManager.default.createDirectory(
        atPath: scratch(folder + "/in"), withIntermediateDirectories: true)
      scratch.put(tinyConfig, folder + "/tiny.json")
      for i in 0..<files {
        try SoundFile.write(
          tone(i == 0 && folder == "b" ? 500 : 300 + 9 * Double(i), seconds: 1, rate: 4000),
          to: scratch("\(folder)/in/\(i).wav"))
      }
    }
    let flags = ["train", "in"] + Self.flags(scratch("run")).dropFirst()
    let other = try Self.unlike(
      scratch, first: ["--wdir", scratch("a")], second: ["--wdir", scratch("b")], flags)
    #expect(other.code == 64 && other.errors.contains("other recordings than rank 0"), "\(other.errors)")
    let none = try Self.unlike(
      scratch, first: ["--wdir", scratch("a")], second: ["--wdir", scratch("c")], flags)
    #expect(none.code == 66 && none.errors.contains("Error: rank 1 ("), "\(none.errors)")
    #expect(!scratch.exists("run"))
  }

  @Test func whatRanksCannotShare() throws {
    let scratch = Self.scratch()
    for (ranks, flags, words) in [
      (3, Self.flags("run"), "start 2, 4, 8 ranks"),
      (4, Self.flags("run") + ["--shards", "2"], "start 2 ranks"),
      (2, ["devices"], "runs by itself"), (2, ["train", "--output", "run", "--resume"], "no training run"),
    ] {
      let outcome = try Self.run(ranks, flags, in: scratch)
      #expect(outcome.code == (flags.contains("--resume") ? 66 : 64), "\(outcome.errors)")
      #expect(outcome.errors.components(separatedBy: words).count == 2, "\(flags): \(outcome.errors)")
    }
    #expect(!scratch.exists("run"))
    // One rank needs no MPI.
    #expect(try Self.run(1, ["--version"], in: scratch).text.hasPrefix("0."))
  }

  /// More threads than there are processors.
  @Test func whatSlowsDownIsSaid() throws {
    let scratch = Self.scratch()
    let outcome = try Self.run(2, Self.flags("run", steps: 2) + ["--threads", "512"], in: scratch)
    #expect(outcome.code == 0 && outcome.errors.contains("2 ranks with 1024 threads"), "\(outcome.errors)")
  }

  /// Processes of `synth` below an mpirun, in the order of their numbers.
  private static func ranks(of run: Run) throws -> [pid_t] {
    let children = try String(
      contentsOfFile: "/proc/\(run.number)/task/\(run.number)/children", encoding: .utf8)
    return children.split(separator: " ").compactMap { pid_t($0) }.filter { pid in
      let name = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")
      return name?.hasSuffix("/synth") == true
    }.sorted()
  }
}
