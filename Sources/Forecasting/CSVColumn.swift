// One column of a table of numbers with a header line, separated by commas, semicolons or tabs. No more of CSV than
// such tables need: quotation marks around a field are taken off, a separator inside them is not supported.
internal import Files

package enum CSVColumn {
  /// Larger files are refused before they are read.
  static let largestFile = 1 << 30

  /// The values of the column called `column`, or of the last one.
  package static func read(_ path: String, column: String?) throws(ForecastError) -> (
    name: String, values: [Float]
  ) {
    let data: [UInt8]
    do throws(FileError) { data = try InputFile.contents(ofStream: path, limit: largestFile) } catch {
      throw .file(error)
    }
    return try parse(String(decoding: data, as: UTF8.self), path: path, column: column)
  }

  /// The same from the text; `path` is for the messages.
  package static func parse(_ text: String, path: String, column: String?) throws(ForecastError) -> (
    name: String, values: [Float]
  ) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    guard let header = lines.first, !header.isEmpty else { throw .emptyTable(path: path) }
    let separator: Character = [",", ";", "\t"].first { header.contains($0) } ?? ","
    func fields(_ line: Substring) -> [String] {
      line.split(separator: separator, omittingEmptySubsequences: false).map { field in
        var field = field
        while let c = field.first, c.isWhitespace || c == "\"" || c == "\u{FEFF}" { field.removeFirst() }
        while let c = field.last, c.isWhitespace || c == "\"" { field.removeLast() }
        return String(field)
      }
    }
    let names = fields(header)
    guard let place = column.map({ names.firstIndex(of: $0) }) ?? names.count - 1 else {
      throw .noSuchColumn(path: path, column: column ?? "", columns: names)
    }
    var values: [Float] = []
    values.reserveCapacity(lines.count)
    for (i, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      let row = fields(line)
      guard place < row.count, let value = Float(row[place]), value.isFinite else {
        throw .notANumber(path: path, line: i + 1, text: place < row.count ? row[place] : "")
      }
      values.append(value)
    }
    if values.isEmpty { throw .emptyTable(path: path) }
    return (names[place], values)
  }
}
