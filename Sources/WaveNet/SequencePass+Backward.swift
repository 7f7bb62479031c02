// Loss and gradients of one sequence. Forward tiles in time order, each with its head forward and backward; then the
// blocks backward, tiles in reverse order, so that the gradient of a past tap's future is always there already.
package import Kernels

extension SequencePass {
  /// Cross-entropy in nats, summed over the positions that have targets, of N codes against N - (RF - 1) targets.
  package func loss(
    _ codes: UnsafeBufferPointer<UInt16>, targets: UnsafeBufferPointer<UInt16>, _ weights: Matrices
  ) -> Double {
    lossAndGradients(codes, targets: targets, weights, scale: 0, gradients: nil)
  }

  /// The same, and ADDS `scale` times its gradients to `gradients` (the layout of `Matrices.forward`).
  package func lossAndGradients(
    _ codes: UnsafeBufferPointer<UInt16>, targets: UnsafeBufferPointer<UInt16>, _ weights: Matrices,
    scale: Float,
    gradients: AlignedBuffer?
  ) -> Double {
    check(codes, weights)
    let first = inputOffset.last!
    precondition(targets.count == codes.count - first, "\(targets.count) targets for \(codes.count) codes")
    var sum = 0.0
    let tiles = tiles(codes.count)
    for rows in tiles {
      forwardBlocks(rows, codes, weights)
      guard rows.lowerBound >= first else { continue }
      forwardHead(rows.count, weights)
      let tileTargets = UnsafeBufferPointer(
        rebasing: targets[rows.lowerBound - first..<rows.upperBound - first])
      sum += crossEntropy(tileTargets, weight: scale)
      if let gradients { backwardHead(rows.count, row: rows.lowerBound - first, weights, gradients) }
    }
    if let gradients {
      for rows in tiles.reversed() { backwardBlocks(rows, codes, weights, gradients) }
    }
    return sum
  }

  private func backwardBlocks(
    _ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: Matrices, _ gradients: AlignedBuffer
  ) {
    let m = layout
    let (transposes, g) = (weights.backwardFactors, gradients.pointer)
    // The gradient of the skip sum, the same for all blocks.
    var dSkip: (rows: Factor, alongTime: Factor)?
    if rows.lowerBound >= inputOffset.last! {
      let factor = Factor(dSkips.pointer + (rows.lowerBound - inputOffset.last!) * m.sp, m.sp)
      dSkip = (factor, products.alongTime(rows.count, m.sp, factor, into: pairs[3]))
    }
    // Gradients of the block's output and of its input, [tile, rp].
    var (dOut, dIn) = (dx[0].pointer, dx[1].pointer)
    for block in (0..<m.blocks).reversed() {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let local = first - rows.lowerBound
      let count = rows.upperBound - first
      if count > 0 {
        backwardGate(block, first, count, dOut + local * m.rp, dSkip, transposes, g)
      }
      // The block's input at t feeds its output at t (residual), and its pre-activations at t + shift of every tap.
      let firstIn = max(rows.lowerBound, inputOffset[block])
      if firstIn < rows.upperBound {
        let rowsIn = rows.upperBound - firstIn
        let target = dIn + (firstIn - rows.lowerBound) * m.rp
        target.update(repeating: 0, count: rowsIn * m.rp)
        if block + 1 < m.blocks && count > 0 {
          (dIn + local * m.rp).update(from: dOut + local * m.rp, count: count * m.rp)
        }
        for tap in 0..<m.k {
          let shift = (m.k - 1 - tap) * dilations[block]
          let from = max(firstIn, inputOffset[block + 1] - shift)
          let to = min(rows.upperBound, codes.count - shift)
          if from >= to { continue }
          let out = dIn + (from - rows.lowerBound) * m.rp
          products.multiply(
            to - from, m.rp, 2 * m.dp, Factor(gates[block].pointer + (from + shift) * 2 * m.dp, 2 * m.dp),
            transposes + m.dilatedT[block][tap], m.rp, initial: out, m.rp, into: out, m.rp,
            far: shift > 0 ? .factor : [])
        }
      }
      swap(&dOut, &dIn)
    }
    for t in rows {
      kernels.add(m.rp, dOut + (t - rows.lowerBound) * m.rp, g + m.embedding + Int(codes[t]) * m.rp)
    }
  }

  /// `count` positions of one block from `first` on: from the gradients of its output `dOut` [count, rp] and of the skip sum
  /// (none before logits begin) to that of its pre-activations, into `gates`; adds the gradients of its weights.
  private func backwardGate(
    _ block: Int, _ first: Int, _ count: Int, _ dOut: Floats, _ dSkip: (rows: Factor, alongTime: Factor)?,
    _ transposes: UnsafePointer<Float>, _ g: Floats
  ) {
    let m = layout
    let da = gates[block].pointer + first * 2 * m.dp
    let dz = dzBlock.pointer
    kernels.gateProduct(count, m.dp, da, zBlock.pointer, m.dp)
    let z = products.alongTime(
      count, m.dp, products.rounded(count, m.dp, zBlock.pointer, m.dp), into: pairs[0])
    if let dSkip {
      products.multiply(
        count, m.dp, m.s, dSkip.rows, transposes + m.skipT[block], m.dp,
        initial: zeros.pointer, 0, into: dz, m.dp)
      products.accumulate(
        m.d, m.sp, count, z, dSkip.alongTime, into: g + m.skip + block * m.dp * m.sp, m.sp)
    } else {
      dz.update(repeating: 0, count: count * m.dp)
    }
    if block + 1 < m.blocks {
      let rows = products.rounded(count, m.rp, dOut, m.rp, into: factors[0])
      products.multiply(
        count, m.dp, m.r, rows, transposes + m.residualT[block], m.dp, initial: dz, m.dp, into: dz, m.dp)
      products.accumulate(
        m.d, m.rp, count, z, products.alongTime(count, m.rp, rows, into: pairs[1]),
        into: g + m.residual[block], m.rp)
      kernels.sumRows(count, m.rp, dOut, m.rp, g + m.residualBias[block])
    }
    kernels.gateBackward(count, m.dp, da, dz, m.dp)
    kernels.sumRows(count, 2 * m.dp, da, 2 * m.dp, g + m.dilatedBias[block])
    let daAlongTime = products.alongTime(
      count, 2 * m.dp, products.rounded(count, 2 * m.dp, da, 2 * m.dp), into: pairs[1])
    for tap in 0..<m.k {
      let shift = (m.k - 1 - tap) * dilations[block]
      products.accumulate(
        m.r, 2 * m.dp, count, products.alongTime(count, m.rp, input(block, first - shift), into: pairs[0]),
        daAlongTime, into: g + m.dilated[block][tap], 2 * m.dp, far: .factor)
    }
  }
}
