// Two axes change places: how the output of one layer becomes the input of another that counts its axes differently.

/// Swaps two axes. As it stands it makes [N, C, L] of convolutions into the [N, L, C] that an `LSTM` takes, and back.
public struct Transpose: ParameterFree {
  /// The two axes, counted from 0 with the clips' axis.
  public let first: Int, second: Int

  /// - first, second: the axes; the channels' and the positions' unless given.
  public init(_ first: Int = 1, _ second: Int = 2) {
    precondition(first >= 0 && second >= 0, "axes \(first) and \(second)")
    (self.first, self.second) = (first, second)
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard max(first, second) < input.count else {
      throw .wrongShape("at least \(max(first, second) + 1) axes", found: input)
    }
    var shape = input
    shape.swapAt(first, second)
    return shape
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    Traced(swapped(x, try outputShape(x.shape))) { dy in
      Gradients(dx: swapped(dy, x.shape), dParameters: [])
    }
  }

  /// The values of x under `shape`, in which the two axes are swapped.
  private func swapped(_ x: Tensor, _ shape: [Int]) -> Tensor {
    // How far apart neighbours along each axis of the result are in x.
    var steps = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { steps[axis] = steps[axis + 1] * x.shape[axis + 1] }
    steps.swapAt(first, second)
    var (y, index, source) = (Tensor(shape: shape), [Int](repeating: 0, count: shape.count), 0)
    for i in 0..<y.count {
      y.values[i] = x.values[source]
      for axis in shape.indices.reversed() {
        index[axis] += 1
        source += steps[axis]
        if index[axis] < shape[axis] { break }
        source -= steps[axis] * shape[axis]
        index[axis] = 0
      }
    }
    return y
  }
}
