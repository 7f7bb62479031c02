// What a run tells while it goes on (TrainingRun.swift). Who says it to people: the program's TrainingReporter.

package enum TrainingEvent: Sendable {
  /// A step is done.
  case step(Progress)
  /// The averaged weights were evaluated and saved.
  case evaluated(MetricsLine, Sample, best: BestSoFar?)
  /// The loss was not finite or jumped: back to the state of `toStep` with half the learning rate.
  case rolledBack(RollBack)
  /// The run ends before its last step.
  case stopped(RunStop)

  /// A progress line's numbers.
  package struct Progress: Sendable {
    package var step: Int
    /// As planned now.
    package var steps: Int
    /// Smoothed training loss and last held-out loss, bits per sample.
    package var trainBits: Double
    package var heldOutBits: Double?
    package var gradientNorm: Double
    package var learningRate: Double
    /// Seconds of audio predicted per second of training, in this session.
    package var audioSecondsPerSecond: Double
    /// Seconds until the last step, at this session's speed; of a run with minutes, until those are over.
    package var secondsLeft: Double
  }

  /// What the model sounds like.
  package struct Sample: Sendable {
    package var path: String
    /// Nothing is to be heard.
    package var isSilent: Bool
  }

  /// A divergence and what was done about it.
  package struct RollBack: Sendable {
    package var fromStep: Int
    package var toStep: Int
    /// Of the step, bits per sample.
    package var bits: Double
    /// Averages up to the step, over about ten steps and a hundred; a loss that is far above the latter is gone back from.
    package var recentBits: Double
    package var usualBits: Double?
    package var gradientNorm: Double
    /// From now on, of the largest.
    package var learningRateScale: Double
    /// Since the last save.
    package var inARow: Int
  }
}
