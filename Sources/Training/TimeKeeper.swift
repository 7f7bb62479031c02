// Keeping to --minutes on a machine whose speed changes: how many steps there is time for is found out again and again
// (SchedulePlan.swift has the answer), and time that is up ends a run. Pure: it is told what things took (Pace.swift).
// Tests: TimeKeeperTests, which let the speed halve, double and stall.

/// What a run does besides its steps, measured before the first one.
package struct TimeReserve: Hashable, Sendable {
  /// Seconds of an evaluation, with its sample.
  package var evaluation: Double
  /// Seconds of all that comes after the last evaluation.
  package var closing: Double

  package init(evaluation: Double = 0, closing: Double = 0) {
    (self.evaluation, self.closing) = (evaluation, closing)
  }
}

/// The time of one session of a run with minutes.
struct TimeKeeper {
  let minutes: Double
  /// Nil: as many evaluations as a run of so many steps has by default.
  let evaluateEvery: Int?
  private let closing: Double
  /// Seconds of the run when it was planned last.
  private var planned: Double
  /// Told of every step, save and evaluation.
  var pace: Pace

  /// A run may end so much later than planned, as a share of its minutes, before it is cut off: the last step of a plan is seldom
  /// on time to the second, and with it the learning rate has come down.
  private static let grace = 0.01
  /// A plan that ends earlier than this, as a share of the minutes, is made longer.
  private static let early = 0.015

  /// - spent: seconds of the run in earlier sessions.
  init(minutes: Double, evaluateEvery: Int?, reserve: TimeReserve, spent: Double) {
    self.minutes = minutes
    self.evaluateEvery = evaluateEvery
    closing = reserve.closing
    planned = spent
    pace = Pace(evaluation: reserve.evaluation)
  }

  /// Seconds between two plans.
  var interval: Double { min(60, 0.03 * 60 * minutes) }

  func isDue(spent: Double) -> Bool { spent - planned >= interval }

  /// Seconds for steps and for evaluations before the last one. What comes after the steps may take half of a run, and no more:
  /// steps are what it is for.
  func left(spent: Double) -> Double {
    let after = closing * pace.slowdown + pace.secondsPerEvaluation
    return 60 * minutes - spent - min(after, 30 * minutes)
  }

  /// Whether no step may follow.
  func isUp(spent: Double) -> Bool { left(spent: spent) < -Self.grace * 60 * minutes }

  /// Whether a plan that is done leaves time worth using.
  func isEarly(spent: Double) -> Bool {
    let left = left(spent: spent)
    return left > Self.early * 60 * minutes && left > 2 * (pace.secondsPerStep ?? 0)
  }

  /// Plans the rest of a run after at least one step.
  /// - step: steps done.
  /// - plan: the one up to now; nil for the first.
  /// - lastEvaluation: number of steps after which there was one; 0 for none.
  mutating func plan(
    step: Int, spent: Double, options: TrainingOptions, after plan: SchedulePlan?, lastEvaluation: Int
  ) -> SchedulePlan {
    precondition(step > 0, "a plan after \(step) steps")
    pace.turn()
    planned = spent
    let seconds = max(pace.secondsPerStep ?? 0, 1e-9)
    let left = left(spent: spent)
    var more = 0.0
    var (every, next) = (1, step + 1)
    // Evaluations take time, and their number follows that of the steps: three rounds bring both together.
    for _ in 0..<3 {
      let steps = step + Int(more)
      every =
        evaluateEvery ?? TrainingOptions.evaluateEvery(steps: max(steps, step + Int(left / seconds / 2)))
      next = max(step + 1, lastEvaluation + every)
      let evaluations = steps > next ? (steps - 1 - next) / every + 1 : 0
      more = min(1e9, max(0, left - Double(evaluations) * pace.secondsPerEvaluation) / seconds)
    }
    // The line goes on from the last step that was done; during the warm-up it has not begun.
    let from = max(step - 1, options.warmUpSteps)
    let phase = from > step - 1 ? 0 : min(1, max(0, plan?.phase(at: from) ?? options.phase(at: from)))
    return SchedulePlan(
      from: from, phase: phase, steps: step + max(1, Int(more)), evaluateEvery: every,
      nextEvaluation: next, minutes: minutes, firstSteps: options.steps)
  }
}
