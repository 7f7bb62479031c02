// What a step and an evaluation have taken lately: plain numbers, no clock of its own. Who asks: TimeKeeper.swift.

/// The recent past of a session, in two windows: the one at hand and the one before it.
struct Pace {
  /// Times of steps in seconds.
  private var current: [Double] = []
  private var previous: [Double] = []
  /// Seconds of saves in the two windows.
  private var saves = (current: 0.0, previous: 0.0)
  /// Seconds of the last evaluation, and of a step at that time; nil if no window was over.
  private var evaluation: (seconds: Double, step: Double?)
  /// Seconds of a step in the session's first window.
  private var first: Double?
  /// Seconds of a step with its share of the saves, as of the last turn; nil before the first.
  private(set) var secondsPerStep: Double?

  /// A step that takes so many times as long as others is a stall: lost time, but no sign of what the next ones take.
  private static let stall = 4.0

  /// - evaluation: seconds of one, measured before the first step.
  init(evaluation: Double) { self.evaluation = (evaluation, nil) }

  mutating func step(_ seconds: Double) { current.append(max(0, seconds)) }
  mutating func save(_ seconds: Double) { saves.current += max(0, seconds) }
  mutating func evaluation(_ seconds: Double) { evaluation = (max(0, seconds), secondsPerStep) }

  /// A window is over.
  mutating func turn() {
    let times = (previous + current).sorted()
    if !times.isEmpty {
      let most = Pace.stall * times[times.count / 2]
      let seconds = times.reduce(0) { $0 + min($1, most) } + saves.current + saves.previous
      secondsPerStep = seconds / Double(times.count)
      first = first ?? secondsPerStep
    }
    (previous, current) = (current, [])
    saves = (0, saves.current)
  }

  /// Seconds of the next evaluation: what the last one took, at the pace of now.
  var secondsPerEvaluation: Double {
    guard let then = evaluation.step ?? first, let now = secondsPerStep, then > 0 else {
      return evaluation.seconds
    }
    return evaluation.seconds * now / then
  }

  /// How many times as long as at the session's beginning things take.
  var slowdown: Double {
    guard let first, let now = secondsPerStep, first > 0 else { return 1 }
    return now / first
  }
}
