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
    checkCodes(codes)
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
    guard let transposes = weights.backward else { preconditionFailure("matrices without transposes") }
    let (wT, g) = (UnsafePointer(transposes.pointer), gradients.pointer)
    let width = m.blocks * m.dp
    let end = codes.count
    let hasLogits = rows.lowerBound >= inputOffset.last!

    // z of the tile once more; and the skip sum's share of dz and of the weights' gradients, all blocks at once.
    for block in 0..<m.blocks {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      if first >= rows.upperBound { continue }
      kernels.gateProduct(
        rows.upperBound - first, m.dp, gates[block].pointer + first * 2 * m.dp,
        z.pointer + (first - rows.lowerBound) * width + block * m.dp, width)
    }
    if hasLogits {
      let dSkip = dSkips.pointer + (rows.lowerBound - inputOffset.last!) * m.sp
      kernels.gemm(
        rows.count, width, m.s, dSkip, m.sp, 1, wT + m.skipT, width, zeros.pointer, 0, dz.pointer, width)
      kernels.gemm(
        width, m.sp, rows.count, z.pointer, 1, width, dSkip, m.sp, g + m.skip, m.sp, g + m.skip, m.sp)
    } else {
      dz.pointer.update(repeating: 0, count: rows.count * width)
    }

    // Gradients of the block's output and of its input, [tile, rp].
    var (dOut, dIn) = (dx[0].pointer, dx[1].pointer)
    for block in (0..<m.blocks).reversed() {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let local = first - rows.lowerBound
      let count = rows.upperBound - first
      let last = block + 1 == m.blocks
      if count > 0 {
        let dzBlock = dz.pointer + local * width + block * m.dp
        let dOutRows = dOut + local * m.rp
        if !last {
          kernels.gemm(
            count, m.dp, m.r, dOutRows, m.rp, 1, wT + m.residualT[block], m.dp, dzBlock, width, dzBlock, width
          )
          kernels.gemm(
            m.d, m.rp, count, z.pointer + local * width + block * m.dp, 1, width, dOutRows, m.rp,
            g + m.residual[block], m.rp, g + m.residual[block], m.rp)
          kernels.sumRows(count, m.rp, dOutRows, m.rp, g + m.residualBias[block])
        }
        let da = gates[block].pointer + first * 2 * m.dp
        kernels.gateBackward(count, m.dp, da, dzBlock, width)
        kernels.sumRows(count, 2 * m.dp, da, 2 * m.dp, g + m.dilatedBias[block])
        for tap in 0..<m.k {
          let shift = (m.k - 1 - tap) * dilations[block]
          kernels.gemm(
            m.r, 2 * m.dp, count, x[block].pointer + (first - shift) * m.rp, 1, m.rp, da, 2 * m.dp,
            g + m.dilated[block][tap], 2 * m.dp, g + m.dilated[block][tap], 2 * m.dp)
        }
      }
      // The block's input at t feeds its output at t (residual), and its pre-activations at t + shift of every tap.
      let firstIn = max(rows.lowerBound, inputOffset[block])
      if firstIn < rows.upperBound {
        let rowsIn = rows.upperBound - firstIn
        let target = dIn + (firstIn - rows.lowerBound) * m.rp
        target.update(repeating: 0, count: rowsIn * m.rp)
        if !last && count > 0 {
          (dIn + local * m.rp).update(from: dOut + local * m.rp, count: count * m.rp)
        }
        for tap in 0..<m.k {
          let shift = (m.k - 1 - tap) * dilations[block]
          let from = max(firstIn, inputOffset[block + 1] - shift)
          let to = min(rows.upperBound, end - shift)
          if from >= to { continue }
          let out = dIn + (from - rows.lowerBound) * m.rp
          kernels.gemm(
            to - from, m.rp, 2 * m.dp, gates[block].pointer + (from + shift) * 2 * m.dp, 2 * m.dp, 1,
            wT + m.dilatedT[block][tap], m.rp, out, m.rp, out, m.rp)
        }
      }
      swap(&dOut, &dIn)
    }
    for t in rows {
      kernels.add(m.rp, dOut + (t - rows.lowerBound) * m.rp, g + m.embedding + Int(codes[t]) * m.rp)
    }
  }
}
