// A model's weights in the order in which generation reads them: one arena, built once, never written again. What every clip
// starts from is computed with them: RestState.swift; both together are a PackedModel.
internal import Kernels
internal import WaveNet

/// Packed weights, and what each block's arithmetic reads of them. See `PackedLayout`.
///
/// `@unchecked Sendable`: nothing is written after `init`; the tables of pointers lead into `arena`.
final class PackedWeights: @unchecked Sendable {
  /// What the products of one block read, in the arena.
  struct Block {
    /// What its input is multiplied by before it is rounded to integers (int8).
    let inputScale: Float
    let dilatedBias: UnsafePointer<Float>  // [2dp]
    let pastTaps: UnsafePointer<Float>  // K-1 panels [R, 2dp], `tapStride` apart
    let currentTap: UnsafePointer<Float>  // panels [R, 2dp]
    let residual: UnsafePointer<Float>  // panels [D, rp]; not of the last block
    let residualBias: UnsafePointer<Float>  // [rp]; not of the last block
  }

  let layout: PackedLayout
  let precision: Precision
  let kernels: KernelTable
  let arena: AlignedBuffer
  let blocks: UnsafePointer<Block>  // [L]
  /// The same for the kernel that does a whole block for one row. [L]
  let fused: UnsafePointer<BlockWeights>

  /// - Parameters: see `PackedModel`
  init(_ model: Model, precision: Precision, kernels: KernelTable, clips: Int, skipBlocks: Int?) {
    let dims = Dimensions(model.configuration)
    let group = PackedLayout.group(
      dims, skipBlocks, tiles: precision == .bf16 && clips >= Arithmetic.rowsOfTile && kernels.hasTiles)
    let arithmetic = precision.arithmetic(kernels, rows: clips, dims, group: group)
    let layout = PackedLayout(
      dims, arithmetic, precision.outputArithmetic(arithmetic, kernels, rows: clips), skipBlocks: group)
    (self.layout, self.precision, self.kernels) = (layout, precision, kernels)
    arena = AlignedBuffer(count: layout.count)
    let scales =
      precision == .int8
      ? InputBounds(model).ofBlocks.map { Arithmetic.largestWhole / $0 }
      : layout.blocks.map { _ in 1 }
    layout.fill(arena, from: model, inputScales: scales)

    let base = UnsafePointer(arena.pointer)
    let blocks = UnsafeMutablePointer<Block>.allocate(capacity: dims.l)
    let fused = UnsafeMutablePointer<BlockWeights>.allocate(capacity: dims.l)
    for (i, block) in layout.blocks.enumerated() {
      (blocks + i).initialize(
        to: Block(
          inputScale: scales[i], dilatedBias: base + block.dilatedBias, pastTaps: base + block.pastTaps,
          currentTap: base + block.currentTap, residual: base + block.residual,
          residualBias: base + block.residualBias))
      let hasResidual = i < dims.l - 1
      (fused + i).initialize(
        to: BlockWeights(
          r: dims.r, d: dims.d, s: dims.s, scale: scales[i], tap: base + block.currentTap,
          residual: hasResidual ? base + block.residual : nil,
          residualBias: hasResidual ? base + block.residualBias : nil,
          skip: layout.skipBlocks == 1 ? base + layout.skips[i] : nil,
          skipStart: i == 0 ? base + layout.skipBias : nil))
    }
    (self.blocks, self.fused) = (UnsafePointer(blocks), UnsafePointer(fused))
  }

  deinit {
    blocks.deallocate()
    fused.deallocate()
  }

  /// Row of `code` in the embedding. [rp]
  @inline(__always)
  func embedding(_ code: UInt16) -> UnsafePointer<Float> {
    UnsafePointer(arena.pointer) + layout.embedding + Int(code) * layout.dims.rp
  }
}
