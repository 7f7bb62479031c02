// synth lab forecast and series as a user runs them, small enough for milliseconds.

import Foundation
import Testing

@Suite struct LabForecastTests {
  private static let tiny = ["lab", "forecast", "--series", "200", "--epochs", "2"]
  private static let names = [
    "last", "least-squares", "linear", "dense", "conv", "exercise1", "dilated", "notebook", "stack6", "mini",
    "wavenet", "lstm",
  ]

  private func models(_ run: Outcome) -> [[String: Any]] { run.json["models"] as? [[String: Any]] ?? [] }

  @Test func allModels() throws {
    let run = try Binary.run(Self.tiny + ["--json", "--runs", "2"])
    #expect(run.code == 0 && run.errors.isEmpty)
    let models = models(run)
    #expect(models.map { $0["name"] as? String ?? "" } == Self.names)
    let parameters = [
      "last": 0, "linear": 51, "dense": 3329, "conv": 6689, "stack6": 10_529, "lstm": 16_961,
      "least-squares": 51, "exercise1": 6945, "notebook": 29_185,
    ]
    for model in models {
      let name = try #require(model["name"] as? String)
      let (mse, mae) = (try #require(model["mse"] as? Double), try #require(model["mae"] as? Double))
      #expect(mse > 0.00083 / 2 && mse < 1 && mae > 0 && mae * mae <= mse * 1.0001, "\(name)")
      if let expected = parameters[name] { #expect(model["parameters"] as? Int == expected, "\(name)") }
      let seconds = try #require(model["seconds"] as? Double)
      #expect((seconds > 0) == (name != "last"))
      #expect((model["runs"] as? [Any])?.count == 2)
      #expect(model["mse_deviation"] != nil)
    }
    #expect(run.json["training"] as? Int == 140 && run.json["test"] as? Int == 20)
  }

  @Test func theNumberOfThreadsDoesNotMatter() throws {
    let results = try ["1", "3"].map { threads in
      models(try Binary.run(Self.tiny + ["--json", "--models", "wavenet,lstm", "--threads", threads]))
        .map { "\($0["mse"] ?? "") \($0["mae"] ?? "")" }
    }
    #expect(results[0].count == 2 && results[0] == results[1])
    let other = try Binary.run(Self.tiny + ["--json", "--models", "wavenet,lstm", "--seed", "2"])
    #expect(models(other).map { "\($0["mse"] ?? "") \($0["mae"] ?? "")" } != results[0])
  }

  @Test func stepsAheadGoThroughTheQueues() throws {
    let folder = Scratch()
    let run = try Binary.run(
      Self.tiny + ["--json", "--models", "last,linear,wavenet", "--steps-ahead", "12", "--picture", "p.svg"],
      in: folder)
    #expect(run.code == 0)
    let ahead = models(run).map { $0["steps_ahead"] as? [String: Any] ?? [:] }
    #expect(ahead.map { $0["steps"] as? Int } == [12, 12, 12])
    #expect(ahead.map { $0["through_queues"] as? Bool } == [false, false, true])
    #expect(ahead.allSatisfy { ($0["mse_by_step"] as? [Double])?.count == 12 })
    let difference = try #require(ahead[2]["largest_difference"] as? Double)
    #expect(difference < 1e-5)
    let svg = folder.text("p.svg")
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n") && svg.contains(">wavenet</text>"))
    #expect(isWellFormed(svg))
  }

  @Test func tableOnStandardOutput() throws {
    let run = try Binary.run(Self.tiny + ["--models", "last,linear"])
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 4 && lines[1].contains("test MSE") && lines[3].hasPrefix("linear "))
    #expect(lines[3].hasSuffix("(not converged after 2 epochs)") && !lines[2].contains("converged"))
    let fixed = try Binary.run(Self.tiny + ["--models", "linear", "--patience", "0"])
    #expect(fixed.code == 0 && !fixed.text.contains("converged"))
  }

  @Test func electricityFromMakingToForecast() throws {
    let folder = Scratch()
    for name in ["a.csv", "b.csv"] {
      let run = try Binary.run(["lab", "series", name, "--count", "1500"], in: folder)
      #expect(run.code == 0 && run.output.isEmpty && run.errors.isEmpty)
    }
    #expect(
      folder.text("a.csv").hasPrefix("hour,load_mw\n0,") && folder.bytes("a.csv") == folder.bytes("b.csv"))
    let piped = try Binary.run(["lab", "series", "-", "--count", "1500"])
    #expect(piped.output == folder.bytes("a.csv"))
    let run = try Binary.run(
      [
        "lab", "forecast", "--csv", "a.csv", "--column", "load_mw", "--window", "48", "--horizon", "24",
        "--models",
        "last,linear,stack6", "--epochs", "4", "--learning-rate", "0.01", "--json", "--picture", "p.svg",
        "--export-data", "d.safetensors",
      ], in: folder)
    #expect(run.code == 0)
    let mse = models(run).map { $0["mse"] as? Double ?? .nan }
    #expect(mse.count == 3 && mse[1] < 0.5 * mse[0] && mse[2] < 0.5 * mse[0])  // megawatts squared
    #expect(mse[1] > 36)  // the noise alone has a deviation of 6
    #expect(folder.exists("p.svg"))
    let naive = try Binary.run(
      ["lab", "forecast", "--csv", "a.csv", "--horizon", "24", "--epochs", "1", "--json", "--window", "100"],
      in: folder)
    let names = models(naive).map { $0["name"] as? String ?? "" }
    #expect(names.count == 13 && names.contains("yesterday") && !names.contains("last-week"))
    let header = try payload(folder.bytes("d.safetensors")).header
    #expect(header.contains("\"test.y\":") && header.contains("\"scale\":"))
  }

