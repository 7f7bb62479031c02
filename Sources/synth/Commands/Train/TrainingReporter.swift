// What `synth train` says while it trains: a progress line, a line at each evaluation, what that means where it is news, roll-backs,
// and why it stops. The sentences: Evaluation.Standing.
import Evaluation
import Files
import Reports
import Training

final class TrainingReporter {
  private let quiet: Bool
  /// The same crops as at each evaluation.
  private let judge: CropJudge
  /// Of the last step; the lines at evaluations have it too, for those who have no progress line.
  private var secondsLeft = Double.nan
  private var steps = 0
  private var said: Standing.Finding?
  private var sampleWasSilent = false
  /// Where the model stood at the last evaluation.
  private(set) var standing: Standing?

  init(quiet: Bool, judge: CropJudge) { (self.quiet, self.judge) = (quiet, judge) }

  func report(_ event: TrainingEvent) {
    switch event {
    case .step(let now): draw(now)
    case .evaluated(let line, let sample, let best): evaluated(line, sample, best)
    case .rolledBack(let rollBack): Terminal.warn(Self.words(rollBack))
    case .stopped(let stop):
      if !quiet { Terminal.note(Self.words(stop)) }
    }
  }

  private func draw(_ now: TrainingEvent.Progress) {
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
  }

  private func evaluated(_ line: MetricsLine, _ sample: TrainingEvent.Sample, _ best: BestSoFar?) {
    let standing = judge.standing(line, of: steps, best: best)
    self.standing = standing
    if quiet { return }
    let linear = judge.baselines.linearPredictor.map { " (linear \(NumberText.fixed($0, 3)))" } ?? ""
    Terminal.note(
      "step \(line.step) of \(steps), ETA \(NumberText.clock(secondsLeft))  train \(NumberText.fixed(line.trainBits, 3)) bits  "
        + "held-out \(NumberText.fixed(line.heldOutBits, 3)) bits\(linear)  gradient \(NumberText.short(line.gradientNorm))  rate "
        + "\(NumberText.scientific(line.learningRate))  \(NumberText.short(line.audioSecondsPerSecond)) audio s/s  "
        + sample.path)
    // Again only when there is something else to say: the figures are in the line above.
    if said != standing.finding { Terminal.note("  " + standing.sentence) }
    said = standing.finding
    if sample.isSilent && !sampleWasSilent {
      Terminal.note("  \(Disk.split(sample.path).name) \(Standing.silentSample)")
    }
    sampleWasSilent = sample.isSilent
  }

  /// What happened, what was done, what to do. Once more after the same save: in fewer words.
  static func words(_ r: TrainingEvent.RollBack) -> String {
    let isNumber = r.bits.isFinite && r.gradientNorm.isFinite
    let jump =
      isNumber
      ? "the loss, averaged over ten steps, jumped to \(NumberText.fixed(r.recentBits, 2)) bits up to step \(r.fromStep)"
        + (r.usualBits.map { ", from \(NumberText.fixed($0, 2))" } ?? "")
      : "the loss or its gradient was no number at step \(r.fromStep)"
    let scale = "the learning rate times \(NumberText.short(r.learningRateScale))"
    if r.inARow == 1 {
      return
        "\(jump): a step that was too large has spoilt the weights. Back to step \(r.toStep), the last save, and on with other "
        + "excerpts and \(scale)"
    }
    return
      "\(jump), \(r.inARow) times since step \(r.toStep): back there, with \(scale)"
      + (r.inARow == 3 ? ". If it goes on, stop and --resume with a lower --learning-rate" : "")
  }

  /// A number that somebody has given.
  static func plain(_ value: Double) -> String {
    value.rounded() == value ? NumberText.fixed(value, 0) : "\(value)"
  }

  /// "1 minute", "0.5 minutes".
  static func minutes(_ value: Double) -> String { "\(plain(value)) minute\(value == 1 ? "" : "s")" }

  /// Why a run ends before its last step.
  static func words(_ stop: RunStop) -> String {
    switch stop.reason {
    case .time: "the time is over (--minutes \(plain(stop.goal.minutes ?? 0))): this was the last step"
    case .until:
      "the held-out bits have come down to \(plain(stop.goal.until ?? 0)) (--until): this was the last step"
    case .patience:
      "\(NumberText.count(stop.goal.patience ?? 0, "evaluation")) in a row without a new best (--patience): this was the last step"
    }
  }
}
