// How a model's sounds are made: the part after the comma of `hot=sines,temperature=1.0,precision=bf16`. What is not
// given comes from the model's generation_config.json, as in `synth generate`; everything is recorded in key.json.
internal import AudioIO
package import Generation
package import Signal
package import WaveNet

/// Settings of one model in one test; nil where the model's own recommendation holds.
package struct RenderSettings: Hashable, Sendable {
  package var temperature: Double?
  package var topK: Int?
  package var topP: Double?
  package var precision = Precision.f32
  /// nil: the seed of the test.
  package var seed: UInt64?

  package static let keys = ["temperature", "top_k", "top_p", "precision", "seed"]

  package init() {}

  /// From `key=value` pairs.
  /// - Throws: `usage`, naming the key.
  package init(_ pairs: [(key: String, value: String)], system: String) throws(ListeningError) {
    for (key, value) in pairs {
      var allowed: String?
      switch key {
      case "temperature":
        temperature = Double(value)
        if temperature == nil { allowed = "a number" }
      case "top_k":
        topK = Int(value)
        if topK == nil { allowed = "a whole number" }
      case "top_p":
        topP = Double(value)
        if topP == nil { allowed = "a number" }
      case "seed":
        seed = UInt64(value)
        if seed == nil { allowed = "a whole number" }
      case "precision":
        guard let known = Precision(rawValue: value) else {
          allowed = "one of \(Precision.allCases.map(\.rawValue).joined(separator: ", "))"
          break
        }
        precision = known
      default:
        throw .usage("\(system): no setting '\(key)'; a model takes \(Self.keys.joined(separator: ", "))")
      }
      if let allowed { throw .usage("\(system): \(key)=\(value): give \(allowed)") }
    }
    do throws(GenerationError) {
      try SamplingOptions(temperature: temperature ?? 1, topK: topK, topP: topP).validate()
    } catch {
      throw .usage("\(system): \(error)")
    }
  }

  /// Clips `1 ... count` of a model.
  /// - Parameters:
  ///   - seconds: length of each
  ///   - progress: called from any thread; returns whether to go on
  package func render(
    _ loaded: LoadedModel, seconds: [Double], testSeed: UInt64, progress: (@Sendable (Int) -> Bool)? = nil
  ) throws(GenerationError) -> [Clip] {
    let rate = loaded.model.configuration.sampleRate
    let leadIn = leadIn(loaded)
    let lengths = seconds.map { leadIn.samples + max(1, Int(($0 * Double(rate)).rounded())) }
    let codes = try BatchGenerator.generate(
      loaded.model, lengths: lengths, sampling: sampling(loaded), seed: seed ?? testSeed,
      precision: precision,
      progress: progress)
    let law = MuLaw(levels: loaded.model.configuration.quantizationLevels)
    return codes.map { Clip(samples: leadIn.kept(law.decode($0)), sampleRate: rate) }
  }

  /// Everything that makes the sounds again, for key.json.
  func recorded(_ loaded: LoadedModel, testSeed: UInt64) -> [String: String] {
    let sampling = sampling(loaded)
    var settings = [
      "temperature": "\(sampling.temperature)", "precision": precision.rawValue,
      "seed": "\(seed ?? testSeed)", "lead_in_samples": "\(leadIn(loaded).samples)",
      "warm_up_samples": "\(sampling.warmUpSamples)",
      "weights_sha256": SHA256.hex(RawFloats.bytes(Array(loaded.model.parameters.elements))),
    ]
    if let topK = sampling.topK { settings["top_k"] = "\(topK)" }
    if let topP = sampling.topP { settings["top_p"] = "\(topP)" }
    return settings
  }

  private func sampling(_ loaded: LoadedModel) -> SamplingOptions {
    let defaults = loaded.defaults
    let rate = Double(loaded.model.configuration.sampleRate)
    return SamplingOptions(
      temperature: temperature ?? defaults.temperature ?? 1, topK: topK ?? defaults.topK,
      topP: topP ?? defaults.topP,
      warmUpSamples: Int(((defaults.warmUpSeconds ?? 0) * rate).rounded()))
  }

  private func leadIn(_ loaded: LoadedModel) -> LeadIn {
    LeadIn(
      seconds: loaded.defaults.leadInSeconds ?? 0, sampleRate: loaded.model.configuration.sampleRate)
  }
}
