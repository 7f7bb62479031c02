// What a sequence is told: its blocks' biases, which hold for a frame each, before the first tile; their gradients, summed
// frame by frame while the blocks go back, after the last. All of it in float32, whatever the products are.
internal import Kernels
internal import Signal

extension SequencePass {
  /// A sequence's frames, and what is told in them.
  struct Told {
    let conditions: Conditions
    let runs: FrameRuns
    let y: AlignedBuffer  // [frames, cp]
  }

  /// Computes the biases of the frames that `steps` steps read, `told` being what they are told.
  func hear(_ conditions: Conditions?, steps: Int, _ weights: SequenceWeights) {
    told = nil
    guard let conditions, !conditions.isEmpty else { return }
    guard let conditioner else { preconditionFailure("a model that can be told nothing is told something") }
    let runs = FrameRuns(start: conditions.start, steps: steps, frameSamples: conditioner.frameSamples)
    if runs.frames.isEmpty { return }
    let w = UnsafePointer(weights.forward.pointer)
    let y = conditioner.hear(conditions, frames: runs.frames, w)
    conditioner.biases(frames: runs.frames.count, y, w, into: biases.rows(of: biasWidth))
    dBiases.pointer.update(repeating: 0, count: min(dBiases.count, runs.frames.count * biasWidth))
    told = Told(conditions: conditions, runs: runs, y: y)
  }

  /// Floats of a frame's biases.
  private var biasWidth: Int { dims.l * 2 * dims.dp }

  /// Calls `body` for the runs of `positions` that start from one bias [2dp] of the block, in order.
  @inline(__always)
  func forEachBias(
    _ block: Int, _ positions: Range<Int>, _ weights: UnsafePointer<Float>,
    _ body: (_ run: Range<Int>, _ bias: UnsafePointer<Float>) -> Void
  ) {
    let unconditioned = weights + layout.dilatedBias[block]
    guard let told else { return body(positions, unconditioned) }
    let own = UnsafePointer(biases.pointer) + block * 2 * dims.dp
    told.runs.forEach(in: positions) { run, frame in
      body(run, frame.map { own + $0 * biasWidth } ?? unconditioned)
    }
  }

  /// Calls `body` for the same runs, with the gradient of that bias.
  @inline(__always)
  func forEachBiasGradient(
    _ block: Int, _ positions: Range<Int>, _ gradients: UnsafeMutablePointer<Float>,
    _ body: (_ run: Range<Int>, _ dBias: UnsafeMutablePointer<Float>) -> Void
  ) {
    let unconditioned = gradients + layout.dilatedBias[block]
    guard let told else { return body(positions, unconditioned) }
    let own = dBiases.pointer + block * 2 * dims.dp
    told.runs.forEach(in: positions) { run, frame in
      body(run, frame.map { own + $0 * biasWidth } ?? unconditioned)
    }
  }

  /// From the gradients of all biases to those of what makes them; adds them.
  func backwardTold(_ weights: SequenceWeights, _ gradients: AlignedBuffer) {
    guard let told, let conditioner else { return }
    guard let transposes = weights.backward else { preconditionFailure("weights without transposes") }
    let dY = conditioner.biasesBackward(
      frames: told.runs.frames.count, told.y, transposes.pointer, dBiases: Rows(dBiases.rows(of: biasWidth)),
      gradients.pointer)
    conditioner.hearBackward(
      told.conditions, frames: told.runs.frames, transposes.pointer, dY: dY, gradients.pointer)
  }
}
