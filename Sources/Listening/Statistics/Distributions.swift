// The few distribution functions that the intervals need: incomplete beta, Student's t, F, normal. Double throughout,
// about 1e-13 relative. Not a numerical library: arguments are counts and levels of a listening test. glibc has the gamma
// functions alone, and GSL would bind the whole program to the GPL.
// Golden values from scipy: Tests/ListeningTests/StatisticsGoldenTests.swift.

internal import Glibc

package enum Distributions {
  /// Share of Beta(a, b) below `x`: the regularised incomplete beta function I_x(a, b).
  package static func beta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    precondition(a > 0 && b > 0 && x >= 0 && x <= 1, "incomplete beta of \(x) with \(a), \(b)")
    if x == 0 || x == 1 { return x }
    let scale = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    // The continued fraction converges fast below the mean only; above it the mirror image does.
    return x < (a + 1) / (a + b + 2) ? scale * fraction(x, a, b) / a : 1 - scale * fraction(1 - x, b, a) / b
  }

  /// The point below which Beta(a, b) has the share `p`.
  package static func betaQuantile(_ p: Double, _ a: Double, _ b: Double) -> Double {
    bisect(0, 1) { beta($0, a, b) < p }
  }

  /// Share of Student's t with `freedom` degrees below `t`.
  package static func student(_ t: Double, freedom: Double) -> Double {
    let tail = beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return t < 0 ? tail : 1 - tail
  }

  /// The point below which Student's t has the share `p`, 0.5 ..< 1.
  package static func studentQuantile(_ p: Double, freedom: Double) -> Double {
    precondition(p >= 0.5 && p < 1 && freedom > 0, "quantile \(p) of t with \(freedom) degrees")
    // Solved in the variable of the beta function, where the whole line is the interval (0, 1).
    let x = betaQuantile(2 * (1 - p), freedom / 2, 0.5)
    return (freedom * (1 - x) / x).squareRoot()
  }

  /// Share of Fisher's F with `upper` and `lower` degrees of freedom above `ratio`, which may be infinite.
  package static func fisherAbove(_ ratio: Double, _ upper: Int, _ lower: Int) -> Double {
    precondition(ratio >= 0 && upper > 0 && lower > 0, "F of \(ratio) with \(upper) and \(lower) degrees")
    let (u, l) = (Double(upper), Double(lower))
    return beta(l / (l + u * ratio), l / 2, u / 2)
  }

  /// Share of the normal distribution below `z`.
  package static func normal(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  static func logGamma(_ x: Double) -> Double { lgamma(x).0 }

  /// The place in an interval where `isBelow` turns false, to the last bit.
  private static func bisect(_ from: Double, _ to: Double, isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (from, to)
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }

  /// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), evaluated forwards as a
  /// product of ratios of successive numerators and denominators (Lentz).
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    var c = 1.0
    var d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny)
    var result = d
    for step in 1...100_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var change = 1.0
      for coefficient in [even, odd] {
        d = 1 / nonZero(1 + coefficient * d, tiny)
        c = nonZero(1 + coefficient / c, tiny)
        change = c * d
        result *= change
      }
      if abs(change - 1) < 1e-16 { return result }
    }
    return result  // oscillates in the last bit
  }

  private static func nonZero(_ value: Double, _ tiny: Double) -> Double { abs(value) < tiny ? tiny : value }
}
