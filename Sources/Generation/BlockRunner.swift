// The arithmetic of one block and of the head for a few rows at a time: time steps of one clip (priming) or one time step
// of several clips (generation). Rows with one weight read each. Order of accumulation: see CKernels.h. Slow twin: NaiveGenerator.
package import Kernels

/// Weights plus the scratch of one thread.
package final class BlockRunner {
  let weights: PackedWeights
  let rows: Int
  /// [K-1] first rows of each past tap's input, oldest first, encoded; rows are `queueRow` apart. Set by the caller before
  /// `pastTaps`.
  let past: UnsafeMutablePointer<UnsafePointer<Float>>
  /// [rows, 2D'] for `pastTaps` and `block`.
  let preactivations: Floats
  /// [rows, Q], written by `head`.
  package let logits: Floats

  private let kernels: KernelTable
  private let precision: Precision
  private let scratch: AlignedBuffer
  private let gated: Floats  // [rows, zRow], zRow = D' or, with deferred skips, L * D' with block i at i * D'
  private let skips: Floats  // [rows, S']
  private let hidden: Floats  // [rows, H']
  private let encodedInput: Floats  // [rows, queueRow] where the precision encodes
  private let encodedGated: Floats  // [rows, rowCount of what the widest product over z or of the head reads]
  private let queueRow: Int
  private let arena: UnsafePointer<Float>
  private let blocks: UnsafeMutablePointer<PackedWeights.Block>
  private let blockCount: Int
  private let zRow: Int
  private let deferred: Bool
  private let r: Int, d: Int, s: Int, h: Int, q: Int, taps: Int
  private let pr: Int, pd: Int, ps: Int, ph: Int

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
    deferred = weights.skipOrder == .deferred
    zRow = deferred ? blockCount * pd : pd
    queueRow = weights.queueRow
    let widest = max(
      weights.precision.rowCount(k: max(d, deferred ? zRow : 0), kernels),
      weights.precision.ofHead.rowCount(k: max(s, h), kernels))
    scratch = AlignedBuffer(count: rows * (2 * pd + zRow + ps + ph + q + queueRow + widest))
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * pd
    skips = gated + rows * zRow
    hidden = skips + rows * ps
    logits = hidden + rows * ph
    encodedInput = logits + rows * q
    encodedGated = encodedInput + rows * queueRow
    arena = UnsafePointer(weights.arena.pointer)
    past = .allocate(capacity: taps)
    past.initialize(repeating: arena, count: taps)
    blocks = .allocate(capacity: blockCount)
    for (i, block) in weights.blocks.enumerated() { (blocks + i).initialize(to: block) }
  }

  deinit {
    past.deallocate()
    blocks.deallocate()
  }

  /// Rows x [m, k] as `precision`'s product reads them, and their stride: x itself or a copy in `rows`.
  @inline(__always)
  private func encode(
    _ precision: Precision, _ m: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int, into rows: Floats
  ) -> (UnsafePointer<Float>, Int) {
    guard precision.encodes(kernels) else { return (x, ldx) }
    let stride = precision.rowCount(k: k, kernels)
    if precision == .int8 {
      kernels.encodeInt8(m, k, x, ldx, rows, stride)
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
  private func product(
    _ precision: Precision, _ m: Int, _ n: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ panels: UnsafePointer<Float>,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    if precision == .bf16 { return kernels.productBF16(m, n, k, panels, x, ldx, initial, ldi, y, ldy) }
    if precision == .int8 { return kernels.productInt8(m, n, k, panels, x, ldx, initial, ldi, y, ldy) }
    if m == 1 { return kernels.gemv(n, k, panels, x, initial, y) }
    var first = 0
    while first < n {
      let width = min(KernelTable.panelWidth, n - first)
      kernels.gemm(m, width, k, x, ldx, 1, panels + first * k, width, initial + first, ldi, y + first, ldy)
      first += width
    }
  }

  /// Sets the skip sums of the first `rows` rows to the biases. Needed once before the blocks of a time step.
  @inline(__always)
  func beginSkips(rows m: Int) {
    if deferred { return }
    for row in 0..<m { (skips + row * ps).update(from: arena + weights.skipBias, count: ps) }
  }

  /// Bias and past taps of `m` rows of block `index`, whose rows are in `past`: `output` [m, 2D'].
  @inline(__always)
  func pastTaps(_ index: Int, rows m: Int, output: Floats) {
    var panels = arena + blocks[index].pastTaps
    var initial = arena + blocks[index].dilatedBias
    var ldi = 0
    for tap in 0..<taps - 1 {
      product(precision, m, 2 * pd, r, past[tap], queueRow, panels, initial, ldi, output, 2 * pd)
      panels += weights.tapStride
      initial = UnsafePointer(output)
      ldi = 2 * pd
    }
    if taps == 1 { for row in 0..<m { (output + row * 2 * pd).update(from: initial, count: 2 * pd) } }
  }

  /// One block on rows of `input` [m, R'], which are `encoded` [m, queueRow]. `sums` [m, 2D'] is what `pastTaps` made of
  /// them, and is overwritten. `output` [m, R'] becomes the next block's input (not for the last block; must not overlap
  /// `input`). `skips` false leaves out the skip sum.
  @inline(__always)
  func block(
    _ index: Int, rows m: Int, input: UnsafePointer<Float>, encoded: UnsafePointer<Float>, sums a: Floats,
    output: Floats, skips wanted: Bool
  ) {
    let block = blocks[index]
    let z = deferred ? gated + index * pd : gated
    product(precision, m, 2 * pd, r, encoded, queueRow, arena + block.currentTap, a, 2 * pd, a, 2 * pd)
    kernels.gate(m, pd, a, z, zRow)
    let isLast = index == blockCount - 1
    if isLast && (deferred || !wanted) { return }
    let (x, ldx) = encode(precision, m, d, z, zRow, into: encodedGated)
    if !isLast {
      product(precision, m, pr, d, x, ldx, arena + block.residual, arena + block.residualBias, 0, output, pr)
      kernels.add(m * pr, input, output)
    }
    if wanted && !deferred { product(precision, m, ps, d, x, ldx, arena + block.skip, skips, ps, skips, ps) }
  }

  /// Skip sums to `logits`, after all blocks.
  @inline(__always)
  func head(rows m: Int) {
    if deferred {
      let (z, ldz) = encode(precision, m, blockCount * pd, gated, zRow, into: encodedGated)
      product(
        precision, m, ps, blockCount * pd, z, ldz, arena + weights.deferredSkip, arena + weights.skipBias, 0,
        skips, ps)
    }
    let head = precision.ofHead
    kernels.relu(m * ps, skips, skips)
    var (x, ldx) = encode(head, m, s, skips, ps, into: encodedGated)
    product(head, m, ph, s, x, ldx, arena + weights.hidden, arena + weights.hiddenBias, 0, hidden, ph)
    kernels.relu(m * ph, hidden, hidden)
    (x, ldx) = encode(head, m, h, hidden, ph, into: encodedGated)
    product(head, m, q, h, x, ldx, arena + weights.output, arena + weights.outputBias, 0, logits, q)
  }
}
