// From gated outputs to logits: skip sums, the hidden layer, the output layer, each for some of its outputs, so that two
// threads can share them.
internal import Kernels

extension BlockRunner {
  /// Outputs per panel of every precision: where a product may be cut into pieces.
  static let cut = 128

  /// Adds the group of blocks that ends with block `last` to the `outputs` of the skip sums [m, S']; the first group begins
  /// with the biases. `z` [m, zRow] are the group's gated outputs, encoded.
  @inline(__always)
  func addSkips(upTo last: Int, rows m: Int, z: UnsafePointer<Float>, outputs: Range<Int>, skips: Floats) {
    let index = last / group
    let k = (last % group + 1) * pd
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
    let panels = arena + weights.hidden + arithmetic.packedCount(outputs: n, k: s)
    let y = hidden + n
    if arithmetic.kind != .int8 {
      kernels.relu(m * ps, skips, rectified)
      return layer(arithmetic, m, outputs.count, s, ps, panels, bias, 0, y, ph)
    }
    // Integers need a scale, and nothing bounds these sums tightly beforehand: each row has its own.
    for row in 0..<m {
      (y + row * ph).update(repeating: 0, count: outputs.count)
      largest[row] = kernels.reluUnit(ps, skips + row * ps, rectified + row * ps)
    }
    layer(arithmetic, m, outputs.count, s, ps, panels, y, ph, y, ph)
    for row in 0..<m { kernels.scaleAdd(outputs.count, largest[row], bias, y + row * ph) }
  }

  /// `outputs` of the logits [m, Q] = bias + w * relu(hidden layer).
  @inline(__always)
  func outputLayer(rows m: Int, hidden: UnsafePointer<Float>, outputs: Range<Int>, logits: Floats) {
    if outputs.isEmpty { return }
    let n = outputs.lowerBound
    kernels.relu(m * ph, hidden, rectified)
    layer(
      outputArithmetic, m, outputs.count, h, ph,
      arena + weights.output + outputArithmetic.packedCount(outputs: n, k: h), arena + weights.outputBias + n,
      0,
      logits + n, q)
  }

  /// y [m, n] = initial + w * the first k of each row of `rectified` [m, ldx].
  @inline(__always)
  private func layer(
    _ arithmetic: Arithmetic, _ m: Int, _ n: Int, _ k: Int, _ ldx: Int, _ panels: UnsafePointer<Float>,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    guard arithmetic.encodes else {
      return arithmetic.product(m, n, k, panels, rectified, ldx, initial, ldi, y, ldy)
    }
    arithmetic.encode(m, k, rectified, ldx, scale: Arithmetic.largestWhole, encoded, encodedRow)
    arithmetic.product(m, n, k, panels, encoded, encodedRow, initial, ldi, y, ldy)
  }

  /// Skip sums to `logits`, after all blocks, on one thread.
  @inline(__always)
  func head(rows m: Int) {
    hiddenLayer(rows: m, skips: skips, outputs: 0..<ph, hidden: hidden)
    outputLayer(rows: m, hidden: hidden, outputs: 0..<q, logits: logits)
  }
}
