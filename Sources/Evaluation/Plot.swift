// SVG by hand: a field with axes, on which the sections draw. Colours are the page's, so that they follow light and dark.
internal import Glibc
internal import Signal

/// A drawing of 960 units of width; y grows downwards.
struct Plot {
  static let width = 960.0
  let height: Double
  private var body = ""

  init(height: Double) { self.height = height }

  /// The element; `title` is read to those who cannot see it.
  func svg(_ title: String) -> String {
    "<svg viewBox=\"0 0 \(Int(Plot.width)) \(Int(height))\" role=\"img\" aria-label=\"\(Markup.escaped(title))\">\(body)</svg>"
  }

  private static func n(_ value: Double) -> String { Text.fixed(value, 1) }

  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String? = nil, width: Double = 1
  ) {
    let paint = colour.map { "stroke=\"\($0)\"" } ?? "class=\"rule\""
    body +=
      "<line x1=\"\(Plot.n(x1))\" y1=\"\(Plot.n(y1))\" x2=\"\(Plot.n(x2))\" y2=\"\(Plot.n(y2))\" \(paint) stroke-width=\"\(width)\"/>"
  }

  mutating func bar(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ colour: String, opacity: Double = 1
  ) {
    body +=
      "<rect x=\"\(Plot.n(x))\" y=\"\(Plot.n(y))\" width=\"\(Plot.n(max(0, width)))\" height=\"\(Plot.n(height))\" rx=\"3\" fill=\"\(colour)\" opacity=\"\(opacity)\"/>"
  }

  mutating func dot(_ x: Double, _ y: Double, _ colour: String, radius: Double = 5, opacity: Double = 0.75) {
    body +=
      "<circle cx=\"\(Plot.n(x))\" cy=\"\(Plot.n(y))\" r=\"\(radius)\" fill=\"\(colour)\" opacity=\"\(opacity)\"/>"
  }

  enum Anchor: String { case start, middle, end }

  mutating func text(
    _ text: String, _ x: Double, _ y: Double, _ anchor: Anchor = .start, strong: Bool = false
  ) {
    body +=
      "<text x=\"\(Plot.n(x))\" y=\"\(Plot.n(y))\" text-anchor=\"\(anchor.rawValue)\"\(strong ? " class=\"strong\"" : "")>\(Markup.escaped(text))</text>"
  }

  mutating func path(_ points: [(x: Double, y: Double)], _ colour: String, width: Double = 2) {
    let list = points.map { "\(Plot.n($0.x)),\(Plot.n($0.y))" }.joined(separator: " ")
    body +=
      "<polyline points=\"\(list)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"\(width)\" stroke-linejoin=\"round\"/>"
  }

  /// Round values that divide 0...most in about `count` parts.
  static func ticks(to most: Double, count: Int = 6) -> [Double] {
    guard most > 0, most.isFinite else { return [0] }
    let rough = most / Double(count)
    let power = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough * 0.999 } ?? rough
    return (0...Int(most / step + 1e-9)).map { Double($0) * step }
  }
}

/// Colours of the page by what they stand for.
enum Colour {
  static let generated = "var(--generated)"
  static let held = "var(--held)"
  static let training = "var(--training)"

  /// "■ generated ■ held-out" above a plot. Words are HTML.
  static func key(_ entries: [(colour: String, words: String)]) -> String {
    "<p class=\"lead\">"
      + entries.map { "<span class=\"key\" style=\"background:\($0.colour)\"></span>\($0.words)" }
      .joined(separator: " &ensp; ") + "</p>"
  }
}
