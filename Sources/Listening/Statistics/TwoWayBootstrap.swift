// Intervals that hold for other listeners and other items: both are resampled, since ratings by one listener, and of one
// item, are not independent (treating them so is the best-known error of published opinion scores).
// Percentiles are taken further out than 2.5 % and 97.5 % for few listeners or items (the expanded percentile of
// Hesterberg 2015), without which ten listeners and eight items cover about 90 %. Coverage: CoverageTests.swift.

internal import Glibc
internal import Signal

package struct TwoWayBootstrap: Hashable, Sendable {
  /// What was drawn again, and so what the interval speaks about.
  package enum Scope: String, Hashable, Sendable {
    case listenersAndItems = "listeners and items"
    /// One listener: nothing is said about other people.
    case items
    /// One item: nothing is said about other items.
    case listeners
  }

  package struct Interval: Hashable, Sendable {
    package let range: ClosedRange<Double>
    package let scope: Scope
  }

  package let seed: UInt64
  package let draws: Int

  package init(seed: UInt64, draws: Int = 10_000) {
    precondition(draws > 0, "\(draws) draws")
    self.seed = seed
    self.draws = draws
  }

  /// For the mean of listener means. Nil where there is one rating cell and so no spread to learn from.
  package func mean(_ table: RatingTable) -> Interval? {
    interval(table) { listeners, items in
      var sums = [Double](repeating: 0, count: listeners.count)
      var weights = sums
      for entry in table.entries {
        sums[entry.listener] += items[entry.item] * entry.value
        weights[entry.listener] += items[entry.item]
      }
      var (sum, weight) = (0.0, 0.0)
      for (i, count) in listeners.enumerated() where weights[i] > 0 {
        sum += count * sums[i] / weights[i]
        weight += count
      }
      return weight > 0 ? sum / weight : nil
    }
  }

  /// For the median of all ratings.
  package func median(_ table: RatingTable) -> Interval? {
    let sorted = table.entries.sorted { $0.value < $1.value }
    return interval(table) { listeners, items in
      let weights = sorted.map { listeners[$0.listener] * items[$0.item] }
      let half = weights.reduce(0, +) / 2
      if half == 0 { return nil }
      var reached = 0.0
      for (i, weight) in weights.enumerated() where weight > 0 {
        reached += weight
        if reached > half { return sorted[i].value }
        if reached == half {
          // Exactly half lies below: the middle between this value and the next that was drawn.
          let next = (i + 1..<weights.count).first { weights[$0] > 0 } ?? i
          return (sorted[i].value + sorted[next].value) / 2
        }
      }
      return nil
    }
  }

  /// - statistic: of how often each listener and each item was drawn; nil where nothing of the table is left.
  private func interval(_ table: RatingTable, statistic: ([Double], [Double]) -> Double?) -> Interval? {
    let (listeners, items) = (table.listeners.count, table.items.count)
    let scope: Scope
    switch (listeners > 1, items > 1) {
    case (true, true): scope = .listenersAndItems
    case (true, false): scope = .listeners
    case (false, true): scope = .items
    case (false, false): return nil
    }
    var random = PhiloxGenerator(seed: seed, stream: 1)
    var results: [Double] = []
    results.reserveCapacity(draws)
    for _ in 0..<draws {
      let who = Self.drawn(listeners, &random)
      let what = Self.drawn(items, &random)
      if let value = statistic(who, what) { results.append(value) }
    }
    if results.isEmpty { return nil }
    results.sort()
    let tail = Self.tail(count: min(listeners > 1 ? listeners : .max, items > 1 ? items : .max))
    return Interval(range: results.quantile(tail)...results.quantile(1 - tail), scope: scope)
  }

  /// How often each of `count` came up in `count` draws.
  private static func drawn(_ count: Int, _ random: inout PhiloxGenerator) -> [Double] {
    var times = [Double](repeating: 0, count: count)
    for _ in 0..<count { times[Int(random.uniform() * Double(count))] += 1 }
    return times
  }

  /// The share to cut off at each end for a 95 % interval from `count` things: makes up for the factor (n - 1) / n in the
  /// variance of a resample and for the heavier tails of Student's t.
  static func tail(count: Int) -> Double {
    let n = Double(count)
    let t = Distributions.studentQuantile(0.975, freedom: n - 1)
    return Distributions.normal(-(n / (n - 1)).squareRoot() * t)
  }
}
