// How a model's sound is made, decided in one place: the model's recommendation and what was asked for instead -> how codes
// are drawn, what is generated first and thrown away, how a clip ends -> clips. `generate`, `evaluate`, listening tests and
// training samples all cook by it, so that they cannot sound different. Clips one by one, in pieces: RecipeStream.swift;
// the words that make them again: Recipe+Words.swift.
package import Kernels
package import Signal
package import WaveNet

/// Settings for the clips of a model.
package struct Recipe: Sendable {
  /// What is asked for in place of the model's recommendation; nil keeps it.
  package struct Overrides: Hashable, Sendable {
    package var temperature: Double?
    package var topK: Int?
    package var topP: Double?
    package var warmUpSeconds: Double?
    package var leadInSeconds: Double?
    /// Whether clips fall smoothly to silence at their end.
    package var fades = true

    package init() {}
  }

  /// What a clip goes on from.
  package struct Prime: Sendable {
    /// All of it, as the model codes it.
    package let codes: [UInt16]
    /// How much of its end the model can hear.
    package let heard: Int
    /// Whether that part is silence: then the clip starts as every clip that starts from silence.
    package let isSilent: Bool
  }

  /// Of a model that recommends no length.
  package static let defaultSeconds = 4.0

  package let model: Model
  /// The model's folder, or `shipped:` and its name.
  package let name: String
  package let sampling: SamplingOptions
  /// Of clips that start from silence; a model that goes on from sound needs none.
  package let leadIn: LeadIn
  package let fades: Bool
  package let precision: Precision
  private let recommendedSeconds: Double?

  /// - Throws: `GenerationError` if the two together are out of range.
  package init(
    _ model: Model, defaults: GenerationDefaults, name: String, overrides: Overrides = .init(),
    precision: Precision = .f32
  ) throws(GenerationError) {
    let rate = model.configuration.sampleRate
    (self.model, self.name, self.precision, fades) = (model, name, precision, overrides.fades)
    recommendedSeconds = defaults.seconds
    leadIn = LeadIn(seconds: overrides.leadInSeconds ?? defaults.leadInSeconds ?? 0, sampleRate: rate)
    sampling = SamplingOptions(
      temperature: overrides.temperature ?? defaults.temperature ?? 1, topK: overrides.topK ?? defaults.topK,
      topP: overrides.topP ?? defaults.topP,
      warmUpSamples: Self.rounded(overrides.warmUpSeconds ?? defaults.warmUpSeconds ?? 0, rate))
    try sampling.validate()
  }

  package init(
    _ loaded: LoadedModel, overrides: Overrides = .init(), precision: Precision = .f32
  ) throws(GenerationError) {
    try self.init(
      loaded.model, defaults: loaded.defaults, name: loaded.path, overrides: overrides, precision: precision)
  }

  package var sampleRate: Int { model.configuration.sampleRate }
  var law: MuLaw { MuLaw(levels: model.configuration.quantizationLevels) }

  /// Samples of a clip: at least one; of the recommended length for nil.
  package func samples(seconds: Double?) -> Int {
    max(1, Self.rounded(seconds ?? recommendedSeconds ?? Self.defaultSeconds, sampleRate))
  }

  /// The one way from seconds to samples.
  static func rounded(_ seconds: Double, _ rate: Int) -> Int {
    Int((seconds * Double(rate)).rounded())
  }

  /// A recording at the model's rate as a prime.
  package func prime(_ samples: [Float]) -> Prime {
    let codes = law.encode(samples)
    let heard = codes.suffix(model.configuration.receptiveField)
    // One code to either side of silence is dither.
    let silence = Int(law.silence)
    return Prime(
      codes: codes, heard: heard.count, isSilent: heard.allSatisfy { abs(Int($0) - silence) <= 1 })
  }

  /// The prime as the model hears it.
  package func decoded(_ prime: Prime) -> [Float] { law.decode(prime.codes) }

  /// What is generated in front of a clip and thrown away; nothing in front of controls, which begin with its first sample.
  package func leadIn(after prime: Prime?, told conditions: Conditions? = nil) -> LeadIn {
    startsFromSilence(prime) && conditions?.controls.isEmpty != false ? leadIn : .none
  }

  func startsFromSilence(_ prime: Prime?) -> Bool { prime.map { $0.codes.isEmpty || $0.isSilent } ?? true }

  /// Clips `firstClip`, `firstClip + 1` ... of a seed, counted from 0. Each is the same whatever is made beside it.
  /// - Parameters:
  ///   - lengths: samples of each
  ///   - conditions: what each is told, or one for all; empty for nothing
  ///   - keepsStopped: when `progress` said no, what there is of each clip, with an end of its own, instead of an error
  ///   - progress: called from any thread with the samples done, lead-ins among them; returns whether to go on
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said so
  package func clips(
    lengths: [Int], seed: UInt64, firstClip: UInt64 = 0, prime: Prime? = nil, conditions: [Conditions?] = [],
    threads: Int? = nil, keepsStopped: Bool = false, progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [Clip] {
    let told = conditions.count == 1 ? Array(repeating: conditions[0], count: lengths.count) : conditions
    let leadIns = lengths.indices.map { leadIn(after: prime, told: told.isEmpty ? nil : told[$0]) }
    let history = startsFromSilence(prime) ? nil : prime?.codes
    let codes = try BatchGenerator.generate(
      PackedModel(model, precision: precision), lengths: zip(leadIns, lengths).map { $0.samples + $1 },
      sampling: sampling, seed: seed,
      firstClip: firstClip,
      threads: threads, prime: history.map { Array(repeating: $0, count: lengths.count) },
      conditions: told.isEmpty ? nil : told, keepsStopped: keepsStopped, progress: progress)
    let law = law
    return zip(codes, leadIns).map { codes, leadIn in
      let kept = leadIn.kept(law.decode(codes))
      let sound = fades ? FadeOut(samples: kept.count, sampleRate: sampleRate).applied(kept) : kept
      return Clip(samples: sound, sampleRate: sampleRate)
    }
  }

  /// The same clips of equal length.
  package func clips(
    count: Int, samples: Int, seed: UInt64, firstClip: UInt64 = 0, prime: Prime? = nil,
    conditions: [Conditions?] = [], threads: Int? = nil, keepsStopped: Bool = false,
    progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [Clip] {
    try clips(
      lengths: Array(repeating: samples, count: count), seed: seed, firstClip: firstClip, prime: prime,
      conditions: conditions, threads: threads, keepsStopped: keepsStopped, progress: progress)
  }
}
