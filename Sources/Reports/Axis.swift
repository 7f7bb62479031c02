// The scale of a plot: a range with round ticks, even or logarithmic.
internal import Glibc

package struct Axis: Sendable {
  package let range: ClosedRange<Double>
  package let ticks: [Double]
  package let labels: [String]
  /// Beside the axis; empty for none.
  package let title: String
  /// A dashed line to compare with: zero, or guessing.
  package let reference: Double?
  package let isLogarithmic: Bool

  package init(
    _ range: ClosedRange<Double>, ticks: [Double], title: String, reference: Double? = nil,
    isLogarithmic: Bool = false, label: (Double) -> String
  ) {
    precondition(range.lowerBound < range.upperBound, "an axis over \(range)")
    precondition(!isLogarithmic || range.lowerBound > 0, "a logarithmic axis over \(range)")
    self.range = range
    self.ticks = ticks
    labels = ticks.map(label)
    self.title = title
    self.reference = reference
    self.isLogarithmic = isLogarithmic
  }

  /// Symmetric around zero and large enough for `values`.
  package static func differences(_ values: [Double], least: Double, title: String) -> Axis {
    let reach = max(least, values.map(abs).max() ?? 0)
    let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50]
    let step = steps.first { reach / $0 <= 4 } ?? 50
    let count = Int((reach / step).rounded(.up))
    let ticks = (-count...count).map { Double($0) * step }
    return Axis(ticks[0]...ticks[ticks.count - 1], ticks: ticks, title: title, reference: 0) {
      NumberText.signed($0, step < 1 ? 1 : 0)
    }
  }

  /// From 0 to a little above `most`, with about `count` ticks.
  package static func amounts(upTo most: Double, count: Int = 8, title: String) -> Axis {
    let most = most.isFinite && most > 0 ? most : 1
    let rough = most / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    let ticks = (0...Int(most / step + 1e-9)).map { Double($0) * step }
    let digits = max(0, Int(-log10(step * 1.0001).rounded(.down)))
    return Axis(0...most * 1.02, ticks: ticks, title: title) { NumberText.fixed($0, min(9, digits)) }
  }

  /// Where a value lies: 0 at the beginning of the axis, 1 at its end; what is outside lies at the end.
  func share(_ value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    let share =
      isLogarithmic
      ? log(max(value, low) / low) / log(high / low) : (value - low) / (high - low)
    return share.isNaN ? share : min(1, max(0, share))
  }
}
