// Receptive fields as pictures: lines of text for a terminal, and SVG.

extension InputReach {
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

  /// A drawing: input below, output on top, a line for every tap that is used. Large fields are drawn as areas.
  public var svg: String {
    let (rowHeight, margin) = (56.0, 28.0)
    let gap = max(0.5, min(22, 1400 / Double(receptiveField)))
    let width = Double(receptiveField - 1) * gap + 2 * margin
    let height = Double(positions.count - 1) * rowHeight + 2 * margin
    func x(_ position: Int) -> Double { Double(position + past) * gap + margin }
    func y(_ level: Int) -> Double { height - margin - Double(level) * rowHeight }
    func number(_ value: Double) -> String {
      let tenths = Int((value * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(width)) \(number(height))\" "
        + "width=\"\(number(width))\" height=\"\(number(height))\" role=\"img\">",
      "<title>\(kind.rawValue), kernel \(kernel), dilations \(dilations.map { "\($0)" }.joined(separator: " ")): "
        + "receptive field \(receptiveField)</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    let drawsLines = positions.dropFirst().reduce(0) { $0 + $1.count } * kernel <= 4000
    for level in 1..<positions.count {
      if drawsLines {
        parts.append("<g stroke=\"#2c6fbb\" stroke-width=\"1.2\">")
        for position in positions[level] {
          for source in sources(of: position, below: level) {
            parts.append(
              "<line x1=\"\(number(x(source)))\" y1=\"\(number(y(level - 1)))\" x2=\"\(number(x(position)))\" "
                + "y2=\"\(number(y(level)))\"/>")
          }
        }
        parts.append("</g>")
      } else {
        let (above, below) = (positions[level], positions[level - 1])
        let corners = [
          (x(above[0]), y(level)), (x(above[above.count - 1]), y(level)),
          (x(below[below.count - 1]), y(level - 1)), (x(below[0]), y(level - 1)),
        ]
        let points = corners.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
        parts.append("<polygon points=\"\(points)\" fill=\"#2c6fbb\" fill-opacity=\"0.5\"/>")
      }
    }
    if gap >= 5 {
      for level in positions.indices {
        let used = Set(positions[level])
        for position in -past...future {
          let colour = !used.contains(position) ? "#d5d9de" : level == 0 ? "#1b7f4d" : "#2c6fbb"
          parts.append(
            "<circle cx=\"\(number(x(position)))\" cy=\"\(number(y(level)))\" r=\"\(number(min(6, gap / 3)))\" "
              + "fill=\"\(colour)\"/>")
        }
      }
    }
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }
}
