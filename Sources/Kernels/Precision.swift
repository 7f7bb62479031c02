// The one list of precisions: what matrix products round their operands to, in generation, training and measurement alike.
// Which functions compute each: Arithmetic.swift (generation), KernelTable+Products.swift (training).

/// How the operands of matrix products are kept. Biases, the embedding, the residual stream and everything that is not a
/// product stay float32.
///
/// In generation each is deterministic: the same on one machine whatever is generated beside it and on however many threads.
/// f32 and int8 also agree between processors that have a fused multiply-add; bf16 does where both have bfloat16 dot
/// products, or neither. What each costs in bits per sample on a model: `synth evaluate --precision`.
///
/// In training, which has f32 and bf16, weights, activations and gradients are rounded where a product reads them, forward
/// and backward alike; sums, elementwise functions, the weights themselves and their optimizer are float32.
public enum Precision: String, CaseIterable, Hashable, Codable, Sendable {
  /// The checkpoint's own weights: the reference.
  case f32
  /// Weights rounded to bfloat16: half the bytes. Inputs are rounded too where the processor multiplies bfloat16 itself, and
  /// always in training.
  case bf16
  /// Weights as 8-bit integers with one scale per output: a quarter of the bytes. Inputs are integers too, of 8 bits
  /// (gated outputs) and 16. The output layer has bfloat16 weights and float inputs.
  case int8

  /// Those that training's products have.
  package static let ofTraining: [Precision] = [.f32, .bf16]
}
