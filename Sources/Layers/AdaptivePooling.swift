// Pooling to a given number of positions, whatever the input's length; down to one position it is global pooling.

/// Output position i of n covers the inputs floor(i * L / n) ..< ceil((i+1) * L / n), as in PyTorch: windows of unequal
/// length that may overlap. Input [N, C, spatial...], output [N, C, output...].
public struct AdaptivePooling: ParameterFree {
  /// Mean or largest value of each window.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The mean.
    case average
    /// The largest value.
    case maximum
  }

  /// Mean or maximum.
  public let kind: Kind
  /// Output positions, per spatial dimension.
  public let output: [Int]

  /// - output: positions per spatial dimension.
  public init(_ kind: Kind, output: [Int]) throws(LayersError) {
    if output.isEmpty { throw .tooSmall(what: "number of spatial dimensions", value: 0, minimum: 1) }
    for value in output where value < 1 {
      throw .tooSmall(what: "output positions", value: value, minimum: 1)
    }
    self.kind = kind
    self.output = output
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == output.count + 2, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, channels, \(output.count) spatial lengths]", found: input)
    }
    return Array(input.prefix(2)) + output
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    if kind == .maximum { return try tracedMaximum(x) }
    let shape = try outputShape(x.shape)
    let windows = windows(Array(x.shape.dropFirst(2)))
    let planes = shape[0] * shape[1]
    let inputs = x.count / planes
    var y = Tensor(shape: shape)
    for target in 0..<y.count {
      let (plane, p) = target.quotientAndRemainder(dividingBy: windows.count)
      var sum: Float = 0
      for i in windows[p] { sum += x.values[plane * inputs + i] }
      y.values[target] = sum / Float(windows[p].count)
    }
    return Traced(y) { dy in
      var dx = Tensor(shape: x.shape)
      for (target, gradient) in dy.values.enumerated() {
        let (plane, p) = target.quotientAndRemainder(dividingBy: windows.count)
        let share = gradient / Float(windows[p].count)
        for i in windows[p] { dx.values[plane * inputs + i] += share }
      }
      return Gradients(dx: dx, dParameters: [])
    }
  }

  private func tracedMaximum(_ x: Tensor) throws(LayersError) -> Traced {
    let (y, indices) = try forwardWithIndices(x)
    return .maxima(y, indices, of: x.shape)
  }

  /// The largest values with the place of each: its index within its clip and channel, row-major over the input's
  /// spatial dimensions, as `MaxPooling.forwardWithIndices`. Of equal values the first wins. For `maximum` alone.
  public func forwardWithIndices(_ x: Tensor) throws(LayersError) -> (y: Tensor, indices: [Int]) {
    precondition(kind == .maximum, "indices of the maxima of '\(kind)' pooling")
    let shape = try outputShape(x.shape)
    let windows = windows(Array(x.shape.dropFirst(2)))
    let planes = shape[0] * shape[1]
    let inputs = x.count / planes
    var y = Tensor(shape: shape)
    var indices: [Int] = []
    indices.reserveCapacity(y.count)
    for target in 0..<y.count {
      let (plane, p) = target.quotientAndRemainder(dividingBy: windows.count)
      var best = windows[p][0]
      for i in windows[p] where !(x.values[plane * inputs + i] <= x.values[plane * inputs + best]) {
        best = i
      }
      y.values[target] = x.values[plane * inputs + best]
      indices.append(best)
    }
    return (y, indices)
  }

  /// The inputs of output position `i` of `positions` along one dimension of `length` inputs.
  public static func range(_ i: Int, of positions: Int, _ length: Int) -> Range<Int> {
    i * length / positions..<((i + 1) * length + positions - 1) / positions
  }

  /// The inputs of each output position, both row-major.
  private func windows(_ input: [Int]) -> [[Int]] {
    var windows: [[Int]] = [[0]]
    for (length, positions) in zip(input, output) {
      let ranges = (0..<positions).map { Self.range($0, of: positions, length) }
      windows = windows.flatMap { outer in
        ranges.map { range in outer.flatMap { o in range.map { o * length + $0 } } }
      }
    }
    return windows
  }
}

/// The mean of each channel over all its positions. Input [N, C, spatial...], output [N, C].
public struct GlobalAveragePooling: ParameterFree {
  /// The layer.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count >= 3, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, channels, spatial lengths]", found: input)
    }
    return Array(input.prefix(2))
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let positions = x.count / (shape[0] * shape[1])
    var y = Tensor(shape: shape)
    for i in 0..<y.count {
      var sum: Float = 0
      for p in i * positions..<(i + 1) * positions { sum += x.values[p] }
      y.values[i] = sum / Float(positions)
    }
    return Traced(y) { dy in
      let values = [Float](unsafeUninitializedCapacity: x.count) { target, count in
        for (i, gradient) in dy.values.enumerated() {
          for p in i * positions..<(i + 1) * positions {
            target.initializeElement(at: p, to: gradient / Float(positions))
          }
        }
        count = x.count
      }
      return Gradients(dx: Tensor(shape: x.shape, values), dParameters: [])
    }
  }
}

/// The last position of each channel. Input [N, C, length], output [N, C].
public struct LastPosition: ParameterFree {
  /// The layer.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, channels, length]", found: input)
    }
    return Array(input.prefix(2))
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let length = x.shape[2]
    let last = (0..<shape[0] * shape[1]).map { x.values[($0 + 1) * length - 1] }
    return Traced(Tensor(shape: shape, last)) { dy in
      var dx = Tensor(shape: x.shape)
      for i in 0..<dy.count { dx.values[(i + 1) * length - 1] = dy.values[i] }
      return Gradients(dx: dx, dParameters: [])
    }
  }
}
