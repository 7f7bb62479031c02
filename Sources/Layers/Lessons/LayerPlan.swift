// What can be said about one layer before it has a single number: which shape comes out and why, how many parameters it has,
// which inputs meet which outputs. `synth lab layer` prints it. The layers themselves are the twin in LayerPlanTests.

/// One layer by its arguments. Shapes are without the clips' axis: [C, spatial...], [steps, features] or [features].
public enum LayerPlan: Hashable, Sendable {
  /// Kernel and the rest of the window, channels in and out, groups, whether there is a bias.
  case convolution(Window, inputs: Int, outputs: Int, groups: Int = 1, bias: Bool = true)
  /// Every channel on its own, so that any number of them does.
  case maxPooling(Window, channels: Int)
  /// `countsPadding` as in AveragePooling.
  case averagePooling(Window, channels: Int, countsPadding: Bool = true)
  /// To `output` positions per spatial dimension.
  case adaptivePooling(AdaptivePooling.Kind, output: [Int], channels: Int)
  /// Features in, units out.
  case lstm(inputs: Int, units: Int)
  /// Features in, features out.
  case dense(inputs: Int, outputs: Int, bias: Bool = true)

  /// A formula with its numbers in place.
  public struct Formula: Hashable, Sendable {
    /// What it gives: "height".
    public let name: String
    /// "floor((6 + 1 + 1 - 1*(3-1) - 1) / 2) + 1".
    public let terms: String
    /// What comes out.
    public let value: Int
  }

  /// The output-length formula in words, or what stands for it.
  public var lengthRule: String {
    switch self {
    case .convolution, .maxPooling, .averagePooling:
      "floor((input + before + after - dilation*(kernel-1) - 1) / stride) + 1"
    case .adaptivePooling(_, let output, _):
      "output i of n reads the inputs floor(i*L/n) ..< ceil((i+1)*L/n); n is "
        + output.map { "\($0)" }.joined(separator: " x ")
    case .lstm: "one output a step"
    case .dense: "one number for each output"
    }
  }

  /// Names of the spatial dimensions, of as many as there are.
  public var axisNames: [String] {
    switch self {
    case .convolution(let window, _, _, _, _), .maxPooling(let window, _), .averagePooling(let window, _, _):
      Self.names(window.dimensions)
    case .adaptivePooling(_, let output, _): Self.names(output.count)
    case .lstm: ["steps"]
    case .dense: ["features"]
    }
  }

  private static func names(_ count: Int) -> [String] {
    switch count {
    case 1: ["length"]
    case 2: ["height", "width"]
    case 3: ["depth", "height", "width"]
    default: (0..<count).map { "dimension \($0)" }
    }
  }

  /// Throws what the layer itself would: groups that do not divide, poolings that cannot be.
  public func check() throws(LayersError) {
    switch self {
    case .convolution(_, let inputs, let outputs, let groups, _):
      for (what, value) in [("input channels", inputs), ("output channels", outputs), ("groups", groups)]
      where value < 1 {
        throw .tooSmall(what: what, value: value, minimum: 1)
      }
      for channels in [inputs, outputs] where channels % groups != 0 {
        throw .groupsDoNotDivide(groups: groups, channels: channels)
      }
    case .maxPooling(let window, _), .averagePooling(let window, _, _): try window.checkPooling()
    case .adaptivePooling(let kind, let output, _): _ = try AdaptivePooling(kind, output: output)
    case .lstm(let inputs, let units): try Self.positive([("inputs", inputs), ("units", units)])
    case .dense(let inputs, let outputs, _): try Self.positive([("inputs", inputs), ("outputs", outputs)])
    }
  }

  private static func positive(_ values: [(String, Int)]) throws(LayersError) {
    for (what, value) in values where value < 1 { throw .tooSmall(what: what, value: value, minimum: 1) }
  }

