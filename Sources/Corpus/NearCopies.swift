// Recordings that are the same sound once more: in another format, at another level, with the other sign, a little shifted. What
// has the same codes is found without this (FolderReport); an MP3 of a WAV has other ones, and one of the two in the held-out
// part makes a model look better than it is. A pure function of arrays: reading is the caller's. Tests: NearCopyTests.
import Glibc
import Signal

package enum NearCopies {
  /// A recording as it is looked at.
  package struct Recording {
    package let samples: Int
    /// Root mean squares of `envelopeRate` stretches a second, from the first sample on; a part of one at the end counts.
    package let envelope: [Float]
    /// The samples in a range, which is never empty and within the recording.
    package let decode: (Range<Int>) -> [Float]

    package init(samples: Int, envelope: [Float], decode: @escaping (Range<Int>) -> [Float]) {
      (self.samples, self.envelope, self.decode) = (samples, envelope, decode)
    }
  }

  /// Two recordings of one sound, by their numbers, the smaller first.
  package struct Pair: Hashable, Sendable {
    package let first, second: Int
    /// Of the waveforms of an excerpt, 0...1.
    package let correlation: Double
    /// How much later the second has it, in samples.
    package let shift: Int
  }

  /// Values of an envelope a second.
  package static let envelopeRate = 20
  /// Waveforms that agree by this much are one sound: an MP3 of 64 kbit/s has 0.99, two notes of a sampled piano 0.54.
  static let least = 0.9
  /// From here on one of two is a copy; takes of one drum, or one drum tuned a little higher, may have 0.97.
  static let same = 0.98
  /// What copies differ by in length and place at the most: an encoder's delay is 0.05 s, a cut by hand may be more.
  static let shiftSeconds = 0.25
  /// Of the excerpt: semitones at the bottom of a piano differ by 1.6 Hz, which shorter ones hardly tell apart.
  static let excerptSeconds = 0.5
  /// Envelopes that agree by this much, in dB about their means, are looked at more closely.
  static let leastLikeness = 0.9
  /// Waveforms are compared at about this rate: what encoders leave out or alter lies above.
  private static let comparedRate = 4000

  /// All pairs: each recording is compared with those of about its length.
  /// - Returns: by number of the first, then of the second
  package static func pairs(_ recordings: [Recording], sampleRate: Int) -> [Pair] {
    var candidates: [(Int, Int)] = []
    eachOfOneLength(recordings, sampleRate: sampleRate) { candidates.append(($0, $1)) }
    return pairs(recordings, among: candidates, sampleRate: sampleRate).pairs
  }

  /// Samples that lengths may differ by.
  static func reach(_ sampleRate: Int) -> Int { Int(shiftSeconds * Double(sampleRate)) }

  private static func byLength(_ recordings: [Recording]) -> [Int] {
    recordings.indices.sorted { (recordings[$0].samples, $0) < (recordings[$1].samples, $1) }
  }

  /// How many pairs that are, without a look at each.
  static func countOfOneLength(_ recordings: [Recording], sampleRate: Int) -> Int {
    let lengths = byLength(recordings).map { recordings[$0].samples }
    var (first, count) = (0, 0)
    for (place, length) in lengths.enumerated() {
      while length - lengths[first] > reach(sampleRate) { first += 1 }
      count += place - first
    }
    return count
  }

  /// Calls `body` for all pairs whose lengths are near enough, the smaller number first.
  static func eachOfOneLength(_ recordings: [Recording], sampleRate: Int, _ body: (Int, Int) -> Void) {
    let reach = reach(sampleRate)
    let byLength = byLength(recordings)
    for (place, a) in byLength.enumerated() {
      for b in byLength[(place + 1)...] {
        if recordings[b].samples - recordings[a].samples > reach { break }
        body(min(a, b), max(a, b))
      }
    }
  }

  /// Those of some pairs, compared by level over time, and where that agrees by the waveform around the place where the first is
  /// loudest. Silence has no copies.
  /// - candidates: of each the smaller number first
  /// - most: waveforms that are compared, a few milliseconds each
  /// - Returns: also how many pairs are left that should have been compared
  package static func pairs(
    _ recordings: [Recording], among candidates: [(Int, Int)], sampleRate: Int, most: Int = .max
  ) -> (pairs: [Pair], left: Int) {
    var levels: [Int: Levels?] = [:]
    func known(_ i: Int) -> Levels? {
      if let known = levels[i] { return known }
      let made = Levels(recordings[i].envelope)
      levels[i] = made
      return made
    }
    var excerpts: [Int: (start: Int, search: ExcerptSearch)] = [:]
    var pairs: [Pair] = []
    var (compared, left) = (0, 0)
    for (first, second) in candidates {
      guard let one = known(first), let other = known(second), one.likeness(other) >= leastLikeness
      else { continue }
      if compared == most {
        left += 1
        continue
      }
      compared += 1
      if excerpts[first] == nil { excerpts[first] = excerpt(recordings[first], sampleRate) }
      guard let excerpt = excerpts[first],
        let pair = compare(first, second, excerpt, recordings[second], sampleRate),
        agreesElsewhere(recordings[first], recordings[second], shift: pair.shift, sampleRate)
      else { continue }
      pairs.append(pair)
    }
    return (pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }, left)
  }

  /// Levels over time in dB, nothing below 50 dB under the loudest; of long recordings means over several values.
  private struct Levels {
    private let values: [Double]
    /// Values of the envelope in each.
    private let width: Int
    private let all: [Double]

    /// Nil of silence.
    init?(_ envelope: [Float]) {
      guard let peak = envelope.max(), peak > 1e-5 else { return nil }
      all = envelope.map { 20 * log10(max(Double($0) / Double(peak), 3e-3)) }
      width = max(1, all.count / Levels.enough)
      values = Levels.means(all, width)
    }
    private static let enough = 100

    private static func means(_ values: [Double], _ width: Int) -> [Double] {
      if width == 1 { return values }
      return stride(from: 0, to: values.count - width + 1, by: width).map {
        values[$0..<$0 + width].reduce(0, +) / Double(width)
      }
    }

    /// The best correlation of two level curves, shifted by up to `shiftSeconds`; 1 of such as do not move, which say nothing.
    func likeness(_ other: Levels) -> Double {
      let width = min(width, other.width)
      let a = self.width == width ? values : Levels.means(all, width)
      let b = other.width == width ? other.values : Levels.means(other.all, width)
      let most = (Int(shiftSeconds * Double(envelopeRate)) + width - 1) / width
      return (-most...most).map { lag -> Double in
        let from = max(0, -lag)
        let count = min(a.count - from, b.count - max(0, lag))
        if count < 4 { return lag == 0 ? 1 : 0 }  // too short to be told by its level
        let (x, y) = (a[from..<from + count], b[(from + lag)..<(from + lag + count)])
        let (meanX, meanY) = (x.reduce(0, +) / Double(count), y.reduce(0, +) / Double(count))
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (p, q) in zip(x, y) {
          xx += (p - meanX) * (p - meanX)
          yy += (q - meanY) * (q - meanY)
          xy += (p - meanX) * (q - meanY)
        }
        // Within 1 dB both: tones that are held.
        let still = Double(count)
        if xx < still && yy < still { return 1 }
        return xx < 1e-9 || yy < 1e-9 ? 0 : xy / (xx * yy).squareRoot()
      }.max() ?? 0
    }
  }

  /// Around the place where a recording is loudest.
  private static func excerpt(
    _ recording: Recording, _ sampleRate: Int
  ) -> (start: Int, search: ExcerptSearch)? {
    let length = min(recording.samples, Int(excerptSeconds * Double(sampleRate)))
    let step = step(sampleRate)
    if length < 16 * step { return nil }
    let loudest = recording.envelope.indices.max { recording.envelope[$0] < recording.envelope[$1] } ?? 0
    let middle = (loudest * sampleRate + sampleRate / 2) / envelopeRate
    let start = max(0, min(middle - length / 2, recording.samples - length))
    let samples = recording.decode(start..<start + length)
    return (start, ExcerptSearch([thinned(samples, step)]))
  }

  private static func compare(
    _ first: Int, _ second: Int, _ excerpt: (start: Int, search: ExcerptSearch), _ other: Recording,
    _ sampleRate: Int
  ) -> Pair? {
    let reach = Int(shiftSeconds * Double(sampleRate))
    let length = Int(excerptSeconds * Double(sampleRate))
    let from = max(0, excerpt.start - reach)
    let end = min(other.samples, excerpt.start + length + reach)
    if from >= end { return nil }
    let step = step(sampleRate)
    var best = ExcerptSearch.Match(correlation: 0, position: 0)
    var offset = 0
    let samples = other.decode(from..<end)
    // Thinned from another sample on, the same sound looks another: an eighth of a step off is close enough.
    for phase in stride(from: 0, to: step, by: max(1, step / 4)) where samples.count - phase > 16 * step {
      let match = excerpt.search.matches(in: thinned(Array(samples[phase...]), step))[0]
      if match.correlation > best.correlation { (best, offset) = (match, phase) }
    }
    if best.correlation <= least { return nil }
    return Pair(
      first: first, second: second, correlation: best.correlation,
      shift: from + offset + best.position * step - excerpt.start)
  }

  /// Whether the loudest place of each quarter agrees too, at the same shift: tunes share rhythms and notes, copies everything. Places
  /// that are soft beside the loudest are an encoder's, and are not asked.
  private static func agreesElsewhere(
    _ first: Recording, _ second: Recording, shift: Int, _ sampleRate: Int
  ) -> Bool {
    let length = Int(excerptSeconds * Double(sampleRate))
    let step = step(sampleRate)
    let peak = first.envelope.max() ?? 0
    let quarter = (first.envelope.count + 3) / 4
    for bins in stride(from: 0, to: first.envelope.count, by: max(1, quarter)) {
      let places = bins..<min(bins + quarter, first.envelope.count)
      guard let loudest = places.max(by: { first.envelope[$0] < first.envelope[$1] }),
        first.envelope[loudest] > 0.1 * peak
      else { continue }
      let start = max(0, min(loudest * sampleRate / envelopeRate - length / 2, first.samples - length))
      // Where both have it, with room for a shift that is known to a step.
      let from = max(start, -shift + 2 * step)
      let end = min(start + length, first.samples, second.samples - shift - 2 * step)
      if end - from < 16 * step { continue }
      let search = ExcerptSearch([thinned(first.decode(from..<end), step)])
      let samples = second.decode(from + shift - 2 * step..<end + shift + 2 * step)
      let best =
        stride(from: 0, to: step, by: max(1, step / 4)).map { phase in
          search.matches(in: thinned(Array(samples[phase...]), step))[0].correlation
        }.max() ?? 0
      if best <= leastElsewhere { return false }
    }
    return true
  }
  /// What lossy encoders leave of softer places is less alike than of the loudest.
  private static let leastElsewhere = 0.8

  private static func step(_ sampleRate: Int) -> Int { max(1, sampleRate / comparedRate) }

  /// Means of `step` samples each, and of these the differences: most sounds are strongest at the bottom, and one partial that
  /// agrees would count for all.
  private static func thinned(_ samples: [Float], _ step: Int) -> [Float] {
    let means = stride(from: 0, to: samples.count - step + 1, by: step).map { start in
      samples[start..<start + step].reduce(0, +) / Float(step)
    }
    return zip(means.dropFirst(), means).map { $0 - 0.9 * $1 }
  }
}
