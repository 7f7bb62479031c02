// The blocks over one tile of time: forward, and backward. Within a tile the blocks follow one another.
internal import Kernels

extension SequencePass {
  /// Rows of block i's input from position t on, as an operand.
  @inline(__always)
  func input(_ block: Int, _ t: Int) -> Rows { Rows(x[block].rows(of: products.width(dims.rp), from: t)) }

  /// Rows of block i's input of float32 from position t on, [rp]: in x itself unless that is rounded.
  private func stream(_ block: Int, _ t: Int, _ rows: Range<Int>) -> MutableRows {
    products.isRounded
      ? streams[block & 1].rows(of: dims.rp, from: t - rows.lowerBound) : x[block].rows(of: dims.rp, from: t)
  }

  /// Keeps `count` rows of block i's input from position t on.
  private func keepInput(_ block: Int, _ t: Int, _ count: Int, _ rows: Range<Int>) {
    if !products.isRounded { return }
    products.round(
      rows: count, dims.rp, Rows(stream(block, t, rows)),
      into: x[block].rows(of: products.width(dims.rp), from: t))
  }

  /// One tile through all blocks: x and gates of the whole sequence are written at `rows`, z for the tile.
  func forwardBlocks(_ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: SequenceWeights) {
    let embedding = UnsafePointer(weights.forward.pointer) + layout.embedding
    for t in rows {
      stream(0, t, rows).start.update(from: embedding + Int(codes[t]) * dims.rp, count: dims.rp)
    }
    keepInput(0, rows.lowerBound, rows.count, rows)
    for block in 0..<dims.l {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      forEachPart(of: first..<max(first, rows.upperBound)) { forwardBlock(block, $0, ofTile: rows, weights) }
    }
  }

  /// Calls `body` for as many positions as had better go through a block at once, one part after the other.
  @inline(__always)
  private func forEachPart(of positions: Range<Int>, _ body: (Range<Int>) -> Void) {
    var start = positions.lowerBound
    while start < positions.upperBound {
      let end = start + min(products.rowsAtOnce, positions.upperBound - start)
      body(start..<end)
      start = end
    }
  }

  private func forwardBlock(
    _ block: Int, _ part: Range<Int>, ofTile rows: Range<Int>, _ weights: SequenceWeights
  ) {
    let m = layout
    let (w, matrices) = (UnsafePointer(weights.forward.pointer), weights.forwardOperands)
    let (first, count) = (part.lowerBound, part.count)
    let a = gates[block].rows(of: 2 * dims.dp, from: first)
    // The oldest tap first; the chain of additions starts at the bias.
    forEachBias(block, part, w) { run, bias in
      products.multiply(
        rows: run.count, n: 2 * dims.dp, k: dims.r,
        input(block, run.lowerBound - (dims.k - 1) * dilations[block]),
        Rows(matrices + m.dilated[block][0], stride: 2 * dims.dp), initial: .repeating(bias),
        into: gates[block].rows(of: 2 * dims.dp, from: run.lowerBound), cold: [.operand, .result])
    }
    for tap in 1..<dims.k {
      let shift = (dims.k - 1 - tap) * dilations[block]
      products.multiply(
        rows: count, n: 2 * dims.dp, k: dims.r, input(block, first - shift),
        Rows(matrices + m.dilated[block][tap], stride: 2 * dims.dp), initial: Rows(a), into: a,
        cold: shift > 0 ? .operand : [])
    }
    let zRows = z.rows(of: products.width(dims.l * dims.dp), from: first - rows.lowerBound).columns(
      from: products.width(block * dims.dp))
    let exact = products.isPaired ? zBlock.rows(of: dims.dp) : zRows
    kernels.gateForward(rows: count, channels: dims.dp, inPlace: a.start, into: exact)
    if products.isRounded { products.round(rows: count, dims.dp, Rows(exact), into: zRows) }
    if block + 1 == dims.l { return }
    let next = stream(block + 1, first, rows)
    // The chain of additions starts at the bias, then the products, and the block's input is added last.
    products.multiply(
      rows: count, n: dims.rp, k: dims.d, Rows(zRows), Rows(matrices + m.residual[block], stride: dims.rp),
      initial: .repeating(w + m.residualBias[block]), into: next, cold: .result)
    kernels.add(count: count * dims.rp, stream(block, first, rows).start, to: next.start)
    keepInput(block + 1, first, count, rows)
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
    var dSkip: (rows: Rows, alongTime: Rows)?
    if rows.lowerBound >= inputOffset.last! {
      let operand = Rows(dSkips.rows(of: dims.sp, from: rows.lowerBound - inputOffset.last!))
      dSkip = (operand, products.alongTime(rows: rows.count, dims.sp, operand, into: pairs[3]))
    }
    // Gradients of the block's output and of its input, [tile, rp].
    var (dOut, dIn) = (dx[0].rows(of: dims.rp), dx[1].rows(of: dims.rp))
    for block in (0..<dims.l).reversed() {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let local = first - rows.lowerBound
      let count = rows.upperBound - first
      if count > 0 {
        backwardGate(block, first, count, dOut.rows(from: local), dSkip, transposes, g)
      }
      // The block's input at t feeds its output at t (residual), and its pre-activations at t + shift of every tap.
      let firstIn = max(rows.lowerBound, inputOffset[block])
      forEachPart(of: firstIn..<max(firstIn, rows.upperBound)) { part in
        let start = max(part.lowerBound, first)
        dIn[part.lowerBound - rows.lowerBound].update(repeating: 0, count: part.count * dims.rp)
        if block + 1 < dims.l && start < part.upperBound {
          dIn[start - rows.lowerBound].update(
            from: dOut[start - rows.lowerBound], count: (part.upperBound - start) * dims.rp)
        }
        for tap in 0..<dims.k {
          let shift = (dims.k - 1 - tap) * dilations[block]
          let from = max(part.lowerBound, inputOffset[block + 1] - shift)
          let to = min(part.upperBound, codes.count - shift)
          if from >= to { continue }
          let out = dIn.rows(from: from - rows.lowerBound)
          products.multiply(
            rows: to - from, n: dims.rp, k: 2 * dims.dp,
            Rows(gates[block].rows(of: 2 * dims.dp, from: from + shift)),
            Rows(transposes + m.dilatedT[block][tap], stride: dims.rp), initial: Rows(out), into: out,
            cold: shift > 0 ? .operand : [])
        }
      }
      swap(&dOut, &dIn)
    }
    for t in rows {
      kernels.add(count: dims.rp, dOut[t - rows.lowerBound], to: g + m.embedding + Int(codes[t]) * dims.rp)
    }
  }

