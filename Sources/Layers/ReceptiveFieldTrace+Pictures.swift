// Receptive fields as pictures: lines of text for a terminal, and SVG.
internal import Reports

extension ReceptiveFieldTrace {
  /// One line per layer, the output first: a full circle is used for output 0, a dot is not; a stride leaves blanks. Fields
  /// that are wider than `columns` are drawn several positions to a circle.
  public func text(columns: Int) -> [String] {
    let names = positions.indices.map { name($0) }
    let label = max(14, (names.map(\.count).max() ?? 0) + 1)
    let perColumn = max(1, (receptiveField + max(8, columns - label) - 1) / max(8, columns - label))
    let width = (receptiveField + perColumn - 1) / perColumn
    var lines: [String] = []
    for level in (0..<positions.count).reversed() {
      var row = [Character](repeating: jumps[level] == 1 ? "·" : " ", count: width)
      // Counted from the last position, so that output and last input share a column.
      func column(_ position: Int) -> Int { width - 1 - (future - position * jumps[level]) / perColumn }
      if jumps[level] > 1 { for position in drawn(level) { row[column(position)] = "·" } }
      for position in positions[level] { row[column(position)] = "●" }
      lines.append(names[level] + String(repeating: " ", count: label - names[level].count) + String(row))
    }
    if perColumn > 1 { lines.append("(one circle stands for \(perColumn) positions)") }
    return lines
  }

