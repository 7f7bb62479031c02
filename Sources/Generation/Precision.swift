// The arithmetic of generation, and the packing that belongs to each. What each costs in bits per sample on a model:
// `synth evaluate --precision`.
internal import Kernels

/// How weights are kept while generating. Biases, the embedding, the residual stream and everything that is not a product
/// stay float32.
///
/// Each is deterministic: the same on one machine whatever is generated beside it and on however many threads. f32 also
/// agrees between processors that have a fused multiply-add; the others do where both have bfloat16 dot products, or
/// neither.
public enum Precision: String, CaseIterable, Hashable, Sendable {
  /// The checkpoint's own weights: the reference.
  case f32
  /// Weights rounded to bfloat16: half the bytes. Inputs are rounded too where the processor multiplies bfloat16 itself.
  case bf16
  /// Weights as 8-bit integers with one scale per output: a quarter of the bytes. Inputs are 15-bit integers. The head is
  /// bf16.
  case int8
}

extension Precision {
  /// What the head's two products are kept at. With 8 bits there, a model of 0.311 bits per sample lost 0.069; with
  /// bfloat16 0.003.
  var ofHead: Precision { self == .int8 ? .bf16 : self }

  /// Floats that `pack` fills.
  func packedCount(outputs: Int, k: Int) -> Int {
    switch self {
    case .f32: KernelTable.padded(outputs) * k
    case .bf16: KernelTable.bf16Count(outputs: outputs, k: k)
    case .int8: KernelTable.int8Count(outputs: outputs, k: k)
    }
  }

  /// Floats of a row of `k` inputs as this precision's product reads it, a multiple of 16.
  func rowCount(k: Int, _ kernels: KernelTable) -> Int {
    switch self {
    case .f32: KernelTable.padded(k)
    case .bf16: kernels.encodesBF16 ? KernelTable.encodedBF16Count(k: k) : KernelTable.padded(k)
    case .int8: KernelTable.encodedInt8Count(k: k)
    }
  }

  /// Whether the product reads other rows than plain floats.
  func encodes(_ kernels: KernelTable) -> Bool {
    self == .int8 || self == .bf16 && kernels.encodesBF16
  }

  /// Packs `w` [outputs, k] (row stride `ldw`, element stride `stride`) for this precision's product.
  func pack(outputs: Int, k: Int, _ w: UnsafePointer<Float>, ldw: Int, stride: Int, into panels: Floats) {
    switch self {
    case .f32: KernelTable.packPanels(outputs: outputs, k: k, w, ldw: ldw, stride: stride, into: panels)
    case .bf16: KernelTable.packBF16(outputs: outputs, k: k, w, ldw: ldw, stride: stride, into: panels)
    case .int8: KernelTable.packInt8(outputs: outputs, k: k, w, ldw: ldw, stride: stride, into: panels)
    }
  }
}
