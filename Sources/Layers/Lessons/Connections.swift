// Which inputs meet which outputs of a layer, along one spatial dimension: what `synth lab layer` draws. All dimensions of a
// window are independent, so that one of these per dimension says everything. Pictures: LayerPicture.swift; the
// tests find the same by moving every input of the real layer.

/// For every output position the positions that it reads, counted from the first input; those below 0 and from `input` on
/// lie in the padding.
public struct Connections: Hashable, Sendable {
  /// Inputs along this dimension.
  public let input: Int
  /// Padding before and after them.
  public let before: Int, after: Int
  /// What the padding holds.
  public let mode: PaddingMode
  /// [output positions][taps]
  public let reads: [[Int]]
  /// Whether an output stands at the end of what it reads instead of in the middle: causal windows, recurrence.
  public let isCausal: Bool

  /// Output positions.
  public var output: Int { reads.count }

  /// Of convolution and pooling, along dimension `d` over `length` inputs.
  public init(_ window: Window, _ d: Int, length: Int) throws(LayersError) {
    let (before, after) = window.pads(d)
    let output = try Window.outputLength(
      length, kernel: window.kernel[d], stride: window.stride[d], before: before, after: after,
      dilation: window.dilation[d])
    (input, mode, isCausal) = (length, window.mode, window.padding == .causal)
    (self.before, self.after) = (before, after)
    reads = (0..<output).map { o in
      (0..<window.kernel[d]).map { o * window.stride[d] + $0 * window.dilation[d] - before }
    }
  }

  /// Of adaptive pooling to `output` positions.
  public init(adaptive output: Int, length: Int) {
    precondition(output >= 1 && length >= 1, "\(length) inputs to \(output) outputs")
    (input, before, after, mode, isCausal) = (length, 0, 0, .zeros, false)
    reads = (0..<output).map { Array(AdaptivePooling.range($0, of: output, length)) }
  }

  /// Of a recurrent layer: the output of a step sees every step up to it.
  public init(recurrent steps: Int) {
    precondition(steps >= 1, "\(steps) steps")
    (input, before, after, mode, isCausal) = (steps, 0, 0, .zeros, true)
    reads = (0..<steps).map { Array(0...$0) }
  }

  /// Of a fully connected layer.
  public init(inputs: Int, outputs: Int) {
    precondition(inputs >= 1 && outputs >= 1, "\(inputs) inputs, \(outputs) outputs")
    (input, before, after, mode, isCausal) = (inputs, 0, 0, .zeros, false)
    reads = [[Int]](repeating: Array(0..<inputs), count: outputs)
  }

  /// The input that is read at a position of `reads`: nil for a zero, or for pooling nothing.
  public func source(_ position: Int) -> Int? { mode.source(position, input) }

  /// Inputs that no output reads: a stride left them over, or they lie between the taps.
  public var unread: [Int] {
    var isRead = [Bool](repeating: false, count: input)
    for position in reads.joined() { if let index = source(position) { isRead[index] = true } }
    return isRead.indices.filter { !isRead[$0] }
  }
}
