// What a generator keeps of a finished model for what it is told: the matrices that a Conditioner reads, without all others.
package import Kernels

/// Matrices of the layers over frames, of the labels and of the blocks' shares, and the blocks' biases. Never written again.
package final class ConditionMatrices: Sendable {
  let layout: MatrixLayout
  /// Places in `matrices`, which are not those of `layout`.
  let condition: MatrixLayout.Condition
  let dilatedBias: Int
  /// Samples of a frame.
  package let frameSamples: Int
  package let matrices: AlignedBuffer
  /// The blocks' shares again, as the product of a whole frame reads them fastest: panels [C, L * 2dp] of `Arithmetic`.
  private let panels: AlignedBuffer
  private let arithmetic: Arithmetic
  private let kernels: KernelTable

  /// nil of a model that is told nothing.
  package init?(_ model: Model, kernels: KernelTable) {
    guard let conditioning = model.configuration.conditioning else { return nil }
    let all = SequenceWeights(model)
    layout = all.layout
    let (range, count) = (all.layout.condition!.range, all.layout.dims.l * 2 * all.layout.dims.dp)
    condition = all.layout.condition!.moved(by: -range.lowerBound)
    (dilatedBias, frameSamples) = (range.count, conditioning.frameSamples)
    matrices = AlignedBuffer(count: range.count + count)
    matrices.pointer.update(from: all.forward.pointer + range.lowerBound, count: range.count)
    (matrices.pointer + dilatedBias).update(
      from: all.forward.pointer + all.layout.dilatedBias[0], count: count)

    (self.kernels, arithmetic) = (kernels, Arithmetic(.f32, kernels))
    let c = all.layout.dims.c
    panels = AlignedBuffer(count: arithmetic.packedCount(outputs: count, inputs: c))
    let transposed = AlignedBuffer(count: count * c)  // [L * 2dp, C]
    let told = Rows(matrices.pointer + condition.blocks, stride: count)
    for output in 0..<count { for i in 0..<c { transposed[output * c + i] = told[i][output] } }
    arithmetic.pack(outputs: count, inputs: c, Rows(transposed.rows(of: c)), into: panels.pointer)
  }

  /// Counts and padded counts.
  package var dims: Dimensions { layout.dims }
  /// The biases of blocks that are told nothing, one below the other, [L * 2dp].
  package var plain: UnsafePointer<Float> { UnsafePointer(matrices.pointer + dilatedBias) }

  /// Biases of all blocks, one below the other, [frames, L * 2dp], of y [frames, cp]: the bits of `Conditioner.biases`.
  package func biases(frames: Int, _ y: Rows, into out: MutableRows) {
    arithmetic.product(
      rows: frames, outputs: dims.l * 2 * dims.dp, inputs: dims.c, weights: panels.pointer, y,
      initial: .repeating(plain), into: out)
  }

  /// The same of one block, [frames, 2dp].
  package func biases(frames: Int, _ y: Rows, block: Int, into out: MutableRows) {
    let row = 2 * dims.dp
    let told = Rows(matrices.pointer + condition.blocks, stride: dims.l * row)
    kernels.gemm(
      m: frames, n: row, k: dims.c, y, told.columns(from: block * row),
      initial: .repeating(plain + block * row), into: out)
  }
}

extension MatrixLayout.Condition {
  /// The same in another buffer, without the transposes.
  fileprivate func moved(by shift: Int) -> Self {
    MatrixLayout.Condition(
      labels: labels + shift, taps: taps.map { $0.map { $0 + shift } }, biases: biases.map { $0 + shift },
      blocks: blocks + shift, range: range.lowerBound + shift..<range.upperBound + shift)
  }
}
