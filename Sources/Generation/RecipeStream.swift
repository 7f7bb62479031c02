// One clip of a recipe in pieces: to be heard while it is made, streamed, stopped in the middle. The same samples as
// `Recipe.clips`.
internal import Signal

/// A clip on its way. Belongs to one thread at a time.
package final class RecipeStream {
  /// Samples to generate in all, the lead-in among them.
  package let total: Int
  /// Samples of the clip that were handed out.
  package private(set) var delivered = 0
  private let recipe: Recipe
  private let leadIn: LeadIn
  private let ending: FadeOut
  private let generator: Generator
  private var codes: [UInt16] = []

  /// - clip: from 0
  /// - direction: nil follows one of the model's gestures, where it has some
  package init(
    _ recipe: Recipe, samples: Int, seed: UInt64, clip: UInt64 = 0, direction: Direction? = nil,
    threads: Int = 1
  ) {
    self.recipe = recipe
    let direction = direction ?? recipe.gestures?.following(seed: seed, clip: clip, samples: samples)
    leadIn = recipe.leadIn(direction)
    total = leadIn.samples + samples
    ending = FadeOut(samples: samples, sampleRate: recipe.sampleRate)
    generator = Generator(
      recipe.model, sampling: recipe.sampling, seed: seed, clip: clip, precision: recipe.precision,
      threads: threads)
    if let conditions = direction?.conditions { generator.tell(conditions) }
    if let direction, !recipe.startsFromSilence(direction) { generator.prime(direction.prime) }
  }

  /// Samples generated so far, the lead-in among them.
  package var generated: Int { generator.position }
  package var isFinished: Bool { generated >= total }

  /// Generates up to `count` more samples and returns what is to be heard of them: nothing while the lead-in lasts.
  package func next(_ count: Int) throws(GenerationError) -> [Float] {
    let position = generator.position
    let count = min(count, total - position)
    if codes.count < count { codes = [UInt16](repeating: 0, count: count) }
    try generator.next(into: &codes, count: count)
    let kept = leadIn.kept(recipe.law.decode(Array(codes[..<count])), at: position)
    defer { delivered += kept.count }
    return recipe.fades ? ending.applied(kept, at: delivered) : kept
  }
}
