// Windows as columns, as layers and functions on tensors: im2col and its transpose col2im with shapes that a caller can read.
// The matrices that Convolution multiplies are made by Im2col.swift, which does the work here too.

/// Every window of x as a column, PyTorch's `unfold`: multiplied from the left with a kernel flattened to a row it is the
/// convolution.
///
/// - x: [N, C, spatial...]
/// - Returns: [N, C * taps, positions]; rows by channel and then tap, columns by position, both row-major.
public func im2col(_ x: Tensor, _ window: Window) throws(LayersError) -> Tensor {
  try Unfold(window).forward(x)
}

/// The transpose of `im2col`, PyTorch's `fold`: every number of every column is added to the input that it was read from.
///
/// - columns: [N, C * taps, positions]
/// - lengths: the spatial lengths of the result
/// - Returns: [N, C, lengths...]
public func col2im(_ columns: Tensor, _ window: Window, lengths: [Int]) throws(LayersError) -> Tensor {
  try Fold(window, lengths: lengths).forward(columns)
}

/// Every window of the input as a column. Input [N, C, spatial...], output [N, C * taps, positions].
public struct Unfold: ParameterFree {
  /// Kernel, stride, dilation, padding.
  public let window: Window

  /// The layer.
  public init(_ window: Window) { self.window = window }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == window.dimensions + 2, input[0] >= 1, input[1] >= 1 else {
      throw .wrongShape("[clips, channels, \(window.dimensions) spatial lengths]", found: input)
    }
    let positions = try window.outputLengths(Array(input.dropFirst(2))).reduce(1, *)
    return [input[0], input[1] * window.kernel.reduce(1, *), positions]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let map = try WindowMap(window, Array(x.shape.dropFirst(2)))
    return Traced(clipsFirst(im2col(x, map), clips: shape[0], shape: shape)) { dy in
      Gradients(dx: col2im(channelsFirst(dy), map, shape: x.shape), dParameters: [])
    }
  }
}

/// The transpose of `Unfold`: adds up what overlaps. Input [N, C * taps, positions], output [N, C, lengths...].
public struct Fold: ParameterFree {
  /// Kernel, stride, dilation, padding.
  public let window: Window
  /// Spatial lengths of the output, the input of `Unfold`.
  public let lengths: [Int]
  private let map: WindowMap

  /// - lengths: of the output, per spatial dimension
  public init(_ window: Window, lengths: [Int]) throws(LayersError) {
    map = try WindowMap(window, lengths)
    (self.window, self.lengths) = (window, lengths)
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input[0] >= 1, input[1] >= 1, input[1] % map.taps == 0, input[2] == map.positions
    else {
      throw .wrongShape("[clips, channels * \(map.taps) taps, \(map.positions) positions]", found: input)
    }
    return [input[0], input[1] / map.taps] + lengths
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    return Traced(col2im(channelsFirst(x), map, shape: shape)) { [map] dy in
      Gradients(dx: clipsFirst(im2col(dy, map), clips: shape[0], shape: x.shape), dParameters: [])
    }
  }
}
