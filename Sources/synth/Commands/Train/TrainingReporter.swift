// What `synth train` says while it trains: a progress line, a line at each evaluation, roll-backs.
import Reports
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
          "\(NumberText.share(now.step, now.steps)), ETA \(NumberText.clock(now.secondsLeft))",
          "step \(now.step)/\(now.steps)", "\(NumberText.fixed(now.trainBits, 3)) bits",
          now.heldOutBits.map { "held-out \(NumberText.fixed($0, 3))" },
          "\(NumberText.short(now.audioSecondsPerSecond)) audio s/s",
          "gradient \(NumberText.short(now.gradientNorm))",
          "rate \(NumberText.scientific(now.learningRate))",
        ].compactMap { $0 }
      }
    case .evaluated(let line, let sample):
      if quiet { return }
      Terminal.note(
        "step \(line.step) of \(steps), ETA \(NumberText.clock(secondsLeft))  train \(NumberText.fixed(line.trainBits, 3)) bits  "
          + "held-out \(NumberText.fixed(line.heldOutBits, 3)) bits  gradient \(NumberText.short(line.gradientNorm))  rate "
          + "\(NumberText.scientific(line.learningRate))  \(NumberText.short(line.audioSecondsPerSecond)) audio s/s"
          + (sample.map { "  \($0)" } ?? ""))
    case .rolledBack(let from, let to, let bits, let scale):
      Terminal.warn(
        "the loss jumped to \(NumberText.fixed(bits, 2)) bits at step \(from): back to step \(to) with the learning rate "
          + "times \(NumberText.short(scale))")
    }
  }
}
