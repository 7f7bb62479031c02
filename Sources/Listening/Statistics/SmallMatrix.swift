// Dense linear systems of a few unknowns, for the least squares of the statistics: Gaussian elimination with partial
// pivoting. Written out because a BLAS would be a dependency for matrices of a dozen rows.

enum SmallMatrix {
  /// - Parameters:
  ///   - matrix: [n][n]
  ///   - right: [n][m], one column per system
  /// - Returns: [n][m]; nil where the matrix is singular but for rounding
  static func solve(_ matrix: [[Double]], _ right: [[Double]]) -> [[Double]]? {
    precondition(matrix.count == right.count, "\(matrix.count) rows against \(right.count)")
    let n = matrix.count
    var a = matrix
    var b = right
    let scale = a.reduce(0) { $1.reduce($0) { max($0, abs($1)) } }
    for column in 0..<n {
      let pivot = (column..<n).max { abs(a[$0][column]) < abs(a[$1][column]) }!
      if abs(a[pivot][column]) <= 1e-12 * scale { return nil }
      a.swapAt(column, pivot)
      b.swapAt(column, pivot)
      for row in 0..<n where row != column {
        let factor = a[row][column] / a[column][column]
        if factor == 0 { continue }
        for k in column..<n { a[row][k] -= factor * a[column][k] }
        for k in b[row].indices { b[row][k] -= factor * b[column][k] }
      }
    }
    return (0..<n).map { row in b[row].map { $0 / a[row][row] } }
  }

  /// Nil where it is singular.
  static func inverse(_ matrix: [[Double]]) -> [[Double]]? {
    solve(matrix, matrix.indices.map { row in matrix.indices.map { $0 == row ? 1 : 0 } })
  }
}
