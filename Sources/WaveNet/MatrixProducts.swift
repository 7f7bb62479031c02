// How a sequence's matrix products take their operands: float32 as they lie, or bfloat16 in pairs that follow one another
// along the sum. The pass is written once in these terms. Sums and everything that is no product stay float32.
internal import Kernels

/// The products of one precision. Rows that are an operand hold floats, or pairs of bfloat16; strides are in floats. An
/// operand "along time" holds pairs of rows: the two of a weight gradient do.
struct MatrixProducts {
  let kernels: KernelTable
  /// One of `Precision.ofTraining`.
  let precision: Precision

  init(kernels: KernelTable, precision: Precision) {
    precondition(Precision.ofTraining.contains(precision), "no training at \(precision)")
    (self.kernels, self.precision) = (kernels, precision)
  }

  var isRounded: Bool { precision == .bf16 }

  /// Floats that a stored row of `n` channels takes.
  @inline(__always)
  func width(_ n: Int) -> Int { isRounded ? n / 2 : n }

  /// The rows x [rows, n] as an operand, rounded where they lie.
  @inline(__always)
  func rounded(rows: Int, _ n: Int, _ x: MutableRows) -> Rows {
    if isRounded { kernels.roundRows(rows: rows, columns: n, Rows(x), into: x) }
    return Rows(x)
  }

  /// The rows x [rows, n] as an operand, rounded into `place` [rows, n / 2]; x stays.
  @inline(__always)
  func rounded(rows: Int, _ n: Int, _ x: MutableRows, into place: AlignedBuffer) -> Rows {
    if !isRounded { return Rows(x) }
    kernels.roundRows(rows: rows, columns: n, Rows(x), into: place.rows(of: n / 2))
    return Rows(place.rows(of: n / 2))
  }

  /// The same operand along time; `place` [(rows + 1) / 2, n] holds it if it has to be rearranged.
  @inline(__always)
  func alongTime(rows: Int, _ n: Int, _ operand: Rows, into place: AlignedBuffer) -> Rows {
    if !isRounded { return operand }
    kernels.pairRows(rows: rows, columns: n, operand, into: place.rows(of: n))
    return Rows(place.rows(of: n))
  }

  /// c [rows, n] = initial + a [rows, k] x weights [k, n]. What is `cold` was not touched for long.
  @inline(__always)
  func multiply(
    rows: Int, n: Int, k: Int, _ a: Rows, _ weights: Rows, initial: Rows, into c: MutableRows, cold: Cold = []
  ) {
    if isRounded {
      kernels.gemmBF16(m: rows, n: n, pairs: (k + 1) / 2, a, weights, initial: initial, into: c, cold: cold)
    } else {
      kernels.gemm(m: rows, n: n, k: k, a, weights, initial: initial, into: c, cold: cold)
    }
  }

  /// c [m, n] += the transpose of a [rows, m] x b [rows, n], both along time: a weight gradient. `cold` as above; c is
  /// always, one of all matrices, and a rounded `a` never, since `alongTime` has just rearranged it.
  @inline(__always)
  func accumulate(
    m: Int, n: Int, rows: Int, _ a: Rows, _ b: Rows, into c: MutableRows, cold: Cold = []
  ) {
    if isRounded {
      kernels.gemmBF16(
        m: m, n: n, pairs: (rows + 1) / 2, a, transposing: true, b, initial: Rows(c), into: c, cold: .result)
    } else {
      kernels.gemm(
        m: m, n: n, k: rows, a, transposing: true, b, initial: Rows(c), into: c, cold: cold.union(.result))
    }
  }
}
