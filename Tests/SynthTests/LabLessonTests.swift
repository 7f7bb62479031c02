// synth lab blocks and mu-law as a user runs them. The maths is tested in LayersTests and SignalTests.
import Foundation
import Testing

@Suite struct LabLessonTests {
  @Test func blocks() throws {
    let folder = Scratch()
    let run = try Binary.run(
      ["lab", "blocks", "--channels", "4", "--blocks", "3", "--svg", "b.svg"], in: folder)
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 5 && lines[2].hasPrefix("left out") && lines[4].hasPrefix("appended"))
    #expect(folder.text("b.svg").hasPrefix("<svg "))
    let json = try Binary.run(["lab", "blocks", "--channels", "4", "--blocks", "3", "--json"])
    let stacks = json.json["stacks"] as? [[String: Any]] ?? []
    #expect(stacks.map { $0["output_channels"] as? Int } == [4, 4, 16])
    #expect(stacks.map { $0["parameters"] as? Int } == [108, 108, 204])
    #expect(stacks.allSatisfy { ($0["gradient"] as? Double ?? 0) > 0 })
  }

  @Test func muLaw() throws {
    let folder = Scratch()
    let run = try Binary.run(["lab", "mu-law", "--samples=-1,0,0.5", "--svg", "m.svg"], in: folder)
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.text.split(separator: "\n")
    #expect(lines.count == 8 && lines[1].contains(" 0 ") && lines[2].contains(" 128 "))
    #expect(folder.text("m.svg").hasPrefix("<svg "))
    let json = try Binary.run(["lab", "mu-law", "--json", "--levels", "1024"])
    #expect(json.code == 0 && json.json["levels"] as? Int == 1024)
    let sines = json.json["signal_to_noise"] as? [[String: Any]] ?? []
    #expect(sines.count == 4 && sines.allSatisfy { ($0["mu_law"] as? Double ?? 0) > 10 })
  }

  @Test func softmax() throws {
    let run = try Binary.run(["lab", "softmax", "--logits", "1,0,0", "--json"])
    #expect(run.code == 0 && run.errors.isEmpty)
    let codes = run.json["codes"] as? [[String: Any]] ?? []
    let probabilities = codes.map { $0["probability"] as? Double ?? 0 }
    let e = 2.718281828459045
    #expect(probabilities.count == 3 && abs(probabilities[0] - e / (e + 2)) < 1e-6)
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-6)
    #expect(abs((codes[1]["bits"] as? Double ?? 0) + log2(probabilities[1])) < 1e-6)
    let cold = try Binary.run(["lab", "softmax", "--logits=1,0,-1", "--temperature", "0.01"])
    #expect(cold.code == 0 && cold.text.contains("1.0000") && cold.text.contains("in the mean 0.000 bits"))
  }

  @Test(arguments: [
    ["softmax", "--logits", "a"], ["softmax", "--temperature", "0"],
    ["blocks", "--blocks", "0"], ["blocks", "--channels", "256", "--blocks", "100"],
    ["mu-law", "--levels", "300"],
    ["mu-law", "--samples", "0.1,x"], ["mu-law", "--samples", "nan"],
  ])
  func wrongUse(_ arguments: [String]) throws {
    let run = try Binary.run(["lab"] + arguments)
    #expect(run.code == 64 && !run.errors.isEmpty && run.output.isEmpty)
  }
}
