// synth lab receptive-field: how many inputs one output sees, and which.
import ArgumentParser
import Files
import Layers
import Reports
import WaveNet

extension ReceptiveFieldTrace.Kind: ExpressibleByArgument {}

struct LabReceptiveField: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receptive-field",
    abstract: "Count and draw the inputs that reach one output of a stack of convolutions.",
    discussion: """
      synth lab receptive-field --kernel 2 --dilations 1,2,4,8
      synth lab receptive-field --kernel 3 --dilations 1,2,4 --kind same --svg field.svg
      synth lab receptive-field --model sines
      """)

  @Option(help: "Taps of every layer.")
  var kernel: Int?

  @Option(help: ArgumentHelp("Dilation of each layer, first to last.", valueName: "1,2,4,..."))
  var dilations: String?

  @Option(help: "plain (all dilations 1), dilated, causal, or same (padding on both sides).")
  var kind: ReceptiveFieldTrace.Kind = .causal

  @Option(help: "Draw this model's stack instead: \(ModelSource.help)")
  var model: String?

  @Option(help: ArgumentHelp("Also draw into this SVG file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Draw the skip connections of a WaveNet into the SVG file too.")
  var skips = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    let kernel: Int
    let dilations: [Int]
    let kind: String
    let receptiveField, past, future, skipped: Int
  }

  /// Positions are drawn one by one: more than this is no picture.
  private static let widest = 1 << 20

  func validate() throws {
    if skips && svg == nil { throw ValidationError("--skips needs --svg") }
  }

  func run() throws {
    let (kernel, dilations) = try stack()
    var sum = 0
    for dilation in dilations { sum += min(dilation, Self.widest) }
    guard kernel <= Self.widest, dilations.count <= 1000, (kernel - 1) * sum < Self.widest else {
      throw ValidationError(
        "a receptive field of more than \(Self.widest) inputs: use fewer or smaller dilations")
    }
    let trace: ReceptiveFieldTrace
    do { trace = try ReceptiveFieldTrace(kernel: kernel, dilations: dilations, kind: kind) } catch {
      throw ValidationError("\(error)")
    }
    if let svg {
      try Replacing.prepare(svg)
      try AtomicFile.write(Array(trace.svg(skips: skips).utf8), to: svg)
    }
    if json {
      return try JSONReport.print(
        Report(
          kernel: kernel, dilations: trace.dilations, kind: kind.rawValue,
          receptiveField: trace.receptiveField, past: trace.past, future: trace.future, skipped: trace.skipped
        ))
    }
    let terms = trace.dilations.map { "\($0)" }.joined(separator: "+")
    try Terminal.print("receptive field \(trace.receptiveField) = 1 + (\(kernel)-1) * (\(terms))")
    try Terminal.print(
      "sees \(NumberText.count(trace.past, "past input")), the current one, and \(NumberText.count(trace.future, "future input"))"
        + (trace.skipped > 0 ? "; jumps over \(trace.skipped) of them" : ""))
    for line in trace.text(columns: Terminal.columns) { try Terminal.print(line) }
  }

  private func stack() throws -> (Int, [Int]) {
    if let model {
      if kernel != nil || dilations != nil {
        throw ValidationError("--model brings its own kernel and dilations")
      }
      let c = try ModelSource.load(model).model.configuration
      return (c.kernelSize, c.dilations)
    }
    var list: [Int] = []
    for part in (dilations ?? "1,2,4,8").split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = Int(part), value >= 1 else {
        throw ValidationError(
          "--dilations '\(dilations ?? "")': positive whole numbers with commas are needed")
      }
      list.append(value)
    }
    let kernel = kernel ?? 2
    if kernel < 1 { throw ValidationError("--kernel \(kernel): at least 1 is needed") }
    return (kernel, list)
  }
}
