// Near-copies (NearCopies.swift) among recordings that have just been read, and what is said of them. Comparing all with all would take longer than
// reading them: it is done for those that are equally loud equally often, and there is an end to it, which is said.
import Files
import Glibc
import Signal

extension FolderCorpus {
  /// Pairs whose levels are compared over time, those most alike first, and of those the ones whose waveforms are.
  static let mostPairs = 50_000
  private static let mostWaveforms = 500

  /// Near-copies, and pairs that might be but were not compared.
  static func nearCopies(
    _ recordings: [Recording], levels: Int, sampleRate: Int, most: Int = mostPairs
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
    var candidates: [(pair: [Int], apart: Float)] = []
    NearCopies.eachOfOneLength(sounds, sampleRate: sampleRate) { a, b in
      guard let one = spreads[a], let other = spreads[b], recordings[a].content != recordings[b].content
      else { return }
      let apart = one.distance(other)
      if apart <= Spread.most { candidates.append(([a, b], apart)) }
    }
    if candidates.count > most {
      candidates.sort { ($0.apart, $0.pair[0], $0.pair[1]) < ($1.apart, $1.pair[0], $1.pair[1]) }
    }
    let compared = candidates.prefix(most).map { ($0.pair[0], $0.pair[1]) }
    let found = NearCopies.pairs(
      sounds, among: compared, sampleRate: sampleRate, most: mostWaveforms)
    return (found.pairs, found.left + candidates.count - compared.count)
  }

  /// How often a sound is how loud, whatever the order: what neither a level nor a cut nor a shift changes much.
  private struct Spread {
    /// dB under the loudest, at equal shares of the time.
    private let quantiles: [Float]
    /// Mean square, in dB.
    static let most: Float = 9
    private static let count = 16

    /// Nil of silence.
    init?(_ envelope: [Float]) {
      guard let peak = envelope.max(), peak > 0 else { return nil }
      let levels = envelope.map { max(-50, 20 * log10(max($0 / peak, 1e-4))) }.sorted()
      quantiles = (0..<Spread.count).map { levels[(2 * $0 + 1) * levels.count / (2 * Spread.count)] }
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
    let (apart, together) = (found.pairs.filter(areApart), found.pairs.filter { !areApart($0) })
    var lines: [String] = []
    if !apart.isEmpty {
      lines.append(
        "\(apart.count == 1 ? "one recording is" : "\(apart.count) recordings are") held out and trained on in other bytes (another "
          + "format, level or cut), so that held-out figures flatter: \(names(apart)): take one of each out")
    }
    if !together.isEmpty {
      lines.append(
        "the same sound in other bytes (another format, level or cut): \(names(together)): take one of each out"
      )
    }
    if found.left > 0 {
      lines.append(
        "\(found.left) more pairs of recordings are of one length and as loud, and were not compared for being the same"
      )
    }
    return lines
  }
}
