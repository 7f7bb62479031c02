// A report as a sequence of blocks: written once per method (ListeningReport+*.swift), shown as a page (ReportHTML) and
// on the terminal (ReportText). Holds plain text only; whoever shows it escapes it.

struct ReportDocument {
  enum Block {
    /// A section.
    case heading(String)
    case text(String)
    /// Something that must not be overlooked: a word and its explanation.
    case notice(String, String)
    /// What was found, in one sentence.
    case finding(String)
    case table(ReportTable)
    case plot(RowPlot)
    /// Shown on request; not on the terminal.
    case details(String, [Block])
  }

  let title: String
  let subtitle: String
  var blocks: [Block] = []
}

/// Rows and columns of text.
struct ReportTable {
  struct Column {
    let title: String
    /// Aligned to the right.
    let isNumber: Bool

    static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
    static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
  }

  let caption: String
  let columns: [Column]
  let rows: [[String]]
  /// Also on the terminal.
  let isSummary: Bool

  /// In place of a value that does not exist.
  static let nothing = "\u{2013}"

  init(_ caption: String, _ columns: [Column], _ rows: [[String]], isSummary: Bool = false) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "a row that is not \(columns.count) wide")
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.isSummary = isSummary
  }

  /// Without the columns in which there is nothing at all.
  var withoutEmptyColumns: ReportTable {
    let kept = columns.indices.filter { column in rows.contains { $0[column] != Self.nothing } }
    return ReportTable(
      caption, kept.map { columns[$0] }, rows.map { row in kept.map { row[$0] } }, isSummary: isSummary)
  }
}
