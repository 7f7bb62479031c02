// Help, versions, and what is said about wrong flags and wrong files: message, place and exit code.

import Foundation
import Testing

@Suite struct UsageTests {
  @Test func help() throws {
    let plain = try Binary.run(["--help"])
    #expect(plain.code == 0 && plain.errors.isEmpty)
    for command in ["generate", "train", "evaluate", "play", "devices", "inspect", "selftest"] {
      #expect(plain.text.contains(command))
      let own = try Binary.run([command, "--help"])
      #expect(own.code == 0 && own.text.contains("USAGE: synth \(command)"), "\(command)")
    }
    #expect(try Binary.run(["--version"]).text.hasPrefix("0."))
    #expect(try Binary.run([]).code == 0)
  }

  @Test(arguments: [
    ["generate"], ["generate", "out.wav", "--seconds=-1"], ["generate", "out.wav", "--seconds", "0"],
    ["generate", "out.wav", "--seconds", "nan"], ["generate", "out.wav", "--samples", "0"],
    ["generate", "out.wav", "--seconds", "1", "--samples", "9"],
    ["generate", "out.wav", "--temperature=-0.1"],
    ["generate", "out.wav", "--temperature", "nan"], ["generate", "out.wav", "--top-k", "0"],
    ["generate", "out.wav", "--top-p", "1.5"], ["generate", "out.wav", "--threads", "0"],
    ["generate", "out.wav", "--count", "0"], ["generate", "out.wav", "--clip", "0"],
    ["generate", "out.wav", "--seed=-1"],
    ["generate", "out.wav", "--precision", "f64"], ["generate", "-", "--count", "2"],
    ["generate", "out.mp3"], ["generate", "out"], ["generate", "out.flac", "--format", "float"],
    ["generate", "out.wav", "--warm-up=-1"], ["generate", "out.wav", "--include-prime"], ["generate", ""],
    ["train"], ["train", "--output", "r", "--preset", "huge"], ["train", "--output", "r", "--steps", "0"],
    ["train", "--output", "r", "--steps", "1", "--minutes", "1"],
    ["train", "--output", "r", "--levels", "300"],
    ["train", "--output", "r", "--set", "no_such_option=1"],
    ["train", "--output", "r", "--set", "lowest_note"],
    ["train", "--output", "r", "--set", "sample_rate=8000"],
    ["train", "--output", "r", "--resume", "--dry-run"],
    ["generate", "out.wav", "--clip", "9223372036854775806", "--count", "3"],
    ["generate", "out.wav", "--seconds", "86400"], ["generate", "out.wav", "--samples", "1000000001"],
    ["train", "--output", "r", "--learning-rate", "0"],
    ["train", "x", "--output", "r", "--corpus", "chords"],
    ["evaluate"], ["evaluate", "sines", "x.wav", "--corpus", "chords"],
    ["evaluate", "sines", "--count", "0"],
    ["inspect"], ["play"], ["nonsense"], ["generate", "out.wav", "--nonsense"],
  ])
  func wrongUsage(arguments: [String]) throws {
    let scratch = Scratch()
    let outcome = try Binary.run(arguments, in: scratch)
    #expect(outcome.code == 64, "\(arguments): \(outcome.errors)")
    #expect(outcome.output.isEmpty && outcome.errors.hasPrefix("Error: "))
    #expect(scratch.names().isEmpty, "\(scratch.names())")
  }

