// Long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates): the recurrent layer that dilated
// convolutions are compared with. Two gate kernels per step give all its products: tanh(g) * sigmoid(i) and
// tanh(c) * sigmoid(o). Twin: PyTorch's fixture.
internal import Kernels

/// c = sigmoid(f) * c + sigmoid(i) * tanh(g); h = sigmoid(o) * tanh(c), from zero states.
/// Input [N, L, I], output [N, L, H], the hidden state at every step.
public struct LSTM: Layer {
  /// [4H, I]; rows by gate: i, f, g, o (PyTorch's order)
  public var inputWeight: Tensor
  /// [4H, H]
  public var hiddenWeight: Tensor
  /// [4H]; PyTorch's two biases added up
  public var bias: Tensor

  /// With given weights: [4H, I], [4H, H], [4H].
  public init(inputWeight: Tensor, hiddenWeight: Tensor, bias: Tensor) throws(LayersError) {
    guard hiddenWeight.shape.count == 2, hiddenWeight.shape[1] >= 1,
      hiddenWeight.shape[0] == 4 * hiddenWeight.shape[1]
    else { throw .wrongShape("a hidden weight [4H, H]", found: hiddenWeight.shape) }
    let rows = hiddenWeight.shape[0]
    guard inputWeight.shape.count == 2, inputWeight.shape[0] == rows, inputWeight.shape[1] >= 1 else {
      throw .wrongShape("an input weight [\(rows), inputs]", found: inputWeight.shape)
    }
    guard bias.shape == [rows] else { throw .wrongShape("a bias [\(rows)]", found: bias.shape) }
    (self.inputWeight, self.hiddenWeight, self.bias) = (inputWeight, hiddenWeight, bias)
  }

  /// Random weights and biases, uniform within 1 / sqrt(units), PyTorch's default.
  public init(inputs: Int, units: Int, using random: inout some RandomNumberGenerator) throws(LayersError) {
    for (what, value) in [("inputs", inputs), ("units", units)] where value < 1 {
      throw .tooSmall(what: what, value: value, minimum: 1)
    }
    let bound = 1 / Float(units).squareRoot()
    inputWeight = Tensor.uniform(shape: [4 * units, inputs], bound: bound, using: &random)
    hiddenWeight = Tensor.uniform(shape: [4 * units, units], bound: bound, using: &random)
    // Two biases of PyTorch's, added: so that the same start has the same distribution.
    bias = Tensor.uniform(shape: [4 * units], bound: bound, using: &random)
    bias += Tensor.uniform(shape: [4 * units], bound: bound, using: &random)
  }

  /// inputWeight, hiddenWeight, bias.
  public var parameters: [Tensor] {
    get { [inputWeight, hiddenWeight, bias] }
    set {
      precondition(newValue.map(\.shape) == parameters.map(\.shape), "parameters of other shapes")
      (inputWeight, hiddenWeight, bias) = (newValue[0], newValue[1], newValue[2])
    }
  }

  /// H
  public var units: Int { hiddenWeight.shape[1] }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[2] == inputWeight.shape[1], input[0] >= 1, input[1] >= 1 else {
      throw .wrongShape("[clips, steps, \(inputWeight.shape[1])]", found: input)
    }
    return [input[0], input[1], units]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let pass = LSTMPass(self, x)
    return Traced(Tensor(shape: shape, pass.hiddenByClip)) { dy in pass.backward(dy) }
  }
}

/// One forward pass with all that its backward pass reads. Everything is time-major, [L * N, ...]; a gate has P columns,
/// H padded to 16, so that the four gates of a row are [g, i, f, o], 4P.
private struct LSTMPass {
  let n: Int, steps: Int, inputs: Int, h: Int, p: Int
  let input: Matrix  // [L * N, I]
  let inputRows: Matrix, hiddenRows: Matrix  // the weights, [4P, I] and [4P, P]
  let candidate: Matrix  // [L * N, 2P]: tanh(g), sigmoid(i)
  let output: Matrix  // [L * N, 2P]: tanh(c), sigmoid(o)
  let forget: Matrix  // [L * N, P]: sigmoid(f)
  let cell: Matrix  // [(L + 1) * N, P]; the first N rows are the zero state
  let hidden: Matrix  // [(L + 1) * N, P]

