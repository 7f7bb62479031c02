// The arithmetic of one block for a few rows at a time: time steps of one clip (priming) or one time step of several clips
// (generation). Rows with one weight read each. What follows the blocks is in BlockRunner+Head. Order of accumulation: see
// CKernels.h. Slow twin: NaiveGenerator.
internal import Kernels
internal import WaveNet

/// Weights plus the scratch of one thread.
final class BlockRunner {
  let weights: PackedWeights
  // Of the weights; here since every step of every block reads them.
  let layout: PackedLayout
  let dims: Dimensions
  let arithmetic: Arithmetic
  private let blocks: UnsafePointer<PackedWeights.Block>
  private let fused: UnsafePointer<BlockWeights>
  /// Floats of an encoded row: of a block's input, of a group's gated outputs, of one block's.
  let queueRow, zRow, gatedCount: Int
  let groupCount: Int

  private let scratch: AlignedBuffer
  /// [rows, 2dp] for `pastTaps` and `block`.
  let preactivations: Floats
  /// [rows, zRow]: gated outputs of a group of blocks, encoded, `gatedCount` floats each. For one row [groups, zRow].
  private let gated: Floats
  private let groupStride: Int  // from one group's gated outputs to the next one's
  /// [rows, sp]
  let skips: Floats
  /// [rows, hp]
  let hidden: Floats
  /// [rows, Q], written by `head`.
  let logits: Floats
  // Of the head.
  let rectified: Floats  // [rows, max(sp, hp)]
  let encoded: Floats  // [rows, encodedRow]: what its products read
  let encodedRow: Int
  let largest: Floats  // [rows], of `rectified` rows (int8)
  let nonzero: Floats  // one row's inputs that are not zero, as `Arithmetic.rectify` leaves them
  let nonzeroPlaces: UnsafeMutablePointer<Int32>  // which ones they are

  /// Scratch for up to `rows` rows.
  init(_ weights: PackedWeights, rows: Int) {
    precondition(rows > 0, "\(rows) rows")
    let layout = weights.layout
    let dims = layout.dims
    (self.weights, self.layout, self.dims, arithmetic) = (weights, layout, dims, layout.arithmetic)
    (blocks, fused) = (weights.blocks, weights.fused)
    (queueRow, zRow, gatedCount) = (layout.queueRow, layout.gatedRow, layout.gatedCount)
    groupCount = layout.skips.count
    encodedRow = max(arithmetic.rowCount(k: dims.s), layout.outputArithmetic.rowCount(k: dims.h))
    let widest = max(dims.sp, dims.hp)
    let gatedRows = rows == 1 ? groupCount : rows
    groupStride = rows == 1 ? zRow : 0
    scratch = AlignedBuffer(
      count: gatedRows * zRow + rows * (2 * dims.dp + dims.sp + dims.hp + dims.q + widest + encodedRow)
        + widest + 16 + KernelTable.padded(rows))
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * dims.dp
    skips = gated + gatedRows * zRow
    hidden = skips + rows * dims.sp
    logits = hidden + rows * dims.hp
    rectified = logits + rows * dims.q
    encoded = rectified + rows * widest
    nonzero = encoded + rows * encodedRow
    largest = nonzero + widest + 16
    nonzeroPlaces = .allocate(capacity: widest + 16)
    nonzeroPlaces.initialize(repeating: 0, count: widest + 16)
  }

  deinit { nonzeroPlaces.deallocate() }

  /// The blocks of group `index`.
  @inline(__always)
  func blocks(ofGroup index: Int) -> Range<Int> { layout.blocks(ofGroup: index) }

  /// Where the blocks of a group put their gated outputs.
  @inline(__always)
  func z(_ group: Int) -> Floats { gated + group * groupStride }

  /// Puts a block's input [m, rp] into `rows` [m, queueRow] as the queues hold it.
  @inline(__always)
  func encodeInput(_ index: Int, rows m: Int, _ input: UnsafePointer<Float>, into rows: Floats) {
    arithmetic.encode(m, dims.r, input, dims.rp, scale: blocks[index].inputScale, rows, queueRow)
  }

  /// Bias and past taps of `m` rows of block `index`, whose inputs, encoded, are at `past`: `output` [m, 2dp].
  @inline(__always)
  func pastTaps(_ index: Int, rows m: Int, _ past: PastInputs, into output: Floats) {
    var past = past
    var panels = blocks[index].pastTaps
    var initial = blocks[index].dilatedBias
    var ldi = 0
    for _ in 0..<dims.k - 1 {
      arithmetic.product(
        m, 2 * dims.dp, dims.r, panels, past.next(), queueRow, initial, ldi, output, 2 * dims.dp)
      panels += layout.tapStride
      initial = UnsafePointer(output)
      ldi = 2 * dims.dp
    }
  }

  /// One block on rows of `input` [m, rp], step by step. `row` [m, queueRow] is them encoded. `sums` [m, 2dp] is what `pastTaps`
  /// made of them, and is overwritten. `z` [m, zRow] becomes the gated output, encoded, and `output` [m, rp] the next block's
  /// input (not for the last block; must not overlap `input`).
  @inline(__always)
  func block(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded row: UnsafePointer<Float>, sums a: Floats,
    z: Floats, output: Floats
  ) {
    let (dp, rp) = (dims.dp, dims.rp)
    arithmetic.product(m, 2 * dp, dims.r, blocks[index].currentTap, row, queueRow, a, 2 * dp, a, 2 * dp)
    arithmetic.gate(m, dp, a, z, zRow)
    if index == dims.l - 1 { return }
    arithmetic.productGated(
      m, rp, dims.d, blocks[index].residual, z, zRow, blocks[index].residualBias, 0, output, rp)
    weights.kernels.add(m * rp, input, output)
  }

  /// The same for one row in one call, the same bits: `row` becomes `input` encoded, and where a group is a single block, its
  /// share is added to `skips` too.
  @inline(__always)
  func fusedBlock(
    _ index: Int, input: UnsafePointer<Float>, encoding row: Floats, sums a: Floats, z: Floats, output: Floats
  ) {
    arithmetic.block(fused + index, input, row, a, z, output, skips)
  }
}
