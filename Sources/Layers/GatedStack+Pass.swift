// One forward pass of a GatedStack with all that its backward pass reads. Only the positions that reach the last one are
// computed (CausalPlan), and the skip sum at the last one alone.
internal import Kernels

struct GatedPass {
  /// What a block leaves behind. Rows are [position, clip].
  struct Block {
    let dilated: GatheredConvolution  // y holds (tanh, sigmoid) after the gate, [P * N, 2D]
    let current: [Int]  // [P], where each position stands in the block's input
    let z: Matrix  // [P * N, D]
    let residual: GatheredConvolution?
    let skip: GatheredConvolution  // y [N, S]
  }

  let shape: GatedStack.Shape
  let n: Int, length: Int
  let plan: CausalPlan
  let input: GatheredConvolution
  let blocks: [Block]
  let skips: Matrix, hidden: Matrix  // [N, S], [N, H], after their ReLU
  let toHidden: GatheredConvolution, output: GatheredConvolution

  init(_ stack: GatedStack, _ x: Tensor) {
    shape = stack.shape
    (n, length) = (x.shape[0], x.shape[2])
    let (n, d) = (n, stack.shape.dilation)
    let plan = CausalPlan(
      kernel: stack.shape.kernel, dilations: stack.shape.dilations, length: length, lastOnly: true)
    self.plan = plan
    var rest = stack.parameters[...]
    /// A 1x1 convolution of whole blocks of rows, with the next two parameters.
    func pointwise(_ x: Matrix, _ positions: [Int]) -> GatheredConvolution {
      let (weight, bias) = (rest.removeFirst(), rest.removeFirst())
      return GatheredConvolution(x, clips: n, sources: positions, kernel: 1, weight: weight, bias: bias)
    }
    input = pointwise(Matrix(x, positions: plan.positions[0]), Array(plan.positions[0].indices))
    var stream = input.y
    let skips = Matrix(n, stack.shape.skip)
    var blocks: [Block] = []
    let k = stack.shape.kernel
    for i in stack.shape.dilations.indices {
      let (weight, bias) = (rest.removeFirst(), rest.removeFirst())
      let dilated = GatheredConvolution(
        stream, clips: n, sources: plan.sources[i], kernel: k, weight: weight, bias: bias)
      let positions = plan.positions[i + 1].count
      let z = Matrix(positions * n, d)
      KernelTable.active.gateForward(
        rows: positions * n, channels: d, inPlace: dilated.y.buffer.pointer, into: z.view())
      let current = (0..<positions).map { plan.sources[i][$0 * k + k - 1] }
      var residual: GatheredConvolution?
      if i + 1 < stack.shape.dilations.count {
        let branch = pointwise(z, Array(0..<positions))
        for (p, source) in current.enumerated() { branch.y.addBlock(stream, source, to: p, rows: n) }
        stream = branch.y
        residual = branch
      }
      let skip = pointwise(z, [positions - 1])
      skips.addBlock(skip.y, 0)
      blocks.append(Block(dilated: dilated, current: current, z: z, residual: residual, skip: skip))
    }
    skips.rectify()
    toHidden = pointwise(skips, [0])
    hidden = toHidden.y
    hidden.rectify()
    output = pointwise(hidden, [0])
    self.skips = skips
    self.blocks = blocks
  }

  /// - dy: [N, outputs]
  func backward(_ dy: Tensor) -> Gradients {
    var reversed: [Tensor] = []
    func take(_ pair: (dWeight: Tensor, dBias: Tensor)) { reversed += [pair.dBias, pair.dWeight] }
    let dHidden = Matrix(n, shape.head)
    take(output.backward(Matrix(n, shape.outputs, dy.values), addingTo: dHidden))
    dHidden.rectifyBackward(hidden)
    let dSkips = Matrix(n, shape.skip)
    take(toHidden.backward(dHidden, addingTo: dSkips))
    dSkips.rectifyBackward(skips)

    var dStream = Matrix(0, shape.residual)  // of the block's output; the last block has none
    for i in blocks.indices.reversed() {
      let block = blocks[i]
      let dz = Matrix(block.z.rows, shape.dilation)
      take(block.skip.backward(dSkips, addingTo: dz))
      let dInput = Matrix(plan.positions[i].count * n, shape.residual)
      if let residual = block.residual {
        take(residual.backward(dStream, addingTo: dz))
        for (p, source) in block.current.enumerated() { dInput.addBlock(dStream, p, to: source, rows: n) }
      }
      // The pass may be run backward again: the gate's values are copied before they become gradients.
      let da = Matrix(block.z.rows, 2 * shape.dilation)
      da.buffer.copy(from: block.dilated.y.buffer)
      KernelTable.active.gateBackward(
        rows: da.rows, channels: shape.dilation, inPlace: da.buffer.pointer, dz: Rows(dz.view()))
      take(block.dilated.backward(da, addingTo: dInput))
      dStream = dInput
    }
    let dx = Matrix(plan.positions[0].count * n, 1)
    take(input.backward(dStream, addingTo: dx))
    return Gradients(
      dx: dx.tensor(clips: n, positions: plan.positions[0], length: length), dParameters: reversed.reversed())
  }
}

extension Matrix {
  /// Adds block `source` of another matrix to block `target`; a block is `rows` rows.
  func addBlock(_ other: Matrix, _ source: Int, to target: Int, rows count: Int) {
    precondition(
      stride == other.stride && (source + 1) * count <= other.rows && (target + 1) * count <= rows,
      "block \(source) of \(other.rows) rows to \(target) of \(rows)")
    KernelTable.active.add(
      count: count * stride, other.view()[source * count], to: view()[target * count])
  }
}
