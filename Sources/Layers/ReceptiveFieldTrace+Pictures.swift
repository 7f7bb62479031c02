// Receptive fields as pictures: lines of text for a terminal, and SVG.
internal import Reports

extension ReceptiveFieldTrace {
  /// One line per layer, the output first: a full circle is used for output 0, a dot is not. Fields that are wider than
  /// `columns` are drawn several positions to a circle.
  public func text(columns: Int) -> [String] {
    let label = 14
    let perColumn = max(1, (receptiveField + max(8, columns - label) - 1) / max(8, columns - label))
    let width = (receptiveField + perColumn - 1) / perColumn
    var lines: [String] = []
    for level in (0..<positions.count).reversed() {
      var row = [Character](repeating: "·", count: width)
      // Counted from the last position, so that output and last input share a column.
      for position in positions[level] { row[width - 1 - (future - position) / perColumn] = "●" }
      let name =
        level == positions.count - 1
        ? "output, d \(dilations[level - 1])" : level == 0 ? "input" : "layer, d \(dilations[level - 1])"
      lines.append(name + String(repeating: " ", count: max(1, label - name.count)) + String(row))
    }
    if perColumn > 1 { lines.append("(one circle stands for \(perColumn) positions)") }
    return lines
  }

  /// What sets this kind of stack apart, for captions.
  private var remark: String {
    let lost = receptiveField - 1
    let zeros = dilations.count <= 10 ? sum { (kernel - 1) * $0 } : "\(lost) in all"
    return switch kind {
    case .plain: "every dilation 1, no padding: \(lost) fewer outputs than inputs"
    case .dilated: "no padding: \(lost) fewer outputs than inputs"
    case .causal: "\(zeros) zeros, each layer its own: as many outputs as inputs, nothing of the future"
    case .same: "padding on both sides: sees \(future) inputs of the future"
    }
  }

  private func sum(_ term: (Int) -> Int) -> String { dilations.map { "\(term($0))" }.joined(separator: "+") }

  /// Places on the left for the zeros of the layer that has most of them, where there is room for single positions.
  private var zeroPlaces: Int {
    let most = (kernel - 1) * (dilations.max() ?? 0)
    return kind == .causal && Self.gap(receptiveField + most) >= Self.smallestCircleGap ? most : 0
  }

  /// Distance of neighbouring positions, by how many there are.
  private static func gap(_ positions: Int) -> Double { max(0.4, min(22, 1100 / Double(positions))) }
  private static let smallestCircleGap = 5.0

  /// A drawing: input below, output on top, a line for every tap that is used, and the zeros that causal layers put before
  /// the first position. Large fields are drawn as areas.
  public var svg: String { svg(skips: false) }

