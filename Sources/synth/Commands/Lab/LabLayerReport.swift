// What `synth lab layer` prints: shapes and formulas, then numbers, then the picture; or all of it as one JSON object.
import Layers
import Reports

struct LabLayerReport {
  let kind: LabLayerKind
  let plan: LayerPlan
  private(set) var lengths: [Int]?
  private(set) var formulas: [LayerPlan.Formula] = []
  private(set) var outputShape: [Int]?
  private(set) var picture: LayerPicture?
  private var input, output: Tensor?
  private var parameters: [(name: String, value: Tensor)] = []
  private var gradients: [(name: String, value: Tensor)] = []
  /// Places of the maxima, and the maxima back in place.
  var indices: [Int]?
  var unpooled: Tensor?

  init(kind: LabLayerKind, plan: LayerPlan) { (self.kind, self.plan) = (kind, plan) }

  /// Longer lists of who reads whom are no picture, and no report either.
  private static let mostReads = 200_000

  mutating func add(lengths: [Int], at: [Int]) throws(LayersError) {
    self.lengths = lengths
    formulas = try plan.formulas(lengths)
    outputShape = try plan.outputShape(lengths)
    guard try plan.readCounts(lengths).allSatisfy({ $0 <= Self.mostReads }) else { return }
    var picture = LayerPicture(try plan.connections(lengths), at: at)
    picture.title = "\(kind.rawValue): " + arguments
    // Where there is a formula to show.
    let shown = formulas.filter { $0.terms != "\($0.value)" }
    picture.captions = [picture.title] + shown.map { "\($0.name) \($0.terms) = \($0.value)" }
    picture.padding = kind.family == .maximum || excludesPadding ? "" : "0"
    self.picture = picture
  }

  mutating func add(input: Tensor, parameters: [Tensor], output: Tensor) {
    (self.input, self.output) = (input, output)
    self.parameters = zip(plan.parameterShapes, parameters).map { ($0.name, $1) }
    // The first channel; an lstm's first feature and unit.
    let isSteps = kind.family == .lstm
    func first(_ tensor: Tensor) -> [Float] {
      let last = tensor.shape[tensor.shape.count - 1]
      if isSteps { return stride(from: 0, to: tensor.count, by: last).map { tensor.values[$0] } }
      let channels = kind.family == .dense ? 1 : tensor.shape[1]
      return Array(tensor.values.prefix(tensor.count / channels))
    }
    picture?.inputValues = first(input)
    picture?.outputValues = first(output)
  }

  mutating func add(_ gradients: Gradients) {
    self.gradients =
      [("input", gradients.dx)] + zip(plan.parameterShapes, gradients.dParameters).map { ($0.name, $1) }
  }

  /// "3 in, 6 out, kernel 5, stride 2, padding same".
  private var arguments: String {
    func words(_ window: Window) -> [String] {
      func list(_ name: String, _ values: [Int], unless standard: Int) -> [String] {
        if values.allSatisfy({ $0 == standard }) { return [] }
        let isOne = values.allSatisfy { $0 == values[0] }
        return ["\(name) " + (isOne ? "\(values[0])" : values.map { "\($0)" }.joined(separator: "x"))]
      }
      let padding =
        switch window.padding {
        case .valid: [String]()
        case .same: ["padding same"]
        case .causal: ["padding causal"]
        case .numbers(let numbers): list("padding", numbers, unless: 0)
        case .sides(let before, let after):
          ["padding " + zip(before, after).map { "\($0):\($1)" }.joined(separator: ",")]
        }
      return list("kernel", window.kernel, unless: 0) + list("stride", window.stride, unless: 1) + padding
        + (window.mode == .zeros ? [] : ["\(window.mode.rawValue)"])
        + list("dilation", window.dilation, unless: 1)
    }
    let parts: [String] =
      switch plan {
      case .convolution(let window, let inputs, let outputs, let groups, let bias):
        ["\(inputs) in", "\(outputs) out"] + words(window) + (groups == 1 ? [] : ["\(groups) groups"])
          + (bias ? [] : ["no bias"])
      case .maxPooling(let window, let channels):
        [NumberText.count(channels, "channel")] + words(window)
      case .averagePooling(let window, let channels, let counts):
        [NumberText.count(channels, "channel")] + words(window) + (counts ? [] : ["padding not counted"])
      case .adaptivePooling(_, let output, let channels):
        [NumberText.count(channels, "channel"), "to " + output.map { "\($0)" }.joined(separator: "x")]
      case .lstm(let inputs, let units): ["\(inputs) in", NumberText.count(units, "unit")]
      case .dense(let inputs, let outputs, let bias):
        ["\(inputs) in", "\(outputs) out"] + (bias ? [] : ["no bias"])
      }
    return parts.joined(separator: ", ")
  }