  /// Where PyTorch's gates i, f, g, o stand among [g, i, f, o].
  private static let places = [1, 2, 0, 3]

  init(_ layer: LSTM, _ x: Tensor) {
    (n, steps, inputs) = (x.shape[0], x.shape[1], x.shape[2])
    h = layer.units
    p = KernelTable.padded(h)
    let (n, p, h, steps) = (n, p, h, steps)
    input = Self.timeMajor(x.values, n, steps, inputs)
    inputRows = Self.spread(layer.inputWeight.values, h, p, columns: inputs, to: inputs)
    hiddenRows = Self.spread(layer.hiddenWeight.values, h, p, columns: h, to: p)
    let bias = Self.spread(layer.bias.values, h, p, columns: 1, to: 1).values
    candidate = Matrix(steps * n, 2 * p)
    output = Matrix(steps * n, 2 * p)
    forget = Matrix(steps * n, p)
    cell = Matrix((steps + 1) * n, p)
    hidden = Matrix((steps + 1) * n, p)
    let all = Matrix(steps * n, 4 * p)
    all.fillRows(bias)
    all.add(input, inputRows.transposed)
    let recurrent = hiddenRows.transposed
    let kernels = KernelTable.active
    let pair = Matrix(n, 2 * p)  // f twice: the gate kernel's sigmoid half alone is used
    let product = Matrix(n, p)
    for t in 0..<steps {
      let now = t * n..<(t + 1) * n
      let next = (t + 1) * n
      all.add(hidden, rows: now, recurrent, to: now)
      for r in 0..<n {
        let row = all.buffer.pointer + (now.lowerBound + r) * 4 * p
        (candidate.buffer.pointer + (now.lowerBound + r) * 2 * p).update(from: row, count: 2 * p)
        (pair.buffer.pointer + r * 2 * p + p).update(from: row + 2 * p, count: p)
        (output.buffer.pointer + (now.lowerBound + r) * 2 * p + p).update(from: row + 3 * p, count: p)
      }
      kernels.gateForward(rows: n, channels: p, inPlace: pair.buffer.pointer, into: product.view())
      // product = tanh(g) * sigmoid(i), then c = f * c + product
      kernels.gateForward(
        rows: n, channels: p, inPlace: candidate.view()[now.lowerBound], into: product.view())
      for r in 0..<n {
        let f = pair.buffer.pointer + r * 2 * p + p
        (forget.buffer.pointer + (now.lowerBound + r) * p).update(from: f, count: p)
        let before = cell.buffer.pointer + (now.lowerBound + r) * p
        let after = cell.buffer.pointer + (next + r) * p
        let tanhOut = output.buffer.pointer + (now.lowerBound + r) * 2 * p
        let added = product.buffer.pointer + r * p
        for i in 0..<p {
          let c = f[i] * before[i] + added[i]
          after[i] = c
          tanhOut[i] = c
        }
      }
      kernels.gateForward(
        rows: n, channels: p, inPlace: output.view()[now.lowerBound], into: hidden.view(from: next))
    }
  }

  /// [N, L, H]
  var hiddenByClip: [Float] {
    var values: [Float] = []
    values.reserveCapacity(n * steps * h)
    for clip in 0..<n {
      for t in 1...steps {
        let row = hidden.buffer.pointer + (t * n + clip) * p
        values += UnsafeBufferPointer(start: row, count: h)
      }
    }
    return values
  }

