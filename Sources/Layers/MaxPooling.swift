// The largest value of each window.

/// Input [N, C, spatial...], output [N, C, output lengths...]. Padding holds nothing: it never wins. A layer that puts zeros
/// before its input and then pools, as some causal poolings are written, gives 0 where all that a window sees is negative.
public struct MaxPooling: ParameterFree {
  /// Kernel, stride, dilation, padding.
  public let window: Window

  /// Everything per spatial dimension; the stride is the kernel unless given, so that windows do not overlap, as in PyTorch.
  ///
  /// - padding: in numbers at most half of the kernel's span, as in PyTorch; `same` needs stride 1.
  public init(kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid)
    throws(LayersError)
  {
    try self.init(
      Window(kernel: kernel, stride: stride ?? kernel, dilation: dilation, padding: padding))
  }

  /// With the window as it is, stride included.
  package init(_ window: Window) throws(LayersError) {
    try window.checkPooling()
    self.window = window
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    try window.poolingShape(input, seesAll: true)
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let (y, indices) = try forwardWithIndices(x)
    return .maxima(y, indices, of: x.shape)
  }

  /// The output with the place of each maximum: its index within its clip and channel, row-major over the input's
  /// spatial dimensions. Of equal values the first by tap wins.
  public func forwardWithIndices(_ x: Tensor) throws(LayersError) -> (y: Tensor, indices: [Int]) {
    let shape = try outputShape(x.shape)
    let map = try WindowMap(window, Array(x.shape.dropFirst(2)))
    let planes = shape[0] * shape[1]
    var y = Tensor(shape: shape, filledWith: -.infinity)
    var indices = [Int](repeating: -1, count: y.count)
    for plane in 0..<planes {
      for tap in 0..<map.taps {
        for run in map.runs(tap) {
          for i in 0..<run.count {
            let value = x.values[plane * map.inputs + run.source + i]
            let target = plane * map.positions + run.position + i
            // Not `>`: a NaN must come through, and -infinity alone must get an index.
            if indices[target] < 0 || !(value <= y.values[target]) {
              y.values[target] = value
              indices[target] = run.source + i
            }
          }
        }
      }
    }
    return (y, indices)
  }
}

extension Window {
  /// What both poolings demand of a window.
  func checkPooling() throws(LayersError) {
    guard mode == .zeros else { throw .poolingCannotPad(mode: mode) }
    guard case .numbers(let numbers) = padding else { return }
    for (d, number) in numbers.enumerated() where number > span(d) / 2 {
      throw .poolingPaddingOverHalf(padding: number, span: span(d))
    }
  }

  /// The shape that a pooling makes of [N, C, spatial...].
  /// - seesAll: every window has to hold something
  func poolingShape(_ input: [Int], seesAll: Bool) throws(LayersError) -> [Int] {
    guard input.count == dimensions + 2, input[0] >= 1, input[1] >= 1 else {
      throw .wrongShape("[clips, channels, \(dimensions) spatial lengths]", found: input)
    }
    let lengths = try outputLengths(Array(input.dropFirst(2)))
    if seesAll {
      for (d, count) in lengths.enumerated() where seesNothing(d, length: input[d + 2], positions: count) {
        throw .emptyWindow
      }
    }
    return Array(input.prefix(2)) + lengths
  }

  /// Whether one of `positions` windows along a dimension lies in padding with every tap.
  private func seesNothing(_ d: Int, length: Int, positions: Int) -> Bool {
    let before = pads(d).0
    return (0..<positions).contains { position in
      let first = position * stride[d] - before
      return !(0..<kernel[d]).contains { (0..<length).contains(first + $0 * dilation[d]) }
    }
  }
}

extension Traced {
  /// `y`, of which element i is the largest of its window in an input of `shape`, at the place `indices[i]` within its clip
  /// and channel: backward, a gradient goes to where the maximum was.
  static func maxima(_ y: Tensor, _ indices: [Int], of shape: [Int]) -> Traced {
    let planes = shape[0] * shape[1]
    let (inputs, positions) = (shape.reduce(1, *) / planes, y.count / planes)
    return Traced(y) { dy in
      var dx = Tensor(shape: shape)
      for i in 0..<dy.count { dx.values[i / positions * inputs + indices[i]] += dy.values[i] }
      return Gradients(dx: dx, dParameters: [])
    }
  }
}
