// How a sequence's matrix products take their operands: float32 as they lie, or rounded to bfloat16. The pass is written once in
// these terms. Sums and everything that is no product stay float32.
internal import Kernels

/// The products of one precision. Rows that are an operand hold what `form` says; strides are in floats. An operand "along time"
/// is for a sum over time: both of a weight gradient are.
struct MatrixProducts {
  /// How operands lie in memory.
  enum Form {
    case floats
    /// Floats that are bfloat16 numbers: where the processor does not multiply those itself, this spares making floats of them for
    /// every product.
    case roundedFloats
    /// Pairs of bfloat16 that follow one another along the sum, each pair in the place of a float.
    case pairs
  }

  let kernels: KernelTable
  let form: Form

  /// - Parameter precision: one of `Precision.ofTraining`
  init(kernels: KernelTable, precision: Precision) {
    precondition(Precision.ofTraining.contains(precision), "no training at \(precision)")
    self.kernels = kernels
    form = precision == .f32 ? .floats : kernels.instructionSet.multipliesBF16 ? .pairs : .roundedFloats
  }

  /// Most rows that had better go through the products of a block before the next rows do. Tiles add up so fast that their
  /// sums, read and written again, have to be in the nearest cache; others read wide weights seldom instead.
  var rowsAtOnce: Int { isPaired && kernels.hasTiles ? 64 : .max }

  var isRounded: Bool { form != .floats }
  var isPaired: Bool { form == .pairs }

  /// Floats that a stored row of `n` channels takes.
  @inline(__always)
  func width(_ n: Int) -> Int { isPaired ? n / 2 : n }

  /// The rows x [rows, n], rounded into the rows y [rows, width(n)]; y may be x. Only where `isRounded`.
  @inline(__always)
  func round(rows: Int, _ n: Int, _ x: Rows, into y: MutableRows) {
    if isPaired {
      kernels.roundRows(rows: rows, columns: n, x, into: y)
    } else {
      kernels.roundFloats(rows: rows, columns: n, x, into: y)
    }
  }

  /// The rows x [rows, n] as an operand, rounded where they lie.
  @inline(__always)
  func rounded(rows: Int, _ n: Int, _ x: MutableRows) -> Rows {
    if isRounded { round(rows: rows, n, Rows(x), into: x) }
    return Rows(x)
  }

  /// The rows x [rows, n] as an operand, rounded into `place` [rows, width(n)]; x stays.
  @inline(__always)
  func rounded(rows: Int, _ n: Int, _ x: Rows, into place: AlignedBuffer) -> Rows {
    if !isRounded { return x }
    let y = place.rows(of: width(n))
    round(rows: rows, n, x, into: y)
    return Rows(y)
  }

  /// The same operand along time; `place` [(rows + 1) / 2, n] holds it if it has to be rearranged.
  @inline(__always)
  func alongTime(rows: Int, _ n: Int, _ operand: Rows, into place: AlignedBuffer) -> Rows {
    if !isPaired { return operand }
    kernels.pairRows(rows: rows, columns: n, operand, into: place.rows(of: n))
    return Rows(place.rows(of: n))
  }

  /// c [rows, n] = initial + a [rows, k] x weights [k, n]. What is `cold` was not touched for long.
  @inline(__always)
  func multiply(
    rows: Int, n: Int, k: Int, _ a: Rows, _ weights: Rows, initial: Rows, into c: MutableRows, cold: Cold = []
  ) {
    if isPaired {
      kernels.gemmBF16(m: rows, n: n, pairs: (k + 1) / 2, a, weights, initial: initial, into: c, cold: cold)
    } else {
      kernels.gemm(m: rows, n: n, k: k, a, weights, initial: initial, into: c, cold: cold)
    }
  }

  /// c [m, n] += the transpose of a [rows, m] x b [rows, n], both along time: a weight gradient. `cold` as above; c is
  /// always, one of all matrices, and an `a` of pairs never, since `alongTime` has just rearranged it.
  @inline(__always)
  func accumulate(
    m: Int, n: Int, rows: Int, _ a: Rows, _ b: Rows, into c: MutableRows, cold: Cold = []
  ) {
    if isPaired {
      kernels.gemmBF16(
        m: m, n: n, pairs: (rows + 1) / 2, a, transposing: true, b, initial: Rows(c), into: c, cold: .result)
    } else {
      kernels.gemm(
        m: m, n: n, k: rows, a, transposing: true, b, initial: Rows(c), into: c, cold: cold.union(.result))
    }
  }
}
