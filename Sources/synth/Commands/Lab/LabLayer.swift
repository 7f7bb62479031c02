// synth lab layer: any one layer, its output length, parameters, weights, output and picture. The maths is in Layers; what the
// options mean in LabLayerArguments.swift, what is printed in LabLayerReport.swift.
import ArgumentParser
import Files
import Layers
import Signal

struct LabLayer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layer",
    abstract:
      "Show one layer: output length by its formula, parameters, weights, output, which inputs meet which outputs.",
    discussion: """
      synth lab layer conv1d --kernel 3 --padding causal --input 1,2,3,4,5
      synth lab layer conv1d --in 3 --out 6 --groups 3 --kernel 5 --length 20
      synth lab layer conv1d --kernel 5 --padding 4 --padding-mode reflect --length 9
      synth lab layer conv2d --kernel 3 --stride 2 --size 6,6 --svg window.svg
      synth lab layer maxpool2d --kernel 2 --size 4,4 --input random
      synth lab layer avgpool1d --kernel 2 --stride 1 --padding causal --length 9
      synth lab layer adaptiveavgpool1d --output-size 4 --length 10
      synth lab layer lstm --in 1 --out 32 --length 50
      synth lab layer dense --in 784 --out 256,128,10

      Names and defaults are PyTorch's (torch.nn), and so are the order of weights and
      the layout of inputs. Weights are 1 and biases 0 unless --weights says otherwise.
      """)

  @Argument(
    help: ArgumentHelp(
      "conv, avgpool, maxpool, adaptiveavgpool or adaptivemaxpool with 1d, 2d or 3d behind it; lstm; dense.",
      valueName: "kind"))
  var kind: LabLayerKind

  @Option(name: .customLong("in"), help: "Channels in; of lstm and dense features. Default 1.")
  var inputs: String?

  @Option(
    name: .customLong("out"),
    help: "Channels out; of lstm units; of dense features, and with commas of several layers. Default 1.")
  var outputs: String?

  @Option(help: ArgumentHelp("Taps: one number, or one for each dimension.", valueName: "K|K,K"))
  var kernel: String?

  @Option(help: ArgumentHelp("Default 1; of pooling the kernel, as in PyTorch.", valueName: "S|S,S"))
  var stride: String?

  @Option(help: ArgumentHelp("Steps between taps. Default 1.", valueName: "D|D,D"))
  var dilation: String?

  @Option(
    help: ArgumentHelp(
      "valid (none), same, causal (zeros on the left), N, N,N for each dimension, or BEFORE:AFTER (in 1d BEFORE,AFTER too).",
      valueName: "padding"))
  var padding: String?

  @Option(help: "What the padding of a convolution holds: zeros, reflect, replicate or circular.")
  var paddingMode: PaddingMode?

  @Option(help: "Groups of channels that do not meet.")
  var groups: String?

  @Flag(help: "Without biases.")
  var noBias = false

  @Option(help: ArgumentHelp("Positions that adaptive pooling makes.", valueName: "L|H,W|D,H,W"))
  var outputSize: String?

  @Flag(help: "Average: padding does not count in the mean (PyTorch's count_include_pad=False).")
  var excludePadding = false

  @Option(
    name: [.customLong("size"), .customLong("length")],
    help: ArgumentHelp("Positions of the input; of lstm steps.", valueName: "L|H,W|D,H,W"))
  var size: String?

  @Option(
    help: ArgumentHelp(
      "Values: a list, channel by channel (lstm: step by step), or ones, count (1, 2, 3, ...) or random.",
      valueName: "1,2,3,..."))
  var input: String?

  @Option(help: ArgumentHelp("ones, random (PyTorch's distribution) or a list.", valueName: "weights"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "One number for all, or a list. Default 0, with --weights random random.", valueName: "B|B,B"))
  var bias: String?

  @Option(help: "Seed of what is random.")
  var seed: UInt64 = 1

  @Flag(help: "Also print the gradients of the sum of all outputs.")
  var gradients = false

  @Flag(help: "Maxpool: also put the maxima back where they were, zeros elsewhere.")
  var unpool = false

  @Option(
    help: ArgumentHelp("The output whose inputs are marked in the picture. Default 0.", valueName: "i|i,j"))
  var at: String?

  @Option(
    name: [.long, .customLong("picture")],
    help: ArgumentHelp("Also draw into this SVG file.", valueName: "file"))
  var svg: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func run() throws {
    try checkOptions()
    do {
      if case .dense = kind, try denseOutputs().count > 1 { return try printChain() }
      let plan = try plan()
      try plan.check()
      var report = LabLayerReport(kind: kind, plan: plan)
      if let lengths = try lengths(of: plan) { try report.add(lengths: lengths, at: try mark(plan, lengths)) }
      if input != nil { try compute(plan, &report) }
      if let svg { try draw(report, svg) }
      try report.print(json: json)
    } catch let error as LayersError {
      throw ValidationError("\(error)")
    }
  }

  /// Weights, output and what else is asked for.
  private func compute(_ plan: LayerPlan, _ report: inout LabLayerReport) throws {
    guard let lengths = report.lengths else { preconditionFailure("values without a size") }
    try checkWork(plan, lengths)
    let shape = plan.inputShape(lengths)
    var random = PhiloxGenerator(seed: seed, stream: 0)
    let x = Tensor(shape: [1] + shape, try inputValues(shape.reduce(1, *), using: &random))
    let parameters = try parameters(plan, using: &random)
    let layer = try plan.layer(parameters)
    let pass = try layer.traced(x)
    report.add(input: x, parameters: parameters, output: pass.y)
    if gradients { report.add(pass.backward(Tensor(shape: pass.y.shape, filledWith: 1))) }
    if let layer = layer as? MaxPooling {
      let (y, indices) = try layer.forwardWithIndices(x)
      report.indices = indices
      if unpool { report.unpooled = try MaxUnpooling(indices, lengths: lengths).forward(y) }
    } else if let layer = layer as? AdaptivePooling, layer.kind == .maximum {
      report.indices = try layer.forwardWithIndices(x).indices
    }
  }

  private func draw(_ report: LabLayerReport, _ svg: String) throws {
    if report.lengths == nil {
      throw ValidationError("--svg needs --size or --input: how long is the input?")
    }
    guard let picture = report.picture, picture.isDrawable else {
      throw ValidationError(
        "--svg: more than \(LayerPicture.largest) positions are no picture: use a smaller --size")
    }
    try Replacing.prepare(svg, .svg)
    try AtomicFile.write(Array(picture.svg.utf8), to: svg)
  }

  /// Dense layers one after the other: what a network of them learns.
  private func printChain() throws {
    if input != nil || svg != nil || gradients || at != nil {
      throw ValidationError(
        "several dense layers have parameters here, no values and no picture: give one --out")
    }
    var (inputs, layers) = (try number("--in", self.inputs, 1), [LayerPlan]())
    for outputs in try denseOutputs() {
      layers.append(.dense(inputs: inputs, outputs: outputs, bias: !noBias))
      inputs = outputs
    }
    try LabLayerReport.print(chain: layers, json: json)
  }
}

extension PaddingMode: ExpressibleByArgument {}
