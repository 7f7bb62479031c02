// The arithmetic of one block for a few rows at a time: time steps of one clip (priming) or one time step of several clips
// (generation). Rows with one weight read each. What follows the blocks is in BlockRunner+Head. Order of accumulation: see
// CKernels.h. Slow twin: NaiveGenerator.
package import Kernels

/// Weights plus the scratch of one thread.
package final class BlockRunner {
  let weights: PackedWeights
  let rows: Int
  /// [K-1] first rows of each past tap's input, oldest first, encoded; rows are `queueRow` apart. Set by the caller before
  /// `pastTaps`.
  let past: UnsafeMutablePointer<UnsafePointer<Float>>
  /// The same of the block after, whose rows come into the cache meanwhile.
  let soon: UnsafeMutablePointer<UnsafePointer<Float>>
  /// [rows, 2D'] for `pastTaps` and `block`.
  let preactivations: Floats
  /// [rows, zRow]: gated outputs of a group of blocks, zRow = skipBlocks * D'.
  let gated: Floats
  /// [rows, S']
  let skips: Floats
  /// [rows, H']
  let hidden: Floats
  /// [rows, Q], written by `head`.
  package let logits: Floats

  let kernels: KernelTable
  let precision: Precision
  let rectified: Floats  // [rows, max(S', H')]
  let encodedInput: Floats  // [rows, queueRow] where the precision encodes
  let encoded: Floats  // [rows, rowCount of what the widest product over z or of the head reads]
  let arena: UnsafePointer<Float>
  let blockCount: Int
  let zRow: Int
  let group: Int  // blocks per skip product
  let r: Int, d: Int, s: Int, h: Int, q: Int, taps: Int
  let pr: Int, pd: Int, ps: Int, ph: Int
  private let scratch: AlignedBuffer
  private let blocks: UnsafeMutablePointer<PackedWeights.Block>
  private let queueRow: Int

  /// Scratch for up to `rows` rows.
  package init(_ weights: PackedWeights, rows: Int) {
    precondition(rows > 0, "\(rows) rows")
    let c = weights.configuration
    self.weights = weights
    self.rows = rows
    kernels = weights.kernels
    precision = weights.precision
    (r, d, s, h) = (c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels)
    (q, taps) = (c.quantizationLevels, c.kernelSize)
    (pr, pd, ps, ph) = (weights.paddedR, weights.paddedD, weights.paddedS, weights.paddedH)
    blockCount = c.blockCount
    group = weights.skipBlocks
    zRow = group * pd
    queueRow = weights.queueRow
    let widest = max(
      weights.precision.rowCount(k: zRow, kernels), weights.precision.ofHead.rowCount(k: max(s, h), kernels))
    scratch = AlignedBuffer(
      count: rows * (2 * pd + zRow + ps + ph + q + max(ps, ph) + queueRow + widest))
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * pd
    skips = gated + rows * zRow
    hidden = skips + rows * ps
    logits = hidden + rows * ph
    rectified = logits + rows * q
    encodedInput = rectified + rows * max(ps, ph)
    encoded = encodedInput + rows * queueRow
    arena = UnsafePointer(weights.arena.pointer)
    past = .allocate(capacity: taps)
    past.initialize(repeating: arena, count: taps)
    soon = .allocate(capacity: taps)
    soon.initialize(repeating: arena, count: taps)
    blocks = .allocate(capacity: blockCount)
    for (i, block) in weights.blocks.enumerated() { (blocks + i).initialize(to: block) }
  }

  deinit {
    past.deallocate()
    soon.deallocate()
    blocks.deallocate()
  }

  // MARK: products

  /// Rows x [m, k] as `precision`'s product reads them, and their stride: x itself or a copy in `rows`. `unit`: x is within
  /// -1 ... 1.
  @inline(__always)
  func encode(
    _ precision: Precision, _ m: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int, unit: Bool = false,
    into rows: Floats
  ) -> (UnsafePointer<Float>, Int) {
    guard precision.encodes(kernels) else { return (x, ldx) }
    let stride = precision.rowCount(k: k, kernels)
    if precision == .int8 {
      kernels.encodeInt8(m, k, x, ldx, rows, stride, unit: unit)
    } else {
      kernels.encodeBF16(m, k, x, ldx, rows, stride)
    }
    return (UnsafePointer(rows), stride)
  }

  /// Rows of a block's input [m, R'] as the queues hold them, [m, queueRow]: `input` itself or a copy that the next call
  /// overwrites.
  @inline(__always)
  func encodeInput(rows m: Int, _ input: UnsafePointer<Float>) -> UnsafePointer<Float> {
    encode(precision, m, r, input, pr, into: encodedInput).0
  }

  /// y[m, n] = init[m, n] + sum over k of x[m, k] * w(k, n) for encoded x: one row as a vector, more as a matrix, panel by
  /// panel.
  @inline(__always)
  func product(
    _ precision: Precision, _ m: Int, _ n: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ panels: UnsafePointer<Float>,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int,
    soon: UnsafePointer<Float>? = nil
  ) {
    if precision == .bf16 { return kernels.productBF16(m, n, k, panels, x, ldx, initial, ldi, y, ldy) }
    if precision == .int8 { return kernels.productInt8(m, n, k, panels, x, ldx, initial, ldi, y, ldy) }
    if m == 1 { return kernels.gemv(n, k, panels, x, initial, y) }
    kernels.gemmPanels(m, n, k, x, ldx, panels, initial, ldi, y, ldy, soon: soon)
  }

  // MARK: a block

  /// Bias and past taps of `m` rows of block `index`, whose rows are in `past`: `output` [m, 2D'].
  @inline(__always)
  func pastTaps(_ index: Int, rows m: Int, output: Floats) {
    var panels = arena + blocks[index].pastTaps
    var initial = arena + blocks[index].dilatedBias
    var ldi = 0
    for tap in 0..<taps - 1 {
      product(
        precision, m, 2 * pd, r, past[tap], queueRow, panels, initial, ldi, output, 2 * pd, soon: soon[tap])
      panels += weights.tapStride
      initial = UnsafePointer(output)
      ldi = 2 * pd
    }
    if taps == 1 { for row in 0..<m { (output + row * 2 * pd).update(from: initial, count: 2 * pd) } }
  }

  /// One block on rows of `input` [m, R'], which are `encoded` [m, queueRow]. `sums` [m, 2D'] is what `pastTaps` made of
  /// them, and is overwritten. `z` [m, zRow] becomes its gated output and `encoded` the same as a product reads it, `output` [m, R'] the next block's input (not for the
  /// last block; must not overlap `input`).
  @inline(__always)
  func block(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded row: UnsafePointer<Float>, sums a: Floats,
    z: Floats, output: Floats
  ) {
    let block = blocks[index]
    product(precision, m, 2 * pd, r, row, queueRow, arena + block.currentTap, a, 2 * pd, a, 2 * pd)
    kernels.gate(m, pd, a, z, zRow)
    if index == blockCount - 1 && group > 1 { return }
    let (x, ldx) = encode(precision, m, pd, z, zRow, unit: true, into: encoded)
    if index == blockCount - 1 { return }
    product(precision, m, pr, d, x, ldx, arena + block.residual, arena + block.residualBias, 0, output, pr)
    kernels.add(m * pr, input, output)
  }
}