  /// "output, d 8, s 2, same": what the layer below a level is, as far as layers differ.
  private func name(_ level: Int) -> String {
    if level == 0 { return "input" }
    let layer = layers[level - 1]
    return [
      level == positions.count - 1 ? "output" : "layer", "d \(layer.dilation)",
      jump > 1 ? "s \(layer.stride)" : "", commonKernel == nil ? "k \(layer.kernel)" : "",
      commonKind == nil ? layer.kind.rawValue : "",
    ].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// The positions of a level, used or not, that lie between the first and the last input seen.
  private func drawn(_ level: Int) -> ClosedRange<Int> {
    -(past / jumps[level])...(future / jumps[level])
  }

  private var commonKind: Kind? {
    layers.allSatisfy { $0.kind == layers[0].kind } ? layers[0].kind : nil
  }

  /// What sets this kind of stack apart, for captions.
  private var remark: String {
    let lost = receptiveField - 1
    let sees = future > 0 ? "sees \(future) inputs of the future" : "nothing of the future"
    guard let kind = commonKind else {
      return layers.map(\.kind.rawValue).joined(separator: ", ") + ": \(sees)"
    }
    if jump > 1 { return "\(kind.rawValue): one output for every \(jump) inputs, \(sees)" }
    let zeros =
      layers.count <= 10
      ? layers.map { "\(($0.kernel - 1) * $0.dilation)" }.joined(separator: "+") : "\(lost) in all"
    let words =
      switch kind {
      case .plain: "every dilation 1, no padding: \(lost) fewer outputs than inputs"
      case .dilated: "no padding: \(lost) fewer outputs than inputs"
      case .causal: "\(zeros) zeros, each layer its own: as many outputs as inputs, nothing of the future"
      case .same: "padding on both sides: sees \(future) inputs of the future"
      }
    return "\(kind.rawValue): \(words)"
  }

  /// Inputs on the left for the zeros of the layer that has most of them, where there is room for single positions.
  private var zeroPlaces: Int {
    let most = zip(layers, jumps).reduce(0) { max($0, zeros($1.0) * $1.1) }
    return most > 0 && Self.gap(receptiveField + most) >= Self.smallestCircleGap ? most : 0
  }

  /// That a causal layer puts before its input.
  private func zeros(_ layer: Level) -> Int {
    layer.kind == .causal ? (layer.kernel - 1) * layer.dilation : 0
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
    let (left, right, top, bottom) = (jump == 1 ? 76.0 : 104, skips ? 112.0 : 28.0, 24.0, 76.0)
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
    let short =
      commonKernel.map { "1 + (\($0)-1) * (\(dilations.reduce(0, +)))" }
      ?? "1 + the sum of (kernel-1) * dilation * strides below"
    let kinds = commonKind?.rawValue ?? layers.map(\.kind.rawValue).joined(separator: " ")
    let kernels = commonKernel.map { "\($0)" } ?? layers.map { "\($0.kernel)" }.joined(separator: " ")
    let strides = jump == 1 ? "" : ", strides " + layers.map { "\($0.stride)" }.joined(separator: " ")
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" "
        + "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\" role=\"img\">",
      "<title>\(kinds), kernel \(kernels), dilations \(dilations.map { "\($0)" }.joined(separator: " "))\(strides): "
        + "receptive field \(receptiveField)</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
    ]
    if skips { parts += skipLines(from: x(0), to: x(future) + 36, y) }
    parts += drawing(gap, x, y)
    parts.append("<g font-family=\"sans-serif\" font-size=\"12\" fill=\"#444\">")
    if zeros > 0 {
      for level in layers.indices {
        let first = drawn(level).lowerBound
        for place in 1..<self.zeros(layers[level]) + 1 {
          parts.append(text(x((first - place) * jumps[level]), y(level) + 4, "middle", "0"))
        }
      }
    }
    for level in positions.indices {
      let name = level == 0 ? "input" : level == positions.count - 1 ? "output" : "layer \(level)"
      parts.append(text(left - 16, y(level) + 4, "end", name))
      if level > 0 {
        let layer = layers[level - 1]
        let words = "d = \(layer.dilation)" + (jump == 1 ? "" : ", s = \(layer.stride)")
        parts.append(text(left - 16, y(level) + 0.5 * rowHeight + 4, "end", words))
      }
    }
    if skips { parts.append(text(x(future) + 44, y(positions.count - 1) + 4, "start", "to the head")) }
    for position in Set([-past, 0, future]).sorted() {
      parts.append(
        text(x(position), height - bottom + 22, "middle", position > 0 ? "+\(position)" : "\(position)"))
    }
    let words = "receptive field \(receptiveField) = \(layers.count <= 10 ? formula : short)"
    parts.append(text(left - 8, height - 30, "start", words))
    parts.append(text(left - 8, height - 12, "start", remark))
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
    let drawsLines = zip(positions.dropFirst(), layers).reduce(0) { $0 + $1.0.count * $1.1.kernel } <= 4000
    for level in 1..<positions.count {
      if drawsLines {
        parts.append("<g stroke=\"#2c6fbb\" stroke-width=\"\(gap < 5 ? "0.6" : "1.2")\">")
        for position in positions[level] {
          for source in layers[level - 1].sources(position) {
            parts.append(
              "<line x1=\"\(SVG.number(x(source * jumps[level - 1])))\" y1=\"\(SVG.number(y(level - 1)))\" "
                + "x2=\"\(SVG.number(x(position * jumps[level])))\" y2=\"\(SVG.number(y(level)))\"/>")
          }
        }
        parts.append("</g>")
      } else {
        let (above, below) = (positions[level], positions[level - 1])
        let corners = [
          (x(above[0] * jumps[level]), y(level)), (x(above[above.count - 1] * jumps[level]), y(level)),
          (x(below[below.count - 1] * jumps[level - 1]), y(level - 1)),
          (x(below[0] * jumps[level - 1]), y(level - 1)),
        ]
        parts.append(
          "<polygon points=\"\(SVG.points(corners))\" fill=\"#2c6fbb\" fill-opacity=\"\(level % 2 == 0 ? "0.45" : "0.6")\"/>"
        )
      }
    }
    if gap < Self.smallestCircleGap { return parts }
    for level in positions.indices {
      let used = Set(positions[level])
      for position in drawn(level) {
        let colour = !used.contains(position) ? "#d5d9de" : level == 0 ? "#1b7f4d" : "#2c6fbb"
        parts.append(
          "<circle cx=\"\(SVG.number(x(position * jumps[level])))\" cy=\"\(SVG.number(y(level)))\" "
            + "r=\"\(SVG.number(min(6, gap / 3)))\" fill=\"\(colour)\"/>")
      }
    }
    return parts
  }
}
