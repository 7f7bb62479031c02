// How far a run is on the way of its learning rate, and where that way ends: the value that is made anew while a run keeps to its
// minutes (TimeKeeper.swift), and kept in the state, so that a resume goes on exactly. A run without minutes has none:
// its way is TrainingOptions.phase(at:). Tests: SchedulePlanTests.

/// A straight line of phases: the learning rate and the jitter are functions of the phase, 0 at the end of the warm-up and 1 at the
/// last step.
package struct SchedulePlan: Codable, Hashable, Sendable {
  /// Index of the step from which the line goes, and the phase there, 0...1.
  package var from: Int
  package var phase: Double
  /// Optimizer steps of the whole run.
  package var steps: Int
  /// Steps between evaluations, and the next one: a number of steps done.
  package var evaluateEvery: Int
  package var nextEvaluation: Int
  /// What it was made for: the minutes of the run, and the steps that they came to before the first one. A plan for others is
  /// void.
  package var minutes: Double
  package var firstSteps: Int

  package init(
    from: Int, phase: Double, steps: Int, evaluateEvery: Int, nextEvaluation: Int, minutes: Double,
    firstSteps: Int
  ) {
    (self.from, self.phase, self.steps) = (from, phase, steps)
    (self.evaluateEvery, self.nextEvaluation) = (evaluateEvery, nextEvaluation)
    (self.minutes, self.firstSteps) = (minutes, firstSteps)
  }

  /// The phase of the step with this index, 0...1.
  package func phase(at step: Int) -> Double {
    if step <= from { return phase }
    return min(1, phase + (1 - phase) * (Double(step - from) / Double(max(1, steps - 1 - from))))
  }

  /// Whether the weights are evaluated when so many steps are done.
  package func evaluates(after step: Int) -> Bool {
    step >= nextEvaluation && (step - nextEvaluation) % evaluateEvery == 0
  }

  /// The last such number up to `step`.
  func lastEvaluation(upTo step: Int) -> Int {
    nextEvaluation + evaluateEvery * (step >= nextEvaluation ? (step - nextEvaluation) / evaluateEvery : -1)
  }

  /// What no run can have planned, in words; nil if it could have.
  var problem: String? {
    let most = TrainingOptions.Allowed.steps.upperBound
    if !(0...1).contains(phase) { return "the plan's phase is \(phase); allowed: 0 to 1" }
    for (name, value, least) in [
      ("first step", from, 0), ("steps", steps, 1), ("evaluateEvery", evaluateEvery, 1),
      ("next evaluation", nextEvaluation, 0), ("firstSteps", firstSteps, 1),
    ] where !(least...2 * most).contains(value) {
      return "the plan's \(name) is \(value); allowed: \(least) to \(2 * most)"
    }
    return minutes.isFinite && minutes > 0 ? nil : "the plan's minutes are \(minutes)"
  }
}
