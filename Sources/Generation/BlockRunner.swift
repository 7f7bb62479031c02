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
  let preactivations: UnsafeMutablePointer<Float>
  /// [rows, zRow]: gated outputs of a group of blocks, encoded, `gatedCount` floats each. For one row [groups, zRow].
  private let gated: UnsafeMutablePointer<Float>
  private let groupStride: Int  // from one group's gated outputs to the next one's
  /// [rows, sp]
  let skips: MutableRows
  /// [rows, hp]
  let hidden: MutableRows
  /// [rows, Q], written by `head`.
  let logits: MutableRows
  // Of the head.
  let rectified: UnsafeMutablePointer<Float>  // [rows, max(sp, hp)]
  let encoded: MutableRows  // [rows, encodedRow]: what its products read
  let largest: UnsafeMutablePointer<Float>  // [rows], of `rectified` rows (int8)
  let sparseRow: SparseRow  // memory for one of max(sp, hp) inputs

  /// Scratch for up to `rows` rows.
  init(_ weights: PackedWeights, rows: Int) {
    precondition(rows > 0, "\(rows) rows")
    let layout = weights.layout
    let dims = layout.dims
    (self.weights, self.layout, self.dims, arithmetic) = (weights, layout, dims, layout.arithmetic)
    (blocks, fused) = (weights.blocks, weights.fused)
    (queueRow, zRow, gatedCount) = (layout.queueRow, layout.gatedRow, layout.gatedCount)
    groupCount = layout.skips.count
    let encodedRow = max(
      arithmetic.encodedCount(inputs: dims.s), layout.outputArithmetic.encodedCount(inputs: dims.h))
    let widest = max(dims.sp, dims.hp)
    let gatedRows = rows == 1 ? groupCount : rows
    groupStride = rows == 1 ? zRow : 0
    scratch = AlignedBuffer(
      count: gatedRows * zRow + rows * (2 * dims.dp + dims.sp + dims.hp + dims.q + widest + encodedRow)
        + widest + 16 + KernelTable.padded(rows))
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * dims.dp
    skips = MutableRows(gated + gatedRows * zRow, stride: dims.sp)
    hidden = MutableRows(skips[rows], stride: dims.hp)
    logits = MutableRows(hidden[rows], stride: dims.q)
    rectified = logits[rows]
    encoded = MutableRows(rectified + rows * widest, stride: encodedRow)
    let indices = UnsafeMutablePointer<Int32>.allocate(capacity: widest + 16)
    indices.initialize(repeating: 0, count: widest + 16)
    sparseRow = SparseRow(values: encoded[rows], indices: indices)
    largest = sparseRow.values + widest + 16
  }

  deinit { sparseRow.indices.deallocate() }

  /// The blocks of group `index`.
  @inline(__always)
  func blocks(ofGroup index: Int) -> Range<Int> { layout.blocks(ofGroup: index) }

  /// Where the blocks of a group put their gated outputs.
  @inline(__always)
  func z(_ group: Int) -> UnsafeMutablePointer<Float> { gated + group * groupStride }

  /// Puts a block's input [m, rp] into `rows` [m, queueRow] as the queues hold it.
  @inline(__always)
  func encodeInput(
    _ index: Int, rows m: Int, _ input: UnsafePointer<Float>, into rows: UnsafeMutablePointer<Float>
  ) {
    arithmetic.encode(
      rows: m, inputs: dims.r, Rows(input, stride: dims.rp), scale: blocks[index].inputScale,
      into: MutableRows(rows, stride: queueRow))
  }

  /// Bias and past taps of `m` rows of block `index`, whose inputs, encoded, are at `past`: `output` [m, 2dp].
  /// - Parameter biases: [m, 2dp], may be `output`; nil for those of a model that is told nothing
  @inline(__always)
  func pastTaps(
    _ index: Int, rows m: Int, _ past: PastInputs, biases: Rows? = nil,
    into output: UnsafeMutablePointer<Float>
  ) {
    let sums = MutableRows(output, stride: 2 * dims.dp)
    var past = past
    var panels = blocks[index].pastTaps
    var initial = biases ?? .repeating(blocks[index].dilatedBias)
    for _ in 0..<dims.k - 1 {
      arithmetic.product(
        rows: m, outputs: 2 * dims.dp, inputs: dims.r, weights: panels, Rows(past.next(), stride: queueRow),
        initial: initial, into: sums)
      panels += layout.tapStride
      initial = Rows(sums)
    }
  }

  /// One block on rows of `input` [m, rp], step by step. `row` [m, queueRow] is them encoded. `sums` [m, 2dp] is what `pastTaps`
  /// made of them, and is overwritten. `z` [m, zRow] becomes the gated output, encoded, and `output` [m, rp] the next block's
  /// input (not for the last block; must not overlap `input`).
  @inline(__always)
  func block(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded row: UnsafePointer<Float>,
    sums a: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    let (sums, gated) = (MutableRows(a, stride: 2 * dims.dp), MutableRows(z, stride: zRow))
    arithmetic.product(
      rows: m, outputs: 2 * dims.dp, inputs: dims.r, weights: blocks[index].currentTap,
      Rows(row, stride: queueRow), initial: Rows(sums), into: sums)
    arithmetic.gate(rows: m, channels: dims.dp, a, into: gated)
    if index == dims.l - 1 { return }
    let rp = dims.rp
    arithmetic.productGated(
      rows: m, outputs: rp, inputs: dims.d, weights: blocks[index].residual, Rows(gated),
      initial: .repeating(blocks[index].residualBias), into: MutableRows(output, stride: rp))
    weights.kernels.add(count: m * rp, input, to: output)
  }

  /// Whether `blockRows` exists for `m` rows.
  @inline(__always)
  func hasBlockRows(rows m: Int) -> Bool {
    dims.k == 2 && arithmetic.hasBlockRows(rows: m, residual: dims.r, dilation: dims.d)
  }

  /// `pastTaps` and `block` in one, in place, the same bits, where `hasBlockRows`: `input` [m, rp] and `encoded` [m, queueRow], the same
  /// encoded, become the next block's; `slot` [m, queueRow], what the past tap reads, becomes this one's.
  @inline(__always)
  func blockRows(
    _ index: Int, rows m: Int, biases: Rows?, input: UnsafeMutablePointer<Float>,
    encoded: UnsafeMutablePointer<Float>, slot: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>
  ) {
    arithmetic.blockRows(
      rows: m, fused + index, pastTap: blocks[index].pastTaps,
      initial: biases ?? .repeating(blocks[index].dilatedBias), input, encoded: encoded, past: slot,
      z: MutableRows(z, stride: zRow), nextScale: blocks[min(index + 1, dims.l - 1)].inputScale)
  }

  /// A block for one row in one call, the same bits: `row` becomes `input` encoded, and where a group is a single block, its
  /// share is added to `skips` too.
  @inline(__always)
  func fusedBlock(
    _ index: Int, input: UnsafePointer<Float>, encoding row: UnsafeMutablePointer<Float>,
    sums a: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    arithmetic.block(fused + index, input, encoding: row, sums: a, z: z, output: output, skips: skips.start)
  }
}
