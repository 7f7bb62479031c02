// Partials that were found against tones that should be there: which belong together, how far apart they are, what is
// missing and what is too much.
internal import Glibc
package import Signal

/// A judgement of one stretch of sound.
package struct PartialMatch: Hashable, Sendable {
  /// A partial this far from every tone is another one, in cents.
  package static let reach = 50.0
  /// A partial this far below the strongest one, in dB, does not stand for a tone: it is a remainder, and too much.
  package static let faint = 20.0

  /// A partial and the tone that it stands for.
  package struct Pair: Hashable, Sendable {
    package let partial: SinePartial
    /// Nil if it is too much.
    package let tone: Tone?

    /// How much higher the partial is than its tone.
    package var cents: Double? { tone.map { 1200 * log2(partial.frequency / $0.hertz) } }

    /// How much louder it is than the nearest level that its tone may have, in dB.
    package var levelErrorDb: Double? {
      let level = 20 * log10(partial.amplitude)
      return tone?.levelsDb.map { level - $0 }.min { abs($0) < abs($1) }
    }
  }

  /// In order of frequency.
  package private(set) var pairs: [Pair] = []
  /// Tones that nothing was found for; nil where nothing has to be there.
  package private(set) var missing: [Tone]?

  /// Partials that belong to nothing; none where everything is allowed.
  package var extra: [SinePartial] { isFree ? [] : pairs.filter { $0.tone == nil }.map(\.partial) }
  private var isFree = false

  /// Of several chords the one with the fewest tones missing and too much, among equals the one with the fewest too
  /// much, then the one in best tune.
  package init(_ partials: [SinePartial], _ target: TonalTarget) {
    switch target {
    case .free:
      isFree = true
      pairs = partials.map { Pair(partial: $0, tone: nil) }
    case .notes(let tones):
      pairs = PartialMatch.pairs(partials, tones)
    case .chords(let chords):
      let judged = chords.map { chord in
        let pairs = PartialMatch.pairs(partials, chord)
        let missing = chord.filter { tone in !pairs.contains { $0.tone == tone } }
        return (
          pairs: pairs, missing: missing, extra: pairs.count { $0.tone == nil },
          cents: pairs.reduce(0) { $0 + abs($1.cents ?? 0) }
        )
      }
      let best = judged.min {
        ($0.missing.count + $0.extra, $0.extra, $0.cents) < ($1.missing.count + $1.extra, $1.extra, $1.cents)
      }
      pairs = best?.pairs ?? partials.map { Pair(partial: $0, tone: nil) }
      missing = best?.missing ?? []
    }
  }

  /// Each tone takes the nearest partial within reach, each partial belongs to one tone at most: nearest pairs first.
  private static func pairs(_ partials: [SinePartial], _ tones: [Tone]) -> [Pair] {
    var candidates: [(partial: Int, tone: Int, cents: Double)] = []
    let least = (partials.map(\.amplitude).max() ?? 0) * pow(10, -faint / 20)
    for (i, partial) in partials.enumerated() where partial.amplitude >= least {
      for (j, tone) in tones.enumerated() {
        let cents = abs(1200 * log2(partial.frequency / tone.hertz))
        if cents <= reach { candidates.append((i, j, cents)) }
      }
    }
    var tone = [Int?](repeating: nil, count: partials.count)
    for candidate in candidates.sorted(by: { $0.cents < $1.cents })
    where tone[candidate.partial] == nil && !tone.contains(candidate.tone) {
      tone[candidate.partial] = candidate.tone
    }
    return zip(partials, tone).map { Pair(partial: $0, tone: $1.map { tones[$0] }) }
  }
}
