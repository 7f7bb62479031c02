// How far real sound is from real sound of the kind where there is as much of it as was generated: little sound is further from much than
// much is from much, so a floor of other lengths would flatter or slander.
internal import Kernels
internal import Reports
package import Signal

extension SoundComparison {
  /// Pieces of held-out recordings against the rest of them.
  package struct Floor: Sendable, Encodable {
    /// Over the draws.
    package let mean: SoundDistance
    package let draws: Int
    /// What is drawn, in the mean: as much as was generated, or half of what there is.
    package let seconds: Double
    package let note: String

    static let draws = 20

    /// Pieces are as long as the longest generated clip, or an eighth of all.
    /// - Returns: nil for less than two seconds
    init?(heldOut: [Clip], generated: [Clip], seed: UInt64, threads: Int) {
      let all = heldOut.reduce(0) { $0 + $1.seconds }
      let made = generated.reduce(0) { $0 + $1.seconds }
      if all < 2 { return nil }
      let length = min(generated.map(\.seconds).max() ?? all, all / 8)
      let pieces = heldOut.flatMap { Self.parts($0, of: length) }
      if pieces.count < 2 { return nil }
      let summaries = Parallel.map(jobs: pieces.count, threads: threads) { job, _ in SoundSummary(pieces[job])
      }
      let wanted = min(made, all / 2)
      var random = PhiloxGenerator(seed: seed, stream: 0x6861_6C66)
      let drawn = (0..<Self.draws).map { _ -> (distance: SoundDistance, seconds: Double) in
        let order = summaries.shuffled(using: &random)
        var (count, seconds) = (0, 0.0)
        while count < order.count - 1 && (count == 0 || seconds + order[count].seconds / 2 <= wanted) {
          seconds += order[count].seconds
          count += 1
        }
        let (some, rest) = (SoundSummary(Array(order[..<count]))!, SoundSummary(Array(order[count...]))!)
        return (some.distance(to: rest), seconds)
      }
      func mean(_ value: (SoundDistance) -> Double) -> Double {
        drawn.reduce(0) { $0 + value($1.distance) } / Double(drawn.count)
      }
      self.mean = SoundDistance(
        spectrumDb: mean(\.spectrumDb), loudnessDb: mean(\.loudnessDb),
        onsetsPerSecond: mean(\.onsetsPerSecond))
      draws = drawn.count
      seconds = drawn.reduce(0) { $0 + $1.seconds } / Double(drawn.count)
      note =
        (made <= all / 2
          ? "as much held-out sound as was generated, \(NumberText.fixed(seconds, 0)) s, against the rest of it"
          : "half of the \(NumberText.fixed(all, 0)) s of held-out sound against the other half")
        + (heldOut.count == 1 ? ": too low where recordings differ, since there is one" : "")
    }

    /// Equal parts of about `length` seconds.
    private static func parts(_ clip: Clip, of length: Double) -> [Clip] {
      let (count, samples) = (max(1, Int((clip.seconds / length).rounded())), clip.samples)
      return (0..<count).map {
        let range = $0 * samples.count / count..<($0 + 1) * samples.count / count
        return Clip(samples: Array(samples[range]), sampleRate: clip.sampleRate)
      }
    }
  }
}
