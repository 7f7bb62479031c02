// Sampling settings by measurement: a few temperatures and restrictions are tried, and judged by what `evaluate` measures. A
// model that follows controls is judged by how it does what it is told, on held-out excerpts; another one by how its clips
// resemble held-out recordings. What makes a trial: TuningJudge.swift.
package import Signal

/// What was tried, and which of it is best.
package struct Tuning: Sendable, Encodable {
  /// Settings to try.
  package struct Setting: Hashable, Sendable, Codable {
    package let temperature: Double
    package let topP: Double?

    package init(temperature: Double, topP: Double? = nil) {
      (self.temperature, self.topP) = (temperature, topP)
    }
  }

  /// Settings and what came of them.
  package struct Trial: Hashable, Sendable, Codable {
    package let setting: Setting
    /// The smaller the better; see `Tuning.score`.
    package let score: Double
    /// Of the clips against the held-out recordings, root mean square over third-octave bands.
    package let spectrumDb: Double
    /// Likewise, of the levels of 100 ms windows.
    package let loudnessDb: Double
    package let clips: Int
    package let silentClips: Int
    package let clicks: Int
    /// Of a model that follows controls.
    package let agreement: CurveAgreement?
  }

  package let trials: [Trial]
  /// Place of the best trial; of equals the one with the higher temperature, which is nearer to what the model has learnt.
  package let best: Int
  /// Whether the recordings that judged are such as the model was trained on.
  package var isOnTrainedSound = false

  init(trials: [Trial], best: Int) { (self.trials, self.best) = (trials, best) }

  package var chosen: Setting { trials[best].setting }

  /// What it was tried on, in words.
  package var sound: String { isOnTrainedSound ? "sound that the model was trained on" : "held-out sound" }

  /// Levels of clips that follow curves are held against the curves, those of other models by their distribution: two measures.
  package var levelHeading: String { trials.contains { $0.agreement != nil } ? "level dB" : "loudness dB" }

  /// What is tried by default.
  package static let settings: [Setting] =
    [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map { Setting(temperature: $0) }
    + [
      Setting(temperature: 1, topP: 0.95), Setting(temperature: 1, topP: 0.9),
      Setting(temperature: 0.9, topP: 0.95),
    ]

  /// - trials: of `settings`, in their order
  package init(_ trials: [Trial]) {
    precondition(!trials.isEmpty, "no settings were tried")
    self.trials = trials
    best = trials.indices.min {
      (trials[$0].score, -trials[$0].setting.temperature) < (
        trials[$1].score, -trials[$1].setting.temperature
      )
    }!
  }

  /// Each term is 1 where it begins to be heard: 3 dB of spectrum and of level, 15 cents, every tenth frame more than 50 cents
  /// off, a click in every second clip, a silent clip in twenty.
  static func score(_ trial: Trial) -> Double {
    let clips = Double(trial.clips)
    var score =
      trial.spectrumDb / 3 + Double(trial.clicks) / clips * 2 + Double(trial.silentClips) / clips * 20
    guard let agreement = trial.agreement else { return score + trial.loudnessDb / 3 }
    // Of a model that is told no level, the loudness of its clips.
    score += (agreement.levelDbMedian ?? trial.loudnessDb) / 3 + (agreement.pitchCentsMedian ?? 0) / 15
    if let within = agreement.pitchWithin50Cents { score += (1 - within) / 0.1 }
    return score
  }
}
