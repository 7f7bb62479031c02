// Columns of the terminal, beside the numbers of Reports.
import Reports

extension NumberText {
  /// Left-aligned in a column.
  static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  /// Right-aligned in a column.
  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
