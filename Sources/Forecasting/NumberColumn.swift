// One column of numbers from a CSV file. The table is read by Files' reader; here is found out whether the first line has
// names, which sign stands before decimals, and what every field is worth. Nothing is left out: a field that is no number is an
// error with its line.
internal import Files

package struct NumberColumn: Sendable, Hashable {
  package let name: String
  /// One per row.
  package let values: [Double]
  /// Whether the first line has the columns' names; without them columns are called 1, 2, ...
  package let hasHeader: Bool
  package let decimal: DecimalMark

  /// Larger files are refused before they are read.
  static let largestFile = 1 << 30

  /// - Parameters:
  ///   - column: nil takes the last one that has a name
  ///   - decimal: nil finds out
  package init(path: String, column: String?, decimal: DecimalMark? = nil) throws(ForecastError) {
    let data: [UInt8]
    do throws(FileError) { data = try InputFile.contents(ofStream: path, limit: Self.largestFile) } catch {
      throw .file(error)
    }
    try self.init(parsing: data, path: path, column: column, decimal: decimal)
  }

  /// The same from bytes; `path` is for the messages.
  package init(parsing bytes: [UInt8], path: String, column: String?, decimal: DecimalMark? = nil)
    throws(ForecastError)
  {
    if bytes.isEmpty { throw .emptyTable(path: path) }
    // The sign that the first line holds. Where that is none there is one column, and a comma is part of its numbers.
    var signs: [Character] = [";", "\t"]
    if decimal != .comma { signs.append(",") }
    let separator = signs.first { CSVTable.hasSeparator($0, inFirstLineOf: bytes) } ?? ";"
    let table: CSVTable
    do throws(FileError) {
      table = try CSVTable(parsing: bytes, path: path, separator: separator, hasHeader: false)
    } catch .badTable(let path, let reason) { throw .table(path: path, reason: reason) } catch {
      throw .file(error)
    }
    let rows = table.rows.map { row in (line: row.line, fields: row.fields.map(Self.trimmed)) }
    guard let first = rows.first?.fields else { throw .emptyTable(path: path) }
    hasHeader = Self.isHeader(first, above: rows.dropFirst().first?.fields, column)
    let names = hasHeader ? first : table.columns
    let place: Int
    if let column {
      let places = names.indices.filter { names[$0] == column }
      if places.count > 1 {
        throw .namedTwice(path: path, column: column, count: places.count)
      }
      guard let only = places.first else {
        throw .noSuchColumn(path: path, column: column, columns: names)
      }
      place = only
    } else {
      place = names.lastIndex { !$0.isEmpty } ?? names.count - 1
    }
    name = names[place]
    let numbers = rows.dropFirst(hasHeader ? 1 : 0)
    if numbers.isEmpty { throw .emptyTable(path: path) }
    if let decimal {
      self.decimal = decimal
    } else {
      switch DecimalMark.evidence(numbers.lazy.map { $0.fields[place] }) {
      case .mark(let mark): self.decimal = mark
      case .either(let text): throw .whichDecimal(path: path, text: text)
      }
    }
    var values: [Double] = []
    values.reserveCapacity(numbers.count)
    for row in numbers {
      guard let value = self.decimal.number(row.fields[place]) else {
        throw .notANumber(path: path, line: row.line, text: row.fields[place], decimal: self.decimal)
      }
      // Squares of differences are summed.
      guard abs(value) <= 1e100 else {
        throw .tooLarge(path: path, line: row.line, text: row.fields[place])
      }
      values.append(value)
    }
    self.values = values
  }

  /// Names are what no number stands for: the first line is one of numbers if each place that holds a number in the
  /// second line holds one in the first. A wanted name in the first line settles it, but for one that may be a value: a number,
  /// of a line of numbers alone or as a column without a name is called.
  private static func isHeader(_ first: [String], above second: [String]?, _ column: String?) -> Bool {
    func isNumber(_ text: String) -> Bool { DecimalMark.allCases.contains { $0.number(text) != nil } }
    if let column, first.contains(column) {
      let isPlace = Int(column).map { (1...first.count).contains($0) } ?? false
      if !isNumber(column) || !isPlace && !first.allSatisfy({ $0.isEmpty || isNumber($0) }) { return true }
    }
    guard let second, second.contains(where: isNumber) else { return !first.contains(where: isNumber) }
    return zip(first, second).contains { !isNumber($0) && !isMissing($0) && isNumber($1) }
  }

  /// What stands for a value that is not there, and for no name.
  private static func isMissing(_ text: String) -> Bool {
    ["", "-", "?", ".", "na", "n/a", "#n/a", "nan", "null", "none", "missing"].contains(text.lowercased())
  }

  private static func trimmed(_ field: String) -> String {
    var field = field[...]
    while field.first?.isWhitespace == true { field.removeFirst() }
    while field.last?.isWhitespace == true { field.removeLast() }
    return String(field)
  }
}
