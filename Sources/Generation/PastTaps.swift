// The past taps' share of the next pre-activations of one clip, several time steps ahead: a block of dilation d knows them
// for d steps, so one read of those weights serves several samples. Slow twin: `BlockRunner.pastTaps` at every step, as
// BatchEngine does, which adds in the same order and gives the same bits.
internal import Kernels
package import WaveNet

extension Generator {
  /// How often one clip reads the past taps' weights of block `block`, per time step.
  package static func pastReads(_ c: Configuration, block: Int) -> Double {
    if block == 0 && RestState.isFirstPastOneCode(c) { return 0 }
    let dilation = c.dilations[block]
    let steps = PastTaps.steps(dilation: dilation)
    let isCut = PastTaps.turn(block, dilation: dilation) & (steps - 1) != 0
    return Double(dilation / steps + (isCut ? 1 : 0)) / Double(dilation)
  }
}

/// For every block, bias + past taps of up to `most` coming time steps.
///
/// Read per sample this way: about 1/8 of the past taps' weights where the dilation is a multiple of 8, a half where it is
/// only even (`Generator.pastReads`). The first block's past is one code, where it is one step: a row of a table.
final class PastTaps {
  /// Most time steps ahead. More save little and leave the cache.
  static let most = 8

  /// Time steps that one read serves: a power of two that divides the dilation.
  fileprivate static func steps(dilation: Int) -> Int { min(most, dilation & -dilation) }

  /// Blocks of long dilations take turns, so that time steps have about the same work.
  @inline(__always)
  fileprivate static func turn(_ block: Int, dilation: Int) -> Int { dilation < 16 ? 0 : block }

  private let runner: BlockRunner
  private let queues: Queues
  private let firstPast: AlignedBuffer?  // `RestState.firstPast`
  private let sums: AlignedBuffer  // [L, most, 2dp]
  private let row: Int  // 2dp
  private let blockCount: Int
  private let ready: UnsafeMutablePointer<Int>  // [L] steps that are known, the last ones of a block's `sums`

  /// - Parameter queues: of one clip
  init(_ runner: BlockRunner, _ queues: Queues, _ rest: RestState) {
    precondition(queues.clips == 1, "past taps of \(queues.clips) clips")
    (self.runner, self.queues, firstPast) = (runner, queues, rest.firstPast)
    row = 2 * runner.dims.dp
    blockCount = runner.dims.l
    sums = AlignedBuffer(count: blockCount * Self.most * row)
    ready = .allocate(capacity: blockCount)
    ready.initialize(repeating: 0, count: blockCount)
  }

  deinit { ready.deallocate() }

  /// Forgets everything: the queues were changed.
  func reset() { ready.update(repeating: 0, count: blockCount) }

  /// [2dp] of block `index` for this time step. Once per time step, before the queue moves on.
  @inline(__always)
  func now(_ index: Int) -> UnsafeMutablePointer<Float> {
    if ready[index] == 0 { read(index) }  // only after a reset
    ready[index] -= 1
    return sums.pointer + (index * Self.most + Self.most - 1 - ready[index]) * row
  }

  /// Sees to the coming time steps, after the queue moved on: nothing waits for it then. `code` is what just went into the
  /// first block's.
  @inline(__always)
  func prepare(_ index: Int, newest code: UInt16) {
    if ready[index] > 0 { return }
    guard index == 0, let firstPast else { return read(index) }
    (sums.pointer + (Self.most - 1) * row).update(from: firstPast.pointer + Int(code) * row, count: row)
    ready[0] = 1
  }

  /// `steps` steps, fewer up to where a tap's rows no longer follow one another in the ring.
  private func read(_ index: Int) {
    let ring = queues.ring(index)
    let steps = Self.steps(dilation: ring.dilation)
    let turn = Self.turn(index, dilation: ring.dilation)
    let rows = min(steps - (ring.head + turn) & (steps - 1), ring.dilation - ring.head % ring.dilation)
    runner.pastTaps(
      index, rows: rows, queues.pastInputs(index),
      into: sums.pointer + (index * Self.most + Self.most - rows) * row)
    ready[index] = rows
  }
}
