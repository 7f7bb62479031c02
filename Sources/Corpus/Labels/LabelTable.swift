// A table of labels: a CSV file (RFC 4180) with the columns `path` and `label`, others beside them. Paths are absolute or
// start at the table's own folder.
import Files

/// Labels by path.
struct LabelTable {
  let path: String
  private struct Row {
    /// As it is written.
    let path: String
    let line: Int
    let label: String
  }
  /// By where the paths lead.
  private var rows: [[UInt8]: Row] = [:]

  /// - Throws: `labelTable` if it cannot be read, is no such table, or says two things of one recording.
  init(_ path: String) throws(CorpusError) {
    self.path = path
    let table: CSVTable
    do throws(FileError) { table = try CSVTable(path: path) } catch { throw .labelTable(error) }
    func refused(_ reason: String) -> CorpusError {
      .labelTable(.badTable(path: FileName.shown(path), reason: reason))
    }
    guard let pathColumn = table.column("path"), let labelColumn = table.column("label") else {
      let names = table.columns.map { "\"\(FileName.shown($0))\"" }.joined(separator: ", ")
      throw refused(
        "the first line must name the columns path and label, in small letters and with commas or semicolons between; it names "
          + names)
    }
    let folder = Disk.split(Disk.absolutePath(path)).folder
    for row in table.rows {
      let (name, label) = (row.fields[pathColumn], row.fields[labelColumn])
      if name.isEmpty || label.isEmpty {
        throw refused(
          "line \(row.line): the \(name.isEmpty ? "path" : "label") is empty: fill it in, or remove the line")
      }
      let full = name.utf8.first == UInt8(ascii: "/") ? name : "\(folder)/\(name)"
      let place = LabelTable.place(full)
      if let other = rows[place], FileName.key(other.label) != FileName.key(label) {
        throw refused(
          "lines \(other.line) and \(row.line) give \(FileName.shown(name)) two labels, "
            + "\"\(FileName.shown(other.label))\" and \"\(FileName.shown(label))\": keep one")
      }
      rows[place] = Row(path: name, line: row.line, label: label)
    }
  }

  func label(of path: String) -> String? { rows[LabelTable.place(path)]?.label }

  /// What is to be said of rows that stand for none of the recordings; nil if there are none.
  func unknown(among recordings: [Recording]) -> String? {
    let known = Set(recordings.map { LabelTable.place($0.path) })
    let lost = rows.filter { !known.contains($0.key) }.map(\.value).sorted { $0.line < $1.line }
    if lost.isEmpty { return nil }
    return
      "\(FileName.shown(path)) has labels of \(lost.count) \(lost.count == 1 ? "file" : "files") that are not among the "
      + "recordings: \(someNames(lost.map(\.path))): check how they are written"
  }

  /// Where a path leads, links followed.
  private static func place(_ path: String) -> [UInt8] {
    FileName.key(Disk.realPath(path) ?? RecordedPath.absolute(path))
  }
}
