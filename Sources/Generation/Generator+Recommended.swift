// Sound as the model's author meant it to be: what a program that embeds a model asks for. The settings are those of Recipe,
// which `synth generate` cooks by too; Tests/EmbeddingTests holds the two against each other.
public import Signal
public import WaveNet

extension Generator {
  /// A generator at the beginning of a clip, with silence before it: the model's recommended temperature, restrictions,
  /// warm-up and lead-in; a model that is told what to play follows its gestures, one after the other, for as long as it is listened
  /// to. `clip(seconds:)` then gives the samples that `synth generate --seed SEED --clip CLIP+1` writes.
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
    let recipe = try Recipe(loaded, precision: precision)
    self.init(
      PackedModel(recipe.model, precision: precision), sampling: recipe.sampling, leadIn: recipe.leadIn,
      seed: seed, clip: clip, threads: threads)
    if let draw = recipe.gestures, let conditioning = configuration.conditioning {
      follow(
        Following(draw, conditioning, seed: seed, clip: clip, samples: recipe.samples(seconds: nil)))
    }
  }

  /// The next `seconds` of sound as a clip: mono samples, -1 ... 1, at the model's sample rate, at least one. In its last 4 ms it
  /// falls smoothly to silence. For sound that goes on, piece by piece: `samples(_:)`.
  /// - Throws: as `next(into:count:)`.
  public func clip(seconds: Double) throws(GenerationError) -> Clip {
    precondition(seconds > 0 && seconds < 1e9, "a clip of \(seconds) s")
    let rate = configuration.sampleRate
    let count = max(1, Recipe.rounded(seconds, rate))
    let ending = FadeOut(samples: count, sampleRate: rate)
    return Clip(samples: ending.applied(try samples(count)), sampleRate: rate)
  }
}

extension BatchGenerator {
  /// Clips 0 ..< `count` of a seed, drawn as the model's author recommends, on all processors: what `synth generate FOLDER
  /// --count COUNT` writes. Clip i is that of `Generator(loaded, seed: seed, clip: i)`.
  /// - Parameters:
  ///   - loaded: from `ModelFolder.load(_:)` or `ShippedModel.load(_:)`
  ///   - count: clips, 0 or more
  ///   - seconds: length of each
  ///   - seed: clips of different seeds are independent
  ///   - threads: most threads to use; the default is one per processor
  ///   - precision: the arithmetic
  /// - Returns: mono clips at the model's sample rate, samples in -1 ... 1
  /// - Throws: `GenerationError` if a recommended setting is out of range, or the model computes something that is not finite.
  public static func clips(
    _ loaded: LoadedModel, count: Int, seconds: Double, seed: UInt64 = 0, threads: Int? = nil,
    precision: Precision = .f32
  ) throws(GenerationError) -> [Clip] {
    precondition(
      count >= 0 && seconds > 0 && seconds.isFinite, "\(count) clips of \(seconds) s")
    let recipe = try Recipe(loaded, precision: precision)
    return try recipe.clips(
      count: count, samples: recipe.samples(seconds: seconds), seed: seed, threads: threads)
  }
}
