// Convolution over any number of spatial dimensions (in fact cross-correlation, as everywhere in deep learning: the
// kernel is not flipped). Its twins: PyTorch's fixtures and the direct sum in LayersTests.

/// y[n, o, p] = bias[o] + sum over i, k of weight[o, i, k] * x[n, i, p * stride + k * dilation - padding].
///
/// Input [N, C, spatial...], output [N, O, output lengths...]. With groups, output channel o sees only the input channels
/// of its own group.
public struct Convolution: Layer {
  /// Kernel, stride, dilation, padding.
  public let window: Window
  /// Groups into which input and output channels are cut.
  public let groups: Int
  /// [O, C / groups, kernel...]
  public var weight: Tensor
  /// [O], or nil
  public var bias: Tensor?

  /// With given weights: [O, C / groups, kernel...] and [O].
  public init(_ window: Window, weight: Tensor, bias: Tensor? = nil, groups: Int = 1) throws(LayersError) {
    if groups < 1 { throw .tooSmall(what: "groups", value: groups, minimum: 1) }
    guard weight.shape.count == window.dimensions + 2, Array(weight.shape.dropFirst(2)) == window.kernel
    else {
      throw .wrongShape("a weight [out, in / groups, \(window.kernel)]", found: weight.shape)
    }
    if weight.count == 0 { throw .tooSmall(what: "channels", value: 0, minimum: 1) }
    if weight.shape[0] % groups != 0 {
      throw .groupsDoNotDivide(groups: groups, channels: weight.shape[0])
    }
    if let bias, bias.shape != [weight.shape[0]] {
      throw .wrongShape("a bias [\(weight.shape[0])]", found: bias.shape)
    }
    (self.window, self.weight, self.bias, self.groups) = (window, weight, bias, groups)
  }

  /// Random weights and biases, uniform within 1 / sqrt(inputs of one output), PyTorch's default.
  public init(
    _ window: Window, inputs: Int, outputs: Int, groups: Int = 1, bias: Bool = true,
    using random: inout some RandomNumberGenerator
  ) throws(LayersError) {
    for (what, value) in [("input channels", inputs), ("output channels", outputs), ("groups", groups)]
    where value < 1 {
      throw .tooSmall(what: what, value: value, minimum: 1)
    }
    for channels in [inputs, outputs] where channels % groups != 0 {
      throw .groupsDoNotDivide(groups: groups, channels: channels)
    }
    let fanIn = inputs / groups * window.kernel.reduce(1, *)
    let bound = 1 / Float(fanIn).squareRoot()
    let weight = Tensor.uniform(
      shape: [outputs, inputs / groups] + window.kernel, bound: bound, using: &random)
    let biases = bias ? Tensor.uniform(shape: [outputs], bound: bound, using: &random) : nil
    try self.init(window, weight: weight, bias: biases, groups: groups)
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

  /// Channels that come in.
  public var inputChannels: Int { weight.shape[1] * groups }
  /// Channels that go out.
  public var outputChannels: Int { weight.shape[0] }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == window.dimensions + 2, input[1] == inputChannels, input[0] >= 1 else {
      throw .wrongShape("[clips, \(inputChannels), \(window.dimensions) spatial lengths]", found: input)
    }
    return [input[0], outputChannels] + (try window.outputLengths(Array(input.dropFirst(2))))
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let map = try WindowMap(window, Array(x.shape.dropFirst(2)))
    let columns = im2col(x, map)  // [C * taps, N * P]
    let flat = flatWeight
    let y = Matrix(outputChannels, columns.columns)
    if let bias {
      for o in 0..<outputChannels {
        (y.buffer.pointer + o * y.stride).update(repeating: bias.values[o], count: y.columns)
      }
    }
    for g in 0..<groups {
      y.add(flat, rows: outputs(g), columns, bRows: rows(g, map.taps), to: outputs(g))
    }
    return Traced(clipsFirst(y, clips: x.shape[0], shape: shape)) { dy in
      backward(columns, map, dy, inputShape: x.shape)
    }
  }

  /// dx = col2im(weight^T dy), dweight = dy columns^T, dbias = dy summed over clips and positions.
  private func backward(_ columns: Matrix, _ map: WindowMap, _ dy: Tensor, inputShape: [Int]) -> Gradients {
    let dyRows = channelsFirst(dy)  // [O, N * P]
    let flat = flatWeight
    let dColumns = Matrix(columns.rows, columns.columns)
    var dWeight: [Float] = []
    for g in 0..<groups {
      let rows = rows(g, map.taps)
      dColumns.add(flat, rows: outputs(g), transposingA: true, dyRows, bRows: outputs(g), to: rows)
      let product = Matrix(rows.count, outputs(g).count)  // the transpose of this group's gradient
      product.add(columns, rows: rows, dyRows.transposed(rows: outputs(g)))
      dWeight += product.transposed.values
    }
    let dBias = bias.map { _ in Tensor(shape: [outputChannels], dyRows.rowSums) }
    return Gradients(
      dx: col2im(dColumns, map, shape: inputShape),
      dParameters: [Tensor(shape: weight.shape, dWeight)] + (dBias.map { [$0] } ?? []))
  }

  /// [O, C / groups * taps]: one flattened kernel per row.
  package var flatWeight: Matrix {
    Matrix(outputChannels, weight.count / outputChannels, weight.values)
  }

  private func outputs(_ group: Int) -> Range<Int> {
    let count = outputChannels / groups
    return group * count..<(group + 1) * count
  }

  /// The rows of im2col's matrix that a group reads.
  private func rows(_ group: Int, _ taps: Int) -> Range<Int> {
    let count = weight.shape[1] * taps
    return group * count..<(group + 1) * count
  }
}
