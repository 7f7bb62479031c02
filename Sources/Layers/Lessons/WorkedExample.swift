// The 6x6 example that can be followed with a pencil: two 3x3 kernels with bias 1, 2x2 max pooling, a Dense layer of ones
// with bias 1; the answer is 18. Convolution and pooling are matrices of patches here (im2col), as in the lecture, and the
// gradients go back the same way (col2im). Every intermediate is kept. Twin: the layers themselves, in WorkedExampleTests.

/// The example and everything that is computed on the way there and back.
public struct WorkedExample: Sendable {
  /// What is computed from what, with its numbers.
  public struct Stage: Sendable {
    /// As in the formulas: "X_col", "dW_row".
    public let symbol: String
    /// In words: what it is and how it came about.
    public let name: String
    /// Whether it is a gradient.
    public let isBackward: Bool
    /// The numbers, of two dimensions.
    public let values: Tensor
  }

  /// Forward from the input to the output, then the gradients of the output, back to the input and the kernels.
  public private(set) var stages: [Stage] = []
  /// The number at the end of the way forward.
  public let output: Float
  /// What it must be.
  public static let expected: Float = 18

  /// The stage of this symbol.
  public subscript(symbol: String) -> Tensor {
    guard let stage = stages.first(where: { $0.symbol == symbol }) else {
      preconditionFailure("no stage \(symbol)")
    }
    return stage.values
  }

  /// [1, 1, 6, 6]
  static let input = Tensor(
    shape: [1, 1, 6, 6],
    [
      7, 6, 8, 5, 1, 3,
      8, 6, 5, 3, 5, 5,
      9, 1, 1, 5, 3, 5,
      4, 5, 5, 9, 2, 6,
      9, 5, 3, 1, 2, 2,
      4, 4, 8, 8, 9, 8,
    ])
  /// [2, 1, 3, 3]
  static let kernels = Tensor(
    shape: [2, 1, 3, 3], [1, 1, 0, -1, 1, -1, 0, -1, -1] + [1, 1, 0, -1, 1, -1, -1, 0, -1])
  /// Of each kernel, and of the Dense layer.
  static let bias: Float = 1

  /// Computes it.
  public init() throws(LayersError) {
    let (x, kernels) = (Self.input, Self.kernels)
    let patches = try WindowMap(Window(kernel: [3, 3]), [6, 6])
    let pools = try WindowMap(Window(kernel: [2, 2], stride: [2, 2]), [4, 4])

    // Forward.
    let xCol = im2col(x, patches)  // [9, 16]
    let wRow = Matrix(2, 9, kernels.values)
    let hCol = Matrix(2, 16)
    for row in 0..<2 { for patch in 0..<16 { hCol[row, patch] = Self.bias } }
    hCol.add(wRow, xCol)
    let h = clipsFirst(hCol, clips: 1, shape: [1, 2, 4, 4])
    let poolCol = im2col(h, pools)  // [8, 4]: four rows for each channel
    var (places, maxima): ([Int], [Float]) = ([], [])  // [2 * 4]
    for channel in 0..<2 {
      for patch in 0..<4 {
        let column = (0..<4).map { poolCol[4 * channel + $0, patch] }
        // Of equal values the first.
        let best = column.indices.reduce(0) { column[$1] > column[$0] ? $1 : $0 }
        places.append(best)
        maxima.append(column[best])
      }
    }
    let weight = [Float](repeating: 1, count: 8)  // of the Dense layer
    output = zip(weight, maxima).reduce(Self.bias) { $0 + $1.0 * $1.1 }

    // Back: the gradients of the output. That of the output itself is 1.
    let dFlat = weight
    let dPoolCol = Matrix(8, 4)
    for (i, place) in places.enumerated() { dPoolCol[4 * (i / 4) + place, i % 4] = dFlat[i] }
    let dH = col2im(dPoolCol, pools, shape: [1, 2, 4, 4])
    let dHCol = channelsFirst(dH)  // [2, 16]
    let dWRow = Matrix(2, 9)
    dWRow.add(dHCol, xCol.transposed)
    let dXCol = Matrix(9, 16)
    dXCol.add(wRow, transposingA: true, dHCol)
    let dX = col2im(dXCol, patches, shape: [1, 1, 6, 6])

    forward("x", "the input", [6, 6], x.values)
    for i in 0..<2 { forward("w\(i + 1)", "kernel \(i + 1)", [3, 3], part(kernels, i)) }
    forward("X_col", "im2col of x: every 3x3 patch a column, 16 patches", xCol)
    forward("W_row", "every kernel a row", wRow)
    forward("H_col", "W_row X_col + 1: both convolutions in one product of matrices", hCol)
    for i in 0..<2 { forward("h\(i + 1)", "row \(i + 1) of H_col as a map", [4, 4], part(h, i)) }
    forward("h_col", "im2col of h1 and h2: every 2x2 patch a column, rows 1-4 of h1, 5-8 of h2", poolCol)
    forward(
      "places", "which of its four rows has the maximum, for each map and patch", [2, 4],
      places.map { Float($0) })
    for i in 0..<2 {
      forward("m\(i + 1)", "the maxima of h\(i + 1)", [2, 2], Array(maxima[4 * i..<4 * i + 4]))
    }
    forward("flat", "m1 and m2, flattened", [1, 8], maxima)
    forward("y", "Dense: the sum of flat, weights of 1, plus bias 1", [1, 1], [output])

    back("dflat", "each weight of the Dense layer", [1, 8], dFlat)
    back("dw", "of the Dense layer's weights: flat", [1, 8], maxima)
    back("dh_col", "dflat, each where the maximum was", dPoolCol)
    for i in 0..<2 { back("dh\(i + 1)", "col2im of dh_col: back in place", [4, 4], part(dH, i)) }
    back("dH_col", "dh1 and dh2 as rows", dHCol)
    back("dW_row", "dH_col times X_col transposed", dWRow)
    for i in 0..<2 {
      back("dw\(i + 1)", "of kernel \(i + 1): row \(i + 1) of dW_row", [3, 3], row(dWRow, i))
    }
    back("db", "of the kernels' biases: the sums of the rows of dH_col", [1, 2], dHCol.rowSums)
    back("dX_col", "W_row transposed times dH_col", dXCol)
    back("dx", "col2im of dX_col: each input gets the sum over all patches that hold it", [6, 6], dX.values)
  }

  private mutating func forward(_ symbol: String, _ name: String, _ shape: [Int], _ values: [Float]) {
    stages.append(
      Stage(symbol: symbol, name: name, isBackward: false, values: Tensor(shape: shape, values)))
  }

  private mutating func forward(_ symbol: String, _ name: String, _ matrix: Matrix) {
    forward(symbol, name, [matrix.rows, matrix.columns], matrix.values)
  }

  private mutating func back(_ symbol: String, _ name: String, _ shape: [Int], _ values: [Float]) {
    stages.append(Stage(symbol: symbol, name: name, isBackward: true, values: Tensor(shape: shape, values)))
  }

  private mutating func back(_ symbol: String, _ name: String, _ matrix: Matrix) {
    back(symbol, name, [matrix.rows, matrix.columns], matrix.values)
  }
}

/// Part `index` of two equal ones.
private func part(_ tensor: Tensor, _ index: Int) -> [Float] {
  let size = tensor.count / 2
  return Array(tensor.values[index * size..<(index + 1) * size])
}

private func row(_ matrix: Matrix, _ index: Int) -> [Float] {
  (0..<matrix.columns).map { matrix[index, $0] }
}
