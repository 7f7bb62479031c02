// Exact binomial tests and Clopper-Pearson intervals. Tails are summed from the far end in log space: the small terms
// first, so that 1e-200 is as exact as 0.3. Golden values from scipy: StatisticsGoldenTests.swift.

internal import Glibc

/// So many successes out of so many trials.
package struct Binomial: Hashable, Sendable {
  package let successes: Int
  package let trials: Int

  package init(successes: Int, trials: Int) {
    precondition(trials >= 0 && (0...trials).contains(successes), "\(successes) of \(trials) trials")
    self.successes = successes
    self.trials = trials
  }

  /// Successes per trial; nil without trials.
  package var share: Double? { trials == 0 ? nil : Double(successes) / Double(trials) }

  /// P(as many successes or more) where each trial succeeds with `probability`: the one-sided test.
  package func atLeast(_ probability: Double = 0.5) -> Double {
    if successes == 0 { return 1 }
    // Many terms are not summed: the tail is a share of a beta distribution, to about 1e-13 of itself.
    if trials > Self.mostTerms {
      return Distributions.beta(probability, Double(successes), Double(trials - successes + 1))
    }
    return sum(successes...trials, probability)
  }

  private static let mostTerms = 10_000

  /// The two-sided test: P(of all outcomes that are no likelier than this one). At one half this is twice the tail.
  package func twoSided(_ probability: Double = 0.5) -> Double {
    let own = logProbability(successes, probability)
    let tolerance = log1p(1e-7)  // outcomes that are equally likely but for rounding count
    return sum((0...trials).filter { logProbability($0, probability) <= own + tolerance }, probability)
  }

  /// The Clopper-Pearson interval for the probability: covers at least `confidence`, whatever the probability.
  package func interval(confidence: Double = 0.95) -> ClosedRange<Double> {
    precondition(confidence > 0 && confidence < 1, "confidence \(confidence)")
    let tail = (1 - confidence) / 2
    let (k, n) = (Double(successes), Double(trials))
    let lower = successes == 0 ? 0 : Distributions.betaQuantile(tail, k, n - k + 1)
    let upper = successes == trials ? 1 : Distributions.betaQuantile(1 - tail, k + 1, n - k)
    return lower...upper
  }

  /// The fewest successes out of `trials` that reach `level` one-sided; nil where even all of them do not.
  package static func needed(trials: Int, level: Double = 0.05) -> Int? {
    // The more, the less likely.
    first(in: 0...trials) { Binomial(successes: $0, trials: trials).atLeast() <= level }
  }

  /// The first number from which on `isEnough` holds; nil if it does not of the last.
  private static func first(in range: ClosedRange<Int>, where isEnough: (Int) -> Bool) -> Int? {
    var (low, high) = (range.lowerBound, range.upperBound + 1)
    while low < high {
      let middle = (low + high) / 2
      if isEnough(middle) { high = middle } else { low = middle + 1 }
    }
    return range.contains(low) ? low : nil
  }

  /// The smallest share of successes, in whole hundredths above one half, with which so many of them or more come with probability
  /// `power`; nil where 0.99 is not enough.
  package func detectable(power: Double = 0.8) -> Double? {
    Self.first(in: 51...99) { atLeast(Double($0) / 100) >= power }.map { Double($0) / 100 }
  }

  private func logProbability(_ k: Int, _ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "probability \(probability)")
    let (k, n) = (Double(k), Double(trials))
    let ways =
      Distributions.logGamma(n + 1) - Distributions.logGamma(k + 1) - Distributions.logGamma(n - k + 1)
    return ways + k * log(probability) + (n - k) * log1p(-probability)
  }

  private func sum(_ outcomes: some Sequence<Int>, _ probability: Double) -> Double {
    let terms = outcomes.map { logProbability($0, probability) }.sorted()
    guard let largest = terms.last else { return 0 }
    return min(1, exp(largest) * terms.reduce(0) { $0 + exp($1 - largest) })
  }
}
