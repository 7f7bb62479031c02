// Matrices as the kernels want them (aligned, rows padded to 16 floats), and their products. Pointers stay in here and
// in the loops that fill a matrix.
package import Kernels

/// [rows, columns], row-major, `stride` floats from row to row; the padding is zero unless a product wrote it.
package struct Matrix: Sendable {
  package let rows: Int
  package let columns: Int
  package let stride: Int
  package let buffer: AlignedBuffer

  /// Zeros.
  package init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = KernelTable.padded(columns)
    buffer = AlignedBuffer(count: rows * stride)
  }

  /// A copy of `rows` * `columns` values, row-major, from `offset` on.
  package init(_ rows: Int, _ columns: Int, _ values: [Float], offset: Int = 0) {
    self.init(rows, columns)
    precondition(offset >= 0 && offset + rows * columns <= values.count, "matrix beyond its values")
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for r in 0..<rows {
        (buffer.pointer + r * stride).update(from: base + offset + r * columns, count: columns)
      }
    }
  }

  /// The values without padding, row-major.
  package var values: [Float] {
    [Float](unsafeUninitializedCapacity: rows * columns) { target, count in
      if let base = target.baseAddress {
        for r in 0..<rows {
          (base + r * columns).initialize(from: buffer.pointer + r * stride, count: columns)
        }
      }
      count = rows * columns
    }
  }

  /// The rows from `first` on, as kernels take them; must not outlive the matrix.
  package func view(from first: Int = 0) -> MutableRows { buffer.rows(of: stride, from: first) }

  package subscript(row: Int, column: Int) -> Float {
    get { buffer[row * stride + column] }
    nonmutating set { buffer[row * stride + column] = newValue }
  }

  /// [columns, rows]
  package var transposed: Matrix { transposed(rows: 0..<rows) }

  /// [columns, count]: some rows, transposed.
  package func transposed(rows some: Range<Int>) -> Matrix {
    let result = Matrix(columns, some.count)
    let (from, to) = (buffer.pointer, result.buffer.pointer)
    // Blocks of 16 x 16, so that neither side strides through memory.
    for r0 in Swift.stride(from: 0, to: some.count, by: 16) {
      for c0 in Swift.stride(from: 0, to: columns, by: 16) {
        for c in c0..<min(c0 + 16, columns) {
          for r in r0..<min(r0 + 16, some.count) {
            to[c * result.stride + r] = from[(some.lowerBound + r) * stride + c]
          }
        }
      }
    }
    return result
  }

  /// Sum of each row. [rows]
  package var rowSums: [Float] {
    (0..<rows).map { r in
      var sum: Float = 0
      for c in 0..<columns { sum += buffer.pointer[r * stride + c] }
      return sum
    }
  }

  /// Sum of each column. [columns]
  package var columnSums: [Float] {
    let sum = Matrix(1, columns)
    KernelTable.active.sumRows(rows: rows, columns: stride, Rows(view()), addingTo: sum.buffer.pointer)
    return sum.values
  }

  /// Every row becomes `row`.
  package func fillRows(_ row: [Float]) {
    precondition(row.count == columns, "row of \(row.count) for \(columns) columns")
    for r in 0..<rows {
      for c in 0..<columns { buffer.pointer[r * stride + c] = row[c] }
    }
  }

  /// This = one row, the same for all, + a * b, where a is [rows, k] and b [k, columns].
  package func set(_ row: Matrix, plus a: Matrix, _ b: Matrix) {
    precondition(
      row.columns == columns && a.rows == rows && a.columns == b.rows && b.columns == columns,
      "product of [\(a.rows), \(a.columns)] and [\(b.rows), \(b.columns)] into [\(rows), \(columns)]")
    KernelTable.active.gemm(
      m: rows, n: stride, k: a.columns, Rows(a.view()), Rows(b.view()),
      initial: .repeating(row.buffer.pointer), into: view())
  }

  /// Rows `target` of this += a * b, where a is [target.count, k] and b the rows `source` of `b`, [k, columns].
  /// With `transposingA`, a is the transpose of rows of `a` instead: a.rows = k and its columns are the target's rows.
  package func add(
    _ a: Matrix, rows aRows: Range<Int>? = nil, transposingA: Bool = false, _ b: Matrix,
    bRows source: Range<Int>? = nil, to target: Range<Int>? = nil
  ) {
    let target = target ?? 0..<rows
    let source = source ?? 0..<b.rows
    let aRows = aRows ?? 0..<a.rows
    let (m, k) = transposingA ? (a.columns, aRows.count) : (aRows.count, a.columns)
    precondition(
      m == target.count && k == source.count && b.columns == columns,
      "product of [\(m), \(k)] and [\(source.count), \(b.columns)] into [\(target.count), \(columns)]")
    precondition(target.upperBound <= rows && source.upperBound <= b.rows && aRows.upperBound <= a.rows)
    let c = view(from: target.lowerBound)
    KernelTable.active.gemm(
      m: m, n: stride, k: k, Rows(a.view(from: aRows.lowerBound)), transposing: transposingA,
      Rows(b.view(from: source.lowerBound)), initial: Rows(c), into: c)
  }
}
