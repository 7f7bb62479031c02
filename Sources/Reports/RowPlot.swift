// The one kind of plot of numbers: rows over a common axis, each with marks (bar, box, points, interval, counts), its name
// on the left and its numbers on the right. Box plots, forest plots and bar charts are all of this kind. Meaning is in
// shape and position, never in colour alone. SVG: RowPlot+SVG.swift.

package struct RowPlot: Sendable {
  package enum Mark: Sendable {
    /// From the axis' beginning to a value.
    case bar(Double)
    case box(lowerQuartile: Double, median: Double, upperQuartile: Double, whiskers: ClosedRange<Double>)
    case median(Double)
    /// Every value, spread up and down where they coincide.
    case points([Double])
    /// A diamond with a bar; filled where the test is significant.
    case interval(value: Double, range: ClosedRange<Double>?, isFilled: Bool)
    /// How far a bar's value could be off.
    case error(ClosedRange<Double>)
    /// Discs at whole ratings whose area is the count.
    case counts([(value: Double, count: Int)])
  }

  package struct Row: Sendable {
    package let label: String
    package let marks: [Mark]
    /// On the right.
    package let note: String
    package let hue: Document.Hue

    package init(label: String, marks: [Mark], note: String, hue: Document.Hue = .first) {
      (self.label, self.marks, self.note, self.hue) = (label, marks, note, hue)
    }
  }

  package let title: String
  /// What the marks mean; below the plot; empty for none.
  package let caption: String
  package let axis: Axis
  package let rows: [Row]

  package init(title: String, caption: String, axis: Axis, rows: [Row]) {
    (self.title, self.caption, self.axis, self.rows) = (title, caption, axis, rows)
  }

  var hasCounts: Bool {
    rows.contains { row in
      row.marks.contains { if case .counts = $0 { true } else { false } }
    }
  }
}
