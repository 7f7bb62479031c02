// What `generate` makes, all of it resolved: recipe, seed, numbers of the clips, length, history; and the two ways to make
// it, one clip in small pieces (to be heard, streamed, interrupted) or many at once. Where it goes: OutputTarget.swift.
import Generation
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
  let seed: UInt64
  /// Samples of each clip, without the prime.
  let samples: Int
  /// Of the clips, from 1.
  let numbers: ClosedRange<Int>
  let prime: Prime?
  let directions: Directions
  /// Whether the prime, as the model hears it, goes in front of each clip.
  let includesPrime: Bool
  let threads: Int

  /// The same for all clips: what they follow either begins with their first sample or not.
  var leadIn: LeadIn { recipe.leadIn(direction(clip: numbers.lowerBound)) }
  /// Samples to generate for a clip.
  var total: Int { leadIn.samples + samples }
  private var prelude: [Float] { includesPrime ? prime.map { recipe.decoded($0.sound) } ?? [] : [] }

  /// What the first clips follow, in words; nil if they follow nothing.
  var following: String? {
    let shown = numbers.prefix(3).compactMap { number in direction(clip: number).source.map { (number, $0) } }
    guard let first = shown.first else { return nil }
    if numbers.count == 1 || directions.isCommon { return "follows \(first.1)" }
    let list = shown.map { "clip \($0.0): \($0.1)" }.joined(separator: "; ")
    return "follows " + list + (numbers.count > shown.count ? "; ..." : "")
  }

  func direction(clip: Int) -> Direction { directions.direction(clip: clip, seed: seed, samples: samples) }

  /// What makes a clip of `samples` again, for its file's comment.
  func comment(clip: Int, samples: Int) -> String {
    recipe.comment(
      program: "synth \(Version.text)", seed: seed, clip: clip, samples: samples,
      direction: direction(clip: clip),
      following: directions.words + (prime.map { ["prime=\($0.path)"] } ?? []))
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
    return GenerationReport(
      self, files: file.map { [$0] } ?? [], silentClips: sink.isSilent(from: prelude.count) ? 1 : 0,
      seconds: generating)
  }

  private func lengths(_ done: Int) -> String {
    let rate = Double(recipe.sampleRate)
    return "\(NumberText.fixed(Double(done) / rate, 3)) s of \(NumberText.fixed(Double(samples) / rate, 3)) s"
  }

  // MARK: many clips

  /// In groups, so that the first files appear early and memory stays small.
  /// - Throws: `interrupted`; the clips that were whole are there then, or what there was of each if none was.
  func generateMany(_ target: OutputTarget) throws -> GenerationReport {
    // Codes and samples of a group fill a quarter of the memory that there is, and two gigabytes at the most.
    let most = min(200_000_000, (Memory.available ?? .max) / 4 / 10)
    let group = min(64 * threads, max(1, most / total))
    let speed = Speedometer(total: total * numbers.count, sampleRate: recipe.sampleRate)
    var files: [String] = []
    var silent = 0
    for first in stride(from: 0, to: numbers.count, by: group) {
      let done = first * total
      let clips = try recipe.clips(
        count: min(group, numbers.count - first), samples: samples, seed: seed,
        firstClip: UInt64(numbers.lowerBound - 1 + first),
        directions: (first..<min(first + group, numbers.count)).map {
          direction(clip: numbers.lowerBound + $0)
        },
        threads: threads,
        keepsStopped: true
      ) { count in
        ProgressLine.draw { speed.parts(done + count) }
        return !Interrupt.isRequested
      }
      let kept = files.isEmpty && clips.allSatisfy { $0.samples.count < samples } ? 1 : samples
      for (i, clip) in clips.enumerated() where clip.samples.count >= kept {
        if Loudness.isSilent(clip) { silent += 1 }
        files.append(try write(clip, numbers.lowerBound + first + i, target))
      }
      if kept < samples || files.count < min(first + group, numbers.count) || Interrupt.isRequested {
        if files.count == numbers.count && kept == samples { break }
        let longest = clips.map(\.samples.count).max() ?? 0
        throw stopped(files, kept < samples ? ", \(lengths(longest)) each" : " whole")
      }
    }
    return GenerationReport(self, files: files, silentClips: silent, seconds: speed.seconds)
  }

  private func write(_ clip: Clip, _ number: Int, _ target: OutputTarget) throws -> String {
    let path = target.path(clip: number)
    try target.write(
      Clip(samples: prelude + clip.samples, sampleRate: clip.sampleRate), to: path,
      comment: comment(clip: number, samples: clip.samples.count))
    return path
  }

  private func stopped(_ files: [String], _ what: String) -> SynthError {
    if files.isEmpty { return Interrupt.stopped("nothing was written") }
    let which = files.count == 1 ? files[0] : "\(files[0]) ... \(files.last!)"
    return Interrupt.stopped(
      "\(NumberText.count(files.count, "clip")) of \(numbers.count) written\(what): \(which)")
  }
}
