// The kinds of block as a drawing, and WaveNet's own beside them: input below, output on top, as in all pictures here.
internal import Reports

extension BlockComparison {
  /// One block of each kind and one of WaveNet, with the number of channels on every way.
  public static func svg(channels c: Int) -> String {
    let (width, height) = (860.0, 340.0)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" "
        + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" role=\"img\" font-family=\"sans-serif\" "
        + "font-size=\"12\" fill=\"#444\">",
      "<title>A plain block, a residual one, one that appends, and WaveNet's gated block</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    let (bottom, fork, top) = (300.0, 270.0, 50.0)
    for (i, kind) in Kind.allCases.enumerated() {
      let x = 90 + Double(i) * 180
      parts += [title(x, kind.rawValue), way([(x, bottom), (x, top)]), caption(x + 6, bottom - 4, "\(c)")]
      parts += box(x, 190, ["Conv1d, 2 taps", "ReLU"])
      let out = kind == .concatenation ? 2 * c : c
      parts.append(caption(x + 6, top + 8, "\(out)"))
      if kind == .plain { continue }
      parts.append(way([(x, fork), (x + 66, fork), (x + 66, 110), (x, 110)]))
      parts += kind == .residual ? node(x, 110, "+") : box(x, 110, ["append"])
    }
    let (x, left, right) = (650.0, 610.0, 690.0)
    parts += [
      title(x, "WaveNet"), way([(x, bottom), (x, 242)]), caption(x + 6, bottom - 4, "\(c)"),
      way([(left, 226), (left, 160), (x, 160)]), way([(right, 226), (right, 160), (x, 160)]),
      way([(x, 160), (x, top)]), way([(x, fork + 10), (530, fork + 10), (530, 70), (x, 70)]),
      way([(x, 138), (800, 138)]), caption(left - 26, 216, "\(c)"), caption(right + 6, 216, "\(c)"),
      caption(x + 6, 150, "\(c)"), caption(752, 168, "to the head"), caption(x + 6, top + 8, "\(c)"),
    ]
    parts += box(x, 238, ["dilated Conv1d, \(2 * c) channels"])
    parts += box(left, 190, ["tanh"]) + box(right, 190, ["sigmoid"])
    parts += node(x, 160, "×") + box(x, 104, ["1x1"]) + box(750, 138, ["1x1"]) + node(x, 70, "+")
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private static func way(_ points: [SVG.Point]) -> String {
    "<polyline points=\"\(SVG.points(points))\" fill=\"none\" stroke=\"#2c6fbb\" stroke-width=\"1.6\"/>"
  }

  private static func caption(_ x: Double, _ y: Double, _ words: String) -> String {
    "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\">\(words)</text>"
  }

  private static func title(_ x: Double, _ words: String) -> String {
    "<text x=\"\(SVG.number(x))\" y=\"26\" text-anchor=\"middle\" font-size=\"14\">\(words)</text>"
  }

  /// Around a centre, as wide as its words.
  private static func box(_ x: Double, _ y: Double, _ lines: [String]) -> [String] {
    let width = 18 + 6.6 * Double(lines.map(\.count).max() ?? 0)
    let height = 8 + 16 * Double(lines.count)
    var parts = [
      "<rect x=\"\(SVG.number(x - width / 2))\" y=\"\(SVG.number(y - height / 2))\" width=\"\(SVG.number(width))\" "
        + "height=\"\(SVG.number(height))\" rx=\"4\" fill=\"#e9f0f8\" stroke=\"#2c6fbb\"/>"
    ]
    for (i, line) in lines.enumerated() {
      let base = y - height / 2 + 16 * Double(i + 1)
      parts.append(
        "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(base))\" text-anchor=\"middle\">\(line)</text>")
    }
    return parts
  }

  private static func node(_ x: Double, _ y: Double, _ sign: String) -> [String] {
    [
      "<circle cx=\"\(SVG.number(x))\" cy=\"\(SVG.number(y))\" r=\"10\" fill=\"#fff\" stroke=\"#2c6fbb\" stroke-width=\"1.6\"/>",
      "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(y + 4))\" text-anchor=\"middle\" font-size=\"14\">\(sign)</text>",
    ]
  }
}
