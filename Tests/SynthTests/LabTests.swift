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

  @Test(arguments: [
    ["--kernel", "0"], ["--dilations", "1,x"], ["--dilations", ""], ["--dilations", "0"],
    ["--kind", "acausal"],
    ["--model", "sines", "--kernel", "2"], ["--dilations", "9223372036854775807"],
    ["--kernel", "9223372036854775807"],
  ])
  func wrongUse(_ arguments: [String]) throws {
    #expect(try Binary.run(["lab", "receptive-field"] + arguments).code == 64)
  }
}
