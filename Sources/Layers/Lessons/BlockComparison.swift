// What a block does with its own input: nothing, add it, or append it. Stacks of each, built from the layers, and what comes
// of widths, weights and the gradient. `synth lab blocks` prints it; the drawing is in BlockComparison+Picture.swift.

/// A stack of equal blocks, each a causal convolution of 2 taps with ReLU.
public struct BlockComparison: Sendable {
  /// What becomes of a block's input.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Nothing: the next block sees the output alone.
    case plain
    /// It is added to the output (``Residual``).
    case residual
    /// The output is appended to it as further channels (``Concatenation``).
    case concatenation
  }

  /// How weights begin.
  public enum Start: String, Hashable, Sendable, CaseIterable {
    /// Uniform within 1 / sqrt(inputs of one output), PyTorch's default.
    case usual
    /// Uniform within sqrt(6 / inputs), which keeps the variance through a ReLU (He et al. 2015); biases zero.
    case rectifier
  }

  /// What becomes of a block's input.
  public let kind: Kind
  /// Channels behind the last block.
  public let outputChannels: Int
  /// Of all blocks.
  public let parameterCount: Int
  /// Length of the gradient at the input as a fraction of its length at the output, by how weights begin.
  public let gradientShare: [Start: Double]

  /// Builds and measures a stack of at least one block; the input and the output of every convolution have `channels`.
  public init(
    _ kind: Kind, channels: Int, blocks: Int, using random: inout some RandomNumberGenerator
  ) throws(LayersError) {
    if blocks < 1 { throw .tooSmall(what: "blocks", value: blocks, minimum: 1) }
    let x = Tensor.uniform(shape: [2, max(channels, 1), 32], bound: 1, using: &random)
    var shares: [Start: Double] = [:]
    var (width, count) = (channels, 0)
    for start in Start.allCases {
      var layers: [any Layer] = []
      width = channels
      for _ in 0..<blocks {
        var convolution = try Convolution(
          Window(kernel: [2], padding: .causal), inputs: width, outputs: channels, using: &random)
        if start == .rectifier {
          let bound = (3 / Float(width)).squareRoot()
          convolution.weight = Tensor.uniform(shape: convolution.weight.shape, bound: bound, using: &random)
          convolution.bias = Tensor(shape: [channels])
        }
        let body = Sequential([convolution, ReLU()])
        switch kind {
        case .plain: layers.append(body)
        case .residual: layers.append(Residual(body))
        case .concatenation:
          layers.append(Concatenation(body))
          width += channels
        }
      }
      let stack = Sequential(layers)
      count = stack.parameterCount
      let pass = try stack.traced(x)
      let dy = Tensor.uniform(shape: pass.y.shape, bound: 1, using: &random)
      shares[start] = Self.length(pass.backward(dy).dx) / Self.length(dy)
    }
    (self.kind, outputChannels, parameterCount, gradientShare) = (kind, width, count, shares)
  }

  private static func length(_ tensor: Tensor) -> Double {
    tensor.values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
