// synth lab example: the 6x6 convolution that is worked through with a pencil, every number on the way.
import ArgumentParser
import Layers
import Reports

struct LabExample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example",
    abstract:
      "Work through a 6x6 image: two 3x3 kernels, 2x2 max pooling, a Dense layer; every intermediate.",
    discussion: """
      synth lab example

      Ends with exit code 1 if the output is not 18.
      """)

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Stage: Encodable {
      let name: String
      let shape: [Int]
      let values: [Float]
    }
    let stages: [Stage]
    let output, expected: Float
    let agrees: Bool
  }

  func run() throws {
    let example: WorkedExample
    do { example = try WorkedExample() } catch { preconditionFailure("\(error)") }
    let agrees = example.output == WorkedExample.expected
    if json {
      try JSONReport.print(
        Report(
          stages: example.stages.map {
            Report.Stage(name: $0.name, shape: $0.values.shape, values: $0.values.values)
          }, output: example.output, expected: WorkedExample.expected, agrees: agrees))
    } else {
      for stage in example.stages {
        try Terminal.print("\(stage.name):")
        for row in 0..<stage.values.shape[0] {
          let numbers = (0..<stage.values.shape[1]).map { column in
            NumberText.right(NumberText.fixed(Double(stage.values[row, column]), 0), 4)
          }
          try Terminal.print(" " + numbers.joined())
        }
      }
      try Terminal.print(
        "output \(NumberText.fixed(Double(example.output), 0)), expected \(NumberText.fixed(Double(WorkedExample.expected), 0)): "
          + (agrees ? "they agree" : "they DISAGREE"))
    }
    if !agrees { throw SynthError.checksFailed(1, of: 1) }
  }
}
