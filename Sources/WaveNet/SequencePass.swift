// The network over one sequence at once: forward (this file), head and loss (+Head), backward (+Backward). Time runs in
// tiles that fit the cache; within a tile the blocks follow one another. One instance is one thread's memory.
// Slow twins: ReferenceWaveNet in Tests/TestSupport (Double), NaiveGenerator in Generation.
package import Kernels

/// Activations of one sequence of N input codes, channel-last. Valid convolution: block i needs
/// `inputOffset[i]` inputs before its first output, so logits exist for the last N - (RF - 1) positions.
package final class SequencePass {
  let layout: MatrixLayout
  let kernels: KernelTable
  let dilations: [Int]
  /// First position at which block i's input exists; the last entry, RF - 1, is where logits begin.
  let inputOffset: [Int]
  /// Most input codes of a sequence.
  package let capacity: Int
  /// Rows of a time tile.
  let tile: Int

  // For the whole sequence.
  let x: [AlignedBuffer]  // [L] of [N, rp]: the input of each block
  let gates: [AlignedBuffer]  // [L] of [N, 2dp]: (tanh, sigmoid), later the gradient of the pre-activations
  let dSkips: AlignedBuffer  // [N - (RF - 1), sp]: gradient of the skip sum

  // For one tile.
  let z: AlignedBuffer  // [tile, L * dp]: gate outputs of all blocks
  let dz: AlignedBuffer  // [tile, L * dp]
  let skips: AlignedBuffer  // [tile, sp]: the skip sum, after its ReLU
  let hidden: AlignedBuffer  // [tile, hp]: after the ReLU
  let dHidden: AlignedBuffer  // [tile, hp]
  let logits: AlignedBuffer  // [tile, Q], later their gradient
  let zeros: AlignedBuffer  // [max(L * dp, sp, hp)]: the bias of products that have none
  let dx: [AlignedBuffer]  // two of [tile, rp]: gradients of a block's output and input

  /// Memory for sequences of up to `capacity` input codes. `training` adds what the backward pass needs.
  package init(_ configuration: Configuration, capacity: Int, training: Bool, kernels: KernelTable = .active)
  {
    let m = MatrixLayout(configuration)
    layout = m
    self.kernels = kernels
    self.capacity = capacity
    dilations = configuration.dilations
    var offsets = [0]
    for d in dilations { offsets.append(offsets.last! + (m.k - 1) * d) }
    inputOffset = offsets
    precondition(
      capacity > offsets.last!, "capacity \(capacity) within the receptive field \(offsets.last! + 1)")
    // The z of one tile stays within a quarter of a megabyte; 48 is a multiple of every register tile's height.
    tile = min(192, max(48, (1 << 16) / (m.blocks * m.dp) / 48 * 48))
    x = (0..<m.blocks).map { _ in AlignedBuffer(count: capacity * m.rp) }
    gates = (0..<m.blocks).map { _ in AlignedBuffer(count: capacity * 2 * m.dp) }
    z = AlignedBuffer(count: tile * m.blocks * m.dp)
    skips = AlignedBuffer(count: tile * m.sp)
    hidden = AlignedBuffer(count: tile * m.hp)
    logits = AlignedBuffer(count: tile * m.q)
    dSkips = AlignedBuffer(count: training ? (capacity - offsets.last!) * m.sp : 0)
    dz = AlignedBuffer(count: training ? tile * m.blocks * m.dp : 0)
    zeros = AlignedBuffer(count: training ? max(m.blocks * m.dp, m.sp, m.hp) : 0)
    dHidden = AlignedBuffer(count: training ? tile * m.hp : 0)
    dx = [AlignedBuffer(count: training ? tile * m.rp : 0), AlignedBuffer(count: training ? tile * m.rp : 0)]
  }

  /// Bytes that an instance holds: x, gates and the skip gradient over time, z and dz over a tile.
  package static func byteCount(_ c: Configuration, capacity: Int) -> Int {
    let m = MatrixLayout(c)
    return 4 * capacity * (m.blocks * (m.rp + 2 * m.dp) + m.sp) + (1 << 20)
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
    checkCodes(codes)
    var row = out
    for rows in tiles(codes.count) {
      forwardBlocks(rows, codes, weights)
      guard rows.lowerBound >= inputOffset.last! else { continue }
      forwardHead(rows.count, weights)
      row.update(from: logits.pointer, count: rows.count * layout.q)
      row += rows.count * layout.q
    }
  }

  func checkCodes(_ codes: UnsafeBufferPointer<UInt16>) {
    precondition(
      codes.count > inputOffset.last! && codes.count <= capacity,
      "\(codes.count) codes; \(inputOffset.last! + 1)...\(capacity) fit")
    for code in codes { precondition(code < layout.q, "code \(code) of \(layout.q)") }
  }

  /// One tile through all blocks: x and gates of the whole sequence are written at `rows`, z for the tile.
  func forwardBlocks(_ rows: Range<Int>, _ codes: UnsafeBufferPointer<UInt16>, _ weights: Matrices) {
    let m = layout
    let w = UnsafePointer(weights.forward.pointer)
    for t in rows {
      (x[0].pointer + t * m.rp).update(from: w + m.embedding + Int(codes[t]) * m.rp, count: m.rp)
    }
    for block in 0..<m.blocks {
      let first = max(rows.lowerBound, inputOffset[block + 1])
      let count = rows.upperBound - first
      if count <= 0 { continue }
      let a = gates[block].pointer + first * 2 * m.dp
      for tap in 0..<m.k {  // the oldest tap first; the chain of additions starts at the bias
        let shift = (m.k - 1 - tap) * dilations[block]
        kernels.gemm(
          count, 2 * m.dp, m.r, x[block].pointer + (first - shift) * m.rp, m.rp, 1,
          w + m.dilated[block][tap], 2 * m.dp,
          tap == 0 ? w + m.dilatedBias[block] : UnsafePointer(a), tap == 0 ? 0 : 2 * m.dp, a, 2 * m.dp)
      }
      let zBlock = z.pointer + (first - rows.lowerBound) * m.blocks * m.dp + block * m.dp
      kernels.gateForward(count, m.dp, a, zBlock, m.blocks * m.dp)
      if block + 1 == m.blocks { continue }
      let next = x[block + 1].pointer + first * m.rp
      // The chain of additions starts at the bias, then the products, and the block's input is added last.
      kernels.gemm(
        count, m.rp, m.d, zBlock, m.blocks * m.dp, 1, w + m.residual[block], m.rp, w + m.residualBias[block],
        0,
        next, m.rp)
      kernels.add(count * m.rp, x[block].pointer + first * m.rp, next)
    }
  }
}
