// Clips of a model as `synth generate` makes them with the same seed, and everything that is needed to make them again.
package import Generation
package import Signal
package import WaveNet

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

  /// - sampling, leadIn: the model's recommendation, or what the user asked for instead
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said so.
  package init(
    _ loaded: LoadedModel, name: String, count: Int, seconds: Double, sampling: SamplingOptions,
    leadIn: LeadIn,
    seed: UInt64, precision: Precision, threads: Int, progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) {
    precondition(count >= 1 && seconds > 0, "\(count) clips of \(seconds) s")
    let rate = loaded.model.configuration.sampleRate
    let samples = max(1, Int((seconds * Double(rate)).rounded()))
    let law = MuLaw(levels: loaded.model.configuration.quantizationLevels)
    let codes = try BatchGenerator.generate(
      loaded.model, lengths: Array(repeating: leadIn.samples + samples, count: count), sampling: sampling,
      seed: seed, threads: threads, precision: precision, progress: progress)
    clips = codes.map { Clip(samples: leadIn.kept(law.decode($0)), sampleRate: rate) }
    let warmUp = Double(sampling.warmUpSamples) / Double(rate)
    let lead = Double(leadIn.samples) / Double(rate)
    var words = ["synth generate clips/ --model \(name) --count \(count) --samples \(samples) --seed \(seed)"]
    words.append("--temperature \(sampling.temperature)")
    if let topK = sampling.topK { words.append("--top-k \(topK)") }
    if let topP = sampling.topP { words.append("--top-p \(topP)") }
    if warmUp > 0 { words.append("--warm-up \(warmUp)") }
    if lead > 0 { words.append("--lead-in \(lead)") }
    if precision != .f32 { words.append("--precision \(precision.rawValue)") }
    settings = Settings(
      seed: seed, clips: count, seconds: Double(samples) / Double(rate), temperature: sampling.temperature,
      topK: sampling.topK, topP: sampling.topP, warmUpSeconds: warmUp, leadInSeconds: lead,
      precision: precision.rawValue, command: words.joined(separator: " "))
  }
}
