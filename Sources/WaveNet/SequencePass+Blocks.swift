// The blocks over one tile of time: forward, and backward. Within a tile the blocks follow one another.
internal import Kernels

extension SequencePass {
  /// Rows of block i's input from position t on, as an operand.
  @inline(__always)
  func input(_ block: Int, _ t: Int) -> Operand {
    let width = products.width(dims.rp)
    return Operand(x[block].pointer + t * width, width)
  }

  /// Where block i's input of float32 [rp] is at position t: in x itself unless that is rounded.
  private func stream(_ block: Int, _ t: Int, _ rows: Range<Int>) -> Floats {
    products.isRounded
      ? streams[block & 1].pointer + (t - rows.lowerBound) * dims.rp : x[block].pointer + t * dims.rp
  }

  /// Keeps `count` rows of block i's input from position t on.
  private func keepInput(_ block: Int, _ t: Int, _ count: Int, _ rows: Range<Int>) {
    if !products.isRounded { return }
    let width = products.width(dims.rp)
    kernels.roundRows(
      count, dims.rp, stream(block, t, rows), dims.rp, x[block].pointer + t * width, width)
  }

  /// One tile through all blocks: x and gates of the whole sequence are written at `rows`, z for the tile.
  func forwardBlocks(_ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: SequenceWeights) {
    let m = layout
    let (w, matrices) = (UnsafePointer(weights.forward.pointer), weights.forwardOperands)
    for t in rows {
      stream(0, t, rows).update(from: w + m.embedding + Int(codes[t]) * dims.rp, count: dims.rp)
    }
    keepInput(0, rows.lowerBound, rows.count, rows)
    let zWidth = products.width(dims.l * dims.dp)
    for block in 0..<dims.l {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let count = rows.upperBound - first
      if count <= 0 { continue }
      let a = gates[block].pointer + first * 2 * dims.dp
      for tap in 0..<dims.k {  // the oldest tap first; the chain of additions starts at the bias
        let shift = (dims.k - 1 - tap) * dilations[block]
        let far: Far = tap == 0 ? [.factor, .result] : shift > 0 ? .factor : []
        products.multiply(
          count, 2 * dims.dp, dims.r, input(block, first - shift), matrices + m.dilated[block][tap],
          2 * dims.dp,
          initial: tap == 0 ? w + m.dilatedBias[block] : UnsafePointer(a), tap == 0 ? 0 : 2 * dims.dp,
          into: a, 2 * dims.dp, far: far)
      }
      let zRows = z.pointer + (first - rows.lowerBound) * zWidth + products.width(block * dims.dp)
      if products.isRounded {
        kernels.gateForward(count, dims.dp, a, zBlock.pointer, dims.dp)
        kernels.roundRows(count, dims.dp, zBlock.pointer, dims.dp, zRows, zWidth)
      } else {
        kernels.gateForward(count, dims.dp, a, zRows, zWidth)
      }
      if block + 1 == dims.l { continue }
      let next = stream(block + 1, first, rows)
      // The chain of additions starts at the bias, then the products, and the block's input is added last.
      products.multiply(
        count, dims.rp, dims.d, Operand(zRows, zWidth), matrices + m.residual[block], dims.rp,
        initial: w + m.residualBias[block], 0, into: next, dims.rp, far: .result)
      kernels.add(count * dims.rp, stream(block, first, rows), next)
      keepInput(block + 1, first, count, rows)
    }
  }

  // MARK: - backward

