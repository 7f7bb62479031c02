// Where each piece of a model's weights stands for generation: the order in which a time step reads them. What stands there:
// PackedLayout+Contents.swift. MatrixLayout (WaveNet) is the other order, that of whole sequences.
internal import Kernels
internal import WaveNet

/// Places in the arena of `PackedWeights`, in floats, every piece on a 64-byte boundary ("panels" as `Arithmetic.pack` makes
/// them, [k, outputs]):
/// ```
/// embedding     [Q, rp]
/// biases        per block: dilated [2dp], residual [rp] (not of the last block); skip [sp] (sum of all blocks' in order)
/// past taps     per block: K-1 x panels [R, 2dp], oldest tap first
/// per group     of `skipBlocks` blocks: each block's current tap: panels [R, 2dp] and residual panels [D, rp] (not of the
///               last block); then the group's skip panels [blocks * dp, sp]
/// head          hidden bias [hp], hidden panels [S, hp], output bias [Q], output panels [H, Q]: for many clips
///               hidden [S, hp] and output [H, Q], sparse (`Arithmetic.packSparse`): for one
/// ```
/// Filter rows are outputs 0 ..< D, gate rows dp ..< dp + D of a block's 2dp.
struct PackedLayout: Sendable {
  /// One block's pieces.
  struct Block: Sendable {
    var dilatedBias = 0
    var pastTaps = 0  // K-1 matrices, `tapStride` apart
    var currentTap = 0
    var residualBias = 0
    var residual = 0
  }

  let dims: Dimensions
  /// Of the blocks and of the hidden layer, and of the output layer.
  let arithmetic, outputArithmetic: Arithmetic
  /// Blocks whose parts of the skip sum are added at once, as one product over their gated outputs: few where the sum is
  /// small and stays in registers, many where reading and writing it costs. At f32 and bf16 the sums are the same chain
  /// for any number, so the results are the same bits.
  let skipBlocks: Int

  let embedding: Int
  let blocks: [Block]
  /// From one past tap of a block to the next.
  let tapStride: Int
  let skipBias: Int
  /// Per group of `skipBlocks` blocks.
  let skips: [Int]
  let hiddenBias, hidden: Int
  let outputBias, output: Int
  /// nil where an arithmetic cannot read the weights of some inputs only.
  let hiddenSparse, outputSparse: Int?
  /// Floats of the whole arena.
  let count: Int

  /// Floats of a queue's row: a block's input as its product reads it.
  var queueRow: Int { arithmetic.encodedCount(inputs: dims.r) }
  /// Floats of a block's gated output, encoded.
  var gatedCount: Int { arithmetic.gatedCount(dims.dp) }
  /// Floats of a row of a group's gated outputs.
  var gatedRow: Int { KernelTable.padded(arithmetic.gatedCount(skipBlocks * dims.dp)) }

  /// - Parameter group: blocks of a group, see `group(_:_:)`
  init(_ dims: Dimensions, _ arithmetic: Arithmetic, _ outputArithmetic: Arithmetic, skipBlocks group: Int) {
    (self.dims, self.arithmetic, self.outputArithmetic) = (dims, arithmetic, outputArithmetic)
    let (r, d, s, h, q, last) = (dims.r, dims.d, dims.s, dims.h, dims.q, dims.l - 1)
    let (rp, dp, sp, hp) = (dims.rp, dims.dp, dims.sp, dims.hp)
    skipBlocks = group

    var end = 0
    func take(_ count: Int) -> Int {
      defer { end += count }
      return end
    }
    func matrix(_ outputs: Int, _ k: Int) -> Int { take(arithmetic.packedCount(outputs: outputs, inputs: k)) }
    embedding = take(q * rp)
    var blocks = (0...last).map { _ in Block() }
    for i in 0...last {
      blocks[i].dilatedBias = take(2 * dp)
      if i < last { blocks[i].residualBias = take(rp) }
    }
    skipBias = take(sp)
    tapStride = arithmetic.packedCount(outputs: 2 * dp, inputs: r)
    for i in 0...last { blocks[i].pastTaps = take((dims.k - 1) * tapStride) }
    var skips: [Int] = []
    for i in 0...last {
      blocks[i].currentTap = take(tapStride)
      if i < last { blocks[i].residual = matrix(r, d) }
      if (i + 1) % group == 0 || i == last { skips.append(matrix(s, (i % group + 1) * dp)) }
    }
    (self.blocks, self.skips) = (blocks, skips)
    hiddenBias = take(hp)
    hidden = matrix(h, s)
    outputBias = take(q)
    output = take(outputArithmetic.packedCount(outputs: q, inputs: h))
    hiddenSparse = arithmetic.hasSparse ? take(arithmetic.sparsePackedCount(outputs: h, inputs: s)) : nil
    outputSparse =
      outputArithmetic.hasSparse ? take(outputArithmetic.sparsePackedCount(outputs: q, inputs: h)) : nil
    count = end
  }

  /// Blocks of a group: as many as wanted, or by size.
  /// - Parameter tiles: whether tiles of bfloat16 multiply. They are fast where the sum is long, and give the same bits wherever a
  ///   block ends with a tile.
  static func group(_ dims: Dimensions, _ wanted: Int?, tiles: Bool = false) -> Int {
    let bySize = dims.s >= 256 ? dims.l / 5 : 1
    let longSum = tiles && dims.dp % Arithmetic.inputsOfTile == 0 ? 256 / dims.dp : 1
    return max(1, min(wanted ?? max(bySize, longSum), dims.l, Arithmetic.largestInt8Inputs / dims.dp))
  }

  /// The products of a group of blocks.
  static func products(_ dims: Dimensions, ofGroup group: Int) -> [ProductShape] {
    let tap = ProductShape(outputs: 2 * dims.dp, inputs: dims.r, isGated: false)
    let residual = ProductShape(outputs: dims.rp, inputs: dims.d, isGated: true)
    let block = [ProductShape](repeating: tap, count: dims.k) + [residual]
    let skip = ProductShape(outputs: dims.sp, inputs: group * dims.dp, isGated: true)
    return (0..<group).flatMap { _ in block } + [skip]
  }

  /// The blocks of group `index`.
  @inline(__always)
  func blocks(ofGroup index: Int) -> Range<Int> { index * skipBlocks..<min((index + 1) * skipBlocks, dims.l) }
}
