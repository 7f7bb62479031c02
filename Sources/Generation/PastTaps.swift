// The past taps' share of the next pre-activations of one clip, several time steps ahead: a block of dilation d knows them
// for d steps, so one read of those weights serves several samples. Slow twin: `BlockRunner.block` with all its taps,
// which adds in the same order and gives the same bits.
internal import Kernels

/// For every block, bias + past taps of up to `most` coming time steps.
///
/// Read per sample this way: 1/4 of the past taps' weights where the dilation is a multiple of 4, a half where it is even.
final class PastTaps {
  /// Most time steps ahead. More save little and leave the cache.
  static let most = 4

  private let weights: PackedWeights
  private let runner: BlockRunner
  private let sums: AlignedBuffer  // [L, most, 2D']
  private let ready: UnsafeMutablePointer<Int>  // [L] steps that are known, the last ones of a block's `sums`

  init(_ weights: PackedWeights) {
    self.weights = weights
    runner = BlockRunner(weights, rows: Self.most)
    sums = AlignedBuffer(count: weights.blocks.count * Self.most * 2 * weights.paddedD)
    ready = .allocate(capacity: weights.blocks.count)
    ready.initialize(repeating: 0, count: weights.blocks.count)
  }

  deinit { ready.deallocate() }

  /// Forgets everything: the queues were changed.
  func reset() { ready.update(repeating: 0, count: weights.blocks.count) }

  /// [2D'] of block `index` for this time step. Call it once per time step, before the queue moves on.
  @inline(__always)
  func next(_ index: Int, _ block: PackedWeights.Block, _ queues: Queues) -> Floats {
    let row = 2 * weights.paddedD
    let first = sums.pointer + index * Self.most * row
    if ready[index] == 0 {
      // As many steps as divide the dilation, up to the next multiple of that in the ring: its rows then follow one
      // another for every tap.
      let steps = min(Self.most, block.dilation & -block.dilation)
      let rows = steps - queues.head(index) & (steps - 1)
      queues.readTaps(index, dilation: block.dilation, pastRows: block.pastRows, into: runner.past)
      runner.pastTaps(index, rows: rows, output: first + (Self.most - rows) * row)
      ready[index] = rows
    }
    ready[index] -= 1
    return first + (Self.most - 1 - ready[index]) * row
  }
}
