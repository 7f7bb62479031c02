// From gated outputs to logits: skip sums, the hidden layer, the output layer, each for some of its outputs, so that two
// threads can share them.
internal import Kernels

extension BlockRunner {
  /// Outputs per panel of every precision: where a product may be cut into pieces.
  static let cut = 128

  /// Adds group `index` of the blocks, from its gated outputs `z` [m, zRow], encoded, to `outputs` of the skip sums [m, S']; the
  /// first group begins with the biases.
  @inline(__always)
  func addSkips(
    ofGroup index: Int, rows m: Int, z: UnsafePointer<Float>, outputs: Range<Int>, skips: Floats
  ) {
    let k = blocks(ofGroup: index).count * pd
    let n = outputs.lowerBound
    let isFirst = index == 0
    arithmetic.productGated(
      m, outputs.count, k, arena + weights.skips[index] + arithmetic.packedCount(outputs: n, k: k), z, zRow,
      isFirst ? arena + weights.skipBias + n : UnsafePointer(skips + n), isFirst ? 0 : ps, skips + n, ps)
  }

  /// `outputs` of the hidden layer [m, H'] = bias + w * relu(skip sums).
  @inline(__always)
  func hiddenLayer(rows m: Int, skips: UnsafePointer<Float>, outputs: Range<Int>, hidden: Floats) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let bias = arena + weights.hiddenBias + n
    let y = hidden + n
    if arithmetic.kind != .int8 {
      return layer(
        arithmetic, m, outputs, s, ps, skips, weights.hidden, weights.hiddenRows, bias, 0, y, ph)
    }
    // Integers need a scale, and nothing bounds these sums tightly beforehand: each row has its own.
    for row in 0..<m {
      (y + row * ph).update(repeating: 0, count: outputs.count)
      largest[row] = kernels.reluUnit(ps, skips + row * ps, rectified + row * ps)
    }
    layer(arithmetic, m, outputs, s, ps, rectified, weights.hidden, weights.hiddenRows, y, ph, y, ph)
    for row in 0..<m { kernels.scaleAdd(outputs.count, largest[row], bias, y + row * ph) }
  }

  /// `outputs` of the logits [m, Q] = bias + w * relu(hidden layer).
  @inline(__always)
  func outputLayer(rows m: Int, hidden: UnsafePointer<Float>, outputs: Range<Int>, logits: Floats) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    layer(
      outputArithmetic, m, outputs, h, ph, hidden, weights.output, weights.outputRows,
      arena + weights.outputBias + n, 0, logits + n, q)
  }

  /// y [m, outputs] = initial + w * the first k of each row of max(x, 0); x [m, ldx], w at `rows` for one row, if it is
  /// there, else at `panels`.
  @inline(__always)
  private func layer(
    _ arithmetic: Arithmetic, _ m: Int, _ outputs: Range<Int>, _ k: Int, _ ldx: Int,
    _ x: UnsafePointer<Float>, _ panels: Int, _ rows: Int?, _ initial: UnsafePointer<Float>, _ ldi: Int,
    _ y: Floats, _ ldy: Int
  ) {
    let n = outputs.lowerBound
    if m == 1, let rows {
      let count = arithmetic.rectify(ldx, x, scale: Arithmetic.largestWhole, active, places)
      return arithmetic.active(
        outputs.count, k, count: count, arena + rows + arithmetic.rowsCount(outputs: n, k: k), active, places,
        initial, y)
    }
    // int8 did that to find its scales
    if x != UnsafePointer(rectified) { kernels.relu(m * ldx, x, rectified) }
    let w = arena + panels + arithmetic.packedCount(outputs: n, k: k)
    guard arithmetic.encodes else {
      return arithmetic.product(m, outputs.count, k, w, rectified, ldx, initial, ldi, y, ldy)
    }
    arithmetic.encode(m, k, rectified, ldx, scale: Arithmetic.largestWhole, encoded, encodedRow)
    arithmetic.product(m, outputs.count, k, w, encoded, encodedRow, initial, ldi, y, ldy)
  }

  /// Skip sums to `logits`, after all blocks, on one thread.
  @inline(__always)
  func head(rows m: Int) {
    hiddenLayer(rows: m, skips: skips, outputs: 0..<ph, hidden: hidden)
    outputLayer(rows: m, hidden: hidden, outputs: 0..<q, logits: logits)
  }
}
