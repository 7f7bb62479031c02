// The 6x6 example that can be followed with a pencil: two 3x3 kernels with bias 1, 2x2 max pooling, a Dense layer of ones
// with bias 1. Every intermediate is kept; the answer is 18.

/// The example and everything that is computed on the way.
public struct WorkedExample: Sendable {
  /// What is computed from what, with its numbers.
  public struct Stage: Sendable {
    /// For example "convolution with kernel 1".
    public let name: String
    /// The numbers, of two dimensions.
    public let values: Tensor
  }

  /// Input, kernels, maps, pooled maps, flat vector, output, in this order.
  public let stages: [Stage]
  /// The number at the end.
  public let output: Float
  /// What it must be.
  public static let expected: Float = 18

  /// Computes it.
  public init() throws(LayersError) {
    let x = Tensor(
      shape: [1, 1, 6, 6],
      [
        7, 6, 8, 5, 1, 3,
        8, 6, 5, 3, 5, 5,
        9, 1, 1, 5, 3, 5,
        4, 5, 5, 9, 2, 6,
        9, 5, 3, 1, 2, 2,
        4, 4, 8, 8, 9, 8,
      ])
    let kernels = Tensor(
      shape: [2, 1, 3, 3], [1, 1, 0, -1, 1, -1, 0, -1, -1] + [1, 1, 0, -1, 1, -1, -1, 0, -1])
    let maps = try Convolution(
      Window(kernel: [3, 3]), weight: kernels, bias: Tensor(shape: [2], filledWith: 1)
    ).forward(x)
    let pooled = try MaxPooling(Window(kernel: [2, 2], stride: [2, 2])).forward(maps)
    let flat = try Flatten().forward(pooled)
    let y = try Dense(weight: Tensor(shape: [1, 8], filledWith: 1), bias: Tensor(shape: [1], [1])).forward(
      flat)
    var stages = [Stage(name: "input", values: try x.reshaped([6, 6]))]
    func add(_ name: String, _ tensor: Tensor, _ index: Int, _ side: Int) {
      let size = side * side
      let values = Array(tensor.values[index * size..<(index + 1) * size])
      stages.append(Stage(name: name, values: Tensor(shape: [side, side], values)))
    }
    for i in 0..<2 { add("kernel \(i + 1)", kernels, i, 3) }
    for i in 0..<2 { add("convolution with kernel \(i + 1), plus bias 1", maps, i, 4) }
    for i in 0..<2 { add("2x2 maximum of map \(i + 1)", pooled, i, 2) }
    stages.append(Stage(name: "flattened", values: flat))
    stages.append(Stage(name: "Dense of ones, plus bias 1", values: y))
    self.stages = stages
    output = y.values[0]
  }
}
