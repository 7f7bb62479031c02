// Medians and quartiles of ratings: linear interpolation between order statistics (the default of numpy and R).
internal import Signal

/// The five numbers of a box plot, with the mean.
package struct Spread: Hashable, Sendable {
  package let count: Int
  package let mean: Double
  package let minimum, lowerQuartile, median, upperQuartile, maximum: Double

  /// Of at least one value.
  package init(_ values: [Double]) {
    precondition(!values.isEmpty, "the spread of no values")
    let sorted = values.sorted()
    count = values.count
    mean = values.reduce(0, +) / Double(values.count)
    minimum = sorted[0]
    lowerQuartile = sorted.quantile(0.25)
    median = sorted.quantile(0.5)
    upperQuartile = sorted.quantile(0.75)
    maximum = sorted[sorted.count - 1]
  }

  package var interquartileRange: Double { upperQuartile - lowerQuartile }

  /// The outermost values within 1.5 interquartile ranges of the box: where the whiskers end.
  package func whiskers(_ values: [Double]) -> ClosedRange<Double> {
    let reach = 1.5 * interquartileRange
    let within = values.filter { $0 >= lowerQuartile - reach && $0 <= upperQuartile + reach }
    return (within.min() ?? lowerQuartile)...(within.max() ?? upperQuartile)
  }
}

extension Array where Element == Double {
  /// Of values in ascending order: the point below which the share `p` of them lies.
  package func quantile(_ p: Double) -> Double {
    Distribution.quantile(ofSorted: self, p)
  }

  /// The middle value.
  package var median: Double { sorted().quantile(0.5) }

  package var mean: Double {
    precondition(!isEmpty, "the mean of no values")
    return reduce(0, +) / Double(count)
  }

  /// With n - 1; nil for fewer than two.
  package var standardDeviation: Double? {
    if count < 2 { return nil }
    let mean = mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
