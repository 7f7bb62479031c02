// Clips of a model as `synth generate` makes them with the same seed, and everything that is needed to make them again.
package import Generation
package import Signal

/// Clips and how they were made.
package struct GeneratedClips: Sendable {
  /// What makes the same clips again.
  package struct Settings: Sendable, Encodable {
    package let seed: UInt64
    package let clips: Int
    package let seconds: Double
    package let temperature: Double
    package let topK: Int?
    package let topP: Double?
    package let warmUpSeconds: Double
    package let leadInSeconds: Double
    package let precision: String
    /// The same clips as files.
    package let command: String
  }

  package let clips: [Clip]
  package let settings: Settings

  /// - clips: the first ones of a seed, as `recipe` makes them
  /// - samples: of each clip
  package init(_ clips: [Clip], _ recipe: Recipe, samples: Int, seed: UInt64) {
    precondition(!clips.isEmpty && samples >= 1, "\(clips.count) clips of \(samples) samples")
    self.clips = clips
    let (rate, sampling) = (Double(recipe.sampleRate), recipe.sampling)
    settings = Settings(
      seed: seed, clips: clips.count, seconds: Double(samples) / rate, temperature: sampling.temperature,
      topK: sampling.topK, topP: sampling.topP, warmUpSeconds: Double(sampling.warmUpSamples) / rate,
      leadInSeconds: Double(recipe.leadIn.samples) / rate, precision: recipe.precision.rawValue,
      command: recipe.commandLine(output: "clips/", count: clips.count, samples: samples, seed: seed))
  }
}

extension GeneratedClips.Settings {
  /// Of clips that follow held-out excerpts: only `evaluate` makes these.
  /// - Parameters:
  ///   - options: words of its command line that say on what
  ///   - count: of the clips that were asked for: there may be excerpts for fewer
  package init(
    _ recipe: Recipe, _ pairs: [ControlReport.Pair], options: [String], count: Int, seed: UInt64,
    seconds: Double
  ) {
    let (rate, sampling) = (Double(recipe.sampleRate), recipe.sampling)
    self.init(
      seed: seed, clips: pairs.count, seconds: seconds, temperature: sampling.temperature,
      topK: sampling.topK, topP: sampling.topP, warmUpSeconds: Double(sampling.warmUpSamples) / rate,
      leadInSeconds: 0, precision: recipe.precision.rawValue,
      command: recipe.evaluationLine(options, count: count, seconds: seconds, seed: seed))
  }
}
