// The arithmetic of one block for a few rows at a time: time steps of one clip (priming) or one time step of several clips
// (generation). Rows with one weight read each. What follows the blocks is in BlockRunner+Head. Order of accumulation: see
// CKernels.h. Slow twin: NaiveGenerator.
package import Kernels

/// Weights plus the scratch of one thread.
package final class BlockRunner {
  let weights: PackedWeights
  /// [K-1] first rows of each past tap's input, oldest first, encoded; rows are `queueRow` apart. Set by the caller before
  /// `pastTaps`.
  let past: UnsafeMutablePointer<UnsafePointer<Float>>
  /// [rows, 2D'] for `pastTaps` and `block`.
  let preactivations: Floats
  /// [rows, zRow]: gated outputs of a group of blocks, encoded, `gatedCount` floats each. For one row [groups, zRow].
  private let gated: Floats
  /// [rows, S']
  let skips: Floats
  /// [rows, H']
  let hidden: Floats
  /// [rows, Q], written by `head`.
  package let logits: Floats

  let kernels: KernelTable
  let arithmetic: Arithmetic
  let outputArithmetic: Arithmetic
  let rectified: Floats  // [rows, max(S', H')]
  let encoded: Floats  // [rows, what the head's products read]
  let encodedRow: Int
  let largest: Floats  // [rows], of `rectified` rows (int8)
  let active: Floats  // one row's inputs that are not zero, as `Arithmetic.rectify` leaves them
  let places: UnsafeMutablePointer<Int32>  // which ones they are
  let arena: UnsafePointer<Float>
  let blockCount: Int
  let zRow: Int
  private let groupStride: Int  // from one group's gated outputs to the next one's
  let gatedCount: Int
  private let group: Int  // blocks per skip product
  let groupCount: Int
  let r: Int, d: Int, s: Int, h: Int, q: Int, taps: Int
  let pr: Int, pd: Int, ps: Int, ph: Int
  private let scratch: AlignedBuffer
  let blocks: UnsafeMutablePointer<PackedWeights.Block>
  private let fused: UnsafeMutablePointer<BlockWeights>
  let queueRow: Int

  /// Scratch for up to `rows` rows.
  package init(_ weights: PackedWeights, rows: Int) {
    precondition(rows > 0, "\(rows) rows")
    let c = weights.configuration
    self.weights = weights
    kernels = weights.kernels
    arithmetic = weights.arithmetic
    outputArithmetic = weights.outputArithmetic
    (r, d, s, h) = (c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels)
    (q, taps) = (c.quantizationLevels, c.kernelSize)
    (pr, pd, ps, ph) = (weights.paddedR, weights.paddedD, weights.paddedS, weights.paddedH)
    blockCount = c.blockCount
    group = weights.skipBlocks
    groupCount = weights.skips.count
    gatedCount = arithmetic.gatedCount(pd)
    zRow = weights.gatedRow
    queueRow = weights.queueRow
    encodedRow = max(arithmetic.rowCount(k: s), outputArithmetic.rowCount(k: h))
    let widest = max(ps, ph)
    let gatedRows = rows == 1 ? groupCount : rows
    groupStride = rows == 1 ? zRow : 0
    scratch = AlignedBuffer(
      count: gatedRows * zRow + rows * (2 * pd + ps + ph + q + widest + encodedRow) + widest + 16
        + KernelTable.padded(rows))
    places = .allocate(capacity: widest + 16)
    places.initialize(repeating: 0, count: widest + 16)
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * pd
    skips = gated + gatedRows * zRow
    hidden = skips + rows * ps
    logits = hidden + rows * ph
    rectified = logits + rows * q
    encoded = rectified + rows * widest
    active = encoded + rows * encodedRow
    largest = active + widest + 16
    arena = UnsafePointer(weights.arena.pointer)
    past = .allocate(capacity: taps)
    past.initialize(repeating: arena, count: taps)
    blocks = .allocate(capacity: blockCount)
    fused = .allocate(capacity: blockCount)
    for (i, block) in weights.blocks.enumerated() {
      (blocks + i).initialize(to: block)
      let hasResidual = i < blockCount - 1
      (fused + i).initialize(
        to: BlockWeights(
          r: r, d: d, s: s, scale: block.inputScale, tap: arena + block.currentTap,
          residual: hasResidual ? arena + block.residual : nil,
          residualBias: hasResidual ? arena + block.residualBias : nil,
          skip: group == 1 ? arena + weights.skips[i] : nil,
          skipStart: i == 0 ? arena + weights.skipBias : nil))
    }
  }

  deinit {
    past.deallocate()
    places.deallocate()
    blocks.deallocate()
    fused.deallocate()
  }

  /// The blocks of group `index`.
  @inline(__always)
  func blocks(ofGroup index: Int) -> Range<Int> { index * group..<min((index + 1) * group, blockCount) }

  /// Where the blocks of a group put their gated outputs.
  @inline(__always)
  func z(_ group: Int) -> Floats { gated + group * groupStride }

  /// Puts a block's input [m, R'] into `rows` [m, queueRow] as the queues hold it.
  @inline(__always)
  func encodeInput(_ index: Int, rows m: Int, _ input: UnsafePointer<Float>, into rows: Floats) {
    arithmetic.encode(m, r, input, pr, scale: blocks[index].inputScale, rows, queueRow)
  }

  /// Bias and past taps of `m` rows of block `index`, whose rows are in `past`: `output` [m, 2D'].
  @inline(__always)
  func pastTaps(_ index: Int, rows m: Int, output: Floats) {
    var panels = arena + blocks[index].pastTaps
    var initial = arena + blocks[index].dilatedBias
    var ldi = 0
    for tap in 0..<taps - 1 {
      arithmetic.product(m, 2 * pd, r, panels, past[tap], queueRow, initial, ldi, output, 2 * pd)
      panels += weights.tapStride
      initial = UnsafePointer(output)
      ldi = 2 * pd
    }
  }

  /// One block on rows of `input` [m, R']. `row` [m, queueRow] becomes them encoded. `sums` [m, 2D'] is what `pastTaps` made
  /// of them, and is overwritten. `z` [m, zRow] becomes the gated output, encoded, and `output` [m, R'] the next block's
  /// input (not for the last block; must not overlap `input`). One row's share of `skips` is added too in groups of one.
  @inline(__always)
  func block(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded row: Floats, sums a: Floats, z: Floats,
    output: Floats
  ) {
    if m > 1 {
      encodeInput(index, rows: m, input, into: row)
      return encodedBlock(index, rows: m, input: input, encoded: row, sums: a, z: z, output: output)
    }
    arithmetic.block(fused + index, input, row, a, z, output, skips)
  }

  /// The same on rows that are `encoded` already, step by step.
  @inline(__always)
  func encodedBlock(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded row: UnsafePointer<Float>, sums a: Floats,
    z: Floats, output: Floats
  ) {
    let block = blocks[index]
    arithmetic.product(m, 2 * pd, r, arena + block.currentTap, row, queueRow, a, 2 * pd, a, 2 * pd)
    arithmetic.gate(m, pd, a, z, zRow)
    if index == blockCount - 1 { return }
    arithmetic.productGated(
      m, pr, d, arena + block.residual, z, zRow, arena + block.residualBias, 0, output, pr)
    kernels.add(m * pr, input, output)
  }
}
