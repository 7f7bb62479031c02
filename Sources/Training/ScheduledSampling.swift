// Scheduled sampling (Bengio, Vinyals, Jaitly, Shazeer 2015; in two passes as Mihaylova and Martins 2019): what a model has
// generated is never quite what it has learnt from, so for a share of the history it is given what it would have drawn
// itself in place of what was recorded. Targets stay as recorded. Noise instead of draws: Corpus/InputJitter.swift.
// Measured beside it, and why it is off: TrainingOptions. Slow twin: ScheduledSamplingTests.
internal import Corpus
internal import Kernels
internal import Signal
internal import WaveNet

/// The inputs of a step's clips with draws among them: a pure function of (seed, step, place in the batch, weights).
struct ScheduledSampling {
  /// Of the inputs of a crop, 0...1; those of the history in front of it stay recorded, since what they were predicted from is
  /// further back than the batch.
  let share: Double
  let seed: UInt64
  /// Of the batch.
  let step: UInt64
  /// Samples in a run. Draws come in runs, since in generation all of the last few milliseconds are drawn: between recorded
  /// ones a single draw could be made out, and passed over.
  let run: Int

  /// Of a run.
  static let seconds = 0.016

  init(share: Double, seed: UInt64, step: UInt64, sampleRate: Int) {
    (self.share, self.seed, self.step) = (share, seed, step)
    run = max(1, Int((Self.seconds * Double(sampleRate)).rounded()))
  }

  /// Nil where nothing is drawn, which is also what a share of 0 means.
  /// - Parameters:
  ///   - codes: [RF - 1 + count] of the clip at `place`
  ///   - pass: whose memory is used; the weights are those that the step begins with
  func inputs(
    _ codes: UnsafeBufferPointer<UInt16>, history: Int, place: Int, told: Conditions?, _ pass: SequencePass,
    _ weights: SequenceWeights
  ) -> [UInt16]? {
    let steps = codes.count - history - 1  // the last input is drawn in the step before it
    if share == 0 || steps < 1 { return nil }
    let philox = ClipRandom.draws(seed: seed, step: step, place: place)
    var inputs = Array(codes)
    let phase = Int(philox.uniform(at: .max) * Double(run))  // where in a run the crop begins
    let isDrawn = (0...(steps - 1 + phase) / run).map { block in
      philox.uniform(at: (1 << 32) + UInt64(block)) < share  // behind every number that a step draws with
    }
    if !isDrawn.contains(true) { return nil }
    pass.draw(codes, told: told, weights, steps: steps) { t in
      isDrawn[(t + phase) / run] ? philox.uniform(at: UInt64(t)) : nil
    } drawn: { t, code in
      inputs[history + t + 1] = code
    }
    return inputs
  }
}
