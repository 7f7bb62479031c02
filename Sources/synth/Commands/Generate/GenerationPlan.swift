// What `generate` makes, all of it resolved: recipe, seed, numbers of the clips, length, history; and how one clip is made, in
// small pieces (to be heard, streamed, interrupted). Many at once: GenerationPlan+Many.swift. Where it goes: OutputTarget.swift.
import Generation
import Kernels
import Reports
import Signal

struct GenerationPlan {
  struct Prime {
    let path: String
    /// At the model's rate.
    let clip: Clip
    let sound: Recipe.Prime
  }

  let recipe: Recipe
  /// Of the model's weights, in hexadecimal.
  let weights: String
  var seed: UInt64
  /// Samples of each clip, without the prime.
  let samples: Int
  /// Of the clips, from 1.
  let numbers: ClosedRange<Int>
  let prime: Prime?
  let directions: Directions
  /// Whether the prime, as the model hears it, goes in front of each clip.
  let includesPrime: Bool
  /// Of the file's samples.
  let width: SampleWidth
  let threads: Int

  /// The same for all clips: what they follow either begins with their first sample or not.
  var leadIn: LeadIn { recipe.leadIn(direction(clip: numbers.lowerBound)) }
  /// Samples to generate for a clip.
  var total: Int { leadIn.samples + samples }
  var prelude: [Float] { includesPrime ? prime.map { recipe.decoded($0.sound) } ?? [] : [] }

  /// What the first clips follow, in words; nil if they follow nothing.
  var following: String? {
    let shown = numbers.prefix(3).compactMap { number in direction(clip: number).source.map { (number, $0) } }
    guard let first = shown.first else { return nil }
    if numbers.count == 1 || directions.isCommon { return "follows \(first.1)" }
    let list = shown.map { "clip \($0.0): \($0.1)" }.joined(separator: "; ")
    return "follows " + list + (numbers.count > shown.count ? "; ..." : "")
  }

  func direction(clip: Int) -> Direction { directions.direction(clip: clip, seed: seed, samples: samples) }

  /// What makes a clip of `samples` again, for its file's comment: if a file says the same, it is that clip.
  func comment(clip: Int, samples: Int) -> String {
    let direction = direction(clip: clip)
    var words = directions.words + (prime.map { ["prime=\($0.path)"] } ?? [])
    if includesPrime { words.append("include-prime") }
    words += recipe.origin(width: width, weights: weights, direction)
    return recipe.comment(
      program: "synth \(Version.text)", seed: seed, clip: clip, samples: samples, direction: direction,
      following: words)
  }

  // MARK: one clip

  /// - Throws: `interrupted`; a file then holds what there was.
  func generateOne(_ sink: ClipSink) throws -> GenerationReport {
    let number = numbers.lowerBound
    let stream = RecipeStream(
      recipe, samples: samples, seed: seed, clip: UInt64(number - 1), direction: direction(clip: number),
      threads: threads)
    let prelude = prelude
    try sink.write(prelude)
    let speed = Speedometer(total: stream.total, sampleRate: recipe.sampleRate)
    var generating = 0.0
    // 20 ms: what a listener at the other end of a pipe waits for.
    let piece = max(1, recipe.sampleRate / 50)
    while !stream.isFinished {
      if let signal = Interrupt.signal {
        let kept = try sink.stop(
          made: stream.delivered, fades: recipe.fades,
          comment: comment(clip: number, samples: stream.delivered))
        let hint = kept.map { "\($0) holds \(lengths(stream.delivered))" } ?? "nothing was written"
        throw SynthError.interrupted(signal: signal, hint: sink.isStream ? "" : hint)
      }
      let before = speed.seconds
      let sound = try stream.next(piece)
      generating += speed.seconds - before
      try sink.write(sound)
      ProgressLine.draw { speed.parts(stream.generated) }
    }
    let file = try sink.finish(comment: comment(clip: number, samples: samples))
    let sound = sink.sound(from: prelude.count)
    let isSilent = sound.map { Loudness.isSilent($0) } ?? false
    if let sound, !isSilent, let problem = outOfTune(sound, clip: number) { Terminal.warn(problem) }
    return GenerationReport(
      self, files: file.map { [$0] } ?? [], made: 1, silentClips: isSilent ? 1 : 0, seconds: generating)
  }

  func lengths(_ done: Int) -> String {
    let rate = Double(recipe.sampleRate)
    return "\(NumberText.fixed(Double(done) / rate, 3)) s of \(NumberText.fixed(Double(samples) / rate, 3)) s"
  }
}

extension Recipe {
  /// What a clip depends on besides what is drawn, as words of its file's comment.
  /// - weights: checksum of the model's, in hexadecimal
  func origin(width: SampleWidth, weights: String, _ direction: Direction) -> [String] {
    var words: [String] = []
    if width != .int16 { words.append("format=\(width.rawValue)") }
    // Where the clip depends on it; `fused` is every processor of the last ten years.
    let arithmetic = InstructionSet.active.arithmetic(precision)
    if arithmetic != "fused" { words.append("arithmetic=\(arithmetic.replacing(" ", with: "-"))") }
    words.append("weights=\(weights)")
    if let sum = direction.checksum { words.append("told=\(String(sum, radix: 16))") }
    return words
  }
}
