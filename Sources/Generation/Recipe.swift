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
  /// What clips follow that are led nowhere else; nil where there is nothing.
  package let gestures: GestureDraw?
  private let recommendedSeconds: Double?

  /// - Throws: `GenerationError` if the two together are out of range.
  package init(
    _ model: Model, defaults: GenerationDefaults, name: String, gestures: [Gesture] = [],
    overrides: Overrides = .init(), precision: Precision = .f32
  ) throws(GenerationError) {
    let rate = model.configuration.sampleRate
    (self.model, self.name, self.precision, fades) = (model, name, precision, overrides.fades)
    recommendedSeconds = defaults.seconds
    self.gestures = GestureDraw(model.configuration, gestures)
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
      loaded.model, defaults: loaded.defaults, name: loaded.path, gestures: loaded.gestures,
      overrides: overrides,
      precision: precision)
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
    return Prime(codes: codes, heard: heard.count, isSilent: isSilent(heard))
  }

  /// The prime as the model hears it.
  package func decoded(_ prime: Prime) -> [Float] { law.decode(prime.codes) }

  /// What is generated in front of a clip and thrown away; nothing in front of controls, which begin with its first sample.
  package func leadIn(_ direction: Direction?) -> LeadIn {
    startsFromSilence(direction) && direction?.conditions?.controls.isEmpty != false ? leadIn : .none
  }

  /// Codes in front of a clip that are silence are none, unless it is told when to begin.
  func startsFromSilence(_ direction: Direction?) -> Bool {
    guard let direction, !direction.prime.isEmpty else { return true }
    if direction.conditions?.controls.isEmpty == false { return false }
    return isSilent(direction.prime.suffix(model.configuration.receptiveField))
  }

  /// One code to either side of silence is dither.
  private func isSilent(_ codes: ArraySlice<UInt16>) -> Bool {
    let silence = Int(law.silence)
    return codes.allSatisfy { abs(Int($0) - silence) <= 1 }
  }

  /// Clips `firstClip`, `firstClip + 1` ... of a seed, counted from 0. Each is the same whatever is made beside it.
  /// - Parameters:
  ///   - lengths: samples of each
  ///   - indices: of the clips, where they do not follow one another from `firstClip` on
  ///   - directions: one for each, or one for all; empty for none; nil follows the model's gestures, where it has some
  ///   - keepsStopped: when `progress` said no, what there is of each clip, with an end of its own, instead of an error
  ///   - progress: called from any thread with the samples done, lead-ins among them; returns whether to go on
  /// - Throws: `GenerationError`, `.cancelled` when `progress` said so
  package func clips(
    lengths: [Int], seed: UInt64, firstClip: UInt64 = 0, indices: [UInt64]? = nil,
    directions: [Direction]? = nil, threads: Int? = nil, keepsStopped: Bool = false,
    progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [Clip] {
    let indices = indices ?? lengths.indices.map { firstClip + UInt64($0) }
    let directions = directions ?? followed(lengths, seed, indices)
    precondition(
      directions.count <= 1 || directions.count == lengths.count,
      "\(directions.count) directions for \(lengths.count) clips")
    let each = lengths.indices.map {
      directions.count == 1 ? directions[0] : directions.isEmpty ? nil : directions[$0]
    }
    let leadIns = each.map(leadIn)
    let primes = each.map { startsFromSilence($0) ? [] : $0?.prime ?? [] }
    let codes = try BatchGenerator.generate(
      BatchGenerator.pack(model, precision: precision, clips: lengths.count, threads: threads),
      lengths: zip(leadIns, lengths).map { $0.samples + $1 }, sampling: sampling, seed: seed,
      indices: indices, threads: threads,
      prime: directions.isEmpty ? nil : primes,
      conditions: directions.isEmpty ? nil : each.map { $0?.conditions }, keepsStopped: keepsStopped,
      progress: progress)
    let law = law
    return zip(codes, leadIns).map { codes, leadIn in
      let kept = leadIn.kept(law.decode(codes))
      let sound = fades ? FadeOut(samples: kept.count, sampleRate: sampleRate).applied(kept) : kept
      return Clip(samples: sound, sampleRate: sampleRate)
    }
  }

  /// What clips follow if they are led nowhere.
  private func followed(_ lengths: [Int], _ seed: UInt64, _ indices: [UInt64]) -> [Direction] {
    guard let gestures else { return [] }
    return zip(indices, lengths).map { gestures.following(seed: seed, clip: $0, samples: $1) }
  }

  /// The same clips of equal length.
  package func clips(
    count: Int, samples: Int, seed: UInt64, firstClip: UInt64 = 0, directions: [Direction]? = nil,
    threads: Int? = nil, keepsStopped: Bool = false,
    progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [Clip] {
    try clips(
      lengths: Array(repeating: samples, count: count), seed: seed, firstClip: firstClip,
      directions: directions, threads: threads, keepsStopped: keepsStopped, progress: progress)
  }
}
