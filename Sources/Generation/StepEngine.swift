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
  private let ahead: PastTaps  // used for one clip: many share each weight read as it is

  package init(_ weights: PackedWeights, clips: Int) {
    self.weights = weights
    self.clips = clips
    queues = Queues(weights, clips: clips)
    runner = BlockRunner(weights, rows: clips)
    ahead = PastTaps(weights)
    present = AlignedBuffer(count: 2 * clips * weights.paddedR)
  }

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
    let rowLength = weights.paddedR
    let embedding = weights.arena.pointer + weights.embedding
    var input = present.pointer
    var output = input + clips * rowLength
    for clip in 0..<active {
      (input + clip * rowLength).update(from: embedding + Int(codes[clip]) * rowLength, count: rowLength)
    }
    if wantsLogits { runner.beginSkips(rows: active) }
    weights.blocks.withUnsafeBufferPointer { blocks in
      for i in 0..<blocks.count {
        let pastRows = blocks[i].pastRows
        var sums = runner.preactivations
        if clips == 1 {
          sums = ahead.next(i, blocks[i], queues)
        } else {
          queues.readTaps(i, dilation: blocks[i].dilation, pastRows: pastRows, into: runner.past)
          runner.pastTaps(i, rows: active, output: sums)
        }
        let encoded = runner.encodeInput(rows: active, input)
        runner.block(
          i, rows: active, input: input, encoded: encoded, sums: sums, output: output, skips: wantsLogits)
        queues.push(i, pastRows: pastRows, encoded, rows: active)
        swap(&input, &output)
      }
    }
    if wantsLogits { runner.head(rows: active) }
  }
}
