// Forecasts as a drawing: what was known in grey, what came in black, what each model said in its colour. SVG text; no
// other format and no scales of its own making.
import Glibc
internal import Reports
internal import Signal

package enum ForecastPicture {
  /// What one model said: its forecasts [panels, steps]. A model has the same colour in every picture.
  package struct Line: Sendable {
    package let model: ForecastModel
    package let forecasts: [[Float]]

    package init(model: ForecastModel, forecasts: [[Float]]) {
      (self.model, self.forecasts) = (model, forecasts)
    }

    var colour: String {
      ForecastPicture.colours[ForecastModel.allCases.firstIndex(of: model)!]
    }
  }

  /// In the order of the models.
  private static let colours = [
    "#8c96a0", "#b3a48a", "#5d6b3a", "#e0457b", "#c98a00", "#2c6fbb", "#1b7f4d", "#6fae86", "#c2367b",
    "#e58bb5",
    "#7048b6", "#d1491b", "#0f8f9c", "#6b4f2a", "#e6a57e", "#4b3fa0", "#8f7fd6", "#b9aef0", "#1f7a5a",
    "#4fa37f",
    "#86c5a6", "#c4e3d2", "#0b4f3a", "#b5651d", "#7a7a00",
  ]
  private static let (panelWidth, panelHeight, gap) = (620.0, 150.0, 22.0)

  /// One panel per example, one below the other.
  /// - known: values of the window that are drawn, the newest ones
  package static func svg(
    title: String, part: ForecastData.Part, examples: [Int], known: Int, lines: [Line], scale: Double,
    shift: Double
  ) -> String {
    let steps = max(1, lines.map { $0.forecasts.first?.count ?? 0 }.max() ?? 1)
    let known = min(known, part.window)
    let columns = 5
    let legendRows = (lines.count + 1 + columns - 1) / columns
    let top = 40 + Double(legendRows) * 18
    let panels = examples.enumerated().map { panel, n in
      Panel(
        before: part.window(n).suffix(known).map { Double($0) * scale + shift },
        after: part.answer(n).prefix(steps).map { Double($0) * scale + shift },
        said: lines.map { $0.forecasts[panel].map { Double($0) * scale + shift } })
    }
    let margin = max(46, 12 + 7 * Double(panels.flatMap(\.labels).map(\.count).max() ?? 0))
    let width = panelWidth + margin + 20
    // Single forecasts lie side by side, behind the moment that they are for, so that equal ones can be told apart.
    let aside = steps == 1 ? 5.0 : 0
    let axis = panelWidth - aside * Double(max(0, lines.count - 1)) - (steps == 1 ? 4 : 0)
    let height = top + Double(examples.count) * (panelHeight + gap) + 22
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" "
        + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" role=\"img\" font-family=\"sans-serif\" "
        + "font-size=\"12\">",
      "<title>\(Markup.escaped(title))</title>", "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
      "<text x=\"\(SVG.number(margin))\" y=\"20\" font-size=\"14\">\(Markup.escaped(title))</text>",
    ]
    for (i, name) in (["truth"] + lines.map(\.model.rawValue)).enumerated() {
      let x = margin + Double(i % columns) * 120
      let y = 40 + Double(i / columns) * 18
      let colour = i == 0 ? "#111" : lines[i - 1].colour
      parts.append(
        "<line x1=\"\(SVG.number(x))\" y1=\"\(SVG.number(y - 4))\" x2=\"\(SVG.number(x + 20))\" y2=\"\(SVG.number(y - 4))\" "
          + "stroke=\"\(colour)\" stroke-width=\"3\"/><text x=\"\(SVG.number(x + 26))\" y=\"\(SVG.number(y))\">"
          + "\(Markup.escaped(name))</text>")
    }
    for (index, panel) in panels.enumerated() {
      let (before, after, low) = (panel.before, panel.after, panel.low)
      let bottom = top + Double(index) * (panelHeight + gap) + panelHeight
      func x(_ i: Int) -> Double { margin + Double(i) / Double(known + steps - 1) * axis }
      func y(_ value: Double) -> Double { bottom - 8 - (value - low) / panel.range * (panelHeight - 16) }
      func path(_ values: [Double], from start: Int) -> String {
        SVG.points(values.enumerated().map { (x(start + $0), y($1)) })
      }
      parts.append(
        "<rect x=\"\(SVG.number(margin))\" y=\"\(SVG.number(bottom - panelHeight))\" width=\"\(SVG.number(panelWidth))\" "
          + "height=\"\(SVG.number(panelHeight))\" fill=\"#f6f7f9\"/>")
      for (value, label) in zip([low, panel.high], panel.labels) {
        parts.append(
          "<text x=\"\(SVG.number(margin - 6))\" y=\"\(SVG.number(y(value) + 4))\" text-anchor=\"end\" fill=\"#555\">"
            + "\(label)</text>")
      }
      let now = SVG.number(x(known - 1))
      parts.append(
        "<line x1=\"\(now)\" y1=\"\(SVG.number(bottom - panelHeight))\" x2=\"\(now)\" y2=\"\(SVG.number(bottom))\" "
          + "stroke=\"#aab\" stroke-dasharray=\"3 3\"/>")
      parts.append(
        "<polyline points=\"\(path(before, from: 0))\" fill=\"none\" stroke=\"#9aa3ad\" stroke-width=\"2\"/>")
      let last = before[before.count - 1]
      parts.append(
        "<polyline points=\"\(path([last] + after, from: known - 1))\" fill=\"none\" stroke=\"#111\" "
          + "stroke-width=\"2.5\"/>")
      for (i, values) in panel.said.enumerated() {
        let colour = lines[i].colour
        if values.count > 1 {
          parts.append(
            "<polyline points=\"\(path([last] + values, from: known - 1))\" fill=\"none\" stroke=\"\(colour)\" "
              + "stroke-width=\"1.6\"/>")
        }
        if steps <= 60 {
          for (s, value) in values.enumerated() where value.isFinite {
            parts.append(
              "<circle cx=\"\(SVG.number(x(known + s) + aside * Double(i)))\" cy=\"\(SVG.number(y(value)))\" "
                + "r=\"\(values.count > 1 ? "2" : "3.5")\" fill=\"\(colour)\"/>")
          }
        }
      }
    }
    parts.append(
      "<text x=\"\(SVG.number(margin))\" y=\"\(SVG.number(height - 10))\" fill=\"#555\">the last \(known) of \(part.window) "
        + "known values, then \(steps == 1 ? "the next one" : "the next \(steps)")</text>")
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  /// An example in the units of the data.
  private struct Panel {
    let before, after: [Double]
    let said: [[Double]]
    let low, high: Double

    init(before: [Double], after: [Double], said: [[Double]]) {
      (self.before, self.after, self.said) = (before, after, said)
      let all = (before + after + said.flatMap { $0 }).filter(\.isFinite)
      (low, high) = (all.min() ?? 0, all.max() ?? 0)
    }

    /// Not 0.
    var range: Double { high > low ? high - low : 1 }

    /// Of the lowest and the highest value, with as many places as tell a hundredth of the range.
    var labels: [String] {
      let places = 2 - Int(log10(range).rounded(.down))
      let largest = max(abs(low), abs(high))
      return [low, high].map {
        places > 6 || largest >= 1e10 ? NumberText.scientific($0, 3) : NumberText.fixed($0, max(0, places))
      }
    }
  }
}
