// synth lab as a user runs it.

import Foundation
import Testing

@Suite struct LabTests {
  @Test(arguments: [("1,2,4,8", 16), ("1,2,4,8,16", 32), ("1,2,4,8,16,32,64,128,256,512", 1024)])
  func receptiveFieldOfKernelTwo(_ dilations: String, _ expected: Int) throws {
    let run = try Binary.run([
      "lab", "receptive-field", "--kernel", "2", "--dilations", dilations, "--json",
    ])
    #expect(run.code == 0 && run.errors.isEmpty)
    #expect(run.json["receptive_field"] as? Int == expected)
  }

  @Test func drawing() throws {
    let folder = Scratch()
    let run = try Binary.run(
      ["lab", "receptive-field", "--kernel", "3", "--dilations", "1,2", "--kind", "same", "--svg", "f.svg"],
      in: folder)
    #expect(run.code == 0)
    #expect(run.text.hasPrefix("receptive field 7 = 1 + (3-1) * (1+2)\n"))
    #expect(run.text.contains("input         ●●●●●●●\n"))
    #expect(folder.text("f.svg").hasPrefix("<svg "))
  }

  @Test(arguments: ["plain", "dilated", "causal", "same"])
  func picturesOfEveryKind(_ kind: String) throws {
    let folder = Scratch()
    let run = try Binary.run(
      ["lab", "receptive-field", "--kind", kind, "--svg", "f.svg", "--json"], in: folder)
    #expect(run.code == 0)
    let field = try #require(run.json["receptive_field"] as? Int)
    #expect(field == (kind == "plain" ? 5 : 16))
    let svg = folder.text("f.svg")
    #expect(svg.contains(">receptive field \(field) = 1 + (2-1) * (") && svg.contains(">\(kind): "))
    #expect(svg.contains(">d = \(kind == "plain" ? 1 : 8)</text>"))
  }

  /// Every picture of the lessons is what the command beside it draws today.
  @Test func picturesOfTheLessons() throws {
    let catalogue = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Layers/Layers.docc")
    var commands: Set<String> = []
    var shown: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: catalogue.path)
    where name.hasSuffix(".md") {
      let text = try String(contentsOf: catalogue.appendingPathComponent(name), encoding: .utf8)
      for line in text.split(separator: "\n") {
        if line.hasPrefix("synth lab ") && line.contains(".svg") { commands.insert(String(line)) }
        if line.hasPrefix("!["), let start = line.lastIndex(of: "(") {
          let file = String(line[line.index(after: start)...].dropLast())
          // Spectrograms are the affair of Audio's README.
          if file.hasSuffix(".svg") { shown.insert(file) }
          let path = catalogue.path + "/" + file
          #expect(FileManager.default.fileExists(atPath: path), "\(name) shows \(file)")
        }
      }
    }
    #expect(commands.count >= 20 && commands.count == shown.count)
    for command in commands {
      let words = command.split(separator: " ").map(String.init)
      let file = try #require(words.last)
      #expect(shown.contains(file), "\(command)")
      let kept = try Data(contentsOf: catalogue.appendingPathComponent(file))
      // The forecasts take seconds of training, and their last digits are the processor's own.
      if words[2] == "forecast" { continue }
      let folder = Scratch()
      #expect(try Binary.run(Array(words.dropFirst()), in: folder).code == 0)
      #expect(folder.bytes(file) == [UInt8](kept), "\(command)")
    }
  }

  @Test func identitiesHold() throws {
    for seed in ["1", "2", "99"] {
      let run = try Binary.run(["lab", "identities", "--seed", seed, "--json"])
      #expect(run.code == 0 && run.errors.isEmpty && run.json["failed"] as? Int == 0)
      let laws = run.json["identities"] as? [[String: Any]] ?? []
      #expect(laws.count == 15)
      for law in laws {
        #expect(law["holds"] as? Bool == true && (law["left_values"] as? [Any])?.isEmpty == false)
      }
    }
    let run = try Binary.run(["lab", "identities"])
    #expect(run.code == 0 && run.text.hasSuffix("\n15 of 15 hold\n") && !run.text.contains("FAILS"))
    #expect(
      run.text.contains("1 3 6 9 12\n") && run.text.contains("3 6 9 12 9\n") && run.text.contains(" 1024\n"))
  }

  @Test func exampleGivesEighteen() throws {
    let run = try Binary.run(["lab", "example"])
    #expect(run.code == 0 && run.text.hasSuffix("output 18, expected 18: they agree\n"))
    #expect(
      run.text.contains("   5   5  -1  -4\n") && run.text.contains("   5  -1  -1   6   5   3  -4   4\n"))
    #expect(run.text.contains("X_col (9x16), ") && run.text.contains("dx (6x6), "))
    let json = try Binary.run(["lab", "example", "--json"]).json
    #expect(json["output"] as? Int == 18 && json["agrees"] as? Bool == true)
    let stages = json["stages"] as? [[String: Any]] ?? []
    #expect(
      stages.map { $0["symbol"] as? String } == [
        "x", "w1", "w2", "X_col", "W_row", "H_col", "h1", "h2", "h_col", "places", "m1", "m2", "flat", "y",
        "dflat", "dw", "dh_col", "dh1", "dh2", "dH_col", "dW_row", "dw1", "dw2", "db", "dX_col", "dx",
      ])
    for stage in stages {
      let shape = stage["shape"] as? [Int] ?? []
      #expect((stage["values"] as? [Any])?.count == shape.reduce(1, *), "\(stage)")
      let isBackward = (stage["symbol"] as? String)?.hasPrefix("d") == true
      #expect(stage["pass"] as? String == (isBackward ? "backward" : "forward"))
    }
    let forward = try Binary.run(["lab", "example", "--forward", "--json"])
    #expect((forward.json["stages"] as? [Any])?.count == 14)
  }

  @Test(arguments: [
    ["--kernel", "0"], ["--dilations", "1,x"], ["--dilations", ""], ["--dilations", "0"],
    ["--kind", "acausal"],
    ["--model", "sines", "--kernel", "2"], ["--dilations", "9223372036854775807"],
    ["--kernel", "9223372036854775807"], ["--skips"],
  ])
  func wrongUse(_ arguments: [String]) throws {
    #expect(try Binary.run(["lab", "receptive-field"] + arguments).code == 64)
  }

  @Test func seriesAsReport() throws {
    let scratch = Scratch()
    let flags = ["lab", "series", "s.csv", "--kind", "sines", "--columns", "2", "--count", "9"]
    let outcome = try Binary.run(flags + ["--json"], in: scratch)
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.json["rows"] as? Int == 9 && (outcome.json["columns"] as? [String])?.count == 3)
    let again = try Binary.run(flags, in: scratch)
    #expect(again.code == 0 && again.errors.contains("replacing"), "\(again.errors)")
    let clash = try Binary.run(["lab", "series", "-", "--json"], in: scratch)
    #expect(clash.code == 64 && clash.output.isEmpty)
  }
}
