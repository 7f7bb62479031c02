// The two faces of mu-law as a drawing: the curve from samples to codes, and how far sines of every level stand above the
// noise of their rounding. SVG text; the numbers are Signal's.
internal import Glibc
internal import Signal

/// A namespace.
package enum CompandingPicture {
  private static let (width, height) = (760.0, 300.0)
  private static let (muColour, evenColour) = ("#2c6fbb", "#c98a00")

  /// - levels: 256, 512 or 1024
  package static func svg(levels: Int) -> String {
    let ways: [(way: Companding, name: String, colour: String)] = [
      (.even(levels: levels), "even steps", evenColour), (.muLaw(MuLaw(levels: levels)), "mu-law", muColour),
    ]
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" "
        + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" role=\"img\" font-family=\"sans-serif\" "
        + "font-size=\"12\" fill=\"#444\">",
      "<title>mu-law of \(levels) levels beside even steps</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    let amplitudes = (0...60).map { -60 + Double($0) }
    let ratios = ways.map { way in
      amplitudes.map { way.way.signalToNoise(amplitude: pow(10, $0 / 20)) }
    }
    let best = (ratios.flatMap { $0 }.max() ?? 60) + 5
    let worst = min(0, ((ratios.flatMap { $0 }.min() ?? 0) / 10).rounded(.down) * 10)
    let left = Frame(left: 60, right: 340, across: -1...1, up: 0...Double(levels - 1))
    let right = Frame(left: 440, right: 740, across: -60...0, up: worst...best)
    parts += left.axes(
      "sample", ticks: [-1, -0.5, 0, 0.5, 1], "code", [0, Double(levels / 2), Double(levels - 1)])
    parts += right.axes(
      "level of a sine, dB", ticks: [-60, -40, -20, 0], "dB above the noise",
      Array(stride(from: worst, to: best, by: 10)))
    for (i, way) in ways.enumerated() {
      let codes = (0...400).map { step in
        let x = Double(step) / 200 - 1
        return (x: x, y: Double(way.way.rounded(Float(x)).code))
      }
      parts.append(left.curve(codes, way.colour))
      parts.append(right.curve(zip(amplitudes, ratios[i]).map { (x: $0, y: $1) }, way.colour))
      let y = 36 + Double(i) * 18
      parts.append(
        "<line x1=\"72\" y1=\"\(SVG.number(y - 4))\" x2=\"92\" y2=\"\(SVG.number(y - 4))\" stroke=\"\(way.colour)\" "
          + "stroke-width=\"3\"/><text x=\"98\" y=\"\(SVG.number(y))\">\(way.name)</text>")
    }
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  /// One of the two diagrams.
  private struct Frame {
    let left: Double, right: Double
    let across: ClosedRange<Double>, up: ClosedRange<Double>
    private let top = 20.0
    private let bottom = 244.0

    init(left: Double, right: Double, across: ClosedRange<Double>, up: ClosedRange<Double>) {
      (self.left, self.right, self.across, self.up) = (left, right, across, up)
    }

    func x(_ value: Double) -> Double {
      left + (value - across.lowerBound) / (across.upperBound - across.lowerBound) * (right - left)
    }
    func y(_ value: Double) -> Double {
      bottom - (value - up.lowerBound) / (up.upperBound - up.lowerBound) * (bottom - top)
    }

    func axes(_ name: String, ticks: [Double], _ upName: String, _ levels: [Double]) -> [String] {
      var parts = [
        "<rect x=\"\(SVG.number(left))\" y=\"\(SVG.number(top))\" width=\"\(SVG.number(right - left))\" "
          + "height=\"\(SVG.number(bottom - top))\" fill=\"#f6f7f9\"/>"
      ]
      func label(_ value: Double) -> String { NumberText.fixed(value, value == value.rounded() ? 0 : 1) }
      for tick in ticks {
        parts.append(
          "<text x=\"\(SVG.number(x(tick)))\" y=\"\(SVG.number(bottom + 17))\" text-anchor=\"middle\">"
            + "\(label(tick))</text>")
      }
      for level in levels {
        parts.append(
          "<line x1=\"\(SVG.number(left))\" y1=\"\(SVG.number(y(level)))\" x2=\"\(SVG.number(right))\" "
            + "y2=\"\(SVG.number(y(level)))\" stroke=\"#dde1e6\"/><text x=\"\(SVG.number(left - 6))\" "
            + "y=\"\(SVG.number(y(level) + 4))\" text-anchor=\"end\">\(label(level))</text>")
      }
      let middle = SVG.number((top + bottom) / 2)
      parts.append(
        "<text x=\"\(SVG.number((left + right) / 2))\" y=\"\(SVG.number(bottom + 38))\" text-anchor=\"middle\">\(name)</text>"
          + "<text x=\"\(SVG.number(left - 40))\" y=\"\(middle)\" text-anchor=\"middle\" "
          + "transform=\"rotate(-90 \(SVG.number(left - 40)) \(middle))\">\(upName)</text>")
      return parts
    }

    func curve(_ points: [(x: Double, y: Double)], _ colour: String) -> String {
      "<polyline points=\"\(SVG.points(points.map { (x: x($0.x), y: y($0.y)) }))\" fill=\"none\" stroke=\"\(colour)\" "
        + "stroke-width=\"2\"/>"
    }
  }
}
