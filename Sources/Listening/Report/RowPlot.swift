// The one kind of plot of a report: rows over a common axis, each with marks (box, points, interval, counts), its name on
// the left and its numbers on the right. Box plots, forest plots and reliability plots are all of this kind. Meaning is in
// shape and position, never in colour alone. SVG: RowPlot+SVG.swift.

struct RowPlot {
  struct Axis {
    let range: ClosedRange<Double>
    let ticks: [Double]
    let labels: [String]
    /// Below the axis.
    let title: String
    /// A dashed line to compare with: zero, or guessing.
    let reference: Double?

    init(
      _ range: ClosedRange<Double>, ticks: [Double], title: String, reference: Double? = nil,
      label: (Double) -> String
    ) {
      precondition(range.lowerBound < range.upperBound, "an axis over \(range)")
      self.range = range
      self.ticks = ticks
      labels = ticks.map(label)
      self.title = title
      self.reference = reference
    }

    /// About symmetric around zero and large enough for `values`, with round ticks.
    static func differences(_ values: [Double], least: Double, title: String) -> Axis {
      let reach = max(least, values.map(abs).max() ?? 0)
      let steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 25, 50]
      let step = steps.first { reach / $0 <= 4 } ?? 50
      let count = Int((reach / step).rounded(.up))
      let ticks = (-count...count).map { Double($0) * step }
      return Axis(ticks[0]...ticks[ticks.count - 1], ticks: ticks, title: title, reference: 0) {
        Numbers.signed($0, step < 1 ? 1 : 0)
      }
    }
  }

  enum Mark {
    case box(lowerQuartile: Double, median: Double, upperQuartile: Double, whiskers: ClosedRange<Double>)
    /// Every rating, spread up and down where they coincide.
    case points([Double])
    /// A diamond with a bar; filled where the test is significant.
    case interval(value: Double, range: ClosedRange<Double>?, isFilled: Bool)
    /// Discs at whole ratings whose area is the count.
    case counts([(value: Double, count: Int)])
  }

  struct Row {
    let label: String
    let marks: [Mark]
    /// On the right.
    let note: String
  }

  let title: String
  /// What the marks mean; below the plot.
  let caption: String
  let axis: Axis
  let rows: [Row]

  var hasCounts: Bool {
    rows.contains { row in
      row.marks.contains { if case .counts = $0 { true } else { false } }
    }
  }
}
