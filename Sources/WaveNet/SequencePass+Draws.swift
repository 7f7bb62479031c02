// Codes drawn from what the network predicts over a sequence that is there already: each from the recorded past, none from another
// drawn one. Not generation, which is in Generation; what it is for: Training/ScheduledSampling.swift. Slow twin: the exact
// distributions of ScheduledSamplingTests.
internal import Kernels
package import Signal

extension SequencePass {
  /// The forward pass, and a draw in each step that asks for one. Steps are those that have logits: step t reads the input
  /// RF - 1 + t last, and predicts what comes after it.
  /// - Parameters:
  ///   - codes: [N] inputs
  ///   - told: for a model that can be told something; nil: nothing
  ///   - steps: how many steps from the first one on, at most N - (RF - 1)
  ///   - uniform: of a step, a number in [0, 1), or nil: nothing is drawn there
  ///   - drawn: gets step and code, in ascending order; not of a step whose logits are not finite
  package func draw(
    _ codes: UnsafeBufferPointer<UInt16>, told: Conditions? = nil, _ weights: SequenceWeights, steps: Int,
    uniform: (_ step: Int) -> Double?, drawn: (_ step: Int, _ code: UInt16) -> Void
  ) {
    check(codes, weights)
    hear(told, steps: codes.count, weights)
    let first = inputOffset.last!
    precondition(steps <= codes.count - first, "\(steps) steps of \(codes.count - first)")
    withUnsafeTemporaryAllocation(of: Double.self, capacity: dims.q / 16) { sums in
      for rows in tiles(codes.count) where rows.lowerBound < first + steps {
        forwardBlocks(rows, codes, weights)
        guard rows.lowerBound >= first else { continue }
        let wanted = rows.prefix(first + steps - rows.lowerBound).compactMap { row in
          uniform(row - first).map { (row: row, uniform: $0) }
        }
        if wanted.isEmpty { continue }
        forwardHead(rows.count, weights)
        for (row, uniform) in wanted {
          let logits = logits.pointer + (row - rows.lowerBound) * dims.q
          guard kernels.allFinite(count: dims.q, logits) else { continue }
          _ = kernels.softmax(count: dims.q, logits, scale: 1, into: logits)
          let code = kernels.draw(count: dims.q, weights: logits, uniform: uniform, sums: sums.baseAddress!)
          drawn(row - first, UInt16(code))
        }
      }
    }
  }
}
