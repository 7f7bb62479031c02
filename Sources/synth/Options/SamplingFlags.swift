// How codes are drawn and how clips begin: flags over the model's generation_config.json. What they come to
// together: Generation's Recipe.
import ArgumentParser
import Generation
import WaveNet

struct SamplingFlags: ParsableArguments {
  @Option(
    help:
      "Divides the logits: below 1 more certain, 0 always the most likely code (default: the model's, or 1).")
  var temperature: Double?

  @Option(help: "Draw from the K most likely codes only (default: the model's, or all).")
  var topK: Int?

  @Option(
    help: "Draw from the likeliest codes that together have probability P (default: the model's, or all).")
  var topP: Double?

  @Option(
    help: ArgumentHelp(
      "Draw the first seconds of a clip that starts from silence at temperature 1 (default: the model's, or 0).",
      valueName: "seconds"))
  var warmUp: Double?

  @Option(
    help: ArgumentHelp(
      "Generate this much in front of a clip that starts from silence and throw it away (default: the model's, or 0).",
      valueName: "seconds"))
  var leadIn: Double?

  func validate() throws {
    if let leadIn, !(0...60).contains(leadIn) {
      throw ValidationError("--lead-in \(leadIn): give 0 to 60 seconds")
    }
    if let temperature {
      try Self.check(SamplingOptions(temperature: temperature))
    }
    if let topK { try Self.check(SamplingOptions(topK: topK)) }
    if let topP { try Self.check(SamplingOptions(topP: topP)) }
    if let warmUp, !(0...86_400).contains(warmUp) {
      throw ValidationError("--warm-up \(warmUp): give 0 to 86400 seconds")
    }
  }

  private static func check(_ options: SamplingOptions) throws {
    do { try options.validate() } catch { throw ValidationError("\(error)") }
  }

  /// Whether anything is given.
  var isGiven: Bool { temperature != nil || topK != nil || topP != nil || warmUp != nil || leadIn != nil }

  /// What replaces the model's recommendation.
  var overrides: Recipe.Overrides {
    var overrides = Recipe.Overrides()
    (overrides.temperature, overrides.topK, overrides.topP) = (temperature, topK, topP)
    (overrides.warmUpSeconds, overrides.leadInSeconds) = (warmUp, leadIn)
    return overrides
  }
}
