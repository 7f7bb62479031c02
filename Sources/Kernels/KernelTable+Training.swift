// Training's products with bfloat16 operands: words of two that follow one another along the sum, kept in float buffers.
// Slow twins: Tests/KernelsTests/TrainingProductTests.swift.
internal import CKernels

extension KernelTable {
  /// c[m, n] = init[m, n] + sum over the `pairs` words k of a(m, k) . b[k, n]; a(m, k) = a[m * aRow + k * aColumn].
  @inline(__always)
  package func gemmBF16(
    _ m: Int, _ n: Int, _ pairs: Int, _ a: UnsafePointer<Float>, _ aRow: Int, _ aColumn: Int,
    _ b: UnsafePointer<Float>, _ ldb: Int, _ initial: UnsafePointer<Float>, _ ldi: Int, _ c: Floats,
    _ ldc: Int, far: Far = []
  ) {
    precondition(
      n & 15 == 0 && ldb & 15 == 0 && ldc & 15 == 0 && ldi & 15 == 0, "gemmBF16: N \(n) is not padded")
    table.pointee.gemm_bf16(
      m, n, pairs, words(a), aRow, aColumn, words(b), ldb, initial, ldi, c, ldc, far.rawValue)
  }

  /// Rows of floats x [rows, n] to rows of words y [rows, n / 2], rounded to the nearest bfloat16. `y` may be `x` if `ldy`
  /// is `ldx`.
  package func roundRows(
    _ rows: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ y: Floats, _ ldy: Int
  ) {
    precondition(n & 15 == 0 && ldy & 7 == 0, "roundRows: \(n) is not padded")
    table.pointee.round_rows(rows, n, x, ldx, UnsafeMutablePointer(mutating: words(y)), ldy)
  }

  /// Words along the columns x [rows, n / 2] to words along the rows y [(rows + 1) / 2, n]; behind the last row is zero.
  package func pairRows(
    _ rows: Int, _ n: Int, _ x: UnsafePointer<Float>, _ ldx: Int, _ y: Floats, _ ldy: Int
  ) {
    precondition(n & 15 == 0 && ldy & 15 == 0, "pairRows: \(n) is not padded")
    table.pointee.pair_rows(rows, n, words(x), ldx, UnsafeMutablePointer(mutating: words(y)), ldy)
  }

  /// The same memory as words. C reads and writes it through types that may alias.
  @inline(__always)
  private func words(_ floats: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
    UnsafeRawPointer(floats).assumingMemoryBound(to: UInt32.self)
  }
}
