// From gated outputs to logits: skip sums, the hidden layer, the output layer, each for some of its outputs, so that two
// threads can share them.
internal import Kernels

extension BlockRunner {
  /// Outputs per panel of every precision: where a product may be cut into pieces.
  static let cut = 128

  /// Adds the group of blocks that ends with block `last` to the `outputs` of the skip sums [m, S']; the first group begins
  /// with the biases. `z` [m, zRow] are the group's gated outputs. A group of one is encoded already if `block` ran here.
  @inline(__always)
  func addSkips(upTo last: Int, rows m: Int, z: UnsafePointer<Float>, outputs: Range<Int>, skips: Floats) {
    let index = last / group
    let k = (last % group + 1) * pd
    let (x, ldx) =
      group == 1 && precision.encodes(kernels)
      ? (UnsafePointer(encoded), precision.rowCount(k: k, kernels))
      : encode(precision, m, k, z, zRow, unit: true, into: encoded)
    let n = outputs.lowerBound
    let isFirst = index == 0
    product(
      precision, m, outputs.count, k, x, ldx,
      arena + weights.skips[index] + precision.packedCount(outputs: n, k: k),
      isFirst ? arena + weights.skipBias + n : UnsafePointer(skips + n), isFirst ? 0 : ps, skips + n, ps)
  }

  /// `outputs` of the hidden layer [m, H'] from the skip sums.
  @inline(__always)
  func hiddenLayer(rows m: Int, skips: UnsafePointer<Float>, outputs: Range<Int>, hidden: Floats) {
    layer(m, skips, ps, s, weights.hidden, weights.hiddenBias, outputs, hidden, ph)
  }

  /// `outputs` of the logits [m, Q] from the hidden layer.
  @inline(__always)
  func outputLayer(rows m: Int, hidden: UnsafePointer<Float>, outputs: Range<Int>, logits: Floats) {
    layer(m, hidden, ph, h, weights.output, weights.outputBias, outputs, logits, q)
  }

  /// `outputs` of y [m, ldy] = bias + w * relu(x), x [m, ldx] of `k` inputs; `panels` and `bias` are places in the arena.
  @inline(__always)
  private func layer(
    _ m: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ k: Int, _ panels: Int, _ bias: Int,
    _ outputs: Range<Int>, _ y: Floats, _ ldy: Int
  ) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    let precision = precision.ofHead
    kernels.relu(m * ldx, x, rectified)
    let (rows, stride) = encode(precision, m, k, rectified, ldx, into: encoded)
    product(
      precision, m, outputs.count, k, rows, stride, arena + panels + precision.packedCount(outputs: n, k: k),
      arena + bias + n, 0, y + n, ldy)
  }

  /// Skip sums to `logits`, after all blocks, on one thread.
  @inline(__always)
  func head(rows m: Int) {
    hiddenLayer(rows: m, skips: skips, outputs: 0..<ph, hidden: hidden)
    outputLayer(rows: m, hidden: hidden, outputs: 0..<q, logits: logits)
  }
}
