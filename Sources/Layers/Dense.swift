// The fully connected layer, and the layer that makes vectors for it.

/// y = x weight^T + bias. Input [N, I], output [N, O].
public struct Dense: Layer {
  /// [O, I]
  public var weight: Tensor
  /// [O], or nil
  public var bias: Tensor?

  /// With given weights: [O, I] and [O].
  public init(weight: Tensor, bias: Tensor? = nil) throws(LayersError) {
    guard weight.shape.count == 2, weight.count > 0 else {
      throw .wrongShape("a weight [out, in]", found: weight.shape)
    }
    if let bias, bias.shape != [weight.shape[0]] {
      throw .wrongShape("a bias [\(weight.shape[0])]", found: bias.shape)
    }
    (self.weight, self.bias) = (weight, bias)
  }

  /// Random weights and biases, uniform within 1 / sqrt(inputs), PyTorch's default.
  public init(
    inputs: Int, outputs: Int, bias: Bool = true, using random: inout some RandomNumberGenerator
  ) throws(LayersError) {
    for (what, value) in [("inputs", inputs), ("outputs", outputs)] where value < 1 {
      throw .tooSmall(what: what, value: value, minimum: 1)
    }
    let bound = 1 / Float(inputs).squareRoot()
    weight = Tensor.uniform(shape: [outputs, inputs], bound: bound, using: &random)
    self.bias = bias ? Tensor.uniform(shape: [outputs], bound: bound, using: &random) : nil
  }

  /// weight, then bias if there is one.
  public var parameters: [Tensor] {
    get { [weight] + (bias.map { [$0] } ?? []) }
    set {
      precondition(newValue.map(\.shape) == parameters.map(\.shape), "parameters of other shapes")
      weight = newValue[0]
      if bias != nil { bias = newValue[1] }
    }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 2, input[1] == weight.shape[1], input[0] >= 1 else {
      throw .wrongShape("[clips, \(weight.shape[1])]", found: input)
    }
    return [input[0], weight.shape[0]]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let (n, o, i) = (shape[0], shape[1], x.shape[1])
    let input = Matrix(n, i, x.values)
    let weights = Matrix(o, i, weight.values)
    let y = Matrix(n, o)
    if let bias { y.fillRows(bias.values) }
    y.add(input, weights.transposed)
    return Traced(Tensor(shape: shape, y.values)) { dy in
      let dOutput = Matrix(n, o, dy.values)
      let dInput = Matrix(n, i)
      dInput.add(dOutput, weights)
      let dWeight = Matrix(o, i)
      dWeight.add(dOutput, transposingA: true, input)
      let dBias = bias.map { _ in Tensor(shape: [o], dOutput.columnSums) }
      return Gradients(
        dx: Tensor(shape: [n, i], dInput.values),
        dParameters: [Tensor(shape: [o, i], dWeight.values)] + (dBias.map { [$0] } ?? []))
    }
  }
}

/// [N, ...] to [N, everything else in one axis].
public struct Flatten: ParameterFree {
  /// The layer.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count >= 2 else { throw .wrongShape("[clips, at least one more axis]", found: input) }
    return [input[0], input.dropFirst().reduce(1, *)]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    return Traced(Tensor(shape: shape, x.values)) { dy in
      Gradients(dx: Tensor(shape: x.shape, dy.values), dParameters: [])
    }
  }
}

/// [N, ...] to [N, shape]: the same values under other axes.
public struct Reshape: ParameterFree {
  /// Without the clips' axis.
  public let shape: [Int]

  /// - shape: without the clips' axis.
  public init(_ shape: [Int]) { self.shape = shape }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard let clips = input.first, input.dropFirst().reduce(1, *) == shape.reduce(1, *) else {
      throw .wrongShape("[clips, \(shape.reduce(1, *)) values]", found: input)
    }
    return [clips] + shape
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    return Traced(Tensor(shape: shape, x.values)) { dy in
      Gradients(dx: Tensor(shape: x.shape, dy.values), dParameters: [])
    }
  }
}
