// One trial of a tuning: clips made with a setting, and what is measured of them. Trials know nothing of one another, so that
// several machines can share them. The score: Tuning.swift.
package import Generation
internal import Kernels
package import Signal
package import WaveNet

/// What the trials of a model have in common.
package struct TuningJudge: Sendable {
  private let loaded: LoadedModel
  private let excerpts: [Excerpt]
  private let body: SoundSummary
  private let clips: Int
  private let seconds: Double
  private let seed: UInt64
  private let threads: Int

  /// - Parameters:
  ///   - loaded: its other recommendations stay
  ///   - excerpts: held-out ones, for a model with controls or labels; at least one
  ///   - heldOut: of other models, at least one clip with sound
  ///   - clips: generated for each setting of a model that follows nothing, `seconds` long
  package init(
    _ loaded: LoadedModel, excerpts: [Excerpt], heldOut: [Clip], clips: Int = 8, seconds: Double = 4,
    seed: UInt64, threads: Int
  ) {
    (self.loaded, self.excerpts, self.clips, self.seconds) = (loaded, excerpts, clips, seconds)
    (self.seed, self.threads) = (seed, threads)
    let c = loaded.model.configuration
    let law = MuLaw(levels: c.quantizationLevels)
    let real =
      excerpts.isEmpty
      ? heldOut : excerpts.map { Clip(samples: law.decode($0.original), sampleRate: c.sampleRate) }
    guard let body = SoundSummary(real.map { SoundSummary($0) }) else {
      preconditionFailure("nothing to compare with")
    }
    self.body = body
  }

  /// - progress: called with the samples that are done; answers whether to go on
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said no.
  package func trial(
    _ setting: Tuning.Setting, progress: @escaping @Sendable (Int) -> Bool
  ) throws(GenerationError) -> Tuning.Trial {
    let c = loaded.model.configuration
    var overrides = Recipe.Overrides()
    (overrides.temperature, overrides.topP, overrides.fades) = (
      setting.temperature, setting.topP ?? 1, false
    )
    let recipe = try Recipe(loaded, overrides: overrides)
    if excerpts.isEmpty {
      let made = try recipe.clips(
        count: clips, samples: recipe.samples(seconds: seconds), seed: seed, threads: threads,
        progress: progress)
      return Tuning.Trial(setting, made, body, nil, threads)
    }
    let pairs = try FollowedClips.pairs(recipe, excerpts, seed: seed, threads: threads, progress: progress)
    let agreement =
      c.conditioning?.controls.isEmpty == false ? ControlReport(pairs, c, threads: threads).agreement : nil
    return Tuning.Trial(setting, pairs.map(\.clip), body, agreement, threads)
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
