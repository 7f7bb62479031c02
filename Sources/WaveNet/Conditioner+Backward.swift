// Back from the gradients of the blocks' biases to everything that makes them, over frames. Called after `hear` for the same
// conditions and frames. Slow twin: ReferenceWaveNet+Told in Tests/TestSupport (Double).
internal import Kernels
internal import Signal

extension Conditioner {
  /// dY [frames, cp] of dBiases [frames, L * 2dp]; adds the gradients of the dilated biases and the condition weights.
  /// - weights: the buffer that `MatrixLayout`'s transposes are in.
  /// - g: gradients, in the layout of the forward matrices.
  func biasesBackward(
    frames: Int, _ y: AlignedBuffer, _ weights: UnsafePointer<Float>, dBiases: Rows,
    _ g: UnsafeMutablePointer<Float>
  ) -> AlignedBuffer {
    let (cp, width) = (dims.cp, dims.l * 2 * dims.dp)
    // The biases of all blocks lie one behind the other.
    kernels.sumRows(rows: frames, columns: width, dBiases, addingTo: g + layout.dilatedBias[0])
    let dCondition = MutableRows(g + condition.blocks, stride: width)
    kernels.gemm(
      m: dims.c, n: width, k: frames, Rows(y.rows(of: cp)), transposing: true, dBiases,
      initial: Rows(dCondition), into: dCondition)
    let dY = AlignedBuffer(count: frames * cp)
    kernels.gemm(
      m: frames, n: cp, k: width, dBiases, Rows(weights + condition.blocksT, stride: cp),
      initial: Rows(dY.rows(of: cp)), into: dY.rows(of: cp))
    return dY
  }

  /// Adds the gradients of the labels' rows and of both layers.
  func hearBackward(
    _ told: Conditions, frames: Range<Int>, _ weights: UnsafePointer<Float>, dY: AlignedBuffer,
    _ g: UnsafeMutablePointer<Float>
  ) {
    let cp = dims.cp
    if !told.labels.isEmpty {
      let sum = AlignedBuffer(count: cp)
      kernels.sumRows(rows: frames.count, columns: cp, Rows(dY.rows(of: cp)), addingTo: sum.pointer)
      let dLabels = MutableRows(g + condition.labels, stride: cp)
      told.labels.withUnsafeBufferPointer { shares in
        kernels.gemm(
          m: dims.labels, n: cp, k: 1, Rows(shares.baseAddress!, stride: dims.labels), transposing: true,
          Rows(sum.rows(of: cp)), initial: Rows(dLabels), into: dLabels)
      }
    }
    if rows == 0 { return }
    // dy of the controls' rows: zero for those that are read only as another's neighbour.
    let (dOut, dHidden) = (AlignedBuffer(count: rows * cp), AlignedBuffer(count: rows * cp))
    for frame in frames where frame < told.firstFrame + rows {
      (dOut.pointer + (frame - told.firstFrame) * cp).update(
        from: dY.pointer + (frame - frames.lowerBound) * cp, count: cp)
    }
    layerBackward(1, Rows(hidden.rows(of: cp)), inputs: dims.c, dOut: dOut, g)
    let (dOutRows, dHiddenRows) = (Rows(dOut.rows(of: cp)), dHidden.rows(of: cp))
    forEachTap { tap, count, input, output in
      let sums = dHiddenRows.rows(from: input)
      kernels.gemm(
        m: count, n: cp, k: dims.c, dOutRows.rows(from: output),
        Rows(weights + condition.tapsT[tap], stride: cp), initial: Rows(sums), into: sums)
    }
    kernels.reluBackward(count: rows * cp, hidden.pointer, inPlace: dHidden.pointer)
    told.controls.withUnsafeBufferPointer { controls in
      layerBackward(0, Rows(controls.baseAddress!, stride: dims.f), inputs: dims.f, dOut: dHidden, g)
    }
  }

  /// Adds the gradients of a layer's weights and bias, dOut [rows, cp] being that of its output.
  private func layerBackward(
    _ index: Int, _ x: Rows, inputs: Int, dOut: AlignedBuffer, _ g: UnsafeMutablePointer<Float>
  ) {
    let (cp, dRows) = (dims.cp, Rows(dOut.rows(of: dims.cp)))
    kernels.sumRows(rows: rows, columns: cp, dRows, addingTo: g + condition.biases[index])
    forEachTap { tap, count, input, output in
      let dWeight = MutableRows(g + condition.taps[index][tap], stride: cp)
      kernels.gemm(
        m: inputs, n: cp, k: count, x.rows(from: input), transposing: true, dRows.rows(from: output),
        initial: Rows(dWeight), into: dWeight)
    }
  }
}
