// The plot as inline SVG. Colours come from the classes of the page's style sheet (PageStyle.swift), so that it follows
// light and dark. All text is escaped.

extension RowPlot {
  private static let width = 900.0
  private static let left = 190.0  // where the axis begins
  private static let right = 690.0  // where it ends
  private static let top = 12.0
  /// Counts have a line of their own below the interval.
  private var rowHeight: Double { hasCounts ? 76 : 46 }

  private func x(_ value: Double) -> Double { Self.left + axis.share(value) * (Self.right - Self.left) }

  /// A complete `svg` element.
  var svg: String {
    let bottom = Self.top + Double(rows.count) * rowHeight
    let height = bottom + (axis.title.isEmpty ? 28 : 50)
    func upright(_ kind: String, _ value: Double) -> String {
      SVG.line(kind, (x(value), Self.top), (x(value), bottom))
    }
    var body = ""
    for (tick, label) in zip(axis.ticks, axis.labels) {
      body += upright("grid", tick) + SVG.text("tick", (x(tick), bottom + 18), label) + "\n"
    }
    if let reference = axis.reference { body += upright("reference", reference) + "\n" }
    if !axis.title.isEmpty {
      body += SVG.text("tick", ((Self.left + Self.right) / 2, bottom + 40), axis.title) + "\n"
    }
    for (index, row) in rows.enumerated() {
      let y = Self.top + (Double(index) + 0.5) * rowHeight
      body += "<g class=\"\(row.hue.rawValue)\"><title>\(Markup.escaped(row.label + ": " + row.note))</title>"
      body += SVG.text("name", (Self.left - 14, y + 5), Self.shortened(row.label, 24))
      body += row.marks.map { draw($0, y) }.joined()
      body += SVG.text("note", (Self.right + 16, y + 5), row.note) + "</g>\n"
    }
    return SVG.drawing(Self.width, height, title: title, body)
  }

  private func draw(_ mark: Mark, _ y: Double) -> String {
    switch mark {
    case .bar(let value):
      return SVG.box("bar", (Self.left, y - 12), width: x(value) - Self.left, height: 24)
    case .box(let lower, let median, let upper, let whiskers):
      return stretch("whisker", whiskers, y, ends: 6)
        + SVG.box("box", (x(lower), y - 12), width: x(upper) - x(lower), height: 24)
        + SVG.line("median", (x(median), y - 12), (x(median), y + 12))
    case .median(let value): return SVG.line("median", (x(value), y - 12), (x(value), y + 12))
    case .points(let values): return points(values, y)
    case .error(let range): return stretch("error", range, y, ends: 5)
    case .interval(let value, let range, let isFilled):
      let y = hasCounts ? y - 20 : y
      let c = x(value)
      let corners = SVG.points([(c - 7, y), (c, y - 7), (c + 7, y), (c, y + 7)])
      return (range.map { stretch("range", $0, y, ends: 5) } ?? "")
        + "<polygon class=\"\(isFilled ? "filled" : "hollow")\" points=\"\(corners)\"/>"
    case .counts(let counts):
      let most = Double(max(1, counts.map(\.count).max() ?? 1))
      let y = y + 6
      return counts.filter { $0.count > 0 }.map { entry in
        let radius = 14 * (Double(entry.count) / most).squareRoot()
        return SVG.circle("disc", (x(entry.value), y), radius: radius)
          + SVG.text("count", (x(entry.value), y + radius + 13), "\(entry.count)")
      }.joined()
    }
  }

  /// A line over a range, with a stroke at either end.
  private func stretch(_ kind: String, _ range: ClosedRange<Double>, _ y: Double, ends: Double) -> String {
    let (a, b) = (x(range.lowerBound), x(range.upperBound))
    return SVG.line(kind, (a, y), (b, y)) + SVG.line(kind, (a, y - ends), (a, y + ends))
      + SVG.line(kind, (b, y - ends), (b, y + ends))
  }

  /// Dots that would coincide are stacked up and down from the row's middle, in whole steps: nothing is random.
  private func points(_ values: [Double], _ y: Double) -> String {
    var taken: [Int: Int] = [:]
    return values.filter(\.isFinite).sorted().map { value in
      let column = Int(x(value) / 3)
      let place = taken[column, default: 0]
      taken[column] = place + 1
      // 0, 1, -1, 2, -2 ... and round again when the row is full
      let step = (place % 11 + 1) / 2 * (place % 2 == 0 ? -1 : 1)
      return SVG.circle("point", (x(value), y + Double(step) * 3.2), radius: 2.2)
    }.joined()
  }

  private static func shortened(_ text: String, _ limit: Int) -> String {
    text.count <= limit ? text : text.prefix(limit - 1) + "\u{2026}"
  }
}
