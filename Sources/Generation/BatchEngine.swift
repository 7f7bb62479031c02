// One time step of many clips at once, which share each read of the weights. One clip alone: StreamEngine, with the same bits.
internal import Kernels
package import Signal

/// Queues and scratch of clips that advance in step.
package final class BatchEngine: StepEngine {
  package let model: PackedModel
  package let queues: Queues
  private let runner: BlockRunner
  private let biases: BatchBiases?  // of a model that can be told something
  private let rows: AlignedBuffer  // two of [clips, rp]: a block's inputs and outputs
  // [clips, queueRow]: a block's inputs, encoded, where a block is done in place.
  private let encoded: AlignedBuffer

  package init(_ model: PackedModel, clips: Int) {
    self.model = model
    queues = Queues(model, clips: clips)
    runner = BlockRunner(model.weights, rows: clips)
    biases = model.condition.map { BatchBiases($0, clips: clips) }
    rows = AlignedBuffer(count: 2 * clips * runner.dims.rp)
    encoded = AlignedBuffer(count: clips * runner.queueRow)
  }

  package var logits: UnsafePointer<Float> { UnsafePointer(runner.logits.start) }

  package func reset() {
    queues.reset()
    biases?.reset()
  }

  package func tell(clip: Int, _ conditions: Conditions?) {
    let told = model.hear(conditions)
    biases?.tell(clip, told)
  }

  package func told(clip: Int) -> ToldFrames? { biases?.told[clip] }

  package func step(_ codes: UnsafePointer<UInt16>, running: Int) {
    let (rp, blockCount) = (runner.dims.rp, runner.dims.l)
    var input = rows.pointer
    var output = input + queues.clips * rp
    for clip in 0..<running {
      (input + clip * rp).update(from: model.weights.embedding(codes[clip]), count: rp)
    }
    let biases = biases?.begin(running: running) == true ? biases : nil
    let inPlace = runner.hasBlockRows(rows: running)
    if inPlace { runner.encodeInput(0, rows: running, input, into: encoded.pointer) }
    for group in 0..<runner.groupCount {
      var z = runner.z(group)
      for i in runner.blocks(ofGroup: group) {
        let biases = biases?.rows(i)
        if !inPlace {
          runner.pastTaps(
            i, rows: running, queues.pastInputs(i), biases: biases, into: runner.preactivations)
        }
        // The queues of many clips are cold: the oldest rows of the block after come meanwhile.
        let next = i + 1 < blockCount ? i + 1 : 0
        model.kernels.prefetch(count: running * runner.queueRow, queues.oldest(next))
        let slot = queues.oldest(i)
        if inPlace {
          runner.blockRows(
            i, rows: running, biases: biases, input: input, encoded: encoded.pointer, slot: slot, z: z)
        } else {
          runner.encodeInput(i, rows: running, input, into: slot)
          runner.block(
            i, rows: running, input: input, encoded: slot, sums: runner.preactivations, z: z, output: output)
          swap(&input, &output)
        }
        queues.advance(i)
        z += runner.gatedCount
      }
      runner.addSkips(
        ofGroup: group, rows: running, z: runner.z(group), outputs: 0..<runner.dims.sp, skips: runner.skips)
    }
    runner.head(rows: running)
  }
}
