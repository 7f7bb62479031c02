// Pieces of SVG, for every drawing here and in the lessons. What is not finite has no place in a drawing: points of it are
// left out, and what else stands at such a place is at 0; tables are where such a value is named.
internal import Glibc

/// A namespace.
package enum SVG {
  package typealias Point = (x: Double, y: Double)

  /// A coordinate or a length in tenths of a pixel: "3", "-0.5".
  package static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let text = NumberText.fixed(max(-1e9, min(1e9, value)), 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// "1,2 3,4.5", of a polyline or polygon.
  package static func points(_ points: [Point]) -> String {
    points.filter { $0.x.isFinite && $0.y.isFinite }.map { "\(number($0.x)),\(number($0.y))" }
      .joined(separator: " ")
  }

  // MARK: of pages, whose style sheet knows the kinds

  static func line(_ kind: String, _ from: Point, _ to: Point) -> String {
    "<line class=\"\(kind)\" x1=\"\(number(from.x))\" y1=\"\(number(from.y))\" x2=\"\(number(to.x))\" "
      + "y2=\"\(number(to.y))\"/>"
  }

  static func text(_ kind: String, _ at: Point, _ words: String) -> String {
    "<text class=\"\(kind)\" x=\"\(number(at.x))\" y=\"\(number(at.y))\">\(Markup.escaped(words))</text>"
  }

  static func circle(_ kind: String, _ at: Point, radius: Double) -> String {
    "<circle class=\"\(kind)\" cx=\"\(number(at.x))\" cy=\"\(number(at.y))\" r=\"\(number(radius))\"/>"
  }

  static func box(_ kind: String, _ corner: Point, width: Double, height: Double) -> String {
    "<rect class=\"\(kind)\" x=\"\(number(corner.x))\" y=\"\(number(corner.y))\" "
      + "width=\"\(number(max(1, width)))\" height=\"\(number(height))\"/>"
  }

  /// The element around a page's drawing; `title` is read to those who cannot see it.
  static func drawing(_ width: Double, _ height: Double, title: String, _ body: String) -> String {
    "<svg viewBox=\"0 0 \(number(width)) \(number(height))\" role=\"img\" "
      + "aria-label=\"\(Markup.escaped(title))\">\n\(body)</svg>"
  }
}
