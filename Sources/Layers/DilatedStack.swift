// Causal dilated convolutions with ReLU, one on top of the other, and one vector at the end: what forecasts need of them.
// The same as Convolution(causal) and ReLU in turn, then LastPosition or GlobalAveragePooling, computed position by
// position (CausalPlan) instead of clip by clip. The tests compare the two.

/// x_i = max(0, causal convolution with dilation d_i of x_{i-1}). Input [N, C, length], output [N, filters].
public struct DilatedStack: Layer {
  /// What is kept of the top layer.
  public enum Output: String, Hashable, Sendable {
    /// The last position: only what it depends on is computed.
    case last
    /// The mean over all positions.
    case mean
  }

  /// Of each layer, first to last.
  public let dilations: [Int]
  /// What is kept of the top layer.
  public let output: Output
  /// Per layer [filters, channels below, K].
  public var weights: [Tensor]
  /// Per layer [filters].
  public var biases: [Tensor]

  /// Weights uniform within sqrt(6 / inputs of one output), which keeps the variance through a ReLU (He et al. 2015);
  /// biases zero.
  public init(
    inputs: Int = 1, filters: Int, kernel: Int, dilations: [Int], output: Output,
    using random: inout some RandomNumberGenerator
  ) throws(LayersError) {
    for (what, value) in [
      ("input channels", inputs), ("filters", filters), ("kernel", kernel),
      ("number of layers", dilations.count),
      ("dilation", dilations.min() ?? 1),
    ] where value < 1 {
      throw .tooSmall(what: what, value: value, minimum: 1)
    }
    (self.dilations, self.output) = (dilations, output)
    weights = []
    for i in dilations.indices {
      let channels = i == 0 ? inputs : filters
      weights.append(
        Tensor.uniform(
          shape: [filters, channels, kernel], bound: (6 / Float(channels * kernel)).squareRoot(),
          using: &random))
    }
    biases = dilations.map { _ in Tensor(shape: [filters]) }
  }

  /// weight and bias of the first layer, then of the next.
  public var parameters: [Tensor] {
    get { zip(weights, biases).flatMap { [$0, $1] } }
    set {
      precondition(newValue.map(\.shape) == parameters.map(\.shape), "parameters of other shapes")
      for i in dilations.indices { (weights[i], biases[i]) = (newValue[2 * i], newValue[2 * i + 1]) }
    }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[1] == weights[0].shape[1], input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, \(weights[0].shape[1]), length]", found: input)
    }
    return [input[0], weights[0].shape[0]]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let (n, length, kernel) = (x.shape[0], x.shape[2], weights[0].shape[2])
    let plan = CausalPlan(kernel: kernel, dilations: dilations, length: length, lastOnly: output == .last)
    var passes: [GatheredConvolution] = []
    var below = Matrix(x, positions: plan.positions[0])
    for i in dilations.indices {
      let pass = GatheredConvolution(
        below, clips: n, sources: plan.sources[i], kernel: kernel, weight: weights[i], bias: biases[i])
      pass.y.rectify()
      passes.append(pass)
      below = pass.y
    }
    let kept = plan.positions[dilations.count].count  // 1 or length
    let y = Matrix(n, shape[1])
    for p in 0..<kept { y.addBlock(below, p) }
    let mean = Tensor(shape: shape, y.values.map { $0 / Float(kept) })
    return Traced(mean) { [passes] dy in
      var above = Matrix(kept * n, shape[1])
      let share = Matrix(n, shape[1], dy.values.map { $0 / Float(kept) })
      for p in 0..<kept { above.setBlock(p, share) }
      var gradients: [Tensor] = []
      for i in passes.indices.reversed() {
        above.rectifyBackward(passes[i].y)
        let dBelow = Matrix(plan.positions[i].count * n, passes[i].channels)
        let (dWeight, dBias) = passes[i].backward(above, addingTo: dBelow)
        gradients += [dBias, dWeight]
        above = dBelow
      }
      return Gradients(
        dx: above.tensor(clips: n, positions: plan.positions[0], length: length),
        dParameters: gradients.reversed())
    }
  }
}

extension Matrix {
  /// Adds the block of rows number `index` of another matrix, as many rows as here are.
  func addBlock(_ other: Matrix, _ index: Int) {
    precondition(
      stride == other.stride && (index + 1) * rows <= other.rows, "block \(index) of \(other.rows) rows")
    let from = other.buffer.pointer + index * rows * stride
    for i in 0..<rows * stride { buffer.pointer[i] += from[i] }
  }

  /// Makes the block of rows number `index` equal to another matrix.
  func setBlock(_ index: Int, _ other: Matrix) {
    precondition(stride == other.stride && (index + 1) * other.rows <= rows, "block \(index) of \(rows) rows")
    (buffer.pointer + index * other.rows * stride).update(
      from: other.buffer.pointer, count: other.rows * stride)
  }
}
