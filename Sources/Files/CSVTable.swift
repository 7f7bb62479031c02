// A table of text from a CSV file (RFC 4180): a header, or none, then rows of as many fields. Quoted fields may hold separators, line
// breaks and doubled quotation marks. Nothing is guessed and nothing is left out: what is not such a table is refused by line.

/// Rows of fields below names of columns.
package struct CSVTable: Sendable, Hashable {
  /// A row and the line on which it begins, from 1.
  package struct Row: Sendable, Hashable {
    package let line: Int
    package let fields: [String]
  }

  package let path: String
  package let columns: [String]
  package let rows: [Row]

  /// - separator: nil takes the one of comma, semicolon and tab that the header has first.
  /// - hasHeader: without one columns are called 1, 2, ...
  /// - Throws: `FileError.badTable` with the line and what is wrong there.
  package init(
    parsing bytes: [UInt8], path: String, separator: Character? = nil, hasHeader: Bool = true
  ) throws(FileError) {
    if let format = Self.otherFormat(bytes) {
      throw .notText(path: path, format: format)
    }
    var parser = Parser(bytes: bytes, path: path)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }  // a byte-order mark
    parser.separator = separator?.asciiValue ?? Self.separator(of: bytes)
    guard let header = try parser.row() else {
      throw .badTable(
        path: FileName.shown(path),
        reason: "holds no table: "
          + (hasHeader ? "the first line must name the columns" : "write a row a line"))
    }
    for (i, name) in header.fields.enumerated() where hasHeader && header.fields[..<i].contains(name) {
      throw .badTable(
        path: FileName.shown(path),
        reason: "two columns are called \"\(FileName.shown(name))\": give each a name of its own")
    }
    var rows = hasHeader ? [] : [header]
    while let row = try parser.row() {
      // An empty line is none of the table's, unless it may be an empty field of an only column.
      if row.fields == [""] && header.fields.count > 1 { continue }
      if row.fields.count != header.fields.count {
        throw .badTable(
          path: FileName.shown(path),
          reason:
            "line \(row.line) has \(row.fields.count) \(row.fields.count == 1 ? "field" : "fields"), the "
            + "\(hasHeader ? "header" : "first line") \(header.fields.count): give every line as many, and put quotation marks "
            + "around a field that holds the separator"
        )
      }
      rows.append(row)
    }
    while rows.last?.fields == [""] { rows.removeLast() }
    let names = hasHeader ? header.fields : header.fields.indices.map { "\($0 + 1)" }
    (self.path, columns, self.rows) = (path, names, rows)
  }

  /// Reads a file. `limit`: bytes; `name`: in messages, if not the path.
  package init(path: String, name: String? = nil, limit: Int = 1 << 28) throws(FileError) {
    try self.init(parsing: try InputFile.contents(ofStream: path, limit: limit), path: name ?? path)
  }

  /// Place of a column, or nil.
  package func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

  /// The number in a field: one that is finite, with a point for the decimal.
  /// - Throws: `FileError.badTable` with line and column.
  package func number(_ row: Row, _ column: Int) throws(FileError) -> Double {
    let text = row.fields[column]
    if let value = Double(text), value.isFinite { return value }
    let hint = text.contains(",") ? "write decimals with a point" : "write one, and nothing else"
    throw .badTable(
      path: FileName.shown(path),
      reason:
        "line \(row.line), column \(FileName.shown(columns[column])): \"\(FileName.shown(text))\" is not a number: \(hint)"
    )
  }

  /// What such bytes begin with is no line of a table.
  private static func otherFormat(_ bytes: [UInt8]) -> String? {
    let beginnings: [(String, [UInt8])] = [
      ("UTF-16 text", [0xFF, 0xFE]), ("UTF-16 text", [0xFE, 0xFF]), ("a gzip archive", [0x1F, 0x8B]),
      ("an Excel workbook or a zip archive", Array("PK\u{3}\u{4}".utf8)),
    ]
    return beginnings.first { bytes.starts(with: $0.1) }?.0
  }

  /// Whether the first line has this character outside quotation marks.
  package static func hasSeparator(_ separator: Character, inFirstLineOf bytes: [UInt8]) -> Bool {
    separator.asciiValue.map { first(of: [$0], in: bytes) != nil } ?? false
  }

  private static func separator(of bytes: [UInt8]) -> UInt8 {
    let possible = [",", ";", "\t"].map { UInt8(ascii: $0) }
    return first(of: possible, in: bytes) ?? possible[0]
  }

  /// The one that comes first in the first line, outside quotation marks.
  private static func first(of possible: [UInt8], in bytes: [UInt8]) -> UInt8? {
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if possible.contains(byte) { return byte }
      if byte == 0x0A || byte == 0x0D { break }
    }
    return nil
  }

  private struct Parser {
    let bytes: [UInt8]
    let path: String
    var separator = UInt8(ascii: ",")
    var position = 0
    var line = 1

    /// The next row; nil at the end.
    mutating func row() throws(FileError) -> Row? {
      if position >= bytes.count { return nil }
      let first = line
      var fields: [String] = []
      while true {
        fields.append(try field())
        if position >= bytes.count { break }
        if bytes[position] == separator {
          position += 1
          continue
        }
        endLine()
        break
      }
      return Row(line: first, fields: fields)
    }

    private mutating func endLine() {
      if bytes[position] == 0x0D && position + 1 < bytes.count && bytes[position + 1] == 0x0A {
        position += 1
      }
      position += 1
      line += 1
    }

    private var isAtEnd: Bool {
      position >= bytes.count || bytes[position] == separator || bytes[position] == 0x0A
        || bytes[position] == 0x0D
    }

    private mutating func field() throws(FileError) -> String {
      let quote = UInt8(ascii: "\"")
      if position >= bytes.count || bytes[position] != quote {
        let start = position
        while !isAtEnd {
          if bytes[position] == quote {
            throw refused(
              "a quotation mark within a field that is not quoted: quote the field, and double the mark")
          }
          position += 1
        }
        return FileName.text(bytes[start..<position])
      }
      let first = line
      var content: [UInt8] = []
      position += 1
      while position < bytes.count {
        let byte = bytes[position]
        if byte == quote {
          guard position + 1 < bytes.count, bytes[position + 1] == quote else {
            position += 1
            if !isAtEnd {
              throw refused("something follows a quoted field: end it behind its quotation mark")
            }
            return FileName.text(content)
          }
          position += 1
        }
        if byte == 0x0A { line += 1 }
        content.append(byte)
        position += 1
      }
      line = first
      throw refused("a quoted field that does not end: close it with a quotation mark")
    }

    private func refused(_ what: String) -> FileError {
      .badTable(path: FileName.shown(path), reason: "line \(line): \(what)")
    }
  }
}
