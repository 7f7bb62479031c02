// What `synth train` says while it trains: a progress line, a line at each evaluation, roll-backs.
import Training

final class TrainingReporter {
  private let quiet: Bool
  /// Of the last step; the lines at evaluations have it too, for those who have no progress line.
  private var secondsLeft = Double.nan
  private var steps = 0

  init(quiet: Bool) { self.quiet = quiet }

  func report(_ event: TrainingEvent) {
    switch event {
    case .step(let now):
      (secondsLeft, steps) = (now.secondsLeft, now.steps)
      ProgressLine.draw {
        [
          "\(Format.share(now.step, now.steps)), ETA \(Format.clock(now.secondsLeft))",
          "step \(now.step)/\(now.steps)", "\(Format.fixed(now.trainBits, 3)) bits",
          now.heldOutBits.map { "held-out \(Format.fixed($0, 3))" },
          "\(Format.short(now.audioSecondsPerSecond)) audio s/s",
          "gradient \(Format.short(now.gradientNorm))",
          "rate \(Format.scientific(now.learningRate))",
        ].compactMap { $0 }
      }
    case .evaluated(let line, let sample):
      if quiet { return }
      Terminal.note(
        "step \(line.step) of \(steps), ETA \(Format.clock(secondsLeft))  train \(Format.fixed(line.trainBits, 3)) bits  "
          + "held-out \(Format.fixed(line.heldOutBits, 3)) bits  gradient \(Format.short(line.gradientNorm))  rate "
          + "\(Format.scientific(line.learningRate))  \(Format.short(line.audioSecondsPerSecond)) audio s/s"
          + (sample.map { "  \($0)" } ?? ""))
    case .rolledBack(let from, let to, let bits, let scale):
      Terminal.warn(
        "the loss jumped to \(Format.fixed(bits, 2)) bits at step \(from): back to step \(to) with the learning rate "
          + "times \(Format.short(scale))")
    }
  }
}
