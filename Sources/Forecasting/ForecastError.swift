// What can be wrong with a table of numbers, or with what is asked of it.
package import Files
package import Layers

/// One case per cause; `description` names the file and the remedy.
package enum ForecastError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The table cannot be read.
  case file(FileError)
  case emptyTable(path: String)
  case noSuchColumn(path: String, column: String, columns: [String])
  case notANumber(path: String, line: Int, text: String)
  /// Fewer values than windows, targets and the three parts need.
  case tooShort(name: String, values: Int, needed: Int)
  /// Every value is the same: there is nothing to scale by and nothing to forecast.
  case constant(name: String)
  /// A loss that is not finite.
  case diverged(model: String, epoch: Int)
  /// A window that is too short for a model.
  case window(model: String, error: LayersError)

  package var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .emptyTable(let path):
      "\(path): no rows below the header: give a CSV file with one row per time step"
    case .noSuchColumn(let path, let column, let columns):
      "\(path) has no column '\(column)': give --column with one of \(columns.joined(separator: ", "))"
    case .notANumber(let path, let line, let text):
      "\(path), line \(line): '\(text)' is not a number: fill the gap or remove the row"
    case .tooShort(let name, let values, let needed):
      "\(name) has \(values) values, at least \(needed) are needed for three parts: use a longer series, or a smaller "
        + "--window"
    case .constant(let name): "\(name) never changes: choose another column"
    case .diverged(let model, let epoch):
      "training of '\(model)' diverged in epoch \(epoch): use a lower --learning-rate"
    case .window(let model, let error): "model '\(model)' cannot use this --window: \(error)"
    }
  }
}
