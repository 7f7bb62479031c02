// The head over one tile: skip sum, ReLU, hidden, ReLU, logits; and the loss with the head's own backward pass.
internal import Kernels

extension SequencePass {
  /// The skip sum and the hidden layer of a tile as factors, as `forwardHead` left them.
  private var skipsFactor: Factor {
    products.isRounded ? Factor(factors[0].pointer, layout.sp / 2) : Factor(skips.pointer, layout.sp)
  }
  private var hiddenFactor: Factor {
    products.isRounded ? Factor(factors[1].pointer, layout.hp / 2) : Factor(hidden.pointer, layout.hp)
  }

  /// z of a tile of `count` rows becomes logits. The skip sum of all blocks is one product over the concatenated z.
  func forwardHead(_ count: Int, _ weights: Matrices) {
    let m = layout
    let (w, matrices) = (UnsafePointer(weights.forward.pointer), weights.forwardFactors)
    let width = m.blocks * m.dp
    products.multiply(
      count, m.sp, width, Factor(z.pointer, products.width(width)), matrices + m.skip, m.sp,
      initial: w + m.skipBias, 0, into: skips.pointer, m.sp)
    kernels.relu(count * m.sp, skips.pointer, skips.pointer)
    let rectified = products.rounded(count, m.sp, skips.pointer, m.sp, into: factors[0])
    products.multiply(
      count, m.hp, m.s, rectified, matrices + m.hidden, m.hp,
      initial: w + m.hiddenBias, 0, into: hidden.pointer, m.hp)
    kernels.relu(count * m.hp, hidden.pointer, hidden.pointer)
    let last = products.rounded(count, m.hp, hidden.pointer, m.hp, into: factors[1])
    products.multiply(
      count, m.q, m.h, last, matrices + m.output, m.q, initial: w + m.outputBias, 0, into: logits.pointer, m.q
    )
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
    let (transposes, g) = (weights.backwardFactors, gradients.pointer)
    kernels.sumRows(count, m.q, logits.pointer, m.q, g + m.outputBias)
    let dLogits = products.rounded(count, m.q, logits.pointer, m.q)
    products.accumulate(
      m.h, m.q, count, products.alongTime(count, m.hp, hiddenFactor, into: pairs[0]),
      products.alongTime(count, m.q, dLogits, into: pairs[1]), into: g + m.output, m.q)

    products.multiply(
      count, m.hp, m.q, dLogits, transposes + m.outputT, m.hp,
      initial: zeros.pointer, 0, into: dHidden.pointer, m.hp)
    kernels.reluBackward(count * m.hp, hidden.pointer, dHidden.pointer)
    kernels.sumRows(count, m.hp, dHidden.pointer, m.hp, g + m.hiddenBias)
    let dHiddenRows = products.rounded(count, m.hp, dHidden.pointer, m.hp)
    products.accumulate(
      m.s, m.hp, count, products.alongTime(count, m.sp, skipsFactor, into: pairs[0]),
      products.alongTime(count, m.hp, dHiddenRows, into: pairs[1]), into: g + m.hidden, m.hp)

    let dSkip = dSkips.pointer + row * m.sp
    products.multiply(
      count, m.sp, m.h, dHiddenRows, transposes + m.hiddenT, m.sp,
      initial: zeros.pointer, 0, into: dSkip, m.sp)
    kernels.reluBackward(count * m.sp, skips.pointer, dSkip)
    kernels.sumRows(count, m.sp, dSkip, m.sp, g + m.skipBias)
    _ = products.rounded(count, m.sp, dSkip, m.sp)
  }
}
