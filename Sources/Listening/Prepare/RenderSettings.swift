// How a model's sounds are made: the part after the comma of `hot=sines,temperature=1.0,precision=bf16`. What is not
// given comes from the model's generation_config.json, as in `synth generate`; everything is recorded in key.json.
internal import AudioIO
package import Generation
package import Signal
package import WaveNet

/// Settings of one model in one test; nil where the model's own recommendation holds.
package struct RenderSettings: Hashable, Sendable {
  package var overrides = Recipe.Overrides()
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
        overrides.temperature = Double(value)
        if overrides.temperature == nil { allowed = "a number" }
      case "top_k":
        overrides.topK = Int(value)
        if overrides.topK == nil { allowed = "a whole number" }
      case "top_p":
        overrides.topP = Double(value)
        if overrides.topP == nil { allowed = "a number" }
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
      try SamplingOptions(
        temperature: overrides.temperature ?? 1, topK: overrides.topK, topP: overrides.topP
      ).validate()
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
    let recipe = try recipe(loaded)
    return try recipe.clips(
      lengths: seconds.map { recipe.samples(seconds: $0) }, seed: seed ?? testSeed, progress: progress)
  }

  /// Everything that makes the sounds again, for key.json.
  func recorded(_ loaded: LoadedModel, testSeed: UInt64) throws(GenerationError) -> [String: String] {
    var settings = try recipe(loaded).recorded
    settings["seed"] = "\(seed ?? testSeed)"
    settings["weights_sha256"] = unsafe SHA256.hex(RawFloats.bytes(Array(loaded.model.parameters.elements)))
    return settings
  }

  private func recipe(_ loaded: LoadedModel) throws(GenerationError) -> Recipe {
    try Recipe(loaded, overrides: overrides, precision: precision)
  }
}
