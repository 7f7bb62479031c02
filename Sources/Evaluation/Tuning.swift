// Sampling settings by measurement: a few temperatures and restrictions are tried, and judged by what `evaluate` measures. A
// model that follows controls is judged by how it does what it is told, on held-out excerpts; another one by how its clips
// resemble held-out recordings.
package import Generation
internal import Kernels
package import Signal
package import WaveNet

/// What was tried, and which of it is best.
package struct Tuning: Sendable, Encodable {
  /// Settings to try.
  package struct Setting: Hashable, Sendable, Encodable {
    package let temperature: Double
    package let topP: Double?

    package init(temperature: Double, topP: Double? = nil) {
      (self.temperature, self.topP) = (temperature, topP)
    }
  }

  /// Settings and what came of them.
  package struct Trial: Sendable, Encodable {
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

  init(trials: [Trial], best: Int) { (self.trials, self.best) = (trials, best) }

  package var chosen: Setting { trials[best].setting }

  /// What is tried by default.
  package static let settings: [Setting] =
    [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map { Setting(temperature: $0) }
    + [
      Setting(temperature: 1, topP: 0.95), Setting(temperature: 1, topP: 0.9),
      Setting(temperature: 0.9, topP: 0.95),
    ]

  /// - Parameters:
  ///   - loaded: its other recommendations stay
  ///   - excerpts: held-out ones, for a model with controls or labels; at least one
  ///   - heldOut: of other models, at least one clip with sound
  ///   - clips: generated for each setting of a model that follows nothing, `seconds` long
  ///   - progress: called with trials done and the samples of the one at hand; answers whether to go on
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said no.
  package init(
    _ loaded: LoadedModel, excerpts: [Excerpt], heldOut: [Clip], clips: Int = 8, seconds: Double = 4,
    seed: UInt64,
    settings: [Setting] = settings, threads: Int, progress: @escaping @Sendable (Int, Int) -> Bool
  ) throws(GenerationError) {
    precondition(!settings.isEmpty, "no settings to try")
    let c = loaded.model.configuration
    let law = MuLaw(levels: c.quantizationLevels)
    let real =
      excerpts.isEmpty
      ? heldOut : excerpts.map { Clip(samples: law.decode($0.original), sampleRate: c.sampleRate) }
    guard let body = SoundSummary(real.map { SoundSummary($0) }) else {
      preconditionFailure("nothing to compare with")
    }
    var trials: [Trial] = []
    for (index, setting) in settings.enumerated() {
      var overrides = Recipe.Overrides()
      (overrides.temperature, overrides.topP, overrides.fades) = (
        setting.temperature, setting.topP ?? 1, false
      )
      let recipe = try Recipe(loaded, overrides: overrides)
      let report: @Sendable (Int) -> Bool = { progress(index, $0) }
      let made: [Clip]
      var agreement: CurveAgreement?
      if excerpts.isEmpty {
        made = try recipe.clips(
          count: clips, samples: recipe.samples(seconds: seconds), seed: seed, threads: threads,
          progress: report)
      } else {
        let pairs = try FollowedClips.pairs(recipe, excerpts, seed: seed, threads: threads, progress: report)
        made = pairs.map(\.clip)
        if c.conditioning?.controls.isEmpty == false {
          agreement = ControlReport(pairs, c, threads: threads).agreement
        }
      }
      trials.append(Trial(setting, made, body, agreement, threads))
    }
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

extension Tuning.Trial {
  init(
    _ setting: Tuning.Setting, _ clips: [Clip], _ real: SoundSummary, _ agreement: CurveAgreement?,
    _ threads: Int
  ) {
    let parts = Parallel.map(jobs: clips.count, threads: threads) { job, _ in
      (SoundSummary(clips[job]), ClickDetector.clicks(in: clips[job]).count)
    }
    let distance = SoundSummary(parts.map(\.0))!.distance(to: real)
    let trial = Tuning.Trial(
      setting: setting, score: 0, spectrumDb: distance.spectrumDb, loudnessDb: distance.loudnessDb,
      clips: clips.count,
      silentClips: clips.count { Loudness.isSilent($0) }, clicks: parts.reduce(0) { $0 + $1.1 },
      agreement: agreement)
    self.init(
      setting: setting, score: Tuning.score(trial), spectrumDb: trial.spectrumDb,
      loudnessDb: trial.loudnessDb,
      clips: trial.clips, silentClips: trial.silentClips, clicks: trial.clicks, agreement: agreement)
  }
}
