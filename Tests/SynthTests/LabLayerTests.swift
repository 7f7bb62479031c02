// synth lab layer and the strided stacks of lab receptive-field as a user runs them. The geometry is proved in LayersTests.

import Foundation
import Testing

@Suite struct LabLayerTests {
  private func json(_ line: String) throws -> [String: Any] {
    let run = try Binary.run(["lab", "layer"] + line.split(separator: " ").map(String.init) + ["--json"])
    #expect(run.code == 0 && run.errors.isEmpty, "\(line): \(run.errors)")
    return run.json
  }

  private func values(_ json: [String: Any], _ key: String) -> [Double] {
    ((json[key] as? [String: Any])?["values"] as? [NSNumber] ?? []).map(\.doubleValue)
  }

  @Test(
    arguments: [
      ("conv1d --kernel 3 --padding causal --input 1,2,3,4,5", [1, 3, 6, 9, 12]),
      ("conv1d --kernel 3 --padding same --input 1,2,3,4,5", [3, 6, 9, 12, 9]),
      ("Conv1d --kernel 3 --input 1,2,3,4,5", [6, 9, 12]),
      ("conv1d --kernel 3 --input 1,2,3,4,5 --weights 1,0,-1 --bias 10", [8, 8, 8]),
      ("conv1d --kernel 2 --padding 2,1 --input 1,2,3", [0, 1, 3, 5, 3]),
      ("conv1d --kernel 1 --padding 2 --padding-mode reflect --input 1,2,3", [3, 2, 1, 2, 3, 2, 1]),
      ("conv1d --in 2 --out 2 --groups 2 --kernel 2 --input 1,2,3,10,20,30", [3, 5, 30, 50]),
      ("conv2d --kernel 2 --size 2,3 --input count", [12, 16]),
      ("conv2d --kernel 1 --padding 0:1,1:0 --size 1,2 --input 7,8", [0, 7, 8, 0, 0, 0]),
      ("conv3d --kernel 2 --size 2,2,2 --input ones --no-bias", [8]),
      ("maxpool1d --kernel 2 --input 3,1,2,5", [3, 5]),
      ("maxpool1d --kernel 2 --stride 1 --dilation 2 --padding causal --input 3,1,2,5", [3, 1, 3, 5]),
      ("avgpool1d --kernel 2 --padding 1 --input 3,1,2,4", [1.5, 1.5, 2]),
      ("avgpool1d --kernel 2 --padding 1 --input 3,1,2,4 --exclude-padding", [3, 1.5, 4]),
      ("adaptiveavgpool1d --output-size 2 --input 1,2,3", [1.5, 2.5]),
      ("adaptivemaxpool2d --output-size 1 --size 2,2 --input 4,3,2,1", [4]),
      ("dense --out 2 --input 1,2 --weights 1,1,0,3 --bias 0,1", [3, 7]),
      ("linear --in 3 --input 1,2,3", [6]),
    ] as [(String, [Double])])
  func outputs(_ line: String, _ expected: [Double]) throws {
    #expect(values(try json(line), "output") == expected)
  }

  @Test(arguments: [
    ("dense --in 784 --out 256,128,10", 235_146), ("dense --in 262144 --out 256,128,10", 67_143_306),
    ("conv2d --in 3 --out 8 --kernel 3,5", 8 * 3 * 15 + 8),
    ("conv1d --in 6 --out 9 --groups 3 --kernel 2", 45),
    ("conv1d --in 6 --out 9 --groups 3 --kernel 2 --no-bias", 36), ("lstm --in 2 --out 5 --length 9", 160),
    ("maxpool3d --kernel 2", 0), ("dense --in 4 --out 3,2 --no-bias", 18),
  ])
  func parameters(_ line: String, _ expected: Int) throws {
    #expect(try json(line)["parameters"] as? Int == expected)
  }

