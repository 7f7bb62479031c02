// The head over one tile: skip sum, ReLU, hidden, ReLU, logits; and the loss with the head's own backward pass.
internal import Kernels

extension SequencePass {
  /// The skip sum and the hidden layer of a tile as operands, as `forwardHead` left them.
  private var skipsOperand: Operand {
    products.isRounded ? Operand(roundedRows[0].pointer, dims.sp / 2) : Operand(skips.pointer, dims.sp)
  }
  private var hiddenOperand: Operand {
    products.isRounded ? Operand(roundedRows[1].pointer, dims.hp / 2) : Operand(hidden.pointer, dims.hp)
  }

  /// z of a tile of `count` rows becomes logits. The skip sum of all blocks is one product over the concatenated z.
  func forwardHead(_ count: Int, _ weights: SequenceWeights) {
    let m = layout
    let (w, matrices) = (UnsafePointer(weights.forward.pointer), weights.forwardOperands)
    let width = dims.l * dims.dp
    products.multiply(
      count, dims.sp, width, Operand(z.pointer, products.width(width)), matrices + m.skip, dims.sp,
      initial: w + m.skipBias, 0, into: skips.pointer, dims.sp)
    kernels.relu(count * dims.sp, skips.pointer, skips.pointer)
    let rectified = products.rounded(count, dims.sp, skips.pointer, dims.sp, into: roundedRows[0])
    products.multiply(
      count, dims.hp, dims.s, rectified, matrices + m.hidden, dims.hp,
      initial: w + m.hiddenBias, 0, into: hidden.pointer, dims.hp)
    kernels.relu(count * dims.hp, hidden.pointer, hidden.pointer)
    let last = products.rounded(count, dims.hp, hidden.pointer, dims.hp, into: roundedRows[1])
    products.multiply(
      count, dims.q, dims.h, last, matrices + m.output, dims.q, initial: w + m.outputBias, 0,
      into: logits.pointer, dims.q
    )
  }

  /// Cross-entropy of the tile in `logits` against `targets`, in nats, summed; the logits become `weight` times its
  /// gradient.
  func crossEntropy(_ targets: UnsafeBufferPointer<UInt16>, weight: Float) -> Double {
    var sum = 0.0
    for (t, target) in targets.enumerated() {
      let row = logits.pointer + t * dims.q
      sum += Double(kernels.crossEntropy(dims.q, row, target: Int(target), weight: weight))
    }
    return sum
  }

  /// From the gradient in `logits` to the gradient of the skip sum (into `dSkips` at `row`); adds the weights' gradients.
  func backwardHead(_ count: Int, row: Int, _ weights: SequenceWeights, _ gradients: AlignedBuffer) {
    let m = layout
    let (transposes, g) = (weights.backwardOperands, gradients.pointer)
    kernels.sumRows(count, dims.q, logits.pointer, dims.q, g + m.outputBias)
    let dLogits = products.rounded(count, dims.q, logits.pointer, dims.q)
    products.accumulate(
      dims.h, dims.q, count, products.alongTime(count, dims.hp, hiddenOperand, into: pairs[0]),
      products.alongTime(count, dims.q, dLogits, into: pairs[1]), into: g + m.output, dims.q)

    products.multiply(
      count, dims.hp, dims.q, dLogits, transposes + m.outputT, dims.hp,
      initial: zeros.pointer, 0, into: dHidden.pointer, dims.hp)
    kernels.reluBackward(count * dims.hp, hidden.pointer, dHidden.pointer)
    kernels.sumRows(count, dims.hp, dHidden.pointer, dims.hp, g + m.hiddenBias)
    let dHiddenRows = products.rounded(count, dims.hp, dHidden.pointer, dims.hp)
    products.accumulate(
      dims.s, dims.hp, count, products.alongTime(count, dims.sp, skipsOperand, into: pairs[0]),
      products.alongTime(count, dims.hp, dHiddenRows, into: pairs[1]), into: g + m.hidden, dims.hp)

    let dSkip = dSkips.pointer + row * dims.sp
    products.multiply(
      count, dims.sp, dims.h, dHiddenRows, transposes + m.hiddenT, dims.sp,
      initial: zeros.pointer, 0, into: dSkip, dims.sp)
    kernels.reluBackward(count * dims.sp, skips.pointer, dSkip)
    kernels.sumRows(count, dims.sp, dSkip, dims.sp, g + m.skipBias)
    _ = products.rounded(count, dims.sp, dSkip, dims.sp)
  }
}
