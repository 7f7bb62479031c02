// Near-copies (NearCopies.swift) among recordings that have just been read, and what is said of them. Comparing all with all would take longer than
// reading them: it is done for those that are equally loud equally often, and there is an end to it, which is said.
import Files
import Glibc
import Signal

extension FolderCorpus {
  /// Pairs whose levels are compared over time, those most alike first, and of those the ones whose waveforms are.
  static let mostPairs = 50_000
  private static let mostWaveforms = 500
  /// Pairs that are looked at at all. Of more, each recording is beside those only that are next to it in loudness, as copies are.
  static let mostLooks = 20_000_000

  /// Near-copies, and pairs that might be but were not compared.
  static func nearCopies(
    _ recordings: [Recording], levels: Int, sampleRate: Int, most: Int = mostPairs, looks: Int = mostLooks
  ) -> (pairs: [NearCopies.Pair], left: Int) {
    let law = MuLaw(levels: levels)
    let sounds = recordings.map { recording in
      let tokens = recording.tokens
      return NearCopies.Recording(samples: tokens.count, envelope: tokens.envelope) { range in
        var codes: [UInt16] = []
        tokens.append(range, to: &codes)
        return law.decode(codes)
      }
    }
    let spreads = sounds.map { Spread($0.envelope) }
    var candidates = Candidates(most: most)
    func look(_ a: Int, _ b: Int) {
      guard let one = spreads[a], let other = spreads[b], recordings[a].content != recordings[b].content
      else { return }
      let apart = one.distance(other)
      if apart <= Spread.most { candidates.add(a, b, apart) }
    }
    let all = NearCopies.countOfOneLength(sounds, sampleRate: sampleRate)
    var unseen = 0
    if all <= looks {
      NearCopies.eachOfOneLength(sounds, sampleRate: sampleRate, look)
    } else {
      let order = spreads.indices.filter { spreads[$0] != nil }.sorted {
        (spreads[$0]!.mean, $0) < (spreads[$1]!.mean, $1)
      }
      let reach = NearCopies.reach(sampleRate)
      var seen = 0
      for (place, a) in order.enumerated() {
        for b in order[(place + 1)...].prefix(max(1, looks / order.count))
        where abs(sounds[a].samples - sounds[b].samples) <= reach {
          look(min(a, b), max(a, b))
          seen += 1
        }
      }
      unseen = all - seen
    }
    let compared = candidates.best.map { (Int($0.first), Int($0.second)) }
    let found = NearCopies.pairs(
      sounds, among: compared, sampleRate: sampleRate, most: mostWaveforms)
    return (found.pairs, found.left + candidates.count - compared.count + unseen)
  }

  /// The pairs that are least apart, of any number: of twice as many as are wanted the worse half goes.
  private struct Candidates {
    typealias Pair = (first: Int32, second: Int32, apart: Float)
    let most: Int
    private(set) var count = 0
    private var kept: [Pair] = []
    /// What is further apart is none of the best.
    private var limit = Float.infinity

    init(most: Int) { self.most = most }

    mutating func add(_ first: Int, _ second: Int, _ apart: Float) {
      count += 1
      if apart > limit { return }
      kept.append((Int32(first), Int32(second), apart))
      if kept.count > 2 * most {
        kept = best
        limit = kept.last?.apart ?? -1
      }
    }

    /// The nearest first.
    var best: [Pair] {
      Array(kept.sorted { ($0.apart, $0.first, $0.second) < ($1.apart, $1.first, $1.second) }.prefix(most))
    }
  }

  /// How often a sound is how loud, whatever the order: what neither a level nor a cut nor a shift changes much.
  private struct Spread {
    /// dB under the loudest, at equal shares of the time.
    private let quantiles: [Float]
    /// Of them, in dB: not further from another's than the root of their distance.
    let mean: Float
    /// Mean square, in dB.
    static let most: Float = 9
    private static let count = 16

    /// Nil of silence.
    init?(_ envelope: [Float]) {
      guard let peak = envelope.max(), peak > 0 else { return nil }
      let levels = envelope.map { max(-50, 20 * log10(max($0 / peak, 1e-4))) }.sorted()
      quantiles = (0..<Spread.count).map { levels[(2 * $0 + 1) * levels.count / (2 * Spread.count)] }
      mean = quantiles.reduce(0, +) / Float(Spread.count)
    }

    func distance(_ other: Spread) -> Float {
      var sum: Float = 0
      for i in 0..<Spread.count {
        let d = quantiles[i] - other.quantiles[i]
        sum += d * d
      }
      return sum / Float(Spread.count)
    }
  }
}

extension Tokens {
  /// Peaks of 20 stretches a second.
  fileprivate var envelope: [Float] {
    let first = start / blocks.size
    return (first..<(start + count + blocks.size - 1) / blocks.size).map { block in
      blocks.level(block).map { Float(pow(10, $0 / 20)) } ?? 0
    }
  }
}

extension FolderReport {
  /// What to say of near-copies: of those on both sides of the split, of the others, and of what was not compared.
  static func nearCopies(
    _ found: (pairs: [NearCopies.Pair], left: Int), among recordings: [Recording],
    isHeldOut: (Recording) -> Bool
  ) -> [String] {
    func names(_ pairs: [NearCopies.Pair]) -> String {
      someNames(pairs.map { "\(recordings[$0.first].path) and \(recordings[$0.second].path)" }, most: 3)
    }
    func areApart(_ pair: NearCopies.Pair) -> Bool {
      isHeldOut(recordings[pair.first]) != isHeldOut(recordings[pair.second])
    }
    let same = found.pairs.filter { $0.correlation >= NearCopies.same }
    let alike = found.pairs.filter { $0.correlation < NearCopies.same }
    var lines: [String] = []
    for (pairs, words) in [
      (same.filter(areApart), "in other bytes (another format, level or cut)"),
      (alike.filter(areApart), "much alike"),
    ] where !pairs.isEmpty {
      lines.append(
        "\(pairs.count == 1 ? "one recording is" : "\(pairs.count) recordings are") held out and trained on \(words), so that "
          + "held-out figures flatter: \(names(pairs)): take one of each out")
    }
    let (sameSide, alikeSide) = (same.filter { !areApart($0) }, alike.filter { !areApart($0) })
    if !sameSide.isEmpty {
      lines.append(
        "the same sound in other bytes (another format, level or cut): \(names(sameSide)): take one of each out"
      )
    }
    if !alikeSide.isEmpty {
      lines.append(
        "much alike, as takes of one drum are, or as a sound and what was made of it: \(names(alikeSide)): what is there twice "
          + "is learnt twice as often")
    }
    if found.left > 0 {
      lines.append(
        "\(found.left) more pairs of recordings about as long and as loud were not compared for being the same sound: there are too many"
      )
    }
    return lines
  }
}
