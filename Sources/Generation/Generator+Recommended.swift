// A generator that sounds as the model's author meant it to: the settings of generation_config.json, as `synth generate` uses
// them. Tests/EmbeddingTests holds the two against each other.
public import Signal
public import WaveNet

extension Generator {
  /// A generator at the beginning of a clip, with silence before it: the model's recommended temperature, restrictions,
  /// warm-up and lead-in. Its samples are those that `synth generate --seed SEED --clip CLIP+1` writes.
  /// - Parameters:
  ///   - loaded: from `ModelFolder.load(_:)` or `ShippedModel.load(_:)`
  ///   - seed: clips of different seeds are independent; the same seed gives the same samples always
  ///   - clip: index of the clip under that seed, from 0
  ///   - precision: the arithmetic
  ///   - threads: with 2 or more, a second thread helps where that is faster; the samples are the same
  /// - Throws: `GenerationError` if a recommended setting is out of range.
  public convenience init(
    _ loaded: LoadedModel, seed: UInt64 = 0, clip: UInt64 = 0, precision: Precision = .f32, threads: Int = 1
  ) throws(GenerationError) {
    let rate = loaded.model.configuration.sampleRate
    self.init(
      PackedModel(loaded.model, precision: precision),
      sampling: try SamplingOptions(loaded.defaults, sampleRate: rate),
      leadIn: LeadIn(seconds: loaded.defaults.leadInSeconds ?? 0, sampleRate: rate), seed: seed, clip: clip,
      threads: threads)
  }

  /// The next `seconds` of sound, mono, -1 ... 1, at the model's sample rate; at least one sample.
  /// - Throws: as `next(into:count:)`.
  public func clip(seconds: Double) throws(GenerationError) -> Clip {
    precondition(seconds > 0 && seconds.isFinite, "a clip of \(seconds) s")
    let rate = configuration.sampleRate
    return Clip(samples: try samples(max(1, Int((seconds * Double(rate)).rounded()))), sampleRate: rate)
  }
}

extension SamplingOptions {
  /// What a model's author recommends, and the model's own distribution where nothing is said.
  /// - Parameters:
  ///   - defaults: of a loaded model
  ///   - sampleRate: the model's, in Hz
  /// - Throws: `GenerationError` naming the value that is out of range.
  public init(_ defaults: GenerationDefaults, sampleRate: Int) throws(GenerationError) {
    self.init(
      temperature: defaults.temperature ?? 1, topK: defaults.topK, topP: defaults.topP,
      warmUpSamples: Int(((defaults.warmUpSeconds ?? 0) * Double(sampleRate)).rounded()))
    try validate()
  }
}
