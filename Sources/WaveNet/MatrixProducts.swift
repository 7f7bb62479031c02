// How a sequence's matrix products take their operands: float32 as they lie, or bfloat16 in words of two that follow one
// another along the sum. The pass is written once in these terms. Sums and everything that is no product stay float32.
internal import Kernels

/// What the operands of training's matrix products are rounded to.
///
/// With `bf16` weights, activations and gradients are rounded to the nearest bfloat16 where a product reads them, forward
/// and backward alike; sums, biases, elementwise functions, the weights themselves and their optimizer are float32.
package enum ProductPrecision: String, Codable, CaseIterable, Sendable {
  case f32, bf16
}

/// An operand: rows of floats, or of words. The stride is in floats.
struct Operand {
  let start: UnsafePointer<Float>
  let stride: Int

  init(_ start: UnsafePointer<Float>, _ stride: Int) {
    self.start = start
    self.stride = stride
  }
}

/// The products of one precision. An operand "along time" has its words along the rows: the two of a weight gradient do.
struct MatrixProducts {
  let kernels: KernelTable
  let precision: ProductPrecision

  var isRounded: Bool { precision == .bf16 }

  /// Floats that a stored row of `n` channels takes.
  @inline(__always)
  func width(_ n: Int) -> Int { isRounded ? n / 2 : n }

  /// The rows x [rows, n] as an operand, rounded where they lie.
  @inline(__always)
  func rounded(_ rows: Int, _ n: Int, _ x: Floats, _ ldx: Int) -> Operand {
    if isRounded { kernels.roundRows(rows, n, x, ldx, x, ldx) }
    return Operand(x, ldx)
  }

  /// The rows x [rows, n] as an operand, rounded into `place` [rows, n / 2]; x stays.
  @inline(__always)
  func rounded(_ rows: Int, _ n: Int, _ x: Floats, _ ldx: Int, into place: AlignedBuffer) -> Operand {
    if !isRounded { return Operand(x, ldx) }
    kernels.roundRows(rows, n, x, ldx, place.pointer, n / 2)
    return Operand(place.pointer, n / 2)
  }

  /// The same operand along time; `place` [(rows + 1) / 2, n] holds it if it has to be rearranged.
  @inline(__always)
  func alongTime(_ rows: Int, _ n: Int, _ operand: Operand, into place: AlignedBuffer) -> Operand {
    if !isRounded { return operand }
    kernels.pairRows(rows, n, operand.start, operand.stride, place.pointer, n)
    return Operand(place.pointer, n)
  }

  /// c [rows, n] = initial + a [rows, k] x weights [k, n]. What is `far` was not touched for long.
  @inline(__always)
  func multiply(
    _ rows: Int, _ n: Int, _ k: Int, _ a: Operand, _ weights: UnsafePointer<Float>, _ ldw: Int,
    initial: UnsafePointer<Float>, _ ldi: Int, into c: Floats, _ ldc: Int, far: Far = []
  ) {
    if isRounded {
      kernels.gemmBF16(
        rows, n, (k + 1) / 2, a.start, a.stride, 1, weights, ldw, initial, ldi, c, ldc, far: far)
    } else {
      kernels.gemm(rows, n, k, a.start, a.stride, 1, weights, ldw, initial, ldi, c, ldc, far: far)
    }
  }

  /// c [m, n] += the transpose of a [rows, m] x b [rows, n], both along time: a weight gradient. `far` as above; c is
  /// always, one of all matrices, and a rounded `a` never, since `alongTime` has just rearranged it.
  @inline(__always)
  func accumulate(
    _ m: Int, _ n: Int, _ rows: Int, _ a: Operand, _ b: Operand, into c: Floats, _ ldc: Int, far: Far = []
  ) {
    if isRounded {
      kernels.gemmBF16(
        m, n, (rows + 1) / 2, a.start, 1, a.stride, b.start, b.stride, c, ldc, c, ldc, far: .result)
    } else {
      kernels.gemm(
        m, n, rows, a.start, 1, a.stride, b.start, b.stride, c, ldc, c, ldc, far: far.union(.result))
    }
  }
}
