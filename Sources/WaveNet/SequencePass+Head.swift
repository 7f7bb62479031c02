// The head over one tile: skip sum, ReLU, hidden, ReLU, logits; and the loss with the head's own backward pass.
internal import Kernels

extension SequencePass {
  /// z of a tile of `count` rows becomes logits. The skip sum of all blocks is one product over the concatenated z.
  func forwardHead(_ count: Int, _ weights: Matrices) {
    let m = layout
    let w = UnsafePointer(weights.forward.pointer)
    let width = m.blocks * m.dp
    kernels.gemm(
      count, m.sp, width, z.pointer, width, 1, w + m.skip, m.sp, w + m.skipBias, 0, skips.pointer, m.sp)
    kernels.relu(count * m.sp, skips.pointer, skips.pointer)
    kernels.gemm(
      count, m.hp, m.s, skips.pointer, m.sp, 1, w + m.hidden, m.hp, w + m.hiddenBias, 0, hidden.pointer, m.hp)
    kernels.relu(count * m.hp, hidden.pointer, hidden.pointer)
    kernels.gemm(
      count, m.q, m.h, hidden.pointer, m.hp, 1, w + m.output, m.q, w + m.outputBias, 0, logits.pointer, m.q)
  }

  /// Cross-entropy of the tile in `logits` against `targets`, in nats, summed; the logits become `weight` times its
  /// gradient.
  func crossEntropy(_ targets: UnsafeBufferPointer<UInt16>, weight: Float) -> Double {
    var sum = 0.0
    for (t, target) in targets.enumerated() {
      let row = logits.pointer + t * layout.q
      sum += Double(kernels.crossEntropy(layout.q, row, target: Int(target), weight: weight))
    }
    return sum
  }

  /// From the gradient in `logits` to the gradient of the skip sum (into `dSkips` at `row`); adds the weights' gradients.
  func backwardHead(_ count: Int, row: Int, _ weights: Matrices, _ gradients: AlignedBuffer) {
    let m = layout
    guard let transposes = weights.backward else { preconditionFailure("matrices without transposes") }
    let (wT, g) = (UnsafePointer(transposes.pointer), gradients.pointer)
    kernels.gemm(
      m.h, m.q, count, hidden.pointer, 1, m.hp, logits.pointer, m.q, g + m.output, m.q, g + m.output, m.q)
    kernels.sumRows(count, m.q, logits.pointer, m.q, g + m.outputBias)
    kernels.gemm(
      count, m.hp, m.q, logits.pointer, m.q, 1, wT + m.outputT, m.hp, zeros.pointer, 0, dHidden.pointer, m.hp)
    kernels.reluBackward(count * m.hp, hidden.pointer, dHidden.pointer)
    kernels.gemm(
      m.s, m.hp, count, skips.pointer, 1, m.sp, dHidden.pointer, m.hp, g + m.hidden, m.hp, g + m.hidden, m.hp)
    kernels.sumRows(count, m.hp, dHidden.pointer, m.hp, g + m.hiddenBias)
    let dSkip = dSkips.pointer + row * m.sp
    kernels.gemm(
      count, m.sp, m.h, dHidden.pointer, m.hp, 1, wT + m.hiddenT, m.sp, zeros.pointer, 0, dSkip, m.sp)
    kernels.reluBackward(count * m.sp, skips.pointer, dSkip)
    kernels.sumRows(count, m.sp, dSkip, m.sp, g + m.skipBias)
  }
}
