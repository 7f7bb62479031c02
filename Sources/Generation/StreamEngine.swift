// One time step of one clip. Nothing shares the weights that it reads, so it reads fewer: past taps for several steps at once
// (PastTaps), in the head only those of inputs above zero (BlockRunner+Head), and a second thread may read some
// (SecondThread). Many clips: BatchEngine, with the same bits.
internal import Kernels
package import Signal

/// Queues and scratch of one clip.
package final class StreamEngine: StepEngine {
  package let model: PackedModel
  package let queues: Queues
  let runner: BlockRunner
  /// The thread that may help `step(_:with:)`.
  let second: SecondThread?
  private let pastTaps: PastTaps
  private let biases: FrameBiases?  // of a model that can be told something
  private let rows: AlignedBuffer  // two of [rp]: a block's input and output

  /// - Parameter threads: of 2 or more a second one helps, if `SecondThread.canHelp`.
  package init(_ model: PackedModel, threads: Int = 1) {
    self.model = model
    queues = Queues(model, clips: 1)
    runner = BlockRunner(model.weights, rows: 1)
    biases = model.condition.map { FrameBiases($0) }
    pastTaps = PastTaps(runner, queues, model.rest, biases)
    rows = AlignedBuffer(count: 2 * runner.dims.rp)
    let candidate =
      threads > 1 && SecondThread.canHelp(model.weights) ? SecondThread(model.weights, owner: runner) : nil
    second = candidate?.start() == true ? candidate : nil
  }

  deinit { second?.join() }

  package var logits: UnsafePointer<Float> { UnsafePointer(runner.logits.start) }

  package func reset() {
    queues.reset()
    pastTaps.reset()
    biases?.reset()
  }

  package func tell(clip: Int, _ conditions: Conditions?) {
    let told = model.hear(conditions)
    biases?.tell(told)
    pastTaps.reset()
  }

  /// More of what it is told already, in the midst of it.
  func tellOn(_ conditions: Conditions?) {
    biases?.tellOn(model.hear(conditions))
    pastTaps.reset()
  }

  /// What another engine of the same model is told.
  func tell(as other: StreamEngine) {
    biases?.tell(other.told(clip: 0))
    pastTaps.reset()
  }

  package func told(clip: Int) -> ToldFrames? { biases?.told }

  /// Takes over what another engine of the same model remembers.
  func copy(from other: StreamEngine) {
    queues.copy(from: other.queues)
    pastTaps.reset()
    if let biases, let others = other.biases { biases.copy(from: others) }
  }

  package func step(_ codes: UnsafePointer<UInt16>, running: Int) { step(codes[0]) }

  /// Advances by one sample: `code` is the newest one, `logits` then belong to the sample after it.
  @inline(__always)
  func step(_ code: UInt16) {
    var (input, output) = begin(code)
    for group in 0..<runner.groupCount {
      var z = runner.z(group)
      for i in runner.blocks(ofGroup: group) {
        advance(i, input: input, z: z, output: output)
        pastTaps.prepare(i, newest: code)
        z += runner.gatedCount
        swap(&input, &output)
      }
    }
    // Groups of several blocks in one long read. Those of a single one are added already.
    if runner.layout.skipBlocks > 1 {
      for group in 0..<runner.groupCount {
        runner.addSkips(
          ofGroup: group, rows: 1, z: runner.z(group), outputs: 0..<runner.dims.sp, skips: runner.skips)
      }
    }
    runner.head(rows: 1)
    biases?.advance()
  }

  /// The same; `second`, which must be ready, follows with its part of the skip sums and shares the head.
  @inline(__always)
  func step(_ code: UInt16, with second: SecondThread) {
    var (input, output) = begin(code)
    for group in 0..<runner.groupCount {
      var z = runner.z(group)
      for i in runner.blocks(ofGroup: group) {
        advance(i, input: input, z: z, output: output)
        z += runner.gatedCount
        swap(&input, &output)
      }
      second.reachedGroup()
    }
    // While the other thread catches up.
    for i in 0..<runner.dims.l { pastTaps.prepare(i, newest: code) }
    second.finish()
    biases?.advance()
  }

  /// Two rows [rp], the first one the input of the first block.
  @inline(__always)
  private func begin(
    _ code: UInt16
  ) -> (input: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>) {
    let rp = runner.dims.rp
    rows.pointer.update(from: model.weights.embedding(code), count: rp)
    return (rows.pointer, rows.pointer + rp)
  }

  /// One block and its queue.
  @inline(__always)
  private func advance(
    _ index: Int, input: UnsafeMutablePointer<Float>, z: UnsafeMutablePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    runner.fusedBlock(
      index, input: input, encoding: queues.oldest(index), sums: pastTaps.now(index), z: z, output: output)
    queues.advance(index)
  }
}