  /// Found out while the command was running, which the parser knows by its last name.
  @Test func theUsageOfTheCommand() throws {
    for (arguments, name) in [
      (["generate", "o.wav", "--model", "recorder", "--label", "x"], "synth generate"),
      (["lab", "layer", "conv1d", "--length", "0"], "synth lab layer"), (["nonsense"], "synth"),
    ] {
      let outcome = try Binary.run(arguments, in: Scratch())
      #expect(
        outcome.code == 64 && outcome.errors.contains("See '\(name) --help'")
          && outcome.errors.contains("Usage: \(name) "), "\(outcome.errors)")
    }
  }

  #if !MPI
    /// One of many, where there is no MPI in it: said once, by the first.
    @Test func startedByMPIButBuiltWithout() throws {
      for rank in ["0", "1"] {
        let outcome = try Binary.run(
          ["--version"], environment: ["OMPI_COMM_WORLD_RANK": rank, "OMPI_COMM_WORLD_SIZE": "2"])
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(
          outcome.errors.contains("swift build -c release --product synth --traits MPI") == (rank == "0"))
      }
      let alone = try Binary.run(
        ["--version"], environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"])
      #expect(alone.code == 0)
    }
  #endif

  @Test func usageErrorsAsJSON() throws {
    for arguments in [["evaluate", "sines", "--count", "0"], ["generate", "o.wav", "--count", "0"]] {
      let outcome = try Binary.run(arguments + ["--json"])
      #expect(outcome.code == 64 && outcome.output.isEmpty)
      #expect(outcome.jsonError["code"] as? Int == 64)
      #expect((outcome.jsonError["message"] as? String)?.contains("--count") == true)
    }
    // Sound and a report do not mix.
    #expect(try Binary.run(["generate", "-", "--json"]).code == 64)
  }

  /// (arguments, exit code, what the message must name)
  @Test(arguments: [
    (["generate", "out.wav", "--model", "nosuch"], 66, "nosuch"),
    (["generate", "out.wav", "--model", "./nosuch"], 66, "nosuch"),
    (["generate", "out.wav", "--model", "empty"], 66, "empty"),
    (["generate", "out.wav", "--model", "torn"], 65, "model.safetensors"),
    (["generate", "out.wav", "--model", "strange"], 65, "residual_chanels"),
    (["generate", "out.wav", "--prime", "nosuch.wav"], 66, "nosuch.wav"),
    (["generate", "out.wav", "--prime", "text.wav"], 65, "text.wav"),
    (["generate", "nosuch/out.wav"], 73, "nosuch"),
    (["generate", "empty/../text.wav/out.wav"], 73, "text.wav"),
    (["evaluate", "nosuch", "text.wav"], 66, "nosuch"),
    (["evaluate", "good", "nosuch.wav"], 66, "nosuch.wav"),
    (["evaluate", "good", "text.wav"], 65, "text.wav"),
    (["evaluate", "good", "empty"], 66, "empty"),
    (["evaluate", "good", "bad"], 65, "broken.wav"),
    (["inspect", "nosuch"], 66, "nosuch"),
    (["inspect", "text.wav"], 65, "text.wav"),
    (["inspect", "torn"], 65, "model.safetensors"),
    (["play", "nosuch.wav"], 66, "nosuch.wav"),
    (["train", "--output", "good"], 73, "good"),
    (["train", "--output", "text.wav"], 73, "text.wav"),
    (["train", "--output", "text.wav/run"], 73, "text.wav"),
    (["train", "--output", "new", "--resume"], 66, "new"),
    (["train", "--output", "new", "--config", "nosuch.json"], 66, "nosuch.json"),
    (["train", "--output", "new", "--config", "text.wav"], 65, "text.wav"),
    (["train", "nosuch", "--output", "new"], 66, "nosuch"),
    (["train", "empty", "--output", "new"], 66, "empty"),
    (["train", "bad", "--output", "new"], 65, "broken.wav"),
  ])
  func badInput(arguments: [String], code: Int32, name: String) throws {
    let scratch = Scratch()
    _ = try saveSmallModel(scratch("good"))
    _ = try saveSmallModel(scratch("torn"))
    _ = try saveSmallModel(scratch("strange"))
    scratch.put(Array(scratch.bytes("torn/model.safetensors").dropLast(10)), "torn/model.safetensors")
    scratch.put(
      scratch.text("strange/config.json").replacingOccurrences(
        of: "residual_channels", with: "residual_chanels"),
      "strange/config.json")
    for folder in ["empty", "bad"] {
      try FileManager.default.createDirectory(atPath: scratch(folder), withIntermediateDirectories: true)
    }
    scratch.put("this is not sound", "text.wav")
    scratch.put("nor is this", "bad/broken.wav")
    let before = scratch.names()
    for json in [false, true] {
      if json && ["generate", "play"].contains(arguments[0]) { continue }
      let outcome = try Binary.run(arguments + (json ? ["--json"] : []), in: scratch)
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.isEmpty)
      if json {
        let last = outcome.errors.split(separator: "\n").last.map(String.init) ?? ""
        let only = Outcome(code: 0, output: [], errors: last)
        #expect(only.jsonError["code"] as? Int == Int(code))
        #expect((only.jsonError["message"] as? String)?.contains(name) == true, "\(outcome.errors)")
      } else {
        #expect(outcome.errors.contains("Error: ") && outcome.errors.contains(name), "\(outcome.errors)")
      }
    }
    #expect(scratch.names() == before)
  }

  @Test func nearestKeyIsNamed() throws {
    let scratch = Scratch()
    scratch.put(tinyConfig.replacingOccurrences(of: "skip_channels", with: "skip_chanels"), "c.json")
    let outcome = try Binary.run(["train", "--output", "new", "--config", "c.json"], in: scratch)
    #expect(outcome.code == 65 && outcome.errors.contains("\"skip_channels\""), "\(outcome.errors)")
    let option = try Binary.run(["train", "--output", "new", "--set", "lowest_not=40"], in: scratch)
    #expect(option.code == 64 && option.errors.contains("lowest_note"), "\(option.errors)")
  }

  /// A report that cannot be written is an error, not a success with nothing behind it.
  @Test func fullDisk() throws {
    try #require(FileManager.default.isWritableFile(atPath: "/dev/full"))
    let outcome = try Run(["inspect", "sines", "--json"], outputPath: "/dev/full").end()
    #expect(outcome.code == 74 && outcome.jsonError["code"] as? Int == 74, "\(outcome.errors)")
    let sound = try Run(["generate", "-", "--seconds", "1"], outputPath: "/dev/full").end()
    #expect(sound.code == 74, "\(sound.errors)")
  }
}
