// From gated outputs to logits: skip sums, the hidden layer, the output layer, each for some of its outputs, so that two
// threads can share them.
internal import Kernels

extension BlockRunner {
  /// Outputs per panel of every precision: where a product may be cut into pieces.
  static let cut = 128

  /// Adds group `index` of the blocks, from its gated outputs `z` [m, zRow], encoded, to `outputs` of the skip sums [m, sp]; the
  /// first group begins with the biases.
  @inline(__always)
  func addSkips(
    ofGroup index: Int, rows m: Int, z: UnsafePointer<Float>, outputs: Range<Int>, skips: MutableRows
  ) {
    let k = blocks(ofGroup: index).count * dims.dp
    let n = outputs.lowerBound
    let sums = skips.columns(from: n)
    arithmetic.productGated(
      rows: m, outputs: outputs.count, inputs: k,
      weights: arena + layout.skips[index] + arithmetic.packedCount(outputs: n, inputs: k),
      Rows(z, stride: zRow), initial: index == 0 ? .repeating(arena + layout.skipBias + n) : Rows(sums),
      into: sums)
  }

  /// `outputs` of the hidden layer [m, hp] = bias + w * relu(skip sums).
  @inline(__always)
  func hiddenLayer(rows m: Int, skips: Rows, outputs: Range<Int>, hidden: MutableRows) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let layer = Layer(
      arithmetic: arithmetic, inputs: dims.s, panels: layout.hidden, sparse: layout.hiddenSparse)
    let bias = arena + layout.hiddenBias + n
    let y = hidden.columns(from: n)
    if arithmetic.precision != .int8 {
      return rectified(layer, rows: m, outputs, skips, initial: .repeating(bias), into: y)
    }
    // Integers need a scale, and nothing bounds these sums tightly beforehand: each row has its own.
    let unit = MutableRows(rectified, stride: dims.sp)
    for row in 0..<m {
      y[row].update(repeating: 0, count: outputs.count)
      largest[row] = weights.kernels.reluUnit(count: dims.sp, skips[row], into: unit[row])
    }
    rectified(layer, rows: m, outputs, Rows(unit), initial: Rows(y), into: y)
    for row in 0..<m {
      weights.kernels.scaleAdd(count: outputs.count, inPlace: y[row], scale: largest[row], bias: bias)
    }
  }

  /// `outputs` of the logits [m, Q] = bias + w * relu(hidden layer).
  @inline(__always)
  func outputLayer(rows m: Int, hidden: Rows, outputs: Range<Int>, logits: MutableRows) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let layer = Layer(
      arithmetic: layout.outputArithmetic, inputs: dims.h, panels: layout.output, sparse: layout.outputSparse)
    rectified(
      layer, rows: m, outputs, hidden, initial: .repeating(arena + layout.outputBias + n),
      into: logits.columns(from: n))
  }

  /// Skip sums to `logits`, after all blocks, on one thread.
  @inline(__always)
  func head(rows m: Int) {
    hiddenLayer(rows: m, skips: Rows(skips), outputs: 0..<dims.hp, hidden: hidden)
    outputLayer(rows: m, hidden: Rows(hidden), outputs: 0..<dims.q, logits: logits)
  }

  // MARK: parts

  /// A layer behind a rectifier, and where its weights stand: for many rows, and for one that is sparse.
  private struct Layer {
    let arithmetic: Arithmetic
    let inputs: Int
    let panels: Int
    let sparse: Int?
  }

  /// y [m, outputs] = initial + w * max(x, 0) of rows x [m, inputs padded]. One row reads only the weights of inputs above zero,
  /// where its arithmetic can.
  @inline(__always)
  private func rectified(
    _ layer: Layer, rows m: Int, _ outputs: Range<Int>, _ x: Rows, initial: Rows, into y: MutableRows
  ) {
    let (arithmetic, k, n) = (layer.arithmetic, layer.inputs, outputs.lowerBound)
    if m == 1, let sparse = layer.sparse {
      let row = arithmetic.compress(
        count: x.stride, x.start, scale: Arithmetic.largestWhole, into: sparseRow)
      return arithmetic.productSparse(
        outputs: outputs.count, inputs: k,
        weights: arena + sparse + arithmetic.sparsePackedCount(outputs: n, inputs: k), row,
        initial: initial.start, into: y.start)
    }
    // int8 did that to find its scales
    if x.start != UnsafePointer(rectified) {
      weights.kernels.relu(count: m * x.stride, x.start, into: rectified)
    }
    let w = arena + layer.panels + arithmetic.packedCount(outputs: n, inputs: k)
    var inputs = Rows(rectified, stride: x.stride)
    if arithmetic.encodes {
      arithmetic.encode(rows: m, inputs: k, inputs, scale: Arithmetic.largestWhole, into: encoded)
      inputs = Rows(encoded)
    }
    arithmetic.product(
      rows: m, outputs: outputs.count, inputs: k, weights: w, inputs, initial: initial, into: y)
  }

  @inline(__always)
  private var arena: UnsafePointer<Float> { UnsafePointer(weights.arena.pointer) }
}
