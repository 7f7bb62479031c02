// One layer as a drawing. One dimension: inputs below, outputs on top, a line for every tap. Two or three: grids of inputs,
// of which the window of one output is coloured, and beside or below them the grid of outputs.
internal import Reports

extension LayerPicture {
  /// The drawing, for what `isDrawable`.
  public var svg: String {
    let (body, width, height) = axes.count == 1 ? rows(axes[0]) : grids
    let bottom = height + 18 * Double(captions.count) + 8
    let full = max(width, 460, captions.map { Double($0.count) * 6.4 + 24 }.max() ?? 0)
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(full)) \(SVG.number(bottom))\" "
        + "width=\"\(SVG.number(full))\" height=\"\(SVG.number(bottom))\" role=\"img\">",
      "<title>\(Markup.escaped(title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    parts += body
    parts.append("<g font-family=\"sans-serif\" font-size=\"12\" fill=\"#444\">")
    for (i, caption) in captions.enumerated() {
      parts.append(Self.text(12, height + 18 * Double(i) + 4, "start", Markup.escaped(caption)))
    }
    return (parts + ["</g>", "</svg>", ""]).joined(separator: "\n")
  }

  private static func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) -> String {
    "<text x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" text-anchor=\"\(anchor)\">\(words)</text>"
  }

  /// Four characters at most, as they fit into a cell.
  private static func short(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e4
      ? NumberText.fixed(Double(value), 0) : NumberText.fixed(Double(value), abs(value) < 10 ? 2 : 1)
  }

  // MARK: one dimension

  private func rows(_ axis: Connections) -> (parts: [String], width: Double, height: Double) {
    let positions = axis.before + axis.input + axis.after
    let gap = max(4, min(34, 1100 / Double(max(positions, axis.output))))
    let radius = min(11, gap / 3)
    let (left, top, bottom) = (76.0, 40.0, 190.0)
    func x(_ position: Double) -> Double { left + (position + Double(axis.before)) * gap + radius }
    /// Above what it reads; where every output reads everything, evenly spread.
    func place(_ o: Int) -> Double {
      let reads = axis.reads[o]
      if axis.reads.count > 1 && axis.reads.allSatisfy({ $0 == reads }) {
        return Double(o) + Double(axis.input - axis.output) / 2
      }
      let (first, last) = (Double(reads[0]), Double(reads[reads.count - 1]))
      return axis.isCausal ? last : (first + last) / 2
    }
    // Evenly spread outputs may begin left of the inputs.
    let shift = max(0, -(0..<axis.output).reduce(0.0) { min($0, place($1) + Double(axis.before)) } * gap)
    var parts: [String] = []
    for marked in [false, true] {
      parts.append(
        "<g stroke=\"\(marked ? "#2c6fbb" : "#c3cedb")\" stroke-width=\"\(marked ? "1.8" : "1")\">")
      for (o, reads) in axis.reads.enumerated() where (o == at[0]) == marked {
        for position in reads {
          parts.append(
            "<line x1=\"\(SVG.number(x(Double(position)) + shift))\" y1=\"\(SVG.number(bottom))\" "
              + "x2=\"\(SVG.number(x(place(o)) + shift))\" y2=\"\(SVG.number(top))\"/>")
        }
      }
      parts.append("</g>")
    }
    let marked = Set(axis.reads[at[0]])
    func circle(_ cx: Double, _ cy: Double, _ style: String) -> String {
      "<circle cx=\"\(SVG.number(cx + shift))\" cy=\"\(SVG.number(cy))\" r=\"\(SVG.number(radius))\" \(style)/>"
    }
    for position in -axis.before..<axis.input + axis.after {
      let isInside = position >= 0 && position < axis.input
      let style =
        !isInside
        ? "fill=\"#fff\" stroke=\"\(marked.contains(position) ? "#2c6fbb" : "#9aa3ad")\" stroke-dasharray=\"2 2\""
        : "fill=\"\(marked.contains(position) ? "#1b7f4d" : "#d5d9de")\""
      parts.append(circle(x(Double(position)), bottom, style))
    }
    for o in 0..<axis.output {
      parts.append(circle(x(place(o)), top, "fill=\"\(o == at[0] ? "#2c6fbb" : "#d5d9de")\""))
    }
    parts.append("<g font-family=\"sans-serif\" font-size=\"11\" fill=\"#444\">")
    parts.append(Self.text(left - 16, top + 4, "end", "output"))
    parts.append(Self.text(left - 16, bottom + 4, "end", "input"))
    if gap >= 18 {
      for position in -axis.before..<axis.input + axis.after {
        let at = x(Double(position)) + shift
        let isInside = position >= 0 && position < axis.input
        parts.append(Self.text(at, bottom + 26, "middle", isInside ? "\(position)" : ""))
        let source = axis.source(position)
        if !isInside { parts.append(Self.text(at, bottom + 4, "middle", source.map { "\($0)" } ?? padding)) }
        if isInside, let values = inputValues {
          parts.append(Self.text(at, bottom + 42, "middle", Self.short(values[position])))
        }
      }
      for o in 0..<axis.output {
        let at = x(place(o)) + shift
        parts.append(Self.text(at, top - 16, "middle", outputValues.map { Self.short($0[o]) } ?? "\(o)"))
      }
      if inputValues != nil { parts.append(Self.text(left - 16, bottom + 42, "end", "values")) }
      parts.append(Self.text(left - 16, bottom + 26, "end", "position"))
    }
    parts.append("</g>")
    let rightmost = (0..<axis.output).reduce(Double(axis.input + axis.after - 1)) { max($0, place($1)) }
    return (parts, x(rightmost) + shift + 36, bottom + 72)
  }

  // MARK: two and three dimensions

  private var grids: (parts: [String], width: Double, height: Double) {
    let depth = axes.count == 3 ? axes[0] : nil
    let (rows, across) = (axes[axes.count - 2], axes[axes.count - 1])
    let size = [rows.before + rows.input + rows.after, across.before + across.input + across.after]
    let slices = depth.map { Array(-$0.before..<$0.input + $0.after) } ?? [0]
    let cell = max(6, min(30, 1100 / Double(slices.count * (size[1] + 1))))
    let (r, c) = (Set(rows.reads[at[axes.count - 2]]), Set(across.reads[at[axes.count - 1]]))
    let d = depth.map { Set($0.reads[at[0]]) }
    var parts: [String] = ["<g font-family=\"sans-serif\" font-size=\"11\" fill=\"#444\">"]
    func box(_ x: Double, _ y: Double, _ style: String, _ words: String) {
      parts.append(
        "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y))\" width=\"\(SVG.number(cell))\" "
          + "height=\"\(SVG.number(cell))\" \(style)/>")
      if cell >= 18 && !words.isEmpty {
        parts.append(Self.text(x + cell / 2, y + cell / 2 + 4, "middle", words))
      }
    }
    var (x, y) = (12.0, 34.0)
    for slice in slices {
      parts.append(Self.text(x, y - 10, "start", depth == nil ? "input" : "input, depth \(slice)"))
      for row in -rows.before..<rows.input + rows.after {
        for column in -across.before..<across.input + across.after {
          let isDeep = depth.map { (0..<$0.input).contains(slice) } ?? true
          let isInside = isDeep && (0..<rows.input).contains(row) && (0..<across.input).contains(column)
          let isRead = r.contains(row) && c.contains(column) && d?.contains(slice) ?? true
          let stroke = isInside ? "stroke=\"#9aa3ad\"" : "stroke=\"#c8ced6\" stroke-dasharray=\"2 2\""
          let fill = isRead ? (isInside ? "#bfe3cf" : "#e3f0fb") : "#fff"
          // The input that stands here, in the padding too.
          let place = [(depth, slice), (rows, row), (across, column)].compactMap { $0.0 == nil ? nil : $0 }
          let sources = place.compactMap { $0.0?.source($0.1) }
          var words = isInside ? "" : padding
          if sources.count == place.count, let inputValues {
            let lengths = place.map { $0.0?.input ?? 1 }
            words = Self.short(inputValues[zip(sources, lengths).reduce(0) { $0 * $1.1 + $1.0 }])
          }
          box(
            x + Double(column + across.before) * cell, y + Double(row + rows.before) * cell,
            "fill=\"\(fill)\" \(stroke)", words)
        }
      }
      x += Double(size[1]) * cell + 24
    }
    var width = x
    let inputsEnd = y + Double(size[0]) * cell
    if depth != nil { (x, y) = (12, inputsEnd + 40) }
    for slice in 0..<(depth?.output ?? 1) {
      parts.append(Self.text(x, y - 10, "start", depth == nil ? "output" : "output, depth \(slice)"))
      for row in 0..<rows.output {
        for column in 0..<across.output {
          let isMarked = [slice, row, column].suffix(axes.count).elementsEqual(at)
          let index = (slice * rows.output + row) * across.output + column
          box(
            x + Double(column) * cell, y + Double(row) * cell,
            "fill=\"\(isMarked ? "#a9cbef" : "#fff")\" stroke=\"#9aa3ad\"",
            outputValues.map { Self.short($0[index]) } ?? "")
        }
      }
      x += Double(across.output) * cell + 24
    }
    width = max(width, x)
    parts.append("</g>")
    return (parts, width, max(inputsEnd, y + Double(rows.output) * cell) + 26)
  }
}
