// The state of a recurrent layer after its last step.

/// Input [N, steps, features], output [N, features] of the last step.
public struct LastStep: ParameterFree {
  /// The layer.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count == 3, input.allSatisfy({ $0 >= 1 }) else {
      throw .wrongShape("[clips, steps, features]", found: input)
    }
    return [input[0], input[2]]
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let (steps, features) = (x.shape[1], x.shape[2])
    let starts = (0..<shape[0]).map { (($0 + 1) * steps - 1) * features }
    return Traced(Tensor(shape: shape, starts.flatMap { x.values[$0..<$0 + features] })) { dy in
      var dx = Tensor(shape: x.shape)
      for (clip, start) in starts.enumerated() {
        for i in 0..<features { dx.values[start + i] = dy.values[clip * features + i] }
      }
      return Gradients(dx: dx, dParameters: [])
    }
  }
}
