// The series that courses on forecasting use: two sines and a little noise, every series with its own frequencies and
// offsets. Series i of a seed is always the same, however many are made and however long they are.
import Glibc
internal import Signal

/// x(i) = 0.5 sin(w1 (t - o1)) + 0.2 sin(w2 (t - o2)) + 0.1 (u - 0.5), t = i / 50; w1 in 10 ..< 20, w2 in 20 ..< 40
/// radians per unit of time, offsets and the noise u in 0 ..< 1. The noise alone has the variance 0.1^2 / 12 = 0.00083:
/// no forecast of the next value can have a smaller mean squared error.
package enum SineSeries {
  /// The variance of the noise.
  package static let noiseFloor = 0.01 / 12

  /// The first `length` values of one series.
  package static func values(seed: UInt64, index: Int, length: Int) -> [Float] {
    var random = PhiloxGenerator(seed: seed, stream: UInt64(index))
    let (slow, fast) = (random.uniform(in: 10...20), random.uniform(in: 20...40))
    let (first, second) = (random.uniform(), random.uniform())
    return (0..<length).map { i in
      let t = Double(i) / 50
      return Float(
        0.5 * sin(slow * (t - first)) + 0.2 * sin(fast * (t - second)) + 0.1 * (random.uniform() - 0.5))
    }
  }

  /// The first series of a seed as a CSV file with the columns step, series_0, series_1, ...
  package static func csv(seed: UInt64, steps: Int, series: Int) -> String {
    let all = (0..<series).map { values(seed: seed, index: $0, length: steps) }
    var text = "step" + all.indices.map { ",series_\($0)" }.joined() + "\n"
    for step in 0..<steps { text += "\(step)" + all.map { ",\($0[step])" }.joined() + "\n" }
    return text
  }
}
