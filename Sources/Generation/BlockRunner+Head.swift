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
    ofGroup index: Int, rows m: Int, z: UnsafePointer<Float>, outputs: Range<Int>, skips: Floats
  ) {
    let k = blocks(ofGroup: index).count * dims.dp
    let n = outputs.lowerBound
    let isFirst = index == 0
    arithmetic.productGated(
      m, outputs.count, k, arena + layout.skips[index] + arithmetic.packedCount(outputs: n, k: k), z, zRow,
      isFirst ? arena + layout.skipBias + n : UnsafePointer(skips + n), isFirst ? 0 : dims.sp, skips + n,
      dims.sp)
  }

  /// `outputs` of the hidden layer [m, hp] = bias + w * relu(skip sums).
  @inline(__always)
  func hiddenLayer(rows m: Int, skips: UnsafePointer<Float>, outputs: Range<Int>, hidden: Floats) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let (sp, hp) = (dims.sp, dims.hp)
    let layer = Layer(arithmetic: arithmetic, inputs: dims.s, panels: layout.hidden, rows: layout.hiddenRows)
    let bias = arena + layout.hiddenBias + n
    let y = hidden + n
    if arithmetic.kind != .int8 { return rectified(layer, m, outputs, skips, sp, bias, 0, y, hp) }
    // Integers need a scale, and nothing bounds these sums tightly beforehand: each row has its own.
    for row in 0..<m {
      (y + row * hp).update(repeating: 0, count: outputs.count)
      largest[row] = weights.kernels.reluUnit(sp, skips + row * sp, rectified + row * sp)
    }
    rectified(layer, m, outputs, rectified, sp, y, hp, y, hp)
    for row in 0..<m { weights.kernels.scaleAdd(outputs.count, largest[row], bias, y + row * hp) }
  }

  /// `outputs` of the logits [m, Q] = bias + w * relu(hidden layer).
  @inline(__always)
  func outputLayer(rows m: Int, hidden: UnsafePointer<Float>, outputs: Range<Int>, logits: Floats) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let layer = Layer(
      arithmetic: layout.outputArithmetic, inputs: dims.h, panels: layout.output, rows: layout.outputRows)
    rectified(
      layer, m, outputs, hidden, dims.hp, arena + layout.outputBias + n, 0, logits + n, dims.q)
  }

  /// Skip sums to `logits`, after all blocks, on one thread.
  @inline(__always)
  func head(rows m: Int) {
    hiddenLayer(rows: m, skips: skips, outputs: 0..<dims.hp, hidden: hidden)
    outputLayer(rows: m, hidden: hidden, outputs: 0..<dims.q, logits: logits)
  }

  // MARK: parts

  /// A layer behind a rectifier, and where its weights stand: for many rows, and for one.
  private struct Layer {
    let arithmetic: Arithmetic
    let inputs: Int
    let panels: Int
    let rows: Int?
  }

  /// y [m, outputs] = initial + w * max(x, 0) of rows x [m, ldx]. One row reads only the weights of inputs above zero, where its
  /// arithmetic can.
  @inline(__always)
  private func rectified(
    _ layer: Layer, _ m: Int, _ outputs: Range<Int>, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    let (arithmetic, k, n) = (layer.arithmetic, layer.inputs, outputs.lowerBound)
    if m == 1, let rows = layer.rows {
      let w = arena + rows + arithmetic.rowsCount(outputs: n, k: k)
      let count = arithmetic.rectify(ldx, x, scale: Arithmetic.largestWhole, nonzero, nonzeroPlaces)
      return arithmetic.active(outputs.count, k, count: count, w, nonzero, nonzeroPlaces, initial, y)
    }
    // int8 did that to find its scales
    if x != UnsafePointer(rectified) { weights.kernels.relu(m * ldx, x, rectified) }
    let w = arena + layer.panels + arithmetic.packedCount(outputs: n, k: k)
    guard arithmetic.encodes else {
      return arithmetic.product(m, outputs.count, k, w, rectified, ldx, initial, ldi, y, ldy)
    }
    arithmetic.encode(m, k, rectified, ldx, scale: Arithmetic.largestWhole, encoded, encodedRow)
    arithmetic.product(m, outputs.count, k, w, encoded, encodedRow, initial, ldi, y, ldy)
  }

  @inline(__always)
  private var arena: UnsafePointer<Float> { UnsafePointer(weights.arena.pointer) }
}