  private var excludesPadding: Bool {
    if case .averagePooling(_, _, let counts) = plan { !counts } else { false }
  }

  func print(json: Bool) throws { json ? try printJSON() : try printText() }

  // MARK: text

  private func printText() throws {
    try Terminal.print("\(kind.rawValue): " + arguments)
    if let lengths, let outputShape {
      try Terminal.print("input       " + Self.shape(plan.inputShape(lengths)))
      try Terminal.print("output      " + Self.shape(outputShape))
    }
    if kind.family != .dense {
      try Terminal.print("length      \(plan.lengthRule)")
      for formula in formulas where kind.family != .lstm {
        try Terminal.print("  \(NumberText.column(formula.name, 10))\(formula.terms) = \(formula.value)")
      }
    }
    try Terminal.print("parameters  " + Self.parameters(plan))
    if case .lstm(let inputs, let units) = plan, units < 1 << 20, inputs < 1 << 20 {
      try Terminal.print(
        "            PyTorch keeps two biases of each gate, whose sum is this one: \(4 * units * (inputs + units + 2))"
      )
    }
    if case .convolution(_, let inputs, let outputs, let groups, _) = plan, groups > 1 {
      try Terminal.print("groups      " + Self.groups(inputs / groups, outputs / groups, groups))
    }
    for line in numbers() { try Terminal.print(line) }
    try printPicture()
  }

  private func printPicture() throws {
    if lengths == nil { return }
    if kind.family == .dense { return try Terminal.print("every output meets every input") }
    guard let picture, picture.isDrawable else {
      return try Terminal.print(
        "too large for a picture: a smaller --size shows which inputs meet which outputs")
    }
    let isOne = picture.axes.count == 1
    try Terminal.print(
      isOne
        ? "which inputs meet which outputs" : "the inputs that output \(Self.list(picture.at)) meets")
    for line in picture.text(columns: Terminal.columns) { try Terminal.print("  " + line) }
    let mode = picture.axes[0].mode
    if picture.axes.contains(where: { $0.before + $0.after > 0 }) {
      try Terminal.print(
        mode == .zeros
          ? "  ○ padding: \(kind.family == .maximum || excludesPadding ? "nothing" : "a zero")"
          : "  ○ padding by \(mode.rawValue)" + (isOne ? ": the input in brackets again" : ""))
    }
    for (axis, formula) in zip(picture.axes, formulas) where !axis.unread.isEmpty {
      let some = axis.unread.prefix(12).map { "\($0)" }.joined(separator: ", ")
      try Terminal.print(
        "  no output reads \(isOne ? "the inputs" : formula.name) \(some)"
          + (axis.unread.count > 12 ? ", ..." : "")
          + " (\(axis.unread.count) of \(axis.input))")
    }
  }

  /// "[N, 3, 20]"
  private static func shape(_ shape: [Int]) -> String {
    "[N, " + shape.map { "\($0)" }.joined(separator: ", ") + "]"
  }

  private static func list(_ values: [Int]) -> String { values.map { "\($0)" }.joined(separator: ",") }

  private static func parameters(_ plan: LayerPlan) -> String {
    guard let parameters = plan.parameters else { return "more than can be counted" }
    return parameters.count == 0 ? parameters.terms : "\(parameters.terms) = \(parameters.count)"
  }

  private static func groups(_ inputs: Int, _ outputs: Int, _ groups: Int) -> String {
    func range(_ group: Int, _ size: Int) -> String {
      size == 1 ? "\(group)" : "\(group * size)-\((group + 1) * size - 1)"
    }
    let some = (0..<min(groups, 4)).map { "\(range($0, outputs)) of \(range($0, inputs))" }
    return "output channels of input channels: " + some.joined(separator: ", ") + (groups > 4 ? ", ..." : "")
  }

