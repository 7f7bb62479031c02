// Listeners with known truth, for checks of the statistics by simulation: two-way random effects and coins.
import Signal

@testable import Listening

struct SimulatedRatings: CustomStringConvertible {
  /// Standard deviations: of the listeners' and the items' own levels, of what a listener makes of one item, of single
  /// ratings.
  let listener, item: Double
  var interaction = 0.0
  var noise = 1.0

  var description: String { "listener \(listener), item \(item), interaction \(interaction), noise \(noise)" }

  /// One experiment with true mean `mean`.
  /// - Parameters:
  ///   - repeats: ratings of one listener and item
  ///   - missing: chance of each rating not to be there
  func table(
    listeners: Int, items: Int, mean: Double = 0, repeats: Int = 1, missing: Double = 0,
    random: inout PhiloxGenerator
  ) -> RatingTable {
    let own = (0..<listeners).map { _ in listener * random.normal() }
    let what = (0..<items).map { _ in item * random.normal() }
    let names = (0..<items).map { "i\($0)" }
    var table = RatingTable()
    for (l, level) in own.enumerated() {
      let name = "l\(l)"
      for (i, quality) in what.enumerated() {
        let cell = mean + level + quality + interaction * random.normal()
        for _ in 0..<repeats where missing == 0 || random.uniform() >= missing {
          table.append(listener: name, item: names[i], value: cell + noise * random.normal())
        }
      }
    }
    return table
  }

  /// Differences of two systems that are alike in the mean: each with these effects of its own, and both with effects of
  /// listeners and items in common, ten times as large, which cancel.
  func differences(listeners: Int, items: Int, random: inout PhiloxGenerator) -> RatingTable {
    let half = 0.5.squareRoot()
    func effects(_ deviation: Double, _ count: Int) -> [Double] {
      (0..<count).map { _ in deviation * random.normal() }
    }
    let common = (effects(10, listeners), effects(10, items))
    let systems = (0..<2).map { _ in (effects(half * listener, listeners), effects(half * item, items)) }
    var table = RatingTable()
    for l in 0..<listeners {
      for i in 0..<items {
        let ratings = systems.map { own in
          common.0[l] + common.1[i] + own.0[l] + own.1[i] + half * interaction * random.normal()
            + half * noise * random.normal()
        }
        table.append(listener: "l\(l)", item: "i\(i)", value: ratings[0] - ratings[1])
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
