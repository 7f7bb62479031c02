// The arithmetic of generation, and the packing that belongs to each. What each costs in bits per sample on a model:
// `synth evaluate --precision`.
internal import Kernels

/// How weights are kept while generating. Biases, the embedding, the residual stream and everything that is not a product
/// stay float32.
///
/// Each is deterministic: the same on one machine whatever is generated beside it and on however many threads. f32 and int8
/// also agree between processors that have a fused multiply-add; bf16 does where both have bfloat16 dot products, or
/// neither.
public enum Precision: String, CaseIterable, Hashable, Sendable {
  /// The checkpoint's own weights: the reference.
  case f32
  /// Weights rounded to bfloat16: half the bytes. Inputs are rounded too where the processor multiplies bfloat16 itself.
  case bf16
  /// Weights as 8-bit integers with one scale per output: a quarter of the bytes. Inputs are integers too, of 8 bits
  /// (gated outputs) and 16. The output layer has bfloat16 weights and float inputs.
  case int8
}

extension Precision {
  /// The arithmetic of the blocks and of the hidden layer.
  func arithmetic(_ kernels: KernelTable) -> Arithmetic {
    switch self {
    case .f32: Arithmetic(.f32, kernels)
    case .bf16: Arithmetic(.bf16, kernels)
    case .int8: Arithmetic(.int8, kernels)
    }
  }

  /// The arithmetic of the output layer. With 8 bits there, a model of 0.478 bits per sample lost 0.10; with bfloat16
  /// nothing. Its inputs stay floats, of which many are zero.
  func outputArithmetic(_ kernels: KernelTable) -> Arithmetic {
    self == .int8 ? Arithmetic(.bf16Weights, kernels) : arithmetic(kernels)
  }
}
