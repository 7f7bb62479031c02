// The network over one sequence at once: forward (this file), head and loss (+Head), backward (+Backward). Time runs in
// tiles that fit the cache; within a tile the blocks follow one another. One instance is one thread's memory.
// Slow twins: ReferenceWaveNet in Tests/TestSupport (Double), NaiveGenerator in Generation.
package import Kernels

/// Activations of one sequence of N input codes, channel-last. Valid convolution: block i needs
/// `inputOffset[i]` inputs before its first output, so logits exist for the last N - (RF - 1) positions.
///
/// A row of n channels that is kept as a product's factor takes n floats, or n/2 if products are rounded: `[n]w` below.
package final class SequencePass {
  let layout: MatrixLayout
  let kernels: KernelTable
  let products: Products
  let dilations: [Int]
  /// First position at which block i's input exists; the last entry, RF - 1, is where logits begin.
  let inputOffset: [Int]
  /// Most input codes of a sequence.
  package let capacity: Int
  /// Rows of a time tile.
  let tile: Int

  // For the whole sequence.
  let x: [AlignedBuffer]  // [L] of [N, [rp]w]: the input of each block
  let gates: [AlignedBuffer]  // [L] of [N, 2dp]: (tanh, sigmoid), later d(pre-activation) as a factor
  let dSkips: AlignedBuffer  // [N - (RF - 1), sp]: gradient of the skip sum, as a factor

  // For one tile.
  let z: AlignedBuffer  // [tile, [L * dp]w]: gate outputs of all blocks
  let skips: AlignedBuffer  // [tile, sp]: the skip sum, after its ReLU
  let hidden: AlignedBuffer  // [tile, hp]: after the ReLU
  let logits: AlignedBuffer  // [tile, Q], later their gradient
  let dHidden: AlignedBuffer  // [tile, hp]
  let zBlock: AlignedBuffer  // [tile, dp]: one block's gate outputs
  let dzBlock: AlignedBuffer  // [tile, dp]
  let dx: [AlignedBuffer]  // two of [tile, rp]: gradients of a block's output and input
  let zeros: AlignedBuffer  // [max(dp, sp, hp)]: the bias of products that have none

  // For one tile of rounded products; empty otherwise.
  let streams: [AlignedBuffer]  // two of [tile, rp]: a block's input and output before they are rounded
  let factors: [AlignedBuffer]  // two of [tile, max(rp, sp, hp) / 2]: the rounded skip sum, hidden; and dx
  let pairs: [AlignedBuffer]  // four of [(tile + 1) / 2, widest row]: factors along time

  /// Memory for sequences of up to `capacity` input codes. `training` adds what the backward pass needs.
  package init(
    _ configuration: Configuration, capacity: Int, training: Bool, precision: ProductPrecision = .f32,
    kernels: KernelTable = .active
  ) {
    let m = MatrixLayout(configuration)
    layout = m
    self.kernels = kernels
    let products = Products(kernels: kernels, precision: precision)
    self.products = products
    self.capacity = capacity
    dilations = configuration.dilations
    var offsets = [0]
    for d in dilations { offsets.append(offsets.last! + (m.k - 1) * d) }
    inputOffset = offsets
    precondition(
      capacity > offsets.last!, "capacity \(capacity) within the receptive field \(offsets.last! + 1)")
    let tile = Self.tile
    self.tile = tile
    x = (0..<m.blocks).map { _ in AlignedBuffer(count: capacity * products.width(m.rp)) }
    gates = (0..<m.blocks).map { _ in AlignedBuffer(count: capacity * 2 * m.dp) }
    z = AlignedBuffer(count: tile * products.width(m.blocks * m.dp))
    skips = AlignedBuffer(count: tile * m.sp)
    hidden = AlignedBuffer(count: tile * m.hp)
    logits = AlignedBuffer(count: tile * m.q)
    zBlock = AlignedBuffer(count: training || products.isRounded ? tile * m.dp : 0)
    dSkips = AlignedBuffer(count: training ? (capacity - offsets.last!) * m.sp : 0)
    dzBlock = AlignedBuffer(count: training ? tile * m.dp : 0)
    zeros = AlignedBuffer(count: training ? max(m.dp, m.sp, m.hp) : 0)
    dHidden = AlignedBuffer(count: training ? tile * m.hp : 0)
    dx = (0..<2).map { _ in AlignedBuffer(count: training ? tile * m.rp : 0) }
    let isRounded = products.isRounded
    streams = (0..<2).map { _ in AlignedBuffer(count: isRounded ? tile * m.rp : 0) }
    factors = (0..<2).map { _ in AlignedBuffer(count: isRounded ? tile * max(m.rp, m.sp, m.hp) / 2 : 0) }
    let widest = max(m.rp, 2 * m.dp, m.sp, m.hp, m.q)
    pairs = (0..<4).map { _ in AlignedBuffer(count: isRounded && training ? (tile + 1) / 2 * widest : 0) }
  }

  /// Rows of a time tile: long enough that a weight gradient's rows are not fetched for little work, short enough that
  /// what one block reads and writes stays in the second-level cache. A multiple of every register tile's height.
  private static let tile = 192

  /// Bytes that an instance holds: x, gates and the skip gradient over time; a tile.
  package static func byteCount(
    _ c: Configuration, capacity: Int, precision: ProductPrecision = .f32
  ) -> Int {
    let m = MatrixLayout(c)
    let x = precision == .bf16 ? m.rp / 2 : m.rp
    return 4 * capacity * (m.blocks * (x + 2 * m.dp) + m.sp)
      + 4 * tile * (m.blocks * m.dp + 4 * (m.sp + m.hp + m.q))
  }

  // MARK: - forward

  /// Tiles of the N positions, cut so that RF - 1, where logits begin, is a boundary.
  func tiles(_ count: Int) -> [Range<Int>] {
    let first = inputOffset.last!
    return stride(from: 0, to: first, by: tile).map { $0..<min($0 + tile, first) }
      + stride(from: first, to: count, by: tile).map { $0..<min($0 + tile, count) }
  }

  /// Logits for the last N - (RF - 1) positions into `out` [N - (RF - 1), Q].
  package func forward(
    _ codes: UnsafeBufferPointer<UInt16>, _ weights: Matrices, logits out: UnsafeMutablePointer<Float>
  ) {
    check(codes, weights)
    var row = out
    for rows in tiles(codes.count) {
      forwardBlocks(rows, codes, weights)
      guard rows.lowerBound >= inputOffset.last! else { continue }
      forwardHead(rows.count, weights)
      row.update(from: logits.pointer, count: rows.count * layout.q)
      row += rows.count * layout.q
    }
  }

  func check(_ codes: UnsafeBufferPointer<UInt16>, _ weights: Matrices) {
    precondition(
      weights.precision == products.precision, "\(weights.precision) weights, \(products.precision) products")
    precondition(
      codes.count > inputOffset.last! && codes.count <= capacity,
      "\(codes.count) codes; \(inputOffset.last! + 1)...\(capacity) fit")
    for code in codes { precondition(code < layout.q, "code \(code) of \(layout.q)") }
  }

  /// Rows of block i's input from position t on, as a factor.
  @inline(__always)
  func input(_ block: Int, _ t: Int) -> Factor {
    let width = products.width(layout.rp)
    return Factor(x[block].pointer + t * width, width)
  }

  /// Where block i's input of float32 [rp] is at position t: in x itself unless that is rounded.
  private func stream(_ block: Int, _ t: Int, _ rows: Range<Int>) -> Floats {
    products.isRounded
      ? streams[block & 1].pointer + (t - rows.lowerBound) * layout.rp : x[block].pointer + t * layout.rp
  }

  /// Keeps `count` rows of block i's input from position t on.
  private func keepInput(_ block: Int, _ t: Int, _ count: Int, _ rows: Range<Int>) {
    if !products.isRounded { return }
    let width = products.width(layout.rp)
    kernels.roundRows(
      count, layout.rp, stream(block, t, rows), layout.rp, x[block].pointer + t * width, width)
  }

  /// One tile through all blocks: x and gates of the whole sequence are written at `rows`, z for the tile.
  func forwardBlocks(_ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: Matrices) {
    let m = layout
    let (w, factors) = (UnsafePointer(weights.forward.pointer), weights.forwardFactors)
    for t in rows {
      stream(0, t, rows).update(from: w + m.embedding + Int(codes[t]) * m.rp, count: m.rp)
    }
    keepInput(0, rows.lowerBound, rows.count, rows)
    let zWidth = products.width(m.blocks * m.dp)
    for block in 0..<m.blocks {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let count = rows.upperBound - first
      if count <= 0 { continue }
      let a = gates[block].pointer + first * 2 * m.dp
      for tap in 0..<m.k {  // the oldest tap first; the chain of additions starts at the bias
        let shift = (m.k - 1 - tap) * dilations[block]
        let far: Far = tap == 0 ? [.factor, .result] : shift > 0 ? .factor : []
        products.multiply(
          count, 2 * m.dp, m.r, input(block, first - shift), factors + m.dilated[block][tap], 2 * m.dp,
          initial: tap == 0 ? w + m.dilatedBias[block] : UnsafePointer(a), tap == 0 ? 0 : 2 * m.dp,
          into: a, 2 * m.dp, far: far)
      }
      let zRows = z.pointer + (first - rows.lowerBound) * zWidth + products.width(block * m.dp)
      if products.isRounded {
        kernels.gateForward(count, m.dp, a, zBlock.pointer, m.dp)
        kernels.roundRows(count, m.dp, zBlock.pointer, m.dp, zRows, zWidth)
      } else {
        kernels.gateForward(count, m.dp, a, zRows, zWidth)
      }
      if block + 1 == m.blocks { continue }
      let next = stream(block + 1, first, rows)
      // The chain of additions starts at the bias, then the products, and the block's input is added last.
      products.multiply(
        count, m.rp, m.d, Factor(zRows, zWidth), factors + m.residual[block], m.rp,
        initial: w + m.residualBias[block], 0, into: next, m.rp, far: .result)
      kernels.add(count * m.rp, stream(block, first, rows), next)
      keepInput(block + 1, first, count, rows)
    }
  }
}
