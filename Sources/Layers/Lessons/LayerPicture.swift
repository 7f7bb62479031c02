// One layer as a picture: which inputs meet which outputs, as lines of text for a terminal. In one dimension every output is a
// row; in two or three one output is picked and the grid of inputs shows its window. The drawing: LayerPicture+SVG.swift.

/// What is drawn of a layer.
public struct LayerPicture: Sendable {
  /// Along each spatial dimension.
  public let axes: [Connections]
  /// The output whose window is marked: one position per dimension.
  public let at: [Int]
  /// The numbers of the first channel, row-major, where they are known.
  public var inputValues: [Float]?, outputValues: [Float]?
  /// What stands in padding that repeats no input: "0" or nothing.
  public var padding = "0"
  /// A line for the title, lines below the drawing.
  public var title = "", captions: [String] = []

  /// More circles or cells than this are no picture.
  public static let largest = 4096

  /// - at: within the outputs.
  public init(_ axes: [Connections], at: [Int]) {
    precondition(!axes.isEmpty && axes.count <= 3, "\(axes.count) dimensions")
    precondition(
      at.count == axes.count && zip(at, axes).allSatisfy { $0 >= 0 && $0 < $1.output }, "output \(at)")
    (self.axes, self.at) = (axes, at)
  }

  /// Whether it is small enough to be drawn.
  public var isDrawable: Bool {
    let lines = axes.count == 1 ? axes[0].reads.reduce(0) { $0 + $1.count } / 4 : 0
    let cells = axes.reduce(1) { $0 * ($1.before + $1.input + $1.after) }
    return max(lines, cells, axes.reduce(1) { $0 * $1.output }) <= Self.largest
  }

  /// Lines of text, at most `columns` wide and of about `rows` outputs.
  public func text(columns: Int, rows: Int = 24) -> [String] {
    axes.count == 1 ? lines(axes[0], columns, rows) : grid(columns)
  }

  /// A row for each output, a column for each input and each position of the padding.
  private func lines(_ axis: Connections, _ columns: Int, _ rows: Int) -> [String] {
    let range = -axis.before..<axis.input + axis.after
    let heads = range.map { position in
      if position >= 0 && position < axis.input { return "\(position)" }
      return axis.source(position).map { "(\($0))" } ?? "○"
    }
    let label = "output \(axis.output - 1)".count
    let wide = (heads.map(\.count).max() ?? 1) + 1
    let isNumbered = label + wide * range.count <= columns
    let width = isNumbered ? wide : 1
    let room = max(4, (columns - label - 3) / width)
    func line(_ name: String, _ cells: [String]) -> String {
      let gap = isNumbered ? "" : "  "
      let shown = cells.prefix(room).map { String(repeating: " ", count: max(0, width - $0.count)) + $0 }
      return name + String(repeating: " ", count: max(0, label - name.count)) + gap + shown.joined()
        + (cells.count > room ? "…" : "")
    }
    var lines: [String] = isNumbered ? [line("input", heads)] : []
    for (o, reads) in axis.reads.enumerated() {
      if axis.output > rows && o >= rows - 1 && o < axis.output - 1 {
        if o == rows - 1 { lines.append("... \(axis.output - rows) more ...") }
        continue
      }
      var cells = [String](repeating: "·", count: range.count)
      for position in reads {
        let isInside = position >= 0 && position < axis.input
        cells[position - range.lowerBound] = isInside ? "●" : "○"
      }
      lines.append(line("output \(o)", cells))
    }
    return lines
  }

  /// The window of the marked output among the inputs; of three dimensions one grid per depth that it reads.
  private func grid(_ columns: Int) -> [String] {
    let (rows, across) = (axes[axes.count - 2], axes[axes.count - 1])
    let (r, c) = (Set(rows.reads[at[axes.count - 2]]), Set(across.reads[at[axes.count - 1]]))
    let drawn = (-rows.before..<rows.input + rows.after).map { row in
      let line = (-across.before..<across.input + across.after).map { column -> String in
        let isInside = (0..<rows.input).contains(row) && (0..<across.input).contains(column)
        if r.contains(row) && c.contains(column) { return isInside ? " ●" : " ○" }
        return isInside ? " ·" : "  "
      }
      let room = max(8, columns / 2 - 1)
      return line.prefix(room).joined() + (line.count > room ? " …" : "")
    }
    if axes.count == 2 { return drawn }
    return axes[0].reads[at[0]].flatMap { depth in
      let isInside = (0..<axes[0].input).contains(depth)
      return ["depth \(depth)" + (isInside ? ":" : ", padding:")]
        + (isInside ? drawn : drawn.map { $0.replacing("●", with: "○") })
    }
  }
}
