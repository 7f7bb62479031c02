// Rows and columns of text, for pages and terminals.

package struct Table: Sendable {
  package struct Column: Sendable {
    package let title: String
    /// Aligned to the right.
    package let isNumber: Bool

    package static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  package struct Row: Sendable {
    package enum Weight: String, Sendable {
      case plain
      /// Something to compare with.
      case soft
      /// The sum of the others.
      case strong
    }
    package let cells: [String]
    package let weight: Weight
    /// Of the curve or the sounds that it is about.
    package let hue: Document.Hue?

    package init(_ cells: [String], weight: Weight = .plain, hue: Document.Hue? = nil) {
      (self.cells, self.weight, self.hue) = (cells, weight, hue)
    }
  }

  /// Empty for none.
  package let caption: String
  package let columns: [Column]
  package let rows: [Row]
  /// Also on the terminal.
  package let isSummary: Bool

  package init(_ caption: String, _ columns: [Column], rows: [Row], isSummary: Bool = false) {
    precondition(
      rows.allSatisfy { $0.cells.count == columns.count }, "a row that is not \(columns.count) wide")
    (self.caption, self.columns, self.rows, self.isSummary) = (caption, columns, rows, isSummary)
  }

  package init(_ caption: String, _ columns: [Column], _ rows: [[String]], isSummary: Bool = false) {
    self.init(caption, columns, rows: rows.map { Row($0) }, isSummary: isSummary)
  }

  /// Without the columns in which there is nothing at all.
  package var withoutEmptyColumns: Table {
    let kept = columns.indices.filter { column in
      rows.contains { $0.cells[column] != NumberText.nothing }
    }
    return Table(
      caption, kept.map { columns[$0] },
      rows: rows.map { row in Row(kept.map { row.cells[$0] }, weight: row.weight, hue: row.hue) },
      isSummary: isSummary)
  }
}
