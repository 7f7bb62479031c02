// The WaveNet of van den Oord et al. 2016 with numbers instead of codes at both ends: a linear input layer, gated blocks
// with residual and skip connections, and a head that answers with numbers. Names and shapes of the tensors are those of
// the audio model, so that its engine can run it (Forecasting/StreamedForecast). Backward: GatedStack+Pass.

/// One answer per clip, from its last `receptiveField` positions; before the first position there are zeros in every
/// layer. Input [N, 1, length], output [N, outputs].
///
/// x_0 = input(x); a = dilated(x_i); z = tanh(a[0..<D]) * sigmoid(a[D..<2D]); skips += skip(z);
/// x_{i+1} = x_i + residual(z); y = output(relu(hidden(relu(skips)))).
public struct GatedStack: Layer {
  /// The widths of the stack.
  public struct Shape: Hashable, Sendable {
    /// R, D (one half of the gate, a multiple of 16), S, H.
    public var residual: Int, dilation: Int, skip: Int, head: Int
    /// Taps of a dilated convolution.
    public var kernel: Int
    /// One block per entry.
    public var dilations: [Int]
    /// Numbers in an answer.
    public var outputs: Int

    /// All at once.
    public init(
      residual: Int = 32, dilation: Int = 32, skip: Int = 32, head: Int = 32, kernel: Int = 2,
      dilations: [Int],
      outputs: Int = 1
    ) {
      (self.residual, self.dilation, self.skip, self.head) = (residual, dilation, skip, head)
      (self.kernel, self.dilations, self.outputs) = (kernel, dilations, outputs)
    }

    /// Names and shapes of all tensors, in order.
    public var tensors: [(name: String, shape: [Int])] {
      var list: [(String, [Int])] = [("input.weight", [residual, 1, 1]), ("input.bias", [residual])]
      func add(_ name: String, _ outputs: Int, _ inputs: Int, _ taps: Int = 1) {
        list += [(name + ".weight", [outputs, inputs, taps]), (name + ".bias", [outputs])]
      }
      for i in dilations.indices {
        add("blocks.\(i).dilated", 2 * dilation, residual, kernel)
        // The last block has none: nothing reads it.
        if i + 1 < dilations.count { add("blocks.\(i).residual", residual, dilation) }
        add("blocks.\(i).skip", skip, dilation)
      }
      add("head.hidden", head, skip)
      add("head.output", outputs, head)
      return list
    }
  }

  /// The widths.
  public let shape: Shape
  /// In the order of `shape.tensors`.
  public var parameters: [Tensor] {
    didSet {
      precondition(parameters.map(\.shape) == oldValue.map(\.shape), "parameters of other shapes")
    }
  }

  /// Random weights and biases, uniform within 1 / sqrt(inputs of one output), PyTorch's default.
  public init(_ shape: Shape, using random: inout some RandomNumberGenerator) throws(LayersError) {
    for (what, value) in [
      ("residual channels", shape.residual), ("dilation channels", shape.dilation),
      ("skip channels", shape.skip),
      ("head channels", shape.head), ("kernel", shape.kernel), ("number of blocks", shape.dilations.count),
      ("outputs", shape.outputs), ("dilation", shape.dilations.min() ?? 1),
    ] where value < 1 {
      throw .tooSmall(what: what, value: value, minimum: 1)
    }
    if shape.dilation % 16 != 0 {
      throw .notAMultiple(what: "dilation channels", value: shape.dilation, of: 16)
    }
    self.shape = shape
    var bound: Float = 1
    parameters = []
    for (_, dimensions) in shape.tensors {
      if dimensions.count == 3 { bound = 1 / Float(dimensions[1] * dimensions[2]).squareRoot() }
      parameters.append(Tensor.uniform(shape: dimensions, bound: bound, using: &random))
    }
  }

  /// 1 + (K-1) * sum(dilations), in input positions.
  public var receptiveField: Int {
    ReceptiveField.count(kernel: shape.kernel, dilations: shape.dilations)
  }

  /// The tensor of a name in `shape.tensors`.
  public func tensor(_ name: String) -> Tensor {
    guard let i = shape.tensors.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("no tensor named \(name)")
    }
    return parameters[i]
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[1] == 1, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, 1, length]", found: input)
    }
    return [input[0], shape.outputs]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let pass = GatedPass(self, x)
    return Traced(Tensor(shape: shape, pass.output.y.values)) { dy in pass.backward(dy) }
  }

  /// Dilations that double until the receptive field reaches `length`, the last one being what is left, so that it is
  /// reached exactly and without gaps: 50 inputs with kernel 2 need 1, 2, 4, 8, 16, 18.
  public static func dilations(covering length: Int) -> [Int] {
    precondition(length >= 2, "a receptive field of \(length)")
    var dilations: [Int] = []
    var left = length - 1
    while left > 0 {
      dilations.append(min(1 << dilations.count, left))
      left -= dilations[dilations.count - 1]
    }
    return dilations
  }
}