  /// Input, weights, output, places and gradients, one block each.
  private func numbers() -> [String] {
    guard let input, let output else { return [] }
    let spatial = max(1, kind.dimensions)
    let (from, to, weight): ([String], [String], [String]) =
      switch kind.family {
      case .lstm: (["step"], ["step"], ["row"])
      case .dense: ([], [], ["output"])
      default: (["channel"], ["channel"], ["output", "input"])
      }
    let grid = kind.family == .convolution ? spatial : 1
    func clip(_ tensor: Tensor) -> NumberGrid {
      NumberGrid(Tensor(shape: Array(tensor.shape.dropFirst()), tensor.values))
    }
    func parameter(_ name: String, _ tensor: Tensor) -> [String] {
      NumberGrid(tensor).lines(
        name, tensor.shape.count == 1 ? [] : weight, grid: tensor.shape.count == 1 ? 1 : grid)
    }
    let size = kind.family == .lstm ? 1 : spatial
    var lines = clip(input).lines("input", from, grid: size)
    for (name, tensor) in parameters {
      lines += parameter(name + (kind.family == .lstm ? ", gates i f g o one after the other," : ""), tensor)
    }
    lines += clip(output).lines("output", to, grid: size)
    if let indices {
      let places = Tensor(shape: output.shape, indices.map { Float($0) })
      lines += clip(places).lines("index of each maximum among its channel's inputs", to, grid: size)
    }
    if let unpooled { lines += clip(unpooled).lines("unpooled", to, grid: size) }
    for (name, tensor) in gradients {
      let title = "gradient of the sum of the outputs: \(name)"
      lines +=
        name == "input"
        ? clip(tensor).lines(title, from, grid: size)
        : parameter(title, tensor)
    }
    return lines
  }

  // MARK: JSON

  private struct Report: Encodable {
    struct Formula: Encodable {
      let name, terms: String
      let value: Int
    }
    struct Axis: Encodable {
      let name: String
      let before, after: Int
      let reads: [[Int]]
      let unread: [Int]
    }
    struct Numbers: Encodable {
      let name: String
      let shape: [Int]
      let values: [Float]
      init(_ name: String, _ tensor: Tensor) {
        (self.name, shape, values) = (name, tensor.shape, tensor.values)
      }
    }
    let kind, arguments, lengthRule: String
    let inputShape, outputShape: [Int]?
    let formulas: [Formula]
    let parameters: Int?
    let parameterTerms: String?
    let connections: [Axis]?  // of what can be drawn
    let input, output, unpooled: Numbers?
    let weights: [Numbers]
    let indices: [Int]?
    let gradients: [Numbers]
  }

  private func printJSON() throws {
    try JSONReport.print(
      Report(
        kind: kind.rawValue, arguments: arguments, lengthRule: plan.lengthRule,
        inputShape: lengths.map { plan.inputShape($0) }, outputShape: outputShape,
        formulas: formulas.map { Report.Formula(name: $0.name, terms: $0.terms, value: $0.value) },
        parameters: plan.parameters?.count, parameterTerms: plan.parameters?.terms,
        connections: picture.flatMap { picture in
          guard picture.isDrawable else { return nil }
          return zip(formulas, picture.axes).map { formula, axis in
            Report.Axis(
              name: formula.name, before: axis.before, after: axis.after, reads: axis.reads,
              unread: axis.unread)
          }
        },
        input: input.map { Report.Numbers("input", $0) }, output: output.map { Report.Numbers("output", $0) },
        unpooled: unpooled.map { Report.Numbers("unpooled", $0) },
        weights: parameters.map { Report.Numbers($0.name, $0.value) }, indices: indices,
        gradients: gradients.map { Report.Numbers($0.name, $0.value) }))
  }

  /// Dense layers one after the other.
  static func print(chain: [LayerPlan], json: Bool) throws {
    var total = 0
    for layer in chain { total += layer.parameters?.count ?? 0 }  // each is at most 1e12
    if json {
      struct Chain: Encodable {
        struct Layer: Encodable {
          let terms: String
          let parameters: Int
        }
        let kind: String
        let layers: [Layer]
        let parameters: Int
      }
      return try JSONReport.print(
        Chain(
          kind: "dense",
          layers: chain.compactMap { layer in
            layer.parameters.map { Chain.Layer(terms: $0.terms, parameters: $0.count) }
          }, parameters: total))
    }
    for (i, layer) in chain.enumerated() { try Terminal.print("dense \(i + 1)     " + parameters(layer)) }
    try Terminal.print("parameters  \(total)")
  }
}
