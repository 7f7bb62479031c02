// The network over one sequence at once: its memory, its tiles of time, and what drives them (this file); the blocks forward
// and backward (+Blocks); the head, the loss and their gradients (+Head); what it is told (+Told). Tiles fit the cache. One
// instance is one thread's memory.
// Slow twins: ReferenceWaveNet in Tests/TestSupport (Double), NaiveGenerator in Generation.
package import Kernels
package import Signal

/// Activations of one sequence of N input codes, channel-last. Valid convolution: block i needs
/// `inputOffset[i]` inputs before its first output, so logits exist for the last N - (RF - 1) positions.
///
/// A row of n channels that is kept as a product's operand takes n floats, or n/2 if it holds pairs: `[n]w` below.
package final class SequencePass {
  let layout: MatrixLayout
  let dims: Dimensions
  let kernels: KernelTable
  let products: MatrixProducts
  let dilations: [Int]
  /// First position at which block i's input exists; the last entry, RF - 1, is where logits begin.
  let inputOffset: [Int]
  /// Most input codes of a sequence.
  package let capacity: Int
  /// Rows of a time tile.
  let tile: Int

  // For the whole sequence.
  let x: [AlignedBuffer]  // [L] of [N, [rp]w]: the input of each block
  let gates: [AlignedBuffer]  // [L] of [N, 2dp]: (tanh, sigmoid), later d(pre-activation) as an operand
  let dSkips: AlignedBuffer  // [N - (RF - 1), sp]: gradient of the skip sum, as an operand

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

  // For the frames of a sequence; only of a model that can be told something.
  let conditioner: Conditioner?
  let biases: AlignedBuffer  // [frames, L * 2dp]: what the blocks' pre-activations start from
  let dBiases: AlignedBuffer  // [frames, L * 2dp]
  /// What the sequence at hand is told; nil for nothing.
  var told: Told?

  // For one tile of rounded products; empty otherwise.
  let streams: [AlignedBuffer]  // two of [tile, rp]: a block's input and output before they are rounded
  // Two of [tile, [max(rp, sp, hp)]w]: the skip sum and the hidden layer, rounded; and dx.
  let roundedRows: [AlignedBuffer]
  let pairs: [AlignedBuffer]  // four of [(tile + 1) / 2, widest row]: operands along time, of pairs

  /// Memory for sequences of up to `capacity` input codes. `training` adds what the backward pass needs.
  package init(
    _ configuration: Configuration, capacity: Int, training: Bool, precision: Precision = .f32,
    kernels: KernelTable = .active
  ) {
    layout = MatrixLayout(configuration)
    let dims = layout.dims
    self.dims = dims
    self.kernels = kernels
    let products = MatrixProducts(kernels: kernels, precision: precision)
    self.products = products
    self.capacity = capacity
    dilations = configuration.dilations
    var offsets = [0]
    for d in dilations { offsets.append(offsets.last! + (dims.k - 1) * d) }
    inputOffset = offsets
    precondition(
      capacity > offsets.last!, "capacity \(capacity) within the receptive field \(offsets.last! + 1)")
    let tile = Self.tile
    self.tile = tile
    x = (0..<dims.l).map { _ in AlignedBuffer(count: capacity * products.width(dims.rp)) }
    gates = (0..<dims.l).map { _ in AlignedBuffer(count: capacity * 2 * dims.dp) }
    z = AlignedBuffer(count: tile * products.width(dims.l * dims.dp))
    skips = AlignedBuffer(count: tile * dims.sp)
    hidden = AlignedBuffer(count: tile * dims.hp)
    logits = AlignedBuffer(count: tile * dims.q)
    zBlock = AlignedBuffer(count: training || products.isPaired ? tile * dims.dp : 0)
    dSkips = AlignedBuffer(count: training ? (capacity - offsets.last!) * dims.sp : 0)
    dzBlock = AlignedBuffer(count: training ? tile * dims.dp : 0)
    zeros = AlignedBuffer(count: training ? max(dims.dp, dims.sp, dims.hp) : 0)
    dHidden = AlignedBuffer(count: training ? tile * dims.hp : 0)
    dx = (0..<2).map { _ in AlignedBuffer(count: training ? tile * dims.rp : 0) }
    conditioner = configuration.conditioning.map { _ in Conditioner(configuration, kernels: kernels) }
    let told = Self.biasCount(configuration, dims, steps: capacity)
    biases = AlignedBuffer(count: told)
    dBiases = AlignedBuffer(count: training ? told : 0)
    let isRounded = products.isRounded
    streams = (0..<2).map { _ in AlignedBuffer(count: isRounded ? tile * dims.rp : 0) }
    roundedRows = (0..<2).map { _ in
      AlignedBuffer(count: isRounded ? tile * products.width(max(dims.rp, dims.sp, dims.hp)) : 0)
    }
    let widest = max(dims.rp, 2 * dims.dp, dims.sp, dims.hp, dims.q)
    pairs = (0..<4).map { _ in
      AlignedBuffer(count: products.isPaired && training ? (tile + 1) / 2 * widest : 0)
    }
  }

  /// Rows of a time tile: long enough that a weight gradient's rows are not fetched for little work, short enough that
  /// what one block reads and writes stays in the second-level cache. A multiple of every register tile's height.
  private static let tile = 192

  /// Floats of all blocks' biases for the most frames that so many steps read.
  private static func biasCount(_ c: Configuration, _ dims: Dimensions, steps: Int) -> Int {
    guard let told = c.conditioning else { return 0 }
    return FrameRuns.most(steps: steps, frameSamples: told.frameSamples) * dims.l * 2 * dims.dp
  }

  /// Bytes that an instance holds: x, gates and the skip gradient over time; a tile; biases of frames.
  package static func byteCount(
    _ c: Configuration, capacity: Int, precision: Precision = .f32
  ) -> Int {
    let dims = Dimensions(c)
    let x = MatrixProducts(kernels: .active, precision: precision).width(dims.rp)
    return 4 * capacity * (dims.l * (x + 2 * dims.dp) + dims.sp)
      + 4 * tile * (dims.l * dims.dp + 4 * (dims.sp + dims.hp + dims.q))
      + 4 * 2 * biasCount(c, dims, steps: capacity)
  }

  // MARK: - forward

  /// Tiles of the N positions, cut so that RF - 1, where logits begin, is a boundary.
  func tiles(_ count: Int) -> [Range<Int>] {
    let first = inputOffset.last!
    return stride(from: 0, to: first, by: tile).map { $0..<min($0 + tile, first) }
      + stride(from: first, to: count, by: tile).map { $0..<min($0 + tile, count) }
  }

  /// Logits for the last N - (RF - 1) positions into `out` [N - (RF - 1), Q].
  /// - Parameter told: for a model that can be told something; nil: nothing.
  package func forward(
    _ codes: UnsafeBufferPointer<UInt16>, told: Conditions? = nil, _ weights: SequenceWeights,
    logits out: UnsafeMutablePointer<Float>
  ) {
    check(codes, weights)
    hear(told, steps: codes.count, weights)
    var row = out
    for rows in tiles(codes.count) {
      forwardBlocks(rows, codes, weights)
      guard rows.lowerBound >= inputOffset.last! else { continue }
      forwardHead(rows.count, weights)
      row.update(from: logits.pointer, count: rows.count * dims.q)
      row += rows.count * dims.q
    }
  }

  func check(_ codes: UnsafeBufferPointer<UInt16>, _ weights: SequenceWeights) {
    precondition(
      weights.products.form == products.form,
      "\(weights.products.form) as weights, \(products.form) as operands")
    precondition(
      codes.count > inputOffset.last! && codes.count <= capacity,
      "\(codes.count) codes; \(inputOffset.last! + 1)...\(capacity) fit")
    for code in codes { precondition(code < dims.q, "code \(code) of \(dims.q)") }
  }

  // MARK: - loss

  /// Cross-entropy in nats, summed over the positions that have targets, of N codes against N - (RF - 1) targets.
  package func loss(
    _ codes: UnsafeBufferPointer<UInt16>, targets: UnsafeBufferPointer<UInt16>, told: Conditions? = nil,
    _ weights: SequenceWeights
  ) -> Double {
    lossAndGradients(codes, targets: targets, told: told, weights, scale: 0, gradients: nil)
  }

  /// The same, and ADDS `scale` times its gradients to `gradients` (the layout of `SequenceWeights.forward`).
  ///
  /// Forward tiles in time order, each with its head forward and backward; then the blocks backward, tiles in reverse order,
  /// so that the gradient of a past tap's future is always there already; then what it was told, over frames.
  package func lossAndGradients(
    _ codes: UnsafeBufferPointer<UInt16>, targets: UnsafeBufferPointer<UInt16>, told: Conditions? = nil,
    _ weights: SequenceWeights, scale: Float, gradients: AlignedBuffer?
  ) -> Double {
    check(codes, weights)
    hear(told, steps: codes.count, weights)
    let first = inputOffset.last!
    precondition(targets.count == codes.count - first, "\(targets.count) targets for \(codes.count) codes")
    var sum = 0.0
    let tiles = tiles(codes.count)
    for rows in tiles {
      forwardBlocks(rows, codes, weights)
      guard rows.lowerBound >= first else { continue }
      forwardHead(rows.count, weights)
      let tileTargets = UnsafeBufferPointer(
        rebasing: targets[rows.lowerBound - first..<rows.upperBound - first])
      sum += crossEntropy(tileTargets, weight: scale)
      if let gradients { backwardHead(rows.count, row: rows.lowerBound - first, weights, gradients) }
    }
    if let gradients {
      for rows in tiles.reversed() { backwardBlocks(rows, codes, weights, gradients) }
      backwardTold(weights, gradients)
    }
    return sum
  }
}