  /// `count` positions of one block from `first` on: from the gradients of its output `dOut` [count, rp] and of the skip sum
  /// (none before logits begin) to that of its pre-activations, into `gates`; adds the gradients of its weights.
  private func backwardGate(
    _ block: Int, _ first: Int, _ count: Int, _ dOut: MutableRows, _ dSkip: (rows: Rows, alongTime: Rows)?,
    _ transposes: UnsafePointer<Float>, _ g: UnsafeMutablePointer<Float>
  ) {
    let m = layout
    let (dp, sp, rp) = (dims.dp, dims.sp, dims.rp)
    let da = gates[block].rows(of: 2 * dp, from: first)
    let (zRows, dz) = (zBlock.rows(of: dp), dzBlock.rows(of: dp))
    // Of the residual layer, as an operand: the last block has none.
    let dResidual =
      block + 1 < dims.l ? products.rounded(rows: count, rp, Rows(dOut), into: roundedRows[0]) : nil
    forEachPart(of: 0..<count) { part in
      let (da, dz) = (da.rows(from: part.lowerBound), dz.rows(from: part.lowerBound))
      kernels.gateProduct(
        rows: part.count, channels: dp, da.start, into: zRows.rows(from: part.lowerBound))
      if let dSkip {
        products.multiply(
          rows: part.count, n: dp, k: dims.s, dSkip.rows.rows(from: part.lowerBound),
          Rows(transposes + m.skipT[block], stride: dp), initial: .repeating(zeros.pointer), into: dz)
      } else {
        dz.start.update(repeating: 0, count: part.count * dp)
      }
      if let dResidual {
        products.multiply(
          rows: part.count, n: dp, k: dims.r, dResidual.rows(from: part.lowerBound),
          Rows(transposes + m.residualT[block], stride: dp), initial: Rows(dz), into: dz)
      }
      kernels.gateBackward(rows: part.count, channels: dp, inPlace: da.start, dz: Rows(dz))
    }
    let z = products.alongTime(rows: count, dp, products.rounded(rows: count, dp, zRows), into: pairs[0])
    if let dSkip {
      products.accumulate(
        m: dims.d, n: sp, rows: count, z, dSkip.alongTime,
        into: MutableRows(g + m.skip + block * dp * sp, stride: sp))
    }
    if let dResidual {
      products.accumulate(
        m: dims.d, n: rp, rows: count, z, products.alongTime(rows: count, rp, dResidual, into: pairs[1]),
        into: MutableRows(g + m.residual[block], stride: rp))
      kernels.sumRows(rows: count, columns: rp, Rows(dOut), addingTo: g + m.residualBias[block])
    }
    forEachBiasGradient(block, first..<first + count, g) { run, dBias in
      kernels.sumRows(
        rows: run.count, columns: 2 * dp, Rows(da.rows(from: run.lowerBound - first)), addingTo: dBias)
    }
    let daAlongTime = products.alongTime(
      rows: count, 2 * dp, products.rounded(rows: count, 2 * dp, da), into: pairs[1])
    for tap in 0..<dims.k {
      let shift = (dims.k - 1 - tap) * dilations[block]
      products.accumulate(
        m: dims.r, n: 2 * dp, rows: count,
        products.alongTime(rows: count, rp, input(block, first - shift), into: pairs[0]), daAlongTime,
        into: MutableRows(g + m.dilated[block][tap], stride: 2 * dp), cold: .operand)
    }
  }
}