  /// - skips: draw the skip connections too, which take the newest position of every block's exit to the head.
  public func svg(skips: Bool) -> String {
    let rowHeight = positions.count > 8 ? 32.0 : 54.0
    let (left, right, top, bottom) = (76.0, skips ? 112.0 : 28.0, 24.0, 76.0)
    let zeros = zeroPlaces
    let gap = Self.gap(receptiveField + zeros)
    let field = Double(receptiveField + zeros - 1) * gap
    let width = max(left + field + right, 560)
    let height = Double(positions.count - 1) * rowHeight + top + bottom
    func x(_ position: Int) -> Double { Double(position + past + zeros) * gap + left }
    func y(_ level: Int) -> Double { height - bottom - Double(level) * rowHeight }
    func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) -> String {
      "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" text-anchor=\"\(anchor)\">\(words)</text>"
    }
    let terms = dilations.count <= 10 ? sum { $0 } : "\(dilations.reduce(0, +))"
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" "
        + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" role=\"img\">",
      "<title>\(kind.rawValue), kernel \(kernel), dilations \(dilations.map { "\($0)" }.joined(separator: " ")): "
        + "receptive field \(receptiveField)</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    if skips { parts += skipLines(from: x(0), to: x(future) + 36, y) }
    parts += drawing(gap, x, y)
    parts.append("<g font-family=\"sans-serif\" font-size=\"12\" fill=\"#444\">")
    if zeros > 0 {
      for level in 0..<dilations.count {
        for place in 1..<(kernel - 1) * dilations[level] + 1 {
          parts.append(text(x(-past - place), y(level) + 4, "middle", "0"))
        }
      }
    }
    for level in positions.indices {
      let name = level == 0 ? "input" : level == positions.count - 1 ? "output" : "layer \(level)"
      parts.append(text(left - 16, y(level) + 4, "end", name))
      if level > 0 {
        parts.append(text(left - 16, y(level) + 0.5 * rowHeight + 4, "end", "d = \(dilations[level - 1])"))
      }
    }
    if skips { parts.append(text(x(future) + 44, y(positions.count - 1) + 4, "start", "to the head")) }
    for position in Set([-past, 0, future]).sorted() {
      parts.append(
        text(x(position), height - bottom + 22, "middle", position > 0 ? "+\(position)" : "\(position)"))
    }
    parts.append(
      text(
        left - 8, height - 30, "start", "receptive field \(receptiveField) = 1 + (\(kernel)-1) * (\(terms))")
    )
    parts.append(text(left - 8, height - 12, "start", "\(kind.rawValue): \(remark)"))
    return (parts + ["</g>", "</svg>", ""]).joined(separator: "\n")
  }

  /// From the newest position of every level but the input, which the head does not read, to one line that gathers them.
  private func skipLines(from start: Double, to end: Double, _ y: (Int) -> Double) -> [String] {
    var parts = ["<g stroke=\"#c98a00\" stroke-width=\"1.6\">"]
    for level in 1..<positions.count {
      parts.append(
        "<line x1=\"\(SVG.number(start))\" y1=\"\(SVG.number(y(level)))\" x2=\"\(SVG.number(end))\" "
          + "y2=\"\(SVG.number(y(level)))\"/>")
    }
    parts.append(
      "<line x1=\"\(SVG.number(end))\" y1=\"\(SVG.number(y(1)))\" x2=\"\(SVG.number(end))\" "
        + "y2=\"\(SVG.number(y(positions.count - 1)))\"/>")
    return parts + ["</g>"]
  }

  /// The lines or areas between the levels, and the circles where there is room for them.
  private func drawing(_ gap: Double, _ x: (Int) -> Double, _ y: (Int) -> Double) -> [String] {
    var parts: [String] = []
    let drawsLines = positions.dropFirst().reduce(0) { $0 + $1.count } * kernel <= 4000
    for level in 1..<positions.count {
      if drawsLines {
        parts.append("<g stroke=\"#2c6fbb\" stroke-width=\"\(gap < 5 ? "0.6" : "1.2")\">")
        for position in positions[level] {
          for source in sources(of: position, below: level) {
            parts.append(
              "<line x1=\"\(SVG.number(x(source)))\" y1=\"\(SVG.number(y(level - 1)))\" "
                + "x2=\"\(SVG.number(x(position)))\" y2=\"\(SVG.number(y(level)))\"/>")
          }
        }
        parts.append("</g>")
      } else {
        let (above, below) = (positions[level], positions[level - 1])
        let corners = [
          (x(above[0]), y(level)), (x(above[above.count - 1]), y(level)),
          (x(below[below.count - 1]), y(level - 1)), (x(below[0]), y(level - 1)),
        ]
        parts.append(
          "<polygon points=\"\(SVG.points(corners))\" fill=\"#2c6fbb\" fill-opacity=\"\(level % 2 == 0 ? "0.45" : "0.6")\"/>"
        )
      }
    }
    if gap < Self.smallestCircleGap { return parts }
    for level in positions.indices {
      let used = Set(positions[level])
      for position in -past...future {
        let colour = !used.contains(position) ? "#d5d9de" : level == 0 ? "#1b7f4d" : "#2c6fbb"
        parts.append(
          "<circle cx=\"\(SVG.number(x(position)))\" cy=\"\(SVG.number(y(level)))\" "
            + "r=\"\(SVG.number(min(6, gap / 3)))\" fill=\"\(colour)\"/>")
      }
    }
    return parts
  }
}
