// One time step of several clips at once: codes in, logits out, queues advanced. O(layers) per sample, no allocation.
// Fast twin of NaiveGenerator; both Generator (one clip) and BatchGenerator (many) run on it.
internal import Kernels

/// Queues and scratch for `clips` clips that advance in step. One thread at a time.
package final class StepEngine {
  package let weights: PackedWeights
  package let queues: Queues
  let runner: BlockRunner
  private let clips: Int
  private let present: AlignedBuffer  // two times [clips, R']
  /// The thread that may help `step(_:with:)`.
  let second: SecondThread?
  private let ahead: PastTaps?  // of one clip: many share each weight read as it is

  /// - Parameter threads: of 2 or more a second one helps with a single clip, if `SecondThread.canHelp`.
  package init(_ weights: PackedWeights, clips: Int, threads: Int = 1) {
    self.weights = weights
    self.clips = clips
    queues = Queues(weights, clips: clips)
    runner = BlockRunner(weights, rows: clips)
    ahead = clips == 1 ? PastTaps(weights) : nil
    present = AlignedBuffer(count: 2 * clips * weights.paddedR)
    let candidate =
      clips == 1 && threads > 1 && SecondThread.canHelp(weights)
      ? SecondThread(weights, owner: runner) : nil
    second = candidate?.start() == true ? candidate : nil
  }

  deinit { second?.join() }

  /// [clips, Q] after `step`.
  package var logits: UnsafePointer<Float> { UnsafePointer(runner.logits) }

  /// Endless silence before the next time step.
  package func reset() {
    queues.reset()
    ahead?.reset()
  }

  /// Takes over what another engine with the same weights and number of clips remembers.
  package func copy(from other: StepEngine) {
    queues.copy(from: other.queues)
    ahead?.reset()
  }

  /// Advances the first `active` clips by one sample: `codes` [active] are the newest samples, `logits` then belong to
  /// the samples after them. The other clips' queues become meaningless. Without `wantsLogits` only the queues advance.
  package func step(_ codes: UnsafePointer<UInt16>, active: Int, wantsLogits: Bool = true) {
    step(codes, active: active, wantsLogits: wantsLogits, with: nil)
  }

  /// The same; `second`, which must be ready, helps with the only clip's logits.
  @inline(__always)
  func step(
    _ codes: UnsafePointer<UInt16>, active: Int = 1, wantsLogits: Bool = true, with second: SecondThread?
  ) {
    let rowLength = weights.paddedR
    let embedding = weights.arena.pointer + weights.embedding
    var input = present.pointer
    var output = input + clips * rowLength
    for clip in 0..<active {
      (input + clip * rowLength).update(from: embedding + Int(codes[clip]) * rowLength, count: rowLength)
    }
    // Groups of one clip's blocks are added by the second thread as they come, or by this one in one long read after all.
    for group in 0..<runner.groupCount {
      var z = runner.z(group)
      for i in runner.blocks(ofGroup: group) {
        advance(i, rows: active, input: input, z: z, output: output)
        if second == nil { ahead?.prepare(i, queues, newest: codes[0]) }
        z += runner.gatedCount
        swap(&input, &output)
      }
      if !wantsLogits { continue }
      if let second { second.reachedGroup() } else if clips > 1 { addSkips(ofGroup: group, rows: active) }
    }
    if !wantsLogits { return }
    if let second {
      // While the other thread catches up.
      for i in 0..<runner.blockCount { ahead?.prepare(i, queues, newest: codes[0]) }
      return second.finish()
    }
    if clips == 1 { for group in 0..<runner.groupCount { addSkips(ofGroup: group, rows: 1) } }
    runner.head(rows: active)
  }

  /// All outputs of the skip sums, unless groups are single blocks and `BlockRunner.block` added the only row's.
  @inline(__always)
  private func addSkips(ofGroup group: Int, rows: Int) {
    if rows == 1 && weights.skipBlocks == 1 { return }
    runner.addSkips(
      ofGroup: group, rows: rows, z: runner.z(group), outputs: 0..<runner.ps, skips: runner.skips)
  }

  /// One block and its queue.
  @inline(__always)
  private func advance(
    _ index: Int, rows: Int, input: Floats, z: Floats, output: Floats
  ) {
    let (dilation, pastRows) = (runner.blocks[index].dilation, runner.blocks[index].pastRows)
    let present = queues.oldest(index)
    if let ahead {
      let sums = ahead.now(index, queues)
      runner.block(index, rows: 1, input: input, encoded: present, sums: sums, z: z, output: output)
      queues.advance(index, pastRows: pastRows)
      return
    }
    queues.readTaps(index, dilation: dilation, pastRows: pastRows, into: runner.past)
    runner.pastTaps(index, rows: rows, output: runner.preactivations)
    // The queues of many clips are far: the oldest rows of the block after come meanwhile.
    let next = index + 1 < runner.blockCount ? index + 1 : 0
    runner.kernels.fetch(rows * runner.queueRow, queues.oldest(next))
    runner.block(
      index, rows: rows, input: input, encoded: present, sums: runner.preactivations, z: z, output: output)
    queues.advance(index, pastRows: pastRows)
  }
}
