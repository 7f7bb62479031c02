// WaveNet's stack with parts exchanged or left out, made of the layers that the lessons show. Only the positions that
// reach the answer are computed (Layers' CausalPlan), as in GatedStack, which is the same as the variant with all parts: the
// tests compare the two. Not for generating: that is StreamedForecast's.
package import Layers

/// x_0 = input(x); z = activation(dilated(x_i)); x_{i+1} = residual(z), plus x_i where inputs are added;
/// y = output(relu(hidden(relu(skips or the last x)))). Input [N, 1, length], output [N, outputs].
package struct BlockStack: Layer {
  package let variant: BlockVariant
  package let kernel: Int
  package let dilations: [Int]
  /// In the order of GatedStack: input; per block dilated, residual, skip, as far as there are such; hidden; output.
  private var layers: [Convolution]

  private static let width = 32  // R = S = H

  /// Weights as GatedStack's; the convolution before a ReLU starts uniform within sqrt(6 / inputs), as in all models with
  /// ReLU here.
  package init(
    _ variant: BlockVariant, kernel: Int = 2, dilations: [Int], outputs: Int,
    using random: inout some RandomNumberGenerator
  ) throws(LayersError) {
    precondition(!dilations.isEmpty, "a stack without blocks")
    (self.variant, self.kernel, self.dilations) = (variant, kernel, dilations)
    let (r, d) = (Self.width, variant.channels)
    layers = []
    func add(_ inputs: Int, _ outputs: Int, rectified: Bool = false) throws(LayersError) {
      var layer = try Convolution(Window(kernel: [1]), inputs: inputs, outputs: outputs, using: &random)
      if rectified {
        let bound = (6 / Float(inputs)).squareRoot()
        layer.parameters = [
          Tensor.uniform(shape: layer.weight.shape, bound: bound, using: &random), Tensor(shape: [outputs]),
        ]
      }
      layers.append(layer)
    }
    try add(1, r)
    for i in dilations.indices {
      try add(r * kernel, variant.convolved, rectified: variant.activation == .relu)
      if hasResidual(i) { try add(d, r) }
      if variant.sumsSkips { try add(d, r) }
    }
    try add(r, r)
    try add(r, outputs)
  }

  /// The last block has none where the head reads skips: nothing would read it.
  private func hasResidual(_ block: Int) -> Bool { !variant.sumsSkips || block + 1 < dilations.count }

  package var parameters: [Tensor] {
    get { layers.flatMap(\.parameters) }
    set {
      precondition(newValue.count == 2 * layers.count, "\(newValue.count) tensors for \(layers.count) layers")
      for i in layers.indices { layers[i].parameters = [newValue[2 * i], newValue[2 * i + 1]] }
    }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  package func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[1] == 1, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, 1, length]", found: input)
    }
    return [input[0], layers[layers.count - 1].outputChannels]
  }

  /// The passes of one block.
  private struct Block {
    let dilated: Traced  // taps, convolution, activation: z [N, D, P]
    let residual: Traced?
    let shortcut: Traced?  // the block's input at the positions of its output
    let skip: Traced?  // z at the last position, convolved
  }

  /// The forward pass, ready to be run backward.
  package func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let plan = CausalPlan(kernel: kernel, dilations: dilations, length: x.shape[2], lastOnly: true)
    var rest = layers[...]
    let first = try Sequential([Gathered(plan.positions[0], taps: 1), rest.removeFirst()]).traced(x)
    var stream = first.y
    var skips: Tensor?
    var blocks: [Block] = []
    for i in dilations.indices {
      let taps = Gathered(plan.sources[i], taps: kernel)
      let dilated = try Sequential([taps, rest.removeFirst(), activation]).traced(stream)
      let positions = plan.positions[i + 1].count
      var (residual, shortcut, skip): (Traced?, Traced?, Traced?)
      if hasResidual(i) {
        let pass = try rest.removeFirst().traced(dilated.y)
        residual = pass
        if variant.addsInput {
          let newest = (0..<positions).map { plan.sources[i][($0 + 1) * kernel - 1] }
          let input = try Gathered(newest, taps: 1).traced(stream)
          shortcut = input
          stream = pass.y + input.y
        } else {
          stream = pass.y
        }
      }
      if variant.sumsSkips {
        let pass = try Sequential([Gathered([positions - 1], taps: 1), rest.removeFirst()]).traced(dilated.y)
        skips = skips.map { $0 + pass.y } ?? pass.y
        skip = pass
      }
      blocks.append(Block(dilated: dilated, residual: residual, shortcut: shortcut, skip: skip))
    }
    let head = try Sequential(
      [ReLU(), rest.removeFirst(), ReLU(), rest.removeFirst(), Flatten()] as [any Layer]
    ).traced(skips ?? stream)
    precondition(head.y.shape == shape && rest.isEmpty)
    return Traced(head.y) { [blocks] dy in Self.backward(dy, first, blocks, head) }
  }

  private static func backward(_ dy: Tensor, _ first: Traced, _ blocks: [Block], _ head: Traced) -> Gradients
  {
    let top = head.backward(dy)
    var reversed = Array(top.dParameters.reversed())
    var dStream = top.dx  // of the block's output; not read where the last block has no residual
    for block in blocks.reversed() {
      var dz = Tensor(shape: block.dilated.y.shape)
      if let skip = block.skip {
        let gradients = skip.backward(top.dx)
        reversed += gradients.dParameters.reversed()
        dz += gradients.dx
      }
      if let residual = block.residual {
        let gradients = residual.backward(dStream)
        reversed += gradients.dParameters.reversed()
        dz += gradients.dx
      }
      var gradients = block.dilated.backward(dz)
      reversed += gradients.dParameters.reversed()
      if let shortcut = block.shortcut { gradients.dx += shortcut.backward(dStream).dx }
      dStream = gradients.dx
    }
    let bottom = first.backward(dStream)
    reversed += bottom.dParameters.reversed()
    return Gradients(dx: bottom.dx, dParameters: reversed.reversed())
  }

  private var activation: any Layer {
    switch variant.activation {
    case .gate: Gate()
    case .relu: ReLU()
    case .tanh: Tanh()
    }
  }
}

