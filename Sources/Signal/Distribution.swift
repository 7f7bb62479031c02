// Sets of numbers: quantiles, and how far apart two sets lie. Known answers: Tests/SignalTests/DistributionTests.swift.

/// Figures of sets of numbers. A namespace.
package enum Distribution {
  /// The value below which `part` of the numbers lie, between neighbours in proportion; nil for no numbers.
  package static func quantile(_ values: [Double], _ part: Double) -> Double? {
    precondition((0...1).contains(part), "quantile \(part) not in 0...1")
    return values.isEmpty ? nil : quantile(ofSorted: values.sorted(), part)
  }

  /// The same of at least one number, in ascending order.
  package static func quantile(ofSorted sorted: [Double], _ part: Double) -> Double {
    precondition(!sorted.isEmpty && (0...1).contains(part), "quantile \(part) of \(sorted.count) numbers")
    let place = part * Double(sorted.count - 1)
    let low = min(Int(place), sorted.count - 1)
    let high = min(low + 1, sorted.count - 1)
    // Not by weights alone: an infinity must not meet a weight of 0.
    return place == Double(low)
      ? sorted[low] : sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
  }

  package static func median(_ values: [Double]) -> Double? { quantile(values, 0.5) }

  /// The first Wasserstein distance, in the unit of the numbers: the mean way that the numbers of one set must go to
  /// become the other, each set weighing 1 whatever its size. Two sets that differ by a shift are that shift apart.
  package static func wasserstein(_ a: [Double], _ b: [Double]) -> Double? {
    guard !a.isEmpty, !b.isEmpty else { return nil }
    let (a, b) = (a.sorted(), b.sorted())
    var (i, j) = (0, 0)
    var (done, sum) = (0.0, 0.0)
    while i < a.count && j < b.count {
      let (endA, endB) = (Double(i + 1) / Double(a.count), Double(j + 1) / Double(b.count))
      let end = min(endA, endB)
      sum += (end - done) * abs(a[i] - b[j])
      done = end
      // Compared as integers: the two fractions may be equal without being the same Double.
      let order = (i + 1) * b.count - (j + 1) * a.count
      if order <= 0 { i += 1 }
      if order >= 0 { j += 1 }
    }
    return sum
  }
}
