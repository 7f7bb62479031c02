// The arithmetic of one block and of the head for a few rows at a time: time steps of one clip (priming) or one time step
// of several clips (generation). Rows with one weight read each. Order of accumulation: see CKernels.h. Slow twin: NaiveGenerator.
package import Kernels

/// Weights plus the scratch of one thread.
package final class BlockRunner {
  let weights: PackedWeights
  let rows: Int
  /// [K-1] first rows of each past tap's input, oldest first; rows are R' apart. Set by the caller before `block`.
  let past: UnsafeMutablePointer<UnsafePointer<Float>>
  /// [rows, Q], written by `head`.
  package let logits: Floats

  private let kernels: KernelTable
  private let precision: Precision
  private let scratch: AlignedBuffer
  private let preactivations: Floats  // [rows, 2D'], filter then gate
  private let gated: Floats  // [rows, zRow], zRow = D' or, with deferred skips, L * D' with block i at i * D'
  private let skips: Floats  // [rows, S']
  private let hidden: Floats  // [rows, H']
  private let rounded: Floats  // a product's inputs at its precision
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
    let inputs = max(r, d, s, h, deferred ? zRow : 0)
    let roundedCount = precision == .f32 ? 0 : KernelTable.scratchCount(rows: rows, k: inputs)
    scratch = AlignedBuffer(count: rows * (2 * pd + zRow + ps + ph + q) + roundedCount)
    preactivations = scratch.pointer
    gated = preactivations + rows * 2 * pd
    skips = gated + rows * zRow
    hidden = skips + rows * ps
    logits = hidden + rows * ph
    rounded = logits + rows * q
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

  /// y[m, n] = init[m, n] + sum over k of x[m, k] * w(k, n): one row as a vector, more as a matrix, panel by panel.
  @inline(__always)
  private func product(
    _ precision: Precision, _ m: Int, _ n: Int, _ k: Int, _ x: UnsafePointer<Float>, _ ldx: Int,
    _ panels: UnsafePointer<Float>,
    _ initial: UnsafePointer<Float>, _ ldi: Int, _ y: Floats, _ ldy: Int
  ) {
    if precision == .bf16 {
      return kernels.productBF16(m, n, k, panels, x, ldx, initial, ldi, y, ldy, rounded)
    }
    if precision == .int8 {
      return kernels.productInt8(m, n, k, panels, x, ldx, initial, ldi, y, ldy, rounded)
    }
    if m == 1 { return kernels.gemv(n, k, panels, x, initial, y) }
    var first = 0
    while first < n {
      let width = min(128, n - first)
      kernels.gemm(m, width, k, x, ldx, 1, panels + first * k, width, initial + first, ldi, y + first, ldy)
      first += 128
    }
  }

  /// Sets the skip sums of the first `rows` rows to the biases. Needed once before the blocks of a time step.
  @inline(__always)
  func beginSkips(rows m: Int) {
    if deferred { return }
    for row in 0..<m { (skips + row * ps).update(from: arena + weights.skipBias, count: ps) }
  }

  /// One block on rows of `input` [m, R'] and the past taps' rows in `past`. `output` [m, R'] becomes the next block's
  /// input (not for the last block; must not overlap `input`). `skips` false leaves out the skip sum.
  @inline(__always)
  func block(_ index: Int, rows m: Int, input: UnsafePointer<Float>, output: Floats, skips wanted: Bool) {
    let block = blocks[index]
    let a = preactivations
    let z = deferred ? gated + index * pd : gated
    var panels = arena + block.taps
    var initial = arena + block.dilatedBias
    var ldi = 0
    for tap in 0..<taps {
      product(
        precision, m, 2 * pd, r, tap < taps - 1 ? past[tap] : input, pr, panels, initial, ldi, a, 2 * pd)
      panels += weights.tapStride
      initial = UnsafePointer(a)
      ldi = 2 * pd
    }
    if m == 1 { kernels.gate(pd, a, z) } else { kernels.gateForward(m, pd, a, z, zRow) }
    if index < blockCount - 1 {
      product(precision, m, pr, d, z, zRow, arena + block.residual, arena + block.residualBias, 0, output, pr)
      kernels.add(m * pr, input, output)
    }
    if wanted && !deferred { product(precision, m, ps, d, z, zRow, arena + block.skip, skips, ps, skips, ps) }
  }

  /// Skip sums to `logits`, after all blocks.
  @inline(__always)
  func head(rows m: Int) {
    if deferred {
      product(
        precision, m, ps, blockCount * pd, gated, zRow, arena + weights.deferredSkip,
        arena + weights.skipBias, 0, skips,
        ps)
    }
    kernels.relu(m * ps, skips, skips)
    product(
      precision.ofHead, m, ph, s, skips, ps, arena + weights.hidden, arena + weights.hiddenBias, 0, hidden, ph
    )
    kernels.relu(m * ph, hidden, hidden)
    product(
      precision.ofHead, m, q, h, hidden, ph, arena + weights.output, arena + weights.outputBias, 0, logits, q)
  }
}