  /// What was found out about a table is said; numbers are the same however they are written.
  @Test func tablesOfEveryKind() throws {
    let folder = Scratch()
    let values = (0..<400).map { "\(300 + $0 % 24).\($0 % 7)" }
    let commas = values.map { $0.replacingOccurrences(of: ".", with: ",") }
    folder.put("load\n" + values.joined(separator: "\n"), "plain.csv")
    folder.put(values.joined(separator: "\n"), "bare.csv")
    folder.put("hour;load\n" + commas.enumerated().map { "\($0);\($1)\n" }.joined(), "comma.csv")
    func run(_ name: String) throws -> Outcome {
      try Binary.run(
        ["lab", "forecast", "--csv", name, "--window", "24", "--models", "last,yesterday", "--json"],
        in: folder)
    }
    let plain = try run("plain.csv")
    #expect(plain.code == 0 && plain.errors.isEmpty)
    for (name, said) in [("bare.csv", "no names"), ("comma.csv", "decimal commas")] {
      let other = try run(name)
      #expect(other.code == 0 && other.errors.contains(said), "\(other.errors)")
      #expect(models(other).map { $0["mse"] as? Double } == models(plain).map { $0["mse"] as? Double })
    }
  }

  /// Models that differ in a part, the group's name, and one beside another.
  @Test func experiments() throws {
    let gates = try Binary.run([
      "lab", "forecast", "--series", "100", "--epochs", "1", "--models", "gates", "--json",
    ])
    #expect(gates.code == 0 && gates.errors.isEmpty)
    let names = models(gates).map { $0["name"] as? String ?? "" }
    #expect(names.count == 10 && names[0] == "wavenet" && names.contains("relu-wide"))
    #expect(gates.json["verdicts"] == nil)
    let arguments = Self.tiny + ["--models", "last,exercise1,exercise1-mean", "--against", "exercise1"]
    let run = try Binary.run(arguments + ["--json"])
    #expect(run.code == 0 && run.errors.isEmpty)
    let verdicts = run.json["verdicts"] as? [[String: Any]] ?? []
    #expect(verdicts.map { $0["model"] as? String } == ["last", "exercise1-mean"])
    for verdict in verdicts {
      let model = try #require(models(run).first { $0["name"] as? String == verdict["model"] as? String })
      let other = try #require(models(run).first { $0["name"] as? String == "exercise1" })
      let (mae, bound) = (try #require(model["mae"] as? Double), try #require(other["mae"] as? Double) * 1.05)
      #expect(verdict["competitive_or_better"] as? Bool == (mae <= bound))
      #expect(verdict["mae"] as? Double == mae && verdict["time_ratio"] != nil)
    }
    let text = try Binary.run(arguments)
    #expect(text.code == 0)
    let said = text.text.split(separator: "\n").filter { $0.contains("competitive or better: ") }
    #expect(said.count == 2 && said[0].hasPrefix("last beside exercise1: MAE "))
    #expect(said.allSatisfy { $0.hasSuffix(": yes") || $0.hasSuffix(": no") })
  }

  @Test func sinesAsColumns() throws {
    let run = try Binary.run(["lab", "series", "-", "--kind", "sines", "--columns", "3", "--count", "5"])
    let lines = run.text.split(separator: "\n")
    #expect(run.code == 0 && lines.count == 6 && lines[0] == "step,series_0,series_1,series_2")
    #expect(lines.dropFirst().allSatisfy { $0.split(separator: ",").count == 4 })
  }

  @Test(arguments: [
    (["--models", "oracle"], 64), (["--epochs", "0"], 64), (["--horizon", "2", "--steps-ahead", "3"], 64),
    (["--column", "a"], 64), (["--decimal", ","], 64), (["--models", "yesterday"], 64),
    (["--patience", "-1"], 64), (["--models", "last,dense", "--against", "linear"], 64),
    (["--models", "last", "--against", "last"], 64),
    (["--csv", "many.csv", "--models", "last-week", "--window", "20"], 64), (["--csv", "wide.csv"], 65),
    (["--csv", "many.csv", "--decimal", ";"], 64), (["--learning-rate", "0"], 64),
    (["--window", "5", "--models", "conv"], 64),
    (["--csv", "missing.csv"], 66), (["--csv", "gap.csv"], 65), (["--csv", "short.csv"], 65),
    (["--csv", "short.csv", "--column", "b"], 64), (["--csv", "many.csv", "--series", "200"], 64),
    (["--per-day", "12"], 64),
    (["--picture", "no/such/folder/p.svg", "--models", "last"], 73),
  ])
  func wrongUse(_ arguments: [String], _ code: Int) throws {
    let folder = Scratch()
    folder.put("a\n1\n\n2\nx\n", "gap.csv")
    folder.put("a\n1\n2\n3\n", "short.csv")
    folder.put("a,b\n1,2,5\n", "wide.csv")
    folder.put("a\n" + (0..<1000).map { "\($0 % 7)\n" }.joined(), "many.csv")
    let small = arguments.contains("--csv") ? ["lab", "forecast", "--epochs", "2"] : Self.tiny
    let run = try Binary.run(small + arguments, in: folder)
    #expect(run.code == Int32(code), "\(run.errors)")
    #expect(!run.errors.isEmpty && !run.errors.contains("internal"))
  }

  @Test func stopsOnCtrlC() throws {
    let folder = Scratch()
    let run = try Run(
      [
        "lab", "forecast", "--series", "2000", "--epochs", "10000", "--models", "last,lstm", "--picture",
        "p.svg",
      ],
      in: folder)
    #expect(run.wait { run.outputCount > 0 })
    usleep(200_000)
    run.send(SIGINT)
    let outcome = run.end()
    #expect(outcome.code == 130 && outcome.errors.contains("stopped"))
    #expect(outcome.text.contains("\nlast ") && !outcome.text.contains("\nlstm "))
    #expect(!folder.exists("p.svg"))
  }

  /// Opening and closing tags match; attributes are not looked at.
  private func isWellFormed(_ text: String) -> Bool {
    var open: [Substring] = []
    for part in text.split(separator: "<") where !part.isEmpty {
      guard let end = part.firstIndex(of: ">") else { return false }
      let tag = part[..<end]
      if tag.hasSuffix("/") { continue }
      if tag.hasPrefix("/") {
        if open.popLast() != tag.dropFirst() { return false }
      } else {
        open.append(tag.prefix { !$0.isWhitespace })
      }
    }
    return open.isEmpty
  }
}
