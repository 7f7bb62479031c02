// The plot as inline SVG. Colours come from the classes of the page's style sheet (ReportStyle.swift), so that it follows
// light and dark. All text is escaped.
internal import Signal

extension RowPlot {
  private static let width = 900.0
  private static let left = 190.0  // where the axis begins
  private static let right = 690.0  // where it ends
  /// Counts have a line of their own below the interval.
  private var rowHeight: Double { hasCounts ? 76 : 46 }
  private static let top = 12.0

  private func x(_ value: Double) -> Double {
    let share = (value - axis.range.lowerBound) / (axis.range.upperBound - axis.range.lowerBound)
    return Self.left + min(1, max(0, share)) * (Self.right - Self.left)
  }

  /// A complete `svg` element.
  var svg: String {
    let bottom = Self.top + Double(rows.count) * rowHeight
    let height = bottom + 50
    var svg =
      "<svg viewBox=\"0 0 \(Self.n(Self.width)) \(Self.n(height))\" role=\"img\" "
      + "aria-label=\"\(Markup.escaped(title))\">\n"
    for (tick, label) in zip(axis.ticks, axis.labels) {
      let x = Self.n(x(tick))
      svg +=
        "<line class=\"grid\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.n(Self.top))\" y2=\"\(Self.n(bottom))\"/>"
      svg += "<text class=\"tick\" x=\"\(x)\" y=\"\(Self.n(bottom + 18))\">\(Markup.escaped(label))</text>\n"
    }
    if let reference = axis.reference {
      let x = Self.n(x(reference))
      svg +=
        "<line class=\"reference\" x1=\"\(x)\" x2=\"\(x)\" y1=\"\(Self.n(Self.top))\" y2=\"\(Self.n(bottom))\"/>\n"
    }
    let middle = Self.n((Self.left + Self.right) / 2)
    svg +=
      "<text class=\"tick\" x=\"\(middle)\" y=\"\(Self.n(bottom + 40))\">\(Markup.escaped(axis.title))</text>\n"
    for (index, row) in rows.enumerated() {
      let y = Self.top + (Double(index) + 0.5) * rowHeight
      svg += "<g><title>\(Markup.escaped(row.label + ": " + row.note))</title>"
      svg +=
        "<text class=\"name\" x=\"\(Self.n(Self.left - 14))\" y=\"\(Self.n(y + 5))\">"
        + "\(Markup.escaped(Self.shortened(row.label, 24)))</text>"
      svg += row.marks.map { draw($0, y) }.joined()
      svg +=
        "<text class=\"note\" x=\"\(Self.n(Self.right + 16))\" y=\"\(Self.n(y + 5))\">"
        + "\(Markup.escaped(row.note))</text></g>\n"
    }
    return svg + "</svg>"
  }

  private func draw(_ mark: Mark, _ y: Double) -> String {
    switch mark {
    case .box(let lower, let median, let upper, let whiskers):
      let (a, b) = (x(lower), x(upper))
      return line("whisker", x(whiskers.lowerBound), y, x(whiskers.upperBound), y)
        + line("whisker", x(whiskers.lowerBound), y - 6, x(whiskers.lowerBound), y + 6)
        + line("whisker", x(whiskers.upperBound), y - 6, x(whiskers.upperBound), y + 6)
        + "<rect class=\"box\" x=\"\(Self.n(a))\" y=\"\(Self.n(y - 12))\" width=\"\(Self.n(max(1, b - a)))\" height=\"24\"/>"
        + line("median", x(median), y - 12, x(median), y + 12)
    case .points(let values): return points(values, y)
    case .interval(let value, let range, let isFilled):
      let y = hasCounts ? y - 20 : y
      let bar =
        range.map {
          line("bar", x($0.lowerBound), y, x($0.upperBound), y)
            + line("bar", x($0.lowerBound), y - 5, x($0.lowerBound), y + 5)
            + line("bar", x($0.upperBound), y - 5, x($0.upperBound), y + 5)
        } ?? ""
      let c = x(value)
      let corners = [(c - 7, y), (c, y - 7), (c + 7, y), (c, y + 7)]
      let path = corners.map { "\(Self.n($0.0)),\(Self.n($0.1))" }.joined(separator: " ")
      return bar + "<polygon class=\"\(isFilled ? "filled" : "hollow")\" points=\"\(path)\"/>"
    case .counts(let counts):
      let most = Double(max(1, counts.map(\.count).max() ?? 1))
      let y = y + 6
      return counts.filter { $0.count > 0 }.map { entry in
        let radius = 14 * (Double(entry.count) / most).squareRoot()
        let x = Self.n(x(entry.value))
        return "<circle class=\"disc\" cx=\"\(x)\" cy=\"\(Self.n(y))\" r=\"\(Self.n(radius))\"/>"
          + "<text class=\"count\" x=\"\(x)\" y=\"\(Self.n(y + radius + 13))\">\(entry.count)</text>"
      }.joined()
    }
  }

  /// Dots that would coincide are stacked up and down from the row's middle, in whole steps: nothing is random.
  private func points(_ values: [Double], _ y: Double) -> String {
    var taken: [Int: Int] = [:]
    return values.sorted().map { value in
      let column = Int(x(value) / 3)
      let place = taken[column, default: 0]
      taken[column] = place + 1
      // 0, 1, -1, 2, -2 ... and round again when the row is full
      let step = (place % 11 + 1) / 2 * (place % 2 == 0 ? -1 : 1)
      return
        "<circle class=\"point\" cx=\"\(Self.n(x(value)))\" cy=\"\(Self.n(y + Double(step) * 3.2))\" r=\"2.2\"/>"
    }.joined()
  }

  private func line(_ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<line class=\"\(name)\" x1=\"\(Self.n(x1))\" y1=\"\(Self.n(y1))\" x2=\"\(Self.n(x2))\" y2=\"\(Self.n(y2))\"/>"
  }

  private static func shortened(_ text: String, _ limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "\u{2026}"
  }

  /// One decimal place, with a hyphen for minus.
  private static func n(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
    return rest == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(rest)"
  }
}
