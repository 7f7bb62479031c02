// How much of a clip is silence: digital silence, dither, a constant offset. A model predicts it for next to nothing, so
// figures over silent clips flatter, and a model that was trained on it is silent.
import Signal

/// Finds stretches of codes that do not move.
package struct Silence: Sendable {
  /// From this share on it is worth a warning.
  package static let much = 0.5
  /// From this share on there is nothing else.
  package static let all = 0.99

  /// Samples of a block, 50 ms: a whole period of the lowest tone that is heard. Silent is a block, or the clip if that
  /// is shorter, whose codes span one step or less than `span`.
  let block: Int
  /// Of full scale: -72 dB, the least step of 256 levels.
  private static let span: Float = 1 / 4096
  private let levels: [Float]

  package init(levels: Int, sampleRate: Int) {
    block = max(1, sampleRate / 20)
    let law = MuLaw(levels: levels)
    self.levels = law.decode((0..<levels).map { UInt16($0) })
  }

  /// Samples of a clip that lie in silent blocks.
  package func samples(_ codes: [UInt16]) -> Int {
    stride(from: 0, to: codes.count, by: block).reduce(0) { sum, start in
      let part = codes[start..<min(start + block, codes.count)]
      return sum + (isSilent(part) ? part.count : 0)
    }
  }

  /// Share of a batch's targets that lie in silence, 0...1.
  package func share(of batch: TokenBatch) -> Double {
    let silent = (0..<batch.clips).reduce(0) { sum, clip in
      sum
        + samples(Array(batch.targets[clip * batch.crop..<clip * batch.crop + batch.counts[clip]]))
    }
    return Double(silent) / Double(max(1, batch.realTargets))
  }

  private func isSilent(_ codes: ArraySlice<UInt16>) -> Bool {
    var (low, high) = (UInt16.max, UInt16.min)
    for code in codes { (low, high) = (min(low, code), max(high, code)) }
    return isSilent(low: low, high: high)
  }

  /// Whether a block is, between whose least and greatest code are these.
  func isSilent(low: UInt16, high: UInt16) -> Bool {
    high <= low + 1 || levels[Int(high)] - levels[Int(low)] < Self.span
  }
}
