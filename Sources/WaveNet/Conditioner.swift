// What a model is told, as its blocks hear it: two layers over frames and the labels' rows, then every block's share of it,
// a bias that holds for one frame. Computed per frame, not per sample. Order of accumulation: as everywhere, see CKernels.h.
// Slow twins: NaiveGenerator (the same bits), ReferenceWaveNet in Tests/TestSupport (Double).
package import Kernels
package import Signal

/// y of some frames of a clip, and from it the blocks' biases.
/// ```
/// hidden[frame] = relu(bias + sum over three taps of controls.0 x the frame before, the frame, the next)
/// y[frame] = (bias + sum over three taps of controls.1 x hidden) + (mixture of the labels' rows)
/// biases[frame, block] = dilated.bias + condition x y[frame]
/// ```
/// Frames outside the clip are zeros, before either layer. Without controls, and behind their last frame, y is the labels' part
/// alone; without that too it is 0, and biases are those of a model that is told nothing, to the bit. Backward: +Backward.
package final class Conditioner {
  let layout: MatrixLayout
  /// Places in the buffer that `weights` leads to.
  let condition: MatrixLayout.Condition
  let dilatedBias: Int  // [L * 2dp]
  let dims: Dimensions
  let kernels: KernelTable
  /// Samples of a frame.
  package let frameSamples: Int
  /// [rows, cp], of the last `hear`.
  private(set) var hidden: AlignedBuffer
  private(set) var y: AlignedBuffer
  /// The controls' rows, F floats each, of the last `hear`.
  private(set) var rows = 0

  /// A programmer error if the model is told nothing.
  package init(_ configuration: Configuration, kernels: KernelTable = .active) {
    guard let conditioning = configuration.conditioning else {
      preconditionFailure("a model that is told nothing")
    }
    layout = MatrixLayout(configuration)
    (condition, dims, frameSamples) = (layout.condition!, layout.dims, conditioning.frameSamples)
    dilatedBias = layout.dilatedBias[0]
    self.kernels = kernels
    (hidden, y) = (AlignedBuffer(count: 0), AlignedBuffer(count: 0))
  }

  /// For a finished model: `weights` of all functions is the pointer of `model.matrices`.
  package init(_ model: ConditionMatrices, kernels: KernelTable) {
    (layout, condition, dims) = (model.layout, model.condition, model.layout.dims)
    (dilatedBias, frameSamples) = (model.dilatedBias, model.frameSamples)
    self.kernels = kernels
    (hidden, y) = (AlignedBuffer(count: 0), AlignedBuffer(count: 0))
  }

  /// The part of the labels, [cp]. `weights`: see `hear`.
  private func labelRow(_ told: Conditions, _ weights: UnsafePointer<Float>) -> AlignedBuffer {
    let row = AlignedBuffer(count: dims.cp)
    precondition(
      told.labels.isEmpty || told.labels.count == dims.labels, "\(told.labels.count) labels of \(dims.labels)"
    )
    if told.labels.isEmpty { return row }
    told.labels.withUnsafeBufferPointer { shares in
      kernels.gemm(
        m: 1, n: dims.cp, k: dims.labels, Rows(shares.baseAddress!, stride: dims.labels),
        Rows(weights + condition.labels, stride: dims.cp), initial: Rows(row.rows(of: dims.cp)),
        into: row.rows(of: dims.cp))
    }
    return row
  }

  /// y of `frames` of the clip, [frames, cp].
  /// - Parameter weights: the buffer that `MatrixLayout`'s forward places are in.
  package func hear(
    _ told: Conditions, frames: Range<Int>, _ weights: UnsafePointer<Float>
  ) -> AlignedBuffer {
    let label = labelRow(told, weights)
    let result = AlignedBuffer(count: frames.count * dims.cp)
    for i in 0..<frames.count { (result.pointer + i * dims.cp).update(from: label.pointer, count: dims.cp) }
    rows = told.controls.count / max(1, dims.f)
    precondition(told.controls.count == rows * dims.f, "\(told.controls.count) values of \(dims.f) channels")
    if rows == 0 { return result }
    precondition(
      told.firstFrame >= 0
        && (told.firstFrame == 0 || frames.lowerBound >= told.firstFrame + Conditions.lookAhead),
      "frames from \(frames.lowerBound) on, controls from \(told.firstFrame) on")
    if hidden.count < rows * dims.cp {
      (hidden, y) = (AlignedBuffer(count: rows * dims.cp), AlignedBuffer(count: rows * dims.cp))
    }
    told.controls.withUnsafeBufferPointer { controls in
      layer(0, Rows(controls.baseAddress!, stride: dims.f), inputs: dims.f, weights, into: hidden)
    }
    kernels.relu(count: rows * dims.cp, hidden.pointer, into: hidden.pointer)
    layer(1, Rows(hidden.rows(of: dims.cp)), inputs: dims.c, weights, into: y)
    for frame in frames where frame < told.firstFrame + rows {
      let row = result.pointer + (frame - frames.lowerBound) * dims.cp
      kernels.add(count: dims.cp, y.pointer + (frame - told.firstFrame) * dims.cp, to: row)
    }
    return result
  }

  /// A layer over frames: the chain of additions starts at the bias; the frame before comes first.
  private func layer(
    _ index: Int, _ x: Rows, inputs: Int, _ weights: UnsafePointer<Float>, into out: AlignedBuffer
  ) {
    let cp = dims.cp
    for row in 0..<rows {
      (out.pointer + row * cp).update(from: weights + condition.biases[index], count: cp)
    }
    forEachTap { tap, count, input, output in
      let sums = out.rows(of: cp, from: output)
      kernels.gemm(
        m: count, n: cp, k: inputs, x.rows(from: input),
        Rows(weights + condition.taps[index][tap], stride: cp), initial: Rows(sums), into: sums)
    }
  }

  /// Calls `body` for each tap of a layer that meets any row: from row `input` on, `count` rows of its input add to as many
  /// of its output, from row `output` on. The others would meet the zeros outside.
  func forEachTap(_ body: (_ tap: Int, _ count: Int, _ input: Int, _ output: Int) -> Void) {
    for tap in 0..<3 {
      let shift = tap - 1  // frames
      if abs(shift) < rows { body(tap, rows - abs(shift), max(0, shift), max(0, -shift)) }
    }
  }

  /// Biases of all blocks, one below the other, [frames, L * 2dp], of y [frames, cp].
  package func biases(
    frames: Int, _ y: AlignedBuffer, _ weights: UnsafePointer<Float>, into out: MutableRows
  ) {
    let width = dims.l * 2 * dims.dp
    kernels.gemm(
      m: frames, n: width, k: dims.c, Rows(y.rows(of: dims.cp)),
      Rows(weights + condition.blocks, stride: width),
      initial: .repeating(weights + dilatedBias), into: out)
  }
}
