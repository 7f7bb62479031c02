// Training's products of two matrices: of float32, and of bfloat16 in pairs that follow one another along the sum, kept in
// float buffers. Slow twins: Tests/KernelsTests/ProductTests.swift, TrainingProductTests.swift.
internal import CKernels

/// What is cold in a product, in the outer caches or beyond, since it was not touched for long: the rows of its first operand,
/// those of its result. They are prefetched.
package struct Cold: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }
  package static let operand = Cold(rawValue: WN_COLD_A)
  package static let result = Cold(rawValue: WN_COLD_C)
}

extension KernelTable {
  /// c [m, n] = initial [m, n] + a [m, k] x b [k, n]; with `transposing`, a is [k, m]. n padded; `initial` may be c.
  @inline(__always)
  package func gemm(
    m: Int, n: Int, k: Int, _ a: Rows, transposing: Bool = false, _ b: Rows, initial: Rows,
    into c: MutableRows,
    cold: Cold = []
  ) {
    check(n, b, initial, c)
    let operand = wn_operand(
      at: a.start, row: transposing ? 1 : a.stride, column: transposing ? a.stride : 1)
    table.pointee.gemm(m, n, k, operand, b.c, initial.c, c.c, cold.rawValue)
  }

  /// The same with operands of bfloat16, `pairs` of them along the sum: a is [m, pairs] or [pairs, m], b [pairs, n]. Only where
  /// `InstructionSet.multipliesBF16`; elsewhere `gemm` of floats that `roundFloats` made is the same.
  @inline(__always)
  package func gemmBF16(
    m: Int, n: Int, pairs: Int, _ a: Rows, transposing: Bool = false, _ b: Rows, initial: Rows,
    into c: MutableRows, cold: Cold = []
  ) {
    check(n, b, initial, c)
    let operand = wn_pairs_operand(
      at: words(a.start), row: transposing ? 1 : a.stride, column: transposing ? a.stride : 1)
    precondition(instructionSet.multipliesBF16, "\(instructionSet) has no products of pairs")
    table.pointee.gemm_bf16!(
      m, n, pairs, operand, wn_pairs(at: words(b.start), stride: b.stride), initial.c, c.c, cold.rawValue)
  }

  /// Rows of floats x [rows, columns] to the nearest bfloat16, y [rows, columns] as floats. y may be x, with the same stride.
  package func roundFloats(rows: Int, columns: Int, _ x: Rows, into y: MutableRows) {
    precondition(columns & 15 == 0 && y.stride & 15 == 0, "roundFloats: \(columns) is not padded")
    table.pointee.round_floats(rows, columns, x.start, x.stride, y.start, y.stride)
  }

  /// Rows of floats x [rows, columns] to rows of pairs y [rows, columns / 2], rounded to the nearest bfloat16. y may be x,
  /// with the same stride.
  package func roundRows(rows: Int, columns: Int, _ x: Rows, into y: MutableRows) {
    precondition(columns & 15 == 0 && y.stride & 7 == 0, "roundRows: \(columns) is not padded")
    table.pointee.round_rows(rows, columns, x.start, x.stride, words(y.start), y.stride)
  }

  /// Pairs within rows x [rows, columns / 2] to pairs of rows y [(rows + 1) / 2, columns]; behind the last row is zero.
  package func pairRows(rows: Int, columns: Int, _ x: Rows, into y: MutableRows) {
    precondition(columns & 15 == 0 && y.stride & 15 == 0, "pairRows: \(columns) is not padded")
    table.pointee.pair_rows(rows, columns, words(x.start), x.stride, words(y.start), y.stride)
  }

  @inline(__always)
  private func check(_ n: Int, _ b: Rows, _ initial: Rows, _ c: MutableRows) {
    precondition(
      n & 15 == 0 && b.stride & 15 == 0 && c.stride & 15 == 0 && initial.stride & 15 == 0,
      "gemm: N \(n), or rows \(b.stride), \(initial.stride), \(c.stride) apart, is not padded")
  }

  // The same memory as words. C reads and writes it through types that may alias.
  @inline(__always)
  private func words(_ floats: UnsafePointer<Float>) -> UnsafePointer<UInt32> {
    UnsafeRawPointer(floats).assumingMemoryBound(to: UInt32.self)
  }

  @inline(__always)
  private func words(_ floats: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(floats).assumingMemoryBound(to: UInt32.self)
  }
}
