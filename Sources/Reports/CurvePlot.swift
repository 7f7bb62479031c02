// Curves over a common axis, as inline SVG: long-term spectra. Looks by the page's style sheet, as of RowPlot.

package struct CurvePlot: Sendable {
  package struct Curve: Sendable {
    package let points: [(x: Double, y: Double)]
    package let hue: Document.Hue
    /// Whether each point is marked: few that were measured, rather than many of a continuous curve.
    package let marksPoints: Bool

    package init(_ points: [(x: Double, y: Double)], hue: Document.Hue, marksPoints: Bool = true) {
      (self.points, self.hue, self.marksPoints) = (points, hue, marksPoints)
    }
  }

  package let title: String
  /// Empty for none.
  package let caption: String
  /// To the right, and upwards.
  package let across, up: Axis
  /// The first lies on top.
  package let curves: [Curve]
  /// Dashed lines to compare with, from side to side, each with its name.
  package let references: [(name: String, y: Double)]

  package init(
    title: String, caption: String = "", across: Axis, up: Axis, curves: [Curve],
    references: [(name: String, y: Double)] = []
  ) {
    (self.title, self.caption, self.across, self.up, self.curves) = (title, caption, across, up, curves)
    self.references = references
  }

  /// A complete `svg` element.
  var svg: String {
    let (left, right, top, bottom) = (60.0, 880.0, 10.0, 240.0)
    func x(_ value: Double) -> Double { left + across.share(value) * (right - left) }
    func y(_ value: Double) -> Double { bottom - up.share(value) * (bottom - top) }
    var body = ""
    for (tick, label) in zip(up.ticks, up.labels) {
      body += SVG.line("grid", (left, y(tick)), (right, y(tick)))
      body += SVG.text("level", (left - 8, y(tick) + 5), label) + "\n"
    }
    for (tick, label) in zip(across.ticks, across.labels) {
      body += SVG.line("grid", (x(tick), top), (x(tick), bottom))
      body += SVG.text("tick", (x(tick), bottom + 20), label) + "\n"
    }
    // Names stand above their lines, where curves have not begun; one that would cover another goes below its own. All lines come
    // first, so that none is drawn through a name.
    let known = references.filter { $0.y.isFinite }.sorted { $0.y > $1.y }
    for reference in known { body += SVG.line("reference", (left, y(reference.y)), (right, y(reference.y))) }
    var free = top
    for reference in known {
      let height = y(reference.y)
      let place = height - 5 >= free + 12 ? height - 5 : max(height, free) + 14
      body += SVG.text("note", (left + 4, place), reference.name) + "\n"
      free = place
    }
    for curve in curves.reversed() {
      let points = curve.points.map { (x: x($0.x), y: y($0.y)) }.filter { $0.x.isFinite && $0.y.isFinite }
      body +=
        "<g class=\"\(curve.hue.rawValue)\"><polyline class=\"curve\" points=\"\(SVG.points(points))\"/>"
      if curve.marksPoints { body += points.map { SVG.circle("knot", $0, radius: 2.5) }.joined() }
      body += "</g>\n"
    }
    return SVG.drawing(900, bottom + 32, title: title, body)
  }
}
