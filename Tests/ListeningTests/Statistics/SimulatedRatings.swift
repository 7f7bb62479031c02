// Listeners with known truth, for checks of the statistics by simulation: two-way random effects and coins.
import Signal

@testable import Listening

struct SimulatedRatings {
  /// Standard deviations of the listeners' and the items' own levels and of single ratings.
  let listener, item, noise: Double

  /// One experiment with true mean `mean`.
  func table(
    listeners: Int, items: Int, mean: Double = 0, random: inout PhiloxGenerator
  ) -> RatingTable {
    let own = (0..<listeners).map { _ in listener * random.normal() }
    let what = (0..<items).map { _ in item * random.normal() }
    var table = RatingTable()
    for (l, level) in own.enumerated() {
      for (i, quality) in what.enumerated() {
        table.append(
          listener: "l\(l)", item: "i\(i)", value: mean + level + quality + noise * random.normal())
      }
    }
    return table
  }
}

/// Bounds on a count of `probability` * `trials` events that chance alone leaves once in about 16 000 runs (4 standard
/// deviations); with a fixed seed a failure is a change of the code, not bad luck.
func chanceBounds(_ probability: Double, trials: Int) -> ClosedRange<Double> {
  let deviation = (probability * (1 - probability) / Double(trials)).squareRoot()
  return probability - 4 * deviation...probability + 4 * deviation
}