  /// The output's lengths along the spatial dimensions, each with its formula filled in.
  ///
  /// - lengths: the input's, per spatial dimension; an LSTM's steps; a Dense layer's features.
  public func formulas(_ lengths: [Int]) throws(LayersError) -> [Formula] {
    switch self {
    case .convolution(let window, _, _, _, _), .maxPooling(let window, _), .averagePooling(let window, _, _):
      let output = try window.outputLengths(lengths)
      return lengths.indices.map { d in
        let (before, after) = window.pads(d)
        return Formula(
          name: axisNames[d],
          terms:
            "floor((\(lengths[d]) + \(before) + \(after) - \(window.dilation[d])*(\(window.kernel[d])-1) - 1) "
            + "/ \(window.stride[d])) + 1",
          value: output[d])
      }
    case .adaptivePooling(_, let output, _):
      if lengths.count != output.count {
        throw .wrongDimensions(what: "input", expected: output.count, found: lengths.count)
      }
      try Self.positive(lengths.map { ("length of the input", $0) })
      return output.indices.map { d in
        let first = (0..<min(3, output[d])).map { i in
          let range = AdaptivePooling.range(i, of: output[d], lengths[d])
          return "\(range.lowerBound)..<\(range.upperBound)"
        }
        let rest = output[d] > 3 ? ", ..." : ""
        return Formula(
          name: axisNames[d],
          terms: "of \(lengths[d]) inputs: " + first.joined(separator: ", ") + rest + ": n", value: output[d])
      }
    case .lstm:
      guard lengths.count == 1, lengths[0] >= 1 else {
        throw .wrongDimensions(what: "input", expected: 1, found: lengths.count)
      }
      return [Formula(name: "steps", terms: "\(lengths[0])", value: lengths[0])]
    case .dense(_, let outputs, _): return [Formula(name: "features", terms: "\(outputs)", value: outputs)]
    }
  }

  /// How many numbers are learnt and the products that they are; nil if there are more than an Int can count.
  public var parameters: (terms: String, count: Int)? {
    switch self {
    case .convolution(let window, let inputs, let outputs, let groups, let bias):
      let kernel = window.kernel.map { "\($0)" }.joined(separator: "*")
      let channels = groups == 1 ? "\(inputs)" : "\(inputs)/\(groups)"
      return Self.count(
        "\(outputs) * \(channels) * \(kernel)" + (bias ? " + \(outputs)" : ""),
        [[outputs, inputs / groups] + window.kernel, bias ? [outputs] : [0]])
    case .maxPooling, .averagePooling, .adaptivePooling: return ("0: pooling learns nothing", 0)
    case .lstm(let inputs, let units):
      return Self.count(
        "4 * \(units) * (\(inputs) + \(units)) + 4 * \(units)",
        [[4, units, inputs], [4, units, units], [4, units]])
    case .dense(let inputs, let outputs, let bias):
      return Self.count(
        "\(inputs) * \(outputs)" + (bias ? " + \(outputs)" : ""),
        [[inputs, outputs], bias ? [outputs] : [0]])
    }
  }

  /// The sum of products, without overflow.
  private static func count(_ terms: String, _ products: [[Int]]) -> (terms: String, count: Int)? {
    var sum = 0
    for factors in products {
      var product = 1
      for factor in factors {
        let next = product.multipliedReportingOverflow(by: factor)
        if next.overflow { return nil }
        product = next.partialValue
      }
      let next = sum.addingReportingOverflow(product)
      if next.overflow { return nil }
      sum = next.partialValue
    }
    return (terms, sum)
  }

  /// How many positions `connections` lists along each dimension.
  public func readCounts(_ lengths: [Int]) throws(LayersError) -> [Int] {
    let output = try formulas(lengths).map(\.value)
    return switch self {
    case .convolution(let window, _, _, _, _), .maxPooling(let window, _), .averagePooling(let window, _, _):
      zip(output, window.kernel).map { $0 * $1 }
    case .adaptivePooling: zip(output, lengths).map { 2 * $0 + $1 }  // windows overlap by one input at most
    case .lstm: [lengths[0] * (lengths[0] + 1) / 2]
    case .dense(let inputs, let outputs, _): [inputs * outputs]
    }
  }

  /// The most numbers that one array holds while the layer computes: input, output, or windows as columns; nil if there are
  /// more than an Int can count.
  public func largestArray(_ lengths: [Int]) throws(LayersError) -> Int? {
    let output = try outputShape(lengths)
    var arrays = [inputShape(lengths), output]
    switch self {
    case .convolution(let window, let inputs, _, _, _):
      arrays.append([inputs] + window.kernel + output.dropFirst())
    case .maxPooling(let window, _), .averagePooling(let window, _, _):
      arrays.append(window.kernel + output.dropFirst())
    case .lstm(_, let units): arrays.append([8, units, lengths[0]])
    case .adaptivePooling, .dense: break
    }
    return Self.count("", arrays) == nil ? nil : arrays.map { $0.reduce(1, *) }.max()
  }