  /// - dy: [N, L, H]
  func backward(_ dy: Tensor) -> Gradients {
    let kernels = KernelTable.active
    let dHidden = Self.timeMajor(dy.values, n, steps, h)
    let dAll = Matrix(steps * n, 4 * p)  // of the pre-activations [g, i, f, o]
    let dh = Matrix(n, p)
    let dc = Matrix(n, p)
    let ts = Matrix(n, 2 * p)  // a step's (tanh, sigmoid), then the gradient before them
    for t in (0..<steps).reversed() {
      let first = t * n
      kernels.add(count: n * p, dHidden.buffer.pointer + first * p, to: dh.buffer.pointer)
      ts.buffer.pointer.update(from: output.buffer.pointer + first * 2 * p, count: n * 2 * p)
      kernels.gateBackward(rows: n, channels: p, inPlace: ts.buffer.pointer, dz: Rows(dh.view()))
      for r in 0..<n {
        let row = dAll.buffer.pointer + (first + r) * 4 * p
        let dcRow = dc.buffer.pointer + r * p
        let before = cell.buffer.pointer + (first + r) * p
        let f = forget.buffer.pointer + (first + r) * p
        let parts = ts.buffer.pointer + r * 2 * p
        for i in 0..<p {
          dcRow[i] += parts[i]
          row[2 * p + i] = dcRow[i] * before[i] * f[i] * (1 - f[i])
          row[3 * p + i] = parts[p + i]
        }
      }
      ts.buffer.pointer.update(from: candidate.buffer.pointer + first * 2 * p, count: n * 2 * p)
      kernels.gateBackward(rows: n, channels: p, inPlace: ts.buffer.pointer, dz: Rows(dc.view()))
      for r in 0..<n {
        let row = dAll.buffer.pointer + (first + r) * 4 * p
        row.update(from: ts.buffer.pointer + r * 2 * p, count: 2 * p)
        let dcRow = dc.buffer.pointer + r * p
        let f = forget.buffer.pointer + (first + r) * p
        for i in 0..<p { dcRow[i] *= f[i] }
      }
      dh.buffer.fill(0)
      dh.add(dAll, rows: first..<first + n, hiddenRows)
    }
    let dInput = Matrix(steps * n, inputs)
    dInput.add(dAll, inputRows)
    let dInputRows = Matrix(4 * p, inputs)
    dInputRows.add(dAll, transposingA: true, input)
    let dHiddenRows = Matrix(4 * p, p)
    dHiddenRows.add(dAll, transposingA: true, hidden, bRows: 0..<steps * n)
    let sums = dAll.columnSums
    return Gradients(
      dx: Tensor(shape: [n, steps, inputs], clipMajor(dInput)),
      dParameters: [
        Tensor(shape: [4 * h, inputs], gather(columns: inputs) { dInputRows[$0, $1] }),
        Tensor(shape: [4 * h, h], gather(columns: h) { dHiddenRows[$0, $1] }),
        Tensor(shape: [4 * h], gather(columns: 1) { row, _ in sums[row] }),
      ])
  }

  /// [4H, columns] in PyTorch's order of gates from [4P, ...] in ours.
  private func gather(columns: Int, _ value: (Int, Int) -> Float) -> [Float] {
    var values: [Float] = []
    for place in Self.places {
      for unit in 0..<h {
        for column in 0..<columns { values.append(value(place * p + unit, column)) }
      }
    }
    return values
  }

  /// [4P, width] in our order of gates from [4H, columns] in PyTorch's; zeros elsewhere.
  private static func spread(_ values: [Float], _ h: Int, _ p: Int, columns: Int, to width: Int) -> Matrix {
    let matrix = Matrix(4 * p, width)
    for (gate, place) in places.enumerated() {
      for unit in 0..<h {
        for column in 0..<columns {
          matrix[place * p + unit, column] = values[(gate * h + unit) * columns + column]
        }
      }
    }
    return matrix
  }

  /// [L * N, columns] from [N, L, columns].
  private static func timeMajor(_ values: [Float], _ n: Int, _ steps: Int, _ columns: Int) -> Matrix {
    let matrix = Matrix(steps * n, columns)
    for clip in 0..<n {
      for t in 0..<steps {
        for i in 0..<columns {
          matrix.buffer.pointer[(t * n + clip) * matrix.stride + i] = values[(clip * steps + t) * columns + i]
        }
      }
    }
    return matrix
  }

  private func clipMajor(_ matrix: Matrix) -> [Float] {
    var values: [Float] = []
    for clip in 0..<n {
      for t in 0..<steps {
        for i in 0..<matrix.columns { values.append(matrix[t * n + clip, i]) }
      }
    }
    return values
  }
}
