// The head over one tile: skip sum, ReLU, hidden, ReLU, logits; and the loss with the head's own backward pass.
internal import Kernels

extension SequencePass {
  /// The skip sum and the hidden layer of a tile as operands, as `forwardHead` left them.
  private var skipsOperand: Rows {
    Rows(products.isRounded ? roundedRows[0].rows(of: products.width(dims.sp)) : skips.rows(of: dims.sp))
  }
  private var hiddenOperand: Rows {
    Rows(products.isRounded ? roundedRows[1].rows(of: products.width(dims.hp)) : hidden.rows(of: dims.hp))
  }

  /// z of a tile of `count` rows becomes logits. The skip sum of all blocks is one product over the concatenated z.
  func forwardHead(_ count: Int, _ weights: SequenceWeights) {
    let m = layout
    let (sp, hp, q) = (dims.sp, dims.hp, dims.q)
    let (w, matrices) = (UnsafePointer(weights.forward.pointer), weights.forwardOperands)
    let width = dims.l * dims.dp
    products.multiply(
      rows: count, n: sp, k: width, Rows(z.rows(of: products.width(width))),
      Rows(matrices + m.skip, stride: sp), initial: .repeating(w + m.skipBias), into: skips.rows(of: sp))
    kernels.relu(count: count * sp, skips.pointer, into: skips.pointer)
    let rectified = products.rounded(rows: count, sp, Rows(skips.rows(of: sp)), into: roundedRows[0])
    products.multiply(
      rows: count, n: hp, k: dims.s, rectified, Rows(matrices + m.hidden, stride: hp),
      initial: .repeating(w + m.hiddenBias), into: hidden.rows(of: hp))
    kernels.relu(count: count * hp, hidden.pointer, into: hidden.pointer)
    let last = products.rounded(rows: count, hp, Rows(hidden.rows(of: hp)), into: roundedRows[1])
    products.multiply(
      rows: count, n: q, k: dims.h, last, Rows(matrices + m.output, stride: q),
      initial: .repeating(w + m.outputBias), into: logits.rows(of: q))
  }

  /// Cross-entropy of the tile in `logits` against `targets`, in nats, summed; the logits become `weight` times its
  /// gradient.
  func crossEntropy(_ targets: UnsafeBufferPointer<UInt16>, weight: Float) -> Double {
    var sum = 0.0
    for (t, target) in targets.enumerated() {
      let row = logits.pointer + t * dims.q
      sum += Double(kernels.crossEntropy(count: dims.q, inPlace: row, target: Int(target), weight: weight))
    }
    return sum
  }

  /// From the gradient in `logits` to the gradient of the skip sum (into `dSkips` at `row`); adds the weights' gradients.
  func backwardHead(_ count: Int, row: Int, _ weights: SequenceWeights, _ gradients: AlignedBuffer) {
    let m = layout
    let (sp, hp, q) = (dims.sp, dims.hp, dims.q)
    let (transposes, g) = (weights.backwardOperands, gradients.pointer)
    kernels.sumRows(rows: count, columns: q, Rows(logits.rows(of: q)), addingTo: g + m.outputBias)
    let dLogits = products.rounded(rows: count, q, logits.rows(of: q))
    products.accumulate(
      m: dims.h, n: q, rows: count, products.alongTime(rows: count, hp, hiddenOperand, into: pairs[0]),
      products.alongTime(rows: count, q, dLogits, into: pairs[1]), into: MutableRows(g + m.output, stride: q))

    products.multiply(
      rows: count, n: hp, k: q, dLogits, Rows(transposes + m.outputT, stride: hp),
      initial: .repeating(zeros.pointer), into: dHidden.rows(of: hp))
    kernels.reluBackward(count: count * hp, hidden.pointer, inPlace: dHidden.pointer)
    kernels.sumRows(rows: count, columns: hp, Rows(dHidden.rows(of: hp)), addingTo: g + m.hiddenBias)
    let dHiddenRows = products.rounded(rows: count, hp, dHidden.rows(of: hp))
    products.accumulate(
      m: dims.s, n: hp, rows: count, products.alongTime(rows: count, sp, skipsOperand, into: pairs[0]),
      products.alongTime(rows: count, hp, dHiddenRows, into: pairs[1]),
      into: MutableRows(g + m.hidden, stride: hp))

    let dSkip = dSkips.rows(of: sp, from: row)
    products.multiply(
      rows: count, n: sp, k: dims.h, dHiddenRows, Rows(transposes + m.hiddenT, stride: sp),
      initial: .repeating(zeros.pointer), into: dSkip)
    kernels.reluBackward(count: count * sp, skips.pointer, inPlace: dSkip.start)
    kernels.sumRows(rows: count, columns: sp, Rows(dSkip), addingTo: g + m.skipBias)
    _ = products.rounded(rows: count, sp, dSkip)
  }
}