  /// Which inputs meet which outputs, along each spatial dimension of `lengths` inputs.
  public func connections(_ lengths: [Int]) throws(LayersError) -> [Connections] {
    let formulas = try formulas(lengths)
    switch self {
    case .convolution(let window, _, _, _, _), .maxPooling(let window, _), .averagePooling(let window, _, _):
      var axes: [Connections] = []
      for d in lengths.indices { axes.append(try Connections(window, d, length: lengths[d])) }
      return axes
    case .adaptivePooling: return zip(formulas, lengths).map { Connections(adaptive: $0.value, length: $1) }
    case .lstm: return [Connections(recurrent: lengths[0])]
    case .dense(let inputs, let outputs, _): return [Connections(inputs: inputs, outputs: outputs)]
    }
  }

  /// The shape of one clip's input: [C, spatial...], [steps, features] or [features].
  public func inputShape(_ lengths: [Int]) -> [Int] {
    switch self {
    case .convolution(_, let inputs, _, _, _): [inputs] + lengths
    case .maxPooling(_, let channels), .averagePooling(_, let channels, _),
      .adaptivePooling(_, _, let channels):
      [channels] + lengths
    case .lstm(let inputs, _): lengths + [inputs]
    case .dense(let inputs, _, _): [inputs]
    }
  }

  /// The shape of one clip's output.
  public func outputShape(_ lengths: [Int]) throws(LayersError) -> [Int] {
    let output = try formulas(lengths).map(\.value)
    return switch self {
    case .convolution(_, _, let outputs, _, _): [outputs] + output
    case .maxPooling(_, let channels), .averagePooling(_, let channels, _),
      .adaptivePooling(_, _, let channels):
      [channels] + output
    case .lstm(_, let units): output + [units]
    case .dense: output
    }
  }

  /// Names and shapes of what is learnt, in the order of `Layer.parameters`.
  public var parameterShapes: [(name: String, shape: [Int])] {
    switch self {
    case .convolution(let window, let inputs, let outputs, let groups, let bias):
      [("weight", [outputs, inputs / groups] + window.kernel)] + (bias ? [("bias", [outputs])] : [])
    case .maxPooling, .averagePooling, .adaptivePooling: []
    case .lstm(let inputs, let units):
      [("input weight", [4 * units, inputs]), ("hidden weight", [4 * units, units]), ("bias", [4 * units])]
    case .dense(let inputs, let outputs, let bias):
      [("weight", [outputs, inputs])] + (bias ? [("bias", [outputs])] : [])
    }
  }

  /// The layer.
  ///
  /// - parameters: of `parameterShapes`.
  public func layer(_ parameters: [Tensor]) throws(LayersError) -> any Layer {
    precondition(parameters.map(\.shape) == parameterShapes.map(\.shape), "\(parameters.map(\.shape))")
    switch self {
    case .convolution(let window, _, _, let groups, let bias):
      return try Convolution(
        window, weight: parameters[0], bias: bias ? parameters[1] : nil, groups: groups)
    case .maxPooling(let window, _): return try MaxPooling(window)
    case .averagePooling(let window, _, let countsPadding):
      return try AveragePooling(window, countsPadding: countsPadding)
    case .adaptivePooling(let kind, let output, _): return try AdaptivePooling(kind, output: output)
    case .lstm:
      return try LSTM(inputWeight: parameters[0], hiddenWeight: parameters[1], bias: parameters[2])
    case .dense(_, _, let bias): return try Dense(weight: parameters[0], bias: bias ? parameters[1] : nil)
    }
  }

  /// Uniform weights within PyTorch's bound, 1 / sqrt(inputs of one output), or of an LSTM 1 / sqrt(units).
  public func random(using random: inout some RandomNumberGenerator) -> [Tensor] {
    let fanIn =
      switch self {
      case .lstm(_, let units): units
      default: parameterShapes.first.map { $0.shape.dropFirst().reduce(1, *) } ?? 1
      }
    var parameters: [Tensor] = []
    for (_, shape) in parameterShapes {
      parameters.append(Tensor.uniform(shape: shape, bound: 1 / Float(fanIn).squareRoot(), using: &random))
    }
    return parameters
  }
}
