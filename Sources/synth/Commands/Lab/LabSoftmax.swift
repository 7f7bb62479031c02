// synth lab softmax: from logits to probabilities and bits. The maths is Layers' cross-entropy.
import ArgumentParser
import Generation
import Glibc
import Layers
import Reports

struct LabSoftmax: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "softmax",
    abstract: "Turn logits into probabilities, and say what each code would cost in bits.",
    discussion: """
      synth lab softmax --logits 2,1,0
      synth lab softmax --logits 2,1,0 --temperature 0.5
      """)

  @Option(help: ArgumentHelp("One number per code; negative ones as --logits=-1,0.", valueName: "x,..."))
  var logits = "2,1,0"

  @Option(help: "Divides the logits: less than 1 is more certain.")
  var temperature = 1.0

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    struct Code: Encodable {
      let code: Int
      let logit: Float
      let probability, bits: Double
    }
    let temperature: Double
    let codes: [Code]
    let meanBits: Double
  }

  func validate() throws {
    if !SamplingOptions.temperatures.contains(temperature) {
      throw ValidationError(
        "--temperature \(temperature): give \(SamplingOptions.temperatures.lowerBound) to \(SamplingOptions.temperatures.upperBound)"
      )
    }
    _ = try numbers()
  }

  private func numbers() throws -> [Float] {
    let list = try logits.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let value = Float(text), value.isFinite else {
        throw ValidationError("--logits '\(text)': give numbers with commas")
      }
      return value
    }
    if list.count > 1024 { throw ValidationError("--logits: \(list.count) codes, at most 1024") }
    return list
  }

  func run() throws {
    let numbers = try numbers()
    let scaled = Tensor(shape: [1, numbers.count], numbers.map { $0 / Float(temperature) })
    let codes = try numbers.indices.map { code in
      let nats = try Loss.crossEntropy(scaled, [code]).value
      return Report.Code(code: code, logit: numbers[code], probability: exp(-nats), bits: nats / log(2))
    }
    // What the codes cost in the mean if they come as the model says.
    let mean = codes.reduce(0) { $0 + ($1.probability > 0 ? $1.probability * $1.bits : 0) }
    if json { return try JSONReport.print(Report(temperature: temperature, codes: codes, meanBits: mean)) }
    try Terminal.print("code     logit  probability      bits")
    for code in codes {
      try Terminal.print(
        NumberText.right("\(code.code)", 4) + NumberText.right(NumberText.fixed(Double(code.logit), 3), 10)
          + NumberText.right(NumberText.fixed(code.probability, 4), 13)
          + " " + NumberText.right(NumberText.fixed(code.bits, 3), 9))
    }
    try Terminal.print("in the mean \(NumberText.fixed(mean, 3)) bits, if the codes come as the model says")
  }
}
