// The mean of each window.

/// Input [N, C, spatial...], output [N, C, output lengths...].
public struct AveragePooling: ParameterFree {
  /// Kernel, stride, dilation, padding.
  public let window: Window
  /// Whether padding counts as zeros in the mean (PyTorch's default) or does not count.
  public let countsPadding: Bool

  /// Everything per spatial dimension; the stride is the kernel unless given, so that windows do not overlap, as in PyTorch.
  ///
  /// - padding: in numbers at most half of the kernel's span, as in PyTorch; `same` needs stride 1.
  public init(
    kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid,
    countsPadding: Bool = true
  ) throws(LayersError) {
    try self.init(
      Window(kernel: kernel, stride: stride ?? kernel, dilation: dilation, padding: padding),
      countsPadding: countsPadding)
  }

  /// With the window as it is, stride included.
  package init(_ window: Window, countsPadding: Bool = true) throws(LayersError) {
    try window.checkPooling()
    self.window = window
    self.countsPadding = countsPadding
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    try window.poolingShape(input, seesAll: !countsPadding)
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let map = try WindowMap(window, Array(x.shape.dropFirst(2)))
    let coverage = map.coverage
    let scale = coverage.map { 1 / Float(countsPadding ? map.taps : $0) }  // [positions]
    var y = Tensor(shape: shape)
    Self.forEach(map, planes: shape[0] * shape[1]) { source, target, position in
      y.values[target] += x.values[source] * scale[position]
    }
    return Traced(y) { dy in
      var dx = Tensor(shape: x.shape)
      Self.forEach(map, planes: shape[0] * shape[1]) { source, target, position in
        dx.values[source] += dy.values[target] * scale[position]
      }
      return Gradients(dx: dx, dParameters: [])
    }
  }

  @inline(__always)
  private static func forEach(
    _ map: WindowMap, planes: Int, _ body: (_ source: Int, _ target: Int, _ position: Int) -> Void
  ) {
    for plane in 0..<planes {
      for tap in 0..<map.taps {
        for run in map.runs(tap) {
          for i in 0..<run.count {
            body(
              plane * map.inputs + run.source + i, plane * map.positions + run.position + i, run.position + i)
          }
        }
      }
    }
  }
}
