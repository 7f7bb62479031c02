// A tensor as lines of text: rows of numbers, a heading for every index of the axes before them. Whole numbers stay whole,
// others have four places; long rows and many of them are cut, and said to be.
import Layers
import Reports

struct NumberGrid {
  private let tensor: Tensor
  private let cells: [String]
  /// Of a row, and of the whole.
  private static let mostColumns = 16, mostLines = 48

  init(_ tensor: Tensor) {
    self.tensor = tensor
    let isWhole = tensor.values.allSatisfy { $0 == $0.rounded() && abs($0) < 1e7 }
    cells = tensor.values.map { NumberText.fixed(Double($0), isWhole ? 0 : 4) }
  }

  /// - Parameters:
  ///   - title: above the numbers, with their shape
  ///   - labels: names of the first axes
  ///   - grid: how many of the last axes are rows and columns: 1 for a row, 2 and more for a grid
  func lines(_ title: String, _ labels: [String], grid: Int) -> [String] {
    let shape = tensor.shape
    let columns = shape[shape.count - 1]
    let rows = grid >= 2 ? shape[shape.count - 2] : 1
    let outer = Array(shape.dropLast(min(2, grid)))
    let width = (cells.map(\.count).max() ?? 1) + 1
    var lines = [title + " [" + shape.map { "\($0)" }.joined(separator: ", ") + "]"]
    for block in 0..<outer.reduce(1, *) {
      let name = heading(block, outer, labels)
      let gap = grid >= 2 ? "    " : name.isEmpty ? "  " : "  \(name):"
      if grid >= 2 && !name.isEmpty { lines.append("  \(name):") }
      for row in 0..<rows {
        let first = (block * rows + row) * columns
        let shown = cells[first..<first + min(columns, Self.mostColumns)]
        lines.append(
          gap + shown.map { NumberText.right($0, width) }.joined()
            + (columns > Self.mostColumns ? " ... (\(columns))" : ""))
        if lines.count > Self.mostLines {
          return lines + ["  ... \(tensor.count) numbers in all: --json has them"]
        }
      }
    }
    return lines
  }

  /// "output 3, input 0"
  private func heading(_ block: Int, _ outer: [Int], _ labels: [String]) -> String {
    var (rest, parts) = (block, [String]())
    for (axis, length) in outer.enumerated().reversed() {
      let label = axis < labels.count ? labels[axis] : "depth"
      parts.append("\(label) \(rest % length)")
      rest /= length
    }
    return parts.reversed().joined(separator: ", ")
  }
}