  @Test func shapesOfTheIssue() throws {
    let line =
      "conv1d --in 3 --out 6 --kernel 5 --stride 2 --padding 4 --padding-mode reflect --dilation 2 --groups 3"
    let report = try json(line + " --length 20 --input random --weights random --gradients")
    #expect(report["output_shape"] as? [Int] == [6, 10])
    let formula = try #require((report["formulas"] as? [[String: Any]])?.first)
    #expect(formula["terms"] as? String == "floor((20 + 4 + 4 - 2*(5-1) - 1) / 2) + 1")
    #expect(formula["value"] as? Int == 10)
    let weights = report["weights"] as? [[String: Any]] ?? []
    #expect(weights.map { $0["shape"] as? [Int] } == [[6, 1, 5], [6]])
    #expect(
      (report["gradients"] as? [[String: Any]] ?? []).map { $0["name"] as? String } == [
        "input", "weight", "bias",
      ])
    // Half the outputs of a channel are of its own group: the gradient of a bias is the number of outputs.
    let dBias = (report["gradients"] as? [[String: Any]])?.last?["values"] as? [Int]
    #expect(dBias == [10, 10, 10, 10, 10, 10])
    let again = try json(line + " --length 20 --input random --weights random --seed 2")
    #expect(values(again, "output") != values(report, "output"))
    let axis = try #require((report["connections"] as? [[String: Any]])?.first)
    #expect((axis["reads"] as? [[Int]])?.first == [-4, -2, 0, 2, 4] && axis["before"] as? Int == 4)
  }

  @Test func maximaWithTheirPlaces() throws {
    let report = try json("maxpool2d --kernel 2 --size 4,4 --input 1,2,5,6,3,4,8,7,0,0,1,0,9,0,0,2 --unpool")
    #expect(report["indices"] as? [Int] == [5, 6, 12, 15])
    #expect(values(report, "output") == [4, 8, 9, 2])
    #expect(values(report, "unpooled") == [0, 0, 0, 0, 0, 4, 8, 0, 0, 0, 0, 0, 9, 0, 0, 2])
    // Of every input one: the windows overlap, and the place is where it came from.
    let causal = try json("maxpool1d --kernel 2 --stride 1 --dilation 2 --padding causal --input 3,1,2,5")
    #expect(causal["indices"] as? [Int] == [0, 1, 0, 3])
  }

  @Test func textAndPicture() throws {
    let folder = Scratch()
    let run = try Binary.run(
      [
        "lab", "layer", "conv1d", "--kernel", "2", "--stride", "3", "--input", "1,2,3,4,5,6", "--svg",
        "l.svg",
      ],
      in: folder)
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.text.contains("= 2\n") && run.text.contains("parameters  1 * 1 * 2 + 1 = 3\n"))
    #expect(run.text.contains("output 1 · · · ● ● ·\n"))
    #expect(run.text.contains("no output reads the inputs 2, 5 (2 of 6)"))
    #expect(folder.text("l.svg").hasPrefix("<svg ") && folder.text("l.svg").contains(">9</text>"))
    let square = try Binary.run([
      "lab", "layer", "conv2d", "--kernel", "3", "--size", "4,4", "--padding", "1", "--at", "0,3",
    ])
    #expect(square.text.contains("  ○ ○ ○\n") && square.text.contains("height"), "\(square.text)")
    let large = try Binary.run(["lab", "layer", "conv1d", "--kernel", "3", "--length", "100000"])
    #expect(large.code == 0 && large.text.contains("99998") && large.text.contains("too large for a picture"))
    // As many windows as inputs, each a million taps wide: counted, not listed.
    let wide = try Binary.run(
      "lab layer conv1d --kernel 1000000 --padding 500000 --length 1000000".split(separator: " ").map(
        String.init))
    #expect(wide.code == 0 && wide.text.contains("= 1000001\n"), "\(wide.errors)")
  }

  /// Bad combinations name the option and what to do.
  @Test(arguments: [
    ("conv1d", "needs --kernel"), ("conv1d --kernel 0", "whole numbers"),
    ("conv1d --kernel 3,3", "1 dimension"),
    ("conv1d --kernel 3 --stride 2 --padding same --length 9", "stride 1"),
    ("conv1d --kernel 9 --length 4", "longer input"), ("conv1d --kernel 2 --in 3 --groups 2", "divisor"),
    ("conv1d --kernel 2 --padding sideways", "causal"), ("conv1d --kernel 3 --padding=-1", "--padding"),
    ("conv1d --kernel 3 --padding 1:2:3", "BEFORE:AFTER"),
    ("conv1d --kernel 3 --padding 9 --padding-mode reflect --length 4", "less padding"),
    ("conv1d --kernel 2 --input 1,x", "numbers with commas"),
    ("conv1d --kernel 2 --input 1,nan", "numbers with commas"),
    ("conv1d --kernel 2 --input 1,2,3 --in 2", "--in 2"),
    ("conv1d --kernel 2 --input random", "needs --size"),
    ("conv1d --kernel 2 --input 1,2,3 --length 5", "takes 5"),
    ("conv2d --kernel 2 --input 1,2,3,4", "needs --size"),
    ("conv1d --kernel 2 --input 1,2,3 --weights 1,2,3", "the layer 2"),
    ("conv1d --kernel 2 --input 1,2,3 --weights many", "random"),
    ("conv1d --kernel 2 --input 1,2,3 --bias 1,2", "--bias"),
    ("conv1d --kernel 2 --weights ones", "needs --input"),
    ("conv1d --kernel 2 --no-bias --bias 3 --input 1,2", "one of them"),
    ("conv1d --kernel 2 --output-size 3", "adaptiveavgpool"),
    ("conv1d --kernel 2 --length 5 --at 4", "0 to 3"),
    ("conv1d --kernel 2 --svg x.svg", "--size"),
    ("conv1d --kernel 2 --length 1000000 --svg x.svg", "smaller"),
    ("conv1d --kernel 2 --length 1000001", "1000000"),
    ("conv1d --kernel 2 --length 9223372036854775808", "1000000"),
    ("maxpool1d --kernel 2 --groups 2", "has no --groups"), ("maxpool1d --kernel 2 --out 3", "--in alone"),
    ("maxpool1d --kernel 2 --padding 2 --length 9", "half"),
    ("maxpool1d --kernel 2 --padding-mode reflect", "repeats"),
    ("maxpool1d --kernel 2 --padding same --length 5", "stride 1"),
    ("maxpool2d --kernel 2 --unpool", "needs --input"),
    ("avgpool1d --kernel 2 --input 1,2 --unpool", "maxpool"), ("adaptivemaxpool1d", "--output-size"),
    ("adaptivemaxpool1d --kernel 2 --output-size 3", "--output-size"), ("lstm --no-bias", "--bias 0"),
    ("lstm --kernel 3", "has no --kernel"), ("dense --in 3 --out 4 --size 3", "--in"),
    ("dense --out 3,2 --input 1,2", "one --out"), ("dense --in 3 --input 1,2", "takes 3"),
    ("conv3d --kernel 1000000 --in 1000000 --out 1000000 --size 1", "shorter"),
    ("adaptivemaxpool3d --output-size 1000000 --size 9,9,9 --input ones", "smaller --size"),
    ("conv1d --kernel 1 --out 1000000 --length 1000 --input ones", "smaller --size"),
    ("dense --in 1000000 --out 256 --input ones", "leave out --input"),
    ("conv4d --kernel 2", "conv4d"), ("conv1d --kernel 3 --length 1000 --in 100000 --input ones", "smaller"),
  ])
  func wrongUse(_ line: String, _ remedy: String) throws {
    let folder = Scratch()
    let run = try Binary.run(["lab", "layer"] + line.split(separator: " ").map(String.init), in: folder)
    #expect(run.code == 64 && run.output.isEmpty, "\(line): \(run.code) \(run.text)")
    #expect(run.errors.hasPrefix("Error: ") && run.errors.contains(remedy), "\(line): \(run.errors)")
    #expect(folder.names().isEmpty)
  }

  @Test func moreThanCanBeCounted() throws {
    let run = try Binary.run(
      ["lab", "layer", "conv3d", "--kernel", "1000000", "--in", "1000000", "--out", "1000000"])
    #expect(run.code == 0 && run.text.contains("more than can be counted"))
  }

  // MARK: lab receptive-field

  @Test func stridesAndMixedKinds() throws {
    let line =
      "lab receptive-field --kernel 2,3,2 --strides 2,1,1 --dilations 1,2,1 --kinds causal,causal,same"
    let run = try Binary.run(line.split(separator: " ").map(String.init) + ["--json"])
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors)")
    #expect(run.json["receptive_field"] as? Int == 1 + 1 + 2 * 2 * 2 + 2)
    #expect(run.json["jump"] as? Int == 2 && run.json["strides"] as? [Int] == [2, 1, 1])
    #expect(run.json["formula"] as? String == "1 + (2-1)*1*1 + (3-1)*2*2 + (2-1)*1*2")
    #expect(run.json["kernel"] == nil && run.json["kinds"] as? [String] == ["causal", "causal", "same"])
    // The course's tree: strides of two are dilations that double.
    let strided = try Binary.run(["lab", "receptive-field", "--strides", "2,2,2"])
    let dilated = try Binary.run(["lab", "receptive-field", "--dilations", "1,2,4"])
    #expect(strided.text.hasPrefix("receptive field 8 = ") && dilated.text.hasPrefix("receptive field 8 = "))
    #expect(strided.text.contains("one output for every 8 inputs"))
    let folder = Scratch()
    let drawn = try Binary.run(
      ["lab", "receptive-field", "--strides", "2,1", "--kinds", "causal,same", "--svg", "s.svg"], in: folder)
    #expect(drawn.code == 0 && folder.text("s.svg").contains("s = 2"))
  }

  @Test(arguments: [
    ("--strides 1,2 --dilations 1,2,4", "one for each"), ("--kinds causal,odd", "--kinds"),
    ("--kinds causal --kind same", "one of them"), ("--strides 2,2 --kind same", "stride 1"),
    ("--strides 0,1", "--strides"), ("--strides 1000000,1000000,1000000", "smaller"),
    ("--model sines --strides 2", "--model"), ("--kernel 2,3 --dilations 1,2,4", "one for each"),
  ])
  func wrongStacks(_ line: String, _ remedy: String) throws {
    let run = try Binary.run(["lab", "receptive-field"] + line.split(separator: " ").map(String.init))
    #expect(run.code == 64 && run.errors.contains(remedy), "\(line): \(run.errors)")
  }
}
