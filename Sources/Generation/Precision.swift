// The arithmetic of each precision, and where generation departs from one for all layers.
internal import Kernels

extension Precision {
  /// The arithmetic of the blocks and of the hidden layer, for about `rows` rows at a time of products of `shapes`.
  func arithmetic(_ kernels: KernelTable, rows: Int, _ shapes: [ProductShape]) -> Arithmetic {
    self == .int8 ? .fasterInt8(rows: rows, shapes, kernels) : Arithmetic(self, rows: rows, kernels)
  }

  /// The arithmetic of the output layer. With 8 bits there, a model of 0.478 bits per sample lost 0.10; with bfloat16
  /// nothing. Its inputs stay floats, of which many are zero.
  func outputArithmetic(_ kernels: KernelTable, rows: Int) -> Arithmetic {
    self == .int8
      ? Arithmetic(.bf16, floatInputs: true, rows: rows, kernels) : Arithmetic(self, rows: rows, kernels)
  }
}