/// Positions picked from each channel: input [N, C, P], output [N, C * taps, Q]; channel c * taps + k of output q is channel
/// c at source q * taps + k, 0 where that is -1. So a convolution is a 1x1 convolution of what is gathered.
struct Gathered: ParameterFree {
  private let sources: [Int]  // [Q * taps]
  private let taps: Int

  init(_ sources: [Int], taps: Int) {
    precondition(sources.count % taps == 0, "\(sources.count) sources for \(taps) taps")
    (self.sources, self.taps) = (sources, taps)
  }

  func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, sources.allSatisfy({ $0 < input[2] }) else {
      throw .wrongShape("[clips, channels, more than \(sources.max() ?? 0) positions]", found: input)
    }
    return [input[0], input[1] * taps, sources.count / taps]
  }

  func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let (rows, width) = (x.shape[0] * x.shape[1], x.shape[2])
    let (taps, count) = (taps, sources.count / taps)
    // Of each output of a row: taps first, positions within a tap.
    let order = (0..<taps).flatMap { k in (0..<count).map { sources[$0 * taps + k] } }
    var values: [Float] = []
    values.reserveCapacity(rows * order.count)
    for r in 0..<rows {
      for source in order { values.append(source < 0 ? 0 : x.values[r * width + source]) }
    }
    return Traced(Tensor(shape: shape, values)) { dy in
      var dx = [Float](repeating: 0, count: rows * width)
      for r in 0..<rows {
        for (i, source) in order.enumerated() where source >= 0 {
          dx[r * width + source] += dy.values[r * order.count + i]
        }
      }
      return Gradients(dx: Tensor(shape: x.shape, dx), dParameters: [])
    }
  }
}
