// A document for the terminal: what was found, what must not be overlooked, and the tables that matter.

extension Document {
  /// Lines, the last with a newline.
  package var text: String {
    var lines = [title, subtitle, ""]
    // Two results, before and after screening, must not be mistaken for one.
    let isDouble =
      blocks.count { if case .heading(let text) = $0 { text.hasPrefix("Result") } else { false } } > 1
    for block in blocks {
      switch block {
      case .notice(let word, let text): lines += Self.wrapped("\(word.uppercased()) \(text)") + [""]
      case .finding(let text): lines += Self.wrapped(text) + [""]
      case .headline(let headline):
        let range = headline.range.map { ", \($0)" } ?? ""
        lines += Self.wrapped("\(headline.value) \(headline.unit)\(range). \(headline.words)") + [""]
      case .tiles(let tiles): lines += tiles.map { "  \($0.value) \($0.words)" } + [""]
      case .table(let table) where table.isSummary: lines += Self.lines(table) + [""]
      case .heading(let text) where isDouble && text.hasPrefix("Result"): lines += ["\(text):", ""]
      case .heading, .subheading, .text, .lead, .table, .plot, .curves, .key, .sounds, .code, .list, .details:
        break
      }
    }
    while lines.last == "" { lines.removeLast() }
    return lines.map { Self.printable($0) }.joined(separator: "\n") + "\n"
  }

  private static func lines(_ table: Table) -> [String] {
    let rows = [table.columns.map(\.title)] + table.rows.map(\.cells)
    let widths = table.columns.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return wrapped(table.caption)
      + rows.map { row in
        let cells = row.indices.map { column in
          let space = String(repeating: " ", count: widths[column] - row[column].count)
          return table.columns[column].isNumber ? space + row[column] : row[column] + space
        }
        var line = "  " + cells.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
      }
  }

  private static func wrapped(_ text: String, width: Int = 100) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return line.isEmpty ? lines : lines + [line]
  }

  /// Names may hold anything, also what a terminal would obey.
  private static func printable(_ line: String) -> String {
    String(
      String.UnicodeScalarView(
        line.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "\u{FFFD}" : $0 }))
  }
}
