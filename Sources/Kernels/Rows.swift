// What kernels read and write: rows in memory that somebody else owns and keeps. They know no bounds; how many rows and
// columns a kernel touches, its other arguments say.
internal import CKernels

/// Rows of floats, or of what a precision encodes in their place, `stride` floats from one to the next.
package struct Rows {
  package let start: UnsafePointer<Float>
  package let stride: Int

  @inline(__always)
  package init(_ start: UnsafePointer<Float>, stride: Int) { (self.start, self.stride) = (start, stride) }

  @inline(__always)
  package init(_ rows: MutableRows) { (start, stride) = (UnsafePointer(rows.start), rows.stride) }

  /// The same row again and again: a bias for all.
  @inline(__always)
  package static func repeating(_ row: UnsafePointer<Float>) -> Rows { Rows(row, stride: 0) }

  /// Row `index`.
  @inline(__always)
  package subscript(index: Int) -> UnsafePointer<Float> { start + index * stride }

  /// The rows from `index` on.
  @inline(__always)
  package func rows(from index: Int) -> Rows { Rows(self[index], stride: stride) }

  /// Their columns from `column` on.
  @inline(__always)
  package func columns(from column: Int) -> Rows { Rows(start + column, stride: stride) }

  /// As C takes them.
  @inline(__always)
  var c: wn_rows { wn_rows(at: start, stride: stride) }
}

/// Rows that a kernel may write.
package struct MutableRows {
  package let start: UnsafeMutablePointer<Float>
  package let stride: Int

  @inline(__always)
  package init(_ start: UnsafeMutablePointer<Float>, stride: Int) {
    (self.start, self.stride) = (start, stride)
  }

  /// Row `index`.
  @inline(__always)
  package subscript(index: Int) -> UnsafeMutablePointer<Float> { start + index * stride }

  /// The rows from `index` on.
  @inline(__always)
  package func rows(from index: Int) -> MutableRows { MutableRows(self[index], stride: stride) }

  /// Their columns from `column` on.
  @inline(__always)
  package func columns(from column: Int) -> MutableRows { MutableRows(start + column, stride: stride) }

  /// As C takes them.
  @inline(__always)
  var c: wn_output { wn_output(at: start, stride: stride) }
}

extension AlignedBuffer {
  /// Its elements as rows of `stride` floats, from row `first` on: a view that must not outlive the buffer.
  @inline(__always)
  package func rows(of stride: Int, from first: Int = 0) -> MutableRows {
    MutableRows(pointer + first * stride, stride: stride)
  }
}
