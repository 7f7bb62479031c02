// The shape that a new run trains, resolved from flags: a preset, a file, or another model whose weights are the start.
import ArgumentParser
import Files
import WaveNet

struct ModelShape {
  let configuration: Configuration
  /// Of a preset, the learning rate that suits it; nil for a shape from elsewhere.
  let learningRate: Double?
  /// What was measured to choose it, in a line; nil if nothing was.
  let note: String?
  /// First weights; nil for random ones.
  let initial: Model?
  /// Where the shape comes from, for messages.
  let origin: String
  /// Whether it also says what the model is told.
  let decidesConditioning: Bool
  /// What is asked for where nobody asks and nothing decides.
  let request: ConditioningFlags.Request
  /// Recommended sampling, to be kept with the model.
  let defaults: GenerationDefaults?

  /// Of a preset, unless they are given.
  static let rate = 16_000
  static let levels = 256

  private static let textLimit = 1 << 20

  init(_ flags: ShapeFlags) throws {
    defaults = try Self.defaults(flags.generationConfig)
    if let from = flags.from {
      let model = try ModelSource.load(from).model
      (configuration, learningRate, note, initial) = (model.configuration, nil, nil, model)
      (origin, decidesConditioning, request) = ("--from \(from)", true, .auto)
      return
    }
    initial = nil
    do {
      if let path = flags.config {
        (learningRate, note) = (nil, nil)
        let c = try Configuration(json: try InputFile.contents(of: path, limit: Self.textLimit), path: path)
        configuration = try Configuration(
          sampleRate: flags.rate ?? c.sampleRate, quantizationLevels: flags.levels ?? c.quantizationLevels,
          residualChannels: c.residualChannels, dilationChannels: c.dilationChannels,
          skipChannels: c.skipChannels, headChannels: c.headChannels, kernelSize: c.kernelSize,
          dilations: c.dilations, conditioning: c.conditioning)
        // A file of a shape that is told nothing may be told something all the same.
        (origin, decidesConditioning) = ("--config \(path)", c.conditioning != nil)
        request = .these([])
      } else {
        let preset = flags.preset ?? .small
        let (rate, levels) = (flags.rate ?? Self.rate, flags.levels ?? Self.levels)
        if preset == .realtime {
          let found = try RealtimePreset(sampleRate: rate, levels: levels)
          (configuration, learningRate, note) = (found.configuration, found.size.learningRate, found.sentence)
        } else {
          let size = preset.sizes[0]
          configuration = try size.configuration(sampleRate: rate, levels: levels)
          (learningRate, note) = (size.learningRate, nil)
        }
        origin = "the preset \(preset.rawValue)"
        (decidesConditioning, request) = (false, .auto)
      }
    } catch let error as ConfigurationError {
      throw ValidationError("\(error)")
    }
  }

  /// Recommended sampling from a file.
  static func defaults(_ path: String?) throws -> GenerationDefaults? {
    try path.map {
      try GenerationDefaults(json: try InputFile.contents(of: $0, limit: textLimit), path: $0)
    }
  }
}
