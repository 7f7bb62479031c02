// Which parts of a WaveNet stand in a stack: what BlockStack is built from, to see what each part is worth. The whole one with
// all parts is Layers' GatedStack.

/// One stack among those that differ in a part. Widths: R = S = H = 32.
package struct BlockVariant: Hashable, Sendable {
  /// What a block does to its dilated convolution.
  package enum Activation: String, Hashable, Sendable, CaseIterable {
    /// tanh of one half times sigmoid of the other: the convolution has 2D channels.
    case gate
    /// D channels.
    case relu
    case tanh
  }

  package var activation = Activation.gate
  /// Whether a block's input is added to its output.
  package var addsInput = true
  /// Whether the head reads the sum of all blocks' skips, or the last block's output.
  package var sumsSkips = true
  /// Channels behind the activation, D.
  package var channels = 32

  package init(
    _ activation: Activation = .gate, addsInput: Bool = true, sumsSkips: Bool = true, channels: Int = 32
  ) {
    (self.activation, self.addsInput, self.sumsSkips) = (activation, addsInput, sumsSkips)
    self.channels = channels
  }

  /// Channels of the dilated convolution.
  var convolved: Int { activation == .gate ? 2 * channels : channels }
}
