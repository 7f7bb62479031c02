// What can be wrong with a table of numbers, or with what is asked of it.
package import Files
package import Layers

/// One case per cause; `description` names the file and the remedy.
package enum ForecastError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The table cannot be read.
  case file(FileError)
  case emptyTable(path: String)
  case noSuchColumn(path: String, column: String, columns: [String])
  /// Not a table: fields are missing or left over, or quotation marks do not match.
  case table(path: String, reason: String)
  case namedTwice(path: String, column: String, count: Int)
  case tooLarge(path: String, line: Int, text: String)
  case notANumber(path: String, line: Int, text: String, decimal: DecimalMark)
  /// Every number could be meant in two ways.
  case whichDecimal(path: String, text: String)
  /// Fewer values than windows, targets and the three parts need.
  case tooShort(name: String, values: Int, needed: Int)
  /// Every value is the same: there is nothing to scale by and nothing to forecast.
  case constant(name: String)
  /// A value that float32 cannot hold beside the others.
  case farOff(name: String, index: Int, value: Double)
  /// A loss that is not finite.
  case diverged(model: String, epoch: Int)
  /// A window that is too short for a model.
  case window(model: String, error: LayersError)

  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .emptyTable(let path):
      "\(path): no rows with numbers: give a CSV file with one row per time step"
    case .noSuchColumn(let path, let column, let columns):
      "\(path) has no column '\(column)': give --column with one of \(columns.joined(separator: ", "))"
    case .table(let path, let reason):
      "\(path): \(reason); "
        + "where numbers have decimal commas, put ; between the columns or quotation marks around the numbers"
    case .namedTwice(let path, let column, let count):
      "\(path): \(count) columns are called '\(column)': give them names of their own"
    case .tooLarge(let path, let line, let text):
      "\(path), line \(line): \(text) is beyond 1e100, too large to compute with: correct it, or use a larger unit"
    case .notANumber(let path, let line, let text, let decimal):
      "\(path), line \(line): " + Self.remedy(text, decimal)
    case .whichDecimal(let path, let text):
      "\(path): '\(text)' may have \(text.utf8.contains(UInt8(ascii: ",")) ? "a decimal comma" : "a decimal point") or a "
        + "separator of thousands: give --decimal , or --decimal ."
    case .tooShort(let name, let values, let needed):
      "\(name) has \(values) values, at least \(needed) are needed for three parts: use a longer series, or a smaller "
        + "--window"
    case .constant(let name):
      "\(name) never changes in its first 70 %, which models learn from: choose another column"
    case .farOff(let name, let index, let value):
      "\(name): value \(index + 1), \(value), is too far from those of the training part to compute with: correct it, or cut it off"
    case .diverged(let model, let epoch):
      "training of '\(model)' diverged in epoch \(epoch): use a lower --learning-rate"
    case .window(let model, let error): "model '\(model)' cannot use this --window: \(error)"
    }
  }

  private static func remedy(_ text: String, _ decimal: DecimalMark) -> String {
    if text.isEmpty { return "there is no number: fill the gap, or remove the row if no time has passed" }
    if decimal == .comma && text.utf8.contains(UInt8(ascii: ",")) && text.utf8.contains(UInt8(ascii: ".")) {
      return
        "'\(text)' is not a number: with --decimal , no comma stands between columns: use ; there, or leave the flag out"
    }
    let other: DecimalMark = decimal == .point ? .comma : .point
    if other.number(text) != nil {
      return
        "'\(text)' has its decimals behind a \(other), where --decimal \(decimal.rawValue) holds: write all numbers alike"
    }
    return "'\(text)' is not a number: fill the gap, or remove the row if no time has passed"
  }
}
