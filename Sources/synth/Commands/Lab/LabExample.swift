// synth lab example: the 6x6 convolution that is worked through with a pencil, every number on the way there and back. The
// maths is in Layers/Lessons/WorkedExample.swift.
import ArgumentParser
import Layers
import Reports

struct LabExample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "example",
    abstract:
      "Work through a 6x6 image: two 3x3 kernels, 2x2 max pooling, a Dense layer; im2col, every intermediate, gradients.",
    discussion: """
      synth lab example
      synth lab example --forward

      Ends with exit code 1 if the output is not 18.
      """)

  @Flag(help: "Leave out the gradients.")
  var forward = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Stage: Encodable {
      let symbol, name, pass: String
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
    let stages = example.stages.filter { !(forward && $0.isBackward) }
    if json {
      try JSONReport.print(
        Report(
          stages: stages.map {
            Report.Stage(
              symbol: $0.symbol, name: $0.name, pass: $0.isBackward ? "backward" : "forward",
              shape: $0.values.shape, values: $0.values.values)
          }, output: example.output, expected: WorkedExample.expected, agrees: agrees))
    } else {
      var isBackward = false
      for stage in stages {
        if stage.isBackward && !isBackward {
          isBackward = true
          try Terminal.print("gradients of y, from the end to the input; that of y itself is 1")
        }
        let (rows, columns) = (stage.values.shape[0], stage.values.shape[1])
        try Terminal.print("\(stage.symbol) (\(rows)x\(columns)), \(stage.name):")
        for row in 0..<rows {
          let numbers = (0..<columns).map { column in
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
