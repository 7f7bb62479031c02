// How far a mean over files could lie from where it lies: files are drawn with replacement, since samples of one file
// are no independent evidence. One-way: the files are the only thing that is thought of as drawn by chance.
internal import Signal

/// A 95 % interval.
package struct Interval: Hashable, Sendable, Encodable {
  package let low: Double
  package let high: Double
}

/// Percentile bootstrap. A namespace.
package enum Bootstrap {
  package static let draws = 10_000

  /// Interval of sum(values) / sum(weights), both resampled together: a mean over samples of files of unequal length.
  /// - Returns: nil for fewer than two files, which say nothing about other files.
  package static func ratio(_ values: [Double], weights: [Double], seed: UInt64, draws: Int = draws)
    -> Interval?
  {
    precondition(values.count == weights.count, "\(values.count) values of \(weights.count) weights")
    precondition(draws > 0, "\(draws) draws")
    guard values.count >= 2 else { return nil }
    var random = PhiloxGenerator(seed: seed, stream: 0x626F_6F74)
    var means: [Double] = []
    means.reserveCapacity(draws)
    for _ in 0..<draws {
      var (sum, weight) = (0.0, 0.0)
      for _ in values.indices {
        let file = Int(random.uniform() * Double(values.count))
        sum += values[file]
        weight += weights[file]
      }
      means.append(sum / weight)
    }
    return Interval(
      low: Distribution.quantile(means, 0.025)!, high: Distribution.quantile(means, 0.975)!)
  }
}
