// The way back from max pooling: every maximum to the place where it was found. Its twin: MaxPooling's gradient.

/// y is zero but for each x[i] at the place `indices[i]` of its clip and channel. Input [N, C, positions...], output
/// [N, C, lengths...]. Places that two windows share get the value of the later one; as both kept the same maximum, it is
/// the same.
public struct MaxUnpooling: ParameterFree {
  /// Of every value of the input, row-major: its place among the output's positions, as `MaxPooling.forwardWithIndices` and
  /// `AdaptivePooling.forwardWithIndices` give it.
  public let indices: [Int]
  /// Spatial lengths of the output.
  public let lengths: [Int]

  /// - Parameters:
  ///   - indices: what the pooling kept
  ///   - lengths: the spatial lengths of what was pooled
  public init(_ indices: [Int], lengths: [Int]) throws(LayersError) {
    for length in lengths where length < 1 {
      throw .tooSmall(what: "output positions", value: length, minimum: 1)
    }
    let positions = lengths.reduce(1, *)
    if let index = indices.first(where: { $0 < 0 || $0 >= positions }) {
      throw .indexOutOfRange(index: index, positions: positions)
    }
    (self.indices, self.lengths) = (indices, lengths)
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == lengths.count + 2, input.allSatisfy({ $0 >= 1 }),
      input.reduce(1, *) == indices.count
    else {
      throw .wrongShape(
        "[clips, channels, \(lengths.count) spatial lengths] with \(indices.count) values", found: input)
    }
    return Array(input.prefix(2)) + lengths
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let positions = x.count / (shape[0] * shape[1])
    let inputs = lengths.reduce(1, *)
    var y = Tensor(shape: shape)
    for (i, index) in indices.enumerated() { y.values[i / positions * inputs + index] = x.values[i] }
    return Traced(y) { dy in
      var dx = Tensor(shape: x.shape)
      for (i, index) in indices.enumerated() { dx.values[i] = dy.values[i / positions * inputs + index] }
      return Gradients(dx: dx, dParameters: [])
    }
  }
}
