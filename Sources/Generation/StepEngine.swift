// One time step of several clips at once: codes in, logits out, queues advanced. O(layers) per sample, no allocation.
// Fast twin of NaiveGenerator; both Generator (one clip) and BatchGenerator (many) run on it.
internal import Kernels

/// Queues and scratch for `clips` clips that advance in step. One thread at a time.
package final class StepEngine {
  package let weights: PackedWeights
  package let queues: Queues
  private let runner: BlockRunner
  private let clips: Int
  private let present: AlignedBuffer  // two times [clips, R']
  /// The thread that may help `step(_:with:)`.
  let second: SecondThread?
  private let ahead: PastTaps  // used for one clip: many share each weight read as it is

  /// - Parameter threads: of 2 or more a second one helps with a single clip, if `SecondThread.canHelp`.
  package init(_ weights: PackedWeights, clips: Int, threads: Int = 1) {
    self.weights = weights
    self.clips = clips
    queues = Queues(weights, clips: clips)
    runner = BlockRunner(weights, rows: clips)
    ahead = PastTaps(weights)
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
    ahead.reset()
  }

  /// Takes over what another engine with the same weights and number of clips remembers.
  package func copy(from other: StepEngine) {
    queues.copy(from: other.queues)
    ahead.reset()
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
    weights.blocks.withUnsafeBufferPointer { blocks in
      for i in 0..<blocks.count {
        let place = i % runner.group
        let z = second?.z(i) ?? runner.gated + place * runner.pd
        advance(i, blocks, rows: active, input: input, z: z, output: output)
        if wantsLogits && (place == runner.group - 1 || i == blocks.count - 1) {
          if let second {
            second.reachedGroup()
          } else {
            runner.addSkips(
              upTo: i, rows: active, z: runner.gated, outputs: 0..<runner.ps, skips: runner.skips)
          }
        }
        swap(&input, &output)
      }
    }
    if !wantsLogits { return }
    if let second { second.finish() } else { runner.head(rows: active) }
  }

  /// One block and its queue.
  @inline(__always)
  private func advance(
    _ index: Int, _ blocks: UnsafeBufferPointer<PackedWeights.Block>, rows: Int, input: Floats, z: Floats,
    output: Floats
  ) {
    let block = blocks[index]
    var sums = runner.preactivations
    if clips == 1 {
      sums = ahead.next(index, block, queues)
    } else {
      queues.readTaps(index, dilation: block.dilation, pastRows: block.pastRows, into: runner.past)
      let next = index + 1 < blocks.count ? index + 1 : 0
      queues.readTaps(
        next, dilation: blocks[next].dilation, pastRows: blocks[next].pastRows, into: runner.soon)
      runner.pastTaps(index, rows: rows, output: sums)
    }
    let encoded = runner.encodeInput(rows: rows, input)
    runner.block(index, rows: rows, input: input, encoded: encoded, sums: sums, z: z, output: output)
    queues.push(index, pastRows: block.pastRows, encoded, rows: rows)
  }
}
