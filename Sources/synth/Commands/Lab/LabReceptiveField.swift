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
      synth lab receptive-field --kernel 3 --dilations 1,2,4 --kind same --svg f.svg
      synth lab receptive-field --kernel 2,3 --strides 2,1 --kinds causal,same
      synth lab receptive-field --model sines

      A pooling sees what a convolution of the same window sees.
      """)

  @Option(
    help: ArgumentHelp("Taps of every layer, or of each, first to last. Default 2.", valueName: "K|K,K,..."))
  var kernel: String?

  @Option(help: ArgumentHelp("Dilation of each layer, first to last.", valueName: "1,2,4,..."))
  var dilations: String?

  @Option(help: ArgumentHelp("Stride of each layer, first to last. Default 1.", valueName: "1,2,1,..."))
  var strides: String?

  @Option(help: "plain (as many layers, all dilations 1), dilated, causal, or same (padding on both sides).")
  var kind: ReceptiveFieldTrace.Kind?

  @Option(help: ArgumentHelp("The kind of each layer, first to last.", valueName: "causal,same,..."))
  var kinds: String?

  @Option(help: "Draw this model's stack instead: \(ModelSource.help)")
  var model: String?

  @Option(
    name: [.long, .customLong("picture")],
    help: ArgumentHelp("Also draw into this SVG file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Draw the skip connections of a WaveNet into the SVG file too.")
  var skips = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  struct Report: Encodable {
    let kernel: Int?  // if all layers have the same
    let kernels, dilations, strides: [Int]
    let kind: String?  // likewise
    let kinds: [String]
    let formula: String
    let receptiveField, past, future, skipped, jump: Int
  }

  /// Positions are drawn one by one: more than this is no picture.
  private static let widest = 1 << 20

  func validate() throws {
    if skips && svg == nil { throw ValidationError("--skips needs --svg") }
  }

  func run() throws {
    let layers = try stack()
    var (field, jump) = (1, 1)
    for layer in layers {
      if max(layer.kernel, layer.dilation, layer.stride) > Self.widest {
        field = .max
      } else if field < Self.widest {
        field += (layer.kernel - 1) * layer.dilation * jump
        jump = min(jump * layer.stride, Self.widest)
      }
    }
    guard layers.count <= 1000, field <= Self.widest else {
      throw ValidationError(
        "a receptive field of more than \(Self.widest) inputs: use fewer layers, smaller dilations or strides"
      )
    }
    let trace: ReceptiveFieldTrace
    do { trace = try ReceptiveFieldTrace(layers) } catch { throw ValidationError("\(error)") }
    if let svg {
      try Replacing.prepare(svg, .svg)
      try AtomicFile.write(Array(trace.svg(skips: skips).utf8), to: svg)
    }
    if json {
      let (kernels, kinds) = (layers.map(\.kernel), layers.map(\.kind.rawValue))
      return try JSONReport.print(
        Report(
          kernel: Set(kernels).count == 1 ? kernels[0] : nil, kernels: kernels, dilations: trace.dilations,
          strides: layers.map(\.stride), kind: Set(kinds).count == 1 ? kinds[0] : nil, kinds: kinds,
          formula: trace.formula, receptiveField: trace.receptiveField, past: trace.past,
          future: trace.future,
          skipped: trace.skipped, jump: trace.jump))
    }
    try Terminal.print("receptive field \(trace.receptiveField) = \(trace.formula)")
    try Terminal.print(
      "sees \(NumberText.count(trace.past, "past input")), the current one, and \(NumberText.count(trace.future, "future input"))"
        + (trace.skipped > 0 ? "; jumps over \(trace.skipped) of them" : "")
        + (trace.jump > 1 ? "; one output for every \(trace.jump) inputs" : ""))
    for line in trace.text(columns: Terminal.columns) { try Terminal.print(line) }
  }

  private func stack() throws -> [ReceptiveFieldTrace.Level] {
    if kind != nil && kinds != nil { throw ValidationError("--kind and --kinds: give one of them") }
    if let model {
      if kernel != nil || dilations != nil || strides != nil || kinds != nil {
        throw ValidationError("--model brings its own kernel, dilations, strides and kinds")
      }
      let c = try ModelSource.load(model).model.configuration
      return c.dilations.map { .init(kernel: c.kernelSize, dilation: $0, kind: kind ?? .causal) }
    }
    let kernels = try Self.list("--kernel", kernel ?? "2")
    let strides = try strides.map { try Self.list("--strides", $0) }
    let kinds = try kinds.map { try Self.kinds($0) }
    // As many layers as the first list that tells has entries.
    let told = strides?.count ?? kinds?.count ?? (kernels.count > 1 ? kernels.count : nil)
    let dilations =
      try self.dilations.map { try Self.list("--dilations", $0) }
      ?? told.map { [Int](repeating: 1, count: $0) } ?? [1, 2, 4, 8]
    let count = dilations.count
    for (name, found) in [
      ("--kernel", kernels.count == 1 ? count : kernels.count), ("--strides", strides?.count ?? count),
      ("--kinds", kinds?.count ?? count),
    ] where found != count {
      throw ValidationError(
        "\(name) has \(NumberText.count(found, "value")) for \(NumberText.count(count, "layer")): give one for each"
      )
    }
    return (0..<count).map { i in
      .init(
        kernel: kernels[kernels.count == 1 ? 0 : i], dilation: dilations[i], stride: strides?[i] ?? 1,
        kind: kinds?[i] ?? kind ?? .causal)
    }
  }

  private static func list(_ name: String, _ text: String) throws -> [Int] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let value = Int(part), value >= 1 else {
        throw ValidationError("\(name) '\(text)': positive whole numbers with commas are needed")
      }
      return value
    }
  }

  private static func kinds(_ text: String) throws -> [ReceptiveFieldTrace.Kind] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      guard let kind = ReceptiveFieldTrace.Kind(rawValue: String(part)) else {
        let names = ReceptiveFieldTrace.Kind.allCases.map(\.rawValue)
        throw ValidationError(
          "--kinds '\(text)': \(NumberText.list(names)) are the kinds, with commas between them")
      }
      return kind
    }
  }
}
