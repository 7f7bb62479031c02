// Several systems on one line from comparisons of two: log odds that one is preferred (Bradley and Terry 1952), by
// Newton's method; a tie is half a win for each. Answers of one listener are not independent, so the covariance is summed
// by listener (the sandwich of White with the factor L / (L - 1), Student's t with L - 1 degrees). Two listeners, and such as all
// answered alike, can agree by chance: theirs is not taken for less than the model's own. Golden values: scipy.

internal import Glibc

package struct BradleyTerry: Hashable, Sendable {
  /// One per system, in log odds, with mean zero.
  package let values: [Double]
  /// 95 % intervals of those, for other listeners; for one listener, of the model alone.
  package let intervals: [ClosedRange<Double>]

  /// - Parameters:
  ///   - systems: how many
  ///   - wins: per listener, [systems][systems]: how often the row was preferred to the column
  /// - Returns: nil where there is no finite answer: some systems never lost against the others (Ford 1957)
  package init?(systems: Int, wins: [[[Double]]]) {
    precondition(systems > 1 && wins.allSatisfy { $0.count == systems }, "\(systems) systems")
    let range = 0..<systems
    let all = range.map { i in range.map { j in wins.reduce(0) { $0 + $1[i][j] } } }
    if !Self.isConnected(all) { return nil }
    var values = [Double](repeating: 0, count: systems)
    var inverse: [[Double]] = []
    for _ in 0..<100 {
      let gradient = Self.gradient(all, values)
      guard let next = SmallMatrix.inverse(Self.information(all, values)) else { return nil }
      inverse = next
      let step = inverse.map { Self.dot($0, gradient) }
      let largest = step.reduce(0) { max($0, abs($1)) }
      // Never more than two at once: far out the curve is flat.
      for i in range { values[i] += largest > 2 ? step[i] * 2 / largest : step[i] }
      if largest < 1e-12 { break }
    }
    let mean = values.mean
    // The information of differences, inverted; what was added to make it regular is taken away.
    let spread = inverse.map { $0.map { $0 - 1 / Double(systems) } }
    let variances: [Double]
    let quantile: Double
    if wins.count > 1 {
      let gradients = wins.map { Self.gradient($0, values) }
      let factor = Double(wins.count) / Double(wins.count - 1)
      variances = range.map { i in
        let squares = gradients.map { Self.dot(spread[i], $0) * Self.dot(spread[i], $0) }
        let byListener = factor * squares.reduce(0, +)
        return wins.count > 2 && byListener > 1e-12 * spread[i][i]
          ? byListener : max(spread[i][i], byListener)
      }
      quantile = Distributions.studentQuantile(0.975, freedom: Double(wins.count - 1))
    } else {
      variances = range.map { spread[$0][$0] }
      quantile = 1.959963984540054  // of the normal distribution
    }
    let centred = values.map { $0 - mean }
    self.values = centred
    intervals = zip(centred, variances).map {
      let reach = quantile * max(0, $1).squareRoot()
      return $0 - reach...$0 + reach
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func chance(_ difference: Double) -> Double { 1 / (1 + exp(-difference)) }

  private static func gradient(_ wins: [[Double]], _ values: [Double]) -> [Double] {
    values.indices.map { i in
      values.indices.reduce(0.0) { sum, j in
        i == j ? sum : sum + wins[i][j] - (wins[i][j] + wins[j][i]) * chance(values[i] - values[j])
      }
    }
  }

  /// Fisher's, which says nothing about the common level; 1 / systems everywhere makes it regular.
  private static func information(_ wins: [[Double]], _ values: [Double]) -> [[Double]] {
    var matrix = values.map { _ in [Double](repeating: 1 / Double(values.count), count: values.count) }
    for i in values.indices {
      for j in values.indices where i != j {
        let p = chance(values[i] - values[j])
        let weight = (wins[i][j] + wins[j][i]) * p * (1 - p)
        matrix[i][i] += weight
        matrix[i][j] -= weight
      }
    }
    return matrix
  }

  /// Whether one gets from every system to every other by wins.
  private static func isConnected(_ wins: [[Double]]) -> Bool {
    func reached(_ hasWon: (Int, Int) -> Bool) -> Int {
      var seen: Set = [0]
      var open = [0]
      while let i = open.popLast() {
        for j in wins.indices where hasWon(i, j) && seen.insert(j).inserted { open.append(j) }
      }
      return seen.count
    }
    return reached { wins[$0][$1] > 0 } == wins.count && reached { wins[$1][$0] > 0 } == wins.count
  }
}
