// The past taps' share of the next pre-activations of one clip, several time steps ahead: a block of dilation d knows them
// for d steps, so one read of those weights serves several samples. Slow twin: `BlockRunner.pastTaps` at every step, as
// BatchEngine does, which adds in the same order and gives the same bits.
internal import Kernels

/// For every block, bias + past taps of up to `PastTapSchedule.most` coming time steps.
///
/// How many: PastTapSchedule. The first block's past is one code, where it is one step: a row of a table.
final class PastTaps {
  private let runner: BlockRunner
  private let queues: Queues
  private let firstPast: AlignedBuffer?  // `RestState.firstPast`
  private let biases: FrameBiases?
  private let sums: AlignedBuffer  // [L, most, 2dp]
  private let row: Int  // 2dp
  private let blockCount: Int
  private let ready: UnsafeMutablePointer<Int>  // [L] steps that are known, the last ones of a block's `sums`

  /// - Parameters:
  ///   - queues: of one clip
  ///   - biases: of a model that can be told something; where they are, the caller says
  init(_ runner: BlockRunner, _ queues: Queues, _ rest: RestState, _ biases: FrameBiases?) {
    precondition(queues.clips == 1, "past taps of \(queues.clips) clips")
    (self.runner, self.queues, self.biases, firstPast) = (runner, queues, biases, rest.firstPast)
    row = 2 * runner.dims.dp
    blockCount = runner.dims.l
    sums = AlignedBuffer(count: blockCount * PastTapSchedule.most * row)
    ready = .allocate(capacity: blockCount)
    ready.initialize(repeating: 0, count: blockCount)
  }

  deinit { ready.deallocate() }

  /// Forgets everything: the queues were changed.
  func reset() { ready.update(repeating: 0, count: blockCount) }

  /// [2dp] of block `index` for this time step. Once per time step, before the queue moves on.
  @inline(__always)
  func now(_ index: Int) -> UnsafeMutablePointer<Float> {
    if ready[index] == 0 { read(index, ahead: 0) }  // only after a reset
    ready[index] -= 1
    return sums.pointer + ((index + 1) * PastTapSchedule.most - 1 - ready[index]) * row
  }

  /// Sees to the coming time steps, after the queue moved on: nothing waits for it then. `code` is what just went into the
  /// first block's.
  @inline(__always)
  func prepare(_ index: Int, newest code: UInt16) {
    if ready[index] > 0 { return }
    guard index == 0, let firstPast else { return read(index, ahead: 1) }
    (sums.pointer + (PastTapSchedule.most - 1) * row).update(
      from: firstPast.pointer + Int(code) * row, count: row)
    ready[0] = 1
  }

  /// `steps` steps, fewer up to where a tap's rows no longer follow one another in the ring. The first is `ahead` steps ahead
  /// of this one.
  private func read(_ index: Int, ahead: Int) {
    let ring = queues.ring(index)
    let steps = PastTapSchedule.steps(dilation: ring.dilation)
    let turn = PastTapSchedule.turn(index, dilation: ring.dilation)
    let rows = min(steps - (ring.head + turn) & (steps - 1), ring.dilation - ring.head % ring.dilation)
    let output = sums.pointer + ((index + 1) * PastTapSchedule.most - rows) * row
    runner.pastTaps(
      index, rows: rows, queues.pastInputs(index),
      biases: biases?.rows(index, ahead: ahead, steps: rows, into: output), into: output)
    ready[index] = rows
  }
}
