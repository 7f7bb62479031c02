// What ends a run besides its number of steps, and the record that something did. In run.json (RunDescription.swift) and in the
// state: a stop counts only for the goal that it was recorded with, so that a run goes on when it is given another one.
// The number of steps that minutes come to: SchedulePlan.swift.

/// What a run is to keep to.
package struct RunGoal: Codable, Hashable, Sendable {
  /// Of the whole run.
  package var minutes: Double?
  /// Held-out bits per sample at which it stops.
  package var until: Double?
  /// Evaluations without a new best after which it stops.
  package var patience: Int?

  package init(minutes: Double? = nil, until: Double? = nil, patience: Int? = nil) {
    (self.minutes, self.until, self.patience) = (minutes, until, patience)
  }

  package enum Allowed {
    package static let minutes = 0.01...100_000.0
    package static let until = 0.0...100.0
    package static let patience = 1...1_000_000
    package static let keepEvery = 1...1_000_000_000
  }

  /// The first part that no flag could have given, in words; nil if there is none.
  package var problem: String? {
    if let minutes, !Allowed.minutes.contains(minutes) { return "minutes are \(minutes)" }
    if let until, !Allowed.until.contains(until) { return "until is \(until)" }
    if let patience, !Allowed.patience.contains(patience) { return "patience is \(patience)" }
    return nil
  }
}

/// That a run has ended before its last step.
package struct RunStop: Codable, Hashable, Sendable {
  package enum Reason: String, Codable, Sendable {
    /// The minutes were up.
    case time
    /// The held-out bits were reached.
    case until
    /// There was no new best for long enough.
    case patience
  }

  package var reason: Reason
  /// What the run was to keep to.
  package var goal: RunGoal
  /// Steps of the run's options.
  package var steps: Int

  package init(_ reason: Reason, goal: RunGoal, steps: Int) {
    (self.reason, self.goal, self.steps) = (reason, goal, steps)
  }
}
