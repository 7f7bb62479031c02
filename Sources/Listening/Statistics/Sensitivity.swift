// d' of an ABX test: how far apart two sounds are for a listener, in standard deviations of their own noise. Two models of
// what a listener does (Macmillan and Creelman, Detection Theory, 2005, chapter 9): differencing compares X with A and
// with B, as one does where the items change from trial to trial; independent observation knows both sounds by heart and
// is the best that can be done. Unlike a share of right answers, d' can be compared with other methods. Golden values: scipy.

package struct Sensitivity: Encodable, Hashable, Sendable {
  package enum Model: String, CaseIterable, Sendable {
    case differencing
    case independentObservation = "independent observation"

    /// Share of right answers of an unbiased listener with that d'.
    package func share(_ d: Double) -> Double {
      let (first, second) = (d / 2.0.squareRoot(), self == .differencing ? d / 6.0.squareRoot() : d / 2)
      return Distributions.normal(first) * Distributions.normal(second)
        + Distributions.normal(-first) * Distributions.normal(-second)
    }

    /// - Parameter share: 0.5 and less is 0
    /// - Returns: nil where no finite d' explains it: all right
    package func dPrime(share: Double) -> Double? {
      precondition((0...1).contains(share), "a share of \(share)")
      if share <= 0.5 { return 0 }
      if share >= 1 { return nil }
      var (low, high) = (0.0, 1.0)
      while self.share(high) < share {
        if high > 64 { return nil }
        high *= 2
      }
      while true {
        let middle = low + (high - low) / 2
        if middle <= low || middle >= high { return middle }
        if self.share(middle) < share { low = middle } else { high = middle }
      }
    }
  }

  /// Nil: without bound, since everything was right.
  package let value: Double?
  package let low: Double
  package let high: Double?

  /// - Parameter interval: of the share; d' rises with it, so that the ends go over as they are.
  init(_ model: Model, share: Double, interval: ClosedRange<Double>) {
    value = model.dPrime(share: share)
    low = model.dPrime(share: interval.lowerBound) ?? 0
    high = model.dPrime(share: interval.upperBound)
  }
}