  /// One tile back through all blocks: adds the gradients of their weights and of the embedding. Tiles come last one first.
  func backwardBlocks(
    _ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: SequenceWeights,
    _ gradients: AlignedBuffer
  ) {
    let m = layout
    let (transposes, g) = (weights.backwardOperands, gradients.pointer)
    // The gradient of the skip sum, the same for all blocks.
    var dSkip: (rows: Operand, alongTime: Operand)?
    if rows.lowerBound >= inputOffset.last! {
      let operand = Operand(dSkips.pointer + (rows.lowerBound - inputOffset.last!) * dims.sp, dims.sp)
      dSkip = (operand, products.alongTime(rows.count, dims.sp, operand, into: pairs[3]))
    }
    // Gradients of the block's output and of its input, [tile, rp].
    var (dOut, dIn) = (dx[0].pointer, dx[1].pointer)
    for block in (0..<dims.l).reversed() {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let local = first - rows.lowerBound
      let count = rows.upperBound - first
      if count > 0 {
        backwardGate(block, first, count, dOut + local * dims.rp, dSkip, transposes, g)
      }
      // The block's input at t feeds its output at t (residual), and its pre-activations at t + shift of every tap.
      let firstIn = max(rows.lowerBound, inputOffset[block])
      if firstIn < rows.upperBound {
        let rowsIn = rows.upperBound - firstIn
        let target = dIn + (firstIn - rows.lowerBound) * dims.rp
        target.update(repeating: 0, count: rowsIn * dims.rp)
        if block + 1 < dims.l && count > 0 {
          (dIn + local * dims.rp).update(from: dOut + local * dims.rp, count: count * dims.rp)
        }
        for tap in 0..<dims.k {
          let shift = (dims.k - 1 - tap) * dilations[block]
          let from = max(firstIn, inputOffset[block + 1] - shift)
          let to = min(rows.upperBound, codes.count - shift)
          if from >= to { continue }
          let out = dIn + (from - rows.lowerBound) * dims.rp
          products.multiply(
            to - from, dims.rp, 2 * dims.dp,
            Operand(gates[block].pointer + (from + shift) * 2 * dims.dp, 2 * dims.dp),
            transposes + m.dilatedT[block][tap], dims.rp, initial: out, dims.rp, into: out, dims.rp,
            far: shift > 0 ? .factor : [])
        }
      }
      swap(&dOut, &dIn)
    }
    for t in rows {
      kernels.add(dims.rp, dOut + (t - rows.lowerBound) * dims.rp, g + m.embedding + Int(codes[t]) * dims.rp)
    }
  }

  /// `count` positions of one block from `first` on: from the gradients of its output `dOut` [count, rp] and of the skip sum
  /// (none before logits begin) to that of its pre-activations, into `gates`; adds the gradients of its weights.
  private func backwardGate(
    _ block: Int, _ first: Int, _ count: Int, _ dOut: Floats, _ dSkip: (rows: Operand, alongTime: Operand)?,
    _ transposes: UnsafePointer<Float>, _ g: Floats
  ) {
    let m = layout
    let da = gates[block].pointer + first * 2 * dims.dp
    let dz = dzBlock.pointer
    kernels.gateProduct(count, dims.dp, da, zBlock.pointer, dims.dp)
    let z = products.alongTime(
      count, dims.dp, products.rounded(count, dims.dp, zBlock.pointer, dims.dp), into: pairs[0])
    if let dSkip {
      products.multiply(
        count, dims.dp, dims.s, dSkip.rows, transposes + m.skipT[block], dims.dp,
        initial: zeros.pointer, 0, into: dz, dims.dp)
      products.accumulate(
        dims.d, dims.sp, count, z, dSkip.alongTime, into: g + m.skip + block * dims.dp * dims.sp, dims.sp)
    } else {
      dz.update(repeating: 0, count: count * dims.dp)
    }
    if block + 1 < dims.l {
      let rows = products.rounded(count, dims.rp, dOut, dims.rp, into: roundedRows[0])
      products.multiply(
        count, dims.dp, dims.r, rows, transposes + m.residualT[block], dims.dp, initial: dz, dims.dp,
        into: dz, dims.dp)
      products.accumulate(
        dims.d, dims.rp, count, z, products.alongTime(count, dims.rp, rows, into: pairs[1]),
        into: g + m.residual[block], dims.rp)
      kernels.sumRows(count, dims.rp, dOut, dims.rp, g + m.residualBias[block])
    }
    kernels.gateBackward(count, dims.dp, da, dz, dims.dp)
    kernels.sumRows(count, 2 * dims.dp, da, 2 * dims.dp, g + m.dilatedBias[block])
    let daAlongTime = products.alongTime(
      count, 2 * dims.dp, products.rounded(count, 2 * dims.dp, da, 2 * dims.dp), into: pairs[1])
    for tap in 0..<dims.k {
      let shift = (dims.k - 1 - tap) * dilations[block]
      products.accumulate(
        dims.r, 2 * dims.dp, count,
        products.alongTime(count, dims.rp, input(block, first - shift), into: pairs[0]),
        daAlongTime, into: g + m.dilated[block][tap], 2 * dims.dp, far: .factor)
    }
  }
}
