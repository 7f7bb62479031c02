// The worked 6x6 example, forward and back, against numbers written by hand, direct sums without matrices, finite differences
// and the layers themselves.
import Layers
import TestSupport
import Testing

struct WorkedExampleTests {
  private let image: [[Double]] = [
    [7, 6, 8, 5, 1, 3],
    [8, 6, 5, 3, 5, 5],
    [9, 1, 1, 5, 3, 5],
    [4, 5, 5, 9, 2, 6],
    [9, 5, 3, 1, 2, 2],
    [4, 4, 8, 8, 9, 8],
  ]
  private let kernels: [[[Double]]] = [
    [[1, 1, 0], [-1, 1, -1], [0, -1, -1]], [[1, 1, 0], [-1, 1, -1], [-1, 0, -1]],
  ]
  private let example: WorkedExample

  init() throws { example = try WorkedExample() }

  /// By hand: the direct sum over each window.
  private func maps(_ image: [[Double]], _ kernels: [[[Double]]]) -> [[[Double]]] {
    kernels.map { kernel in
      (0..<4).map { row in
        (0..<4).map { column in
          var sum = 1.0
          for i in 0..<3 { for j in 0..<3 { sum += kernel[i][j] * image[row + i][column + j] } }
          return sum
        }
      }
    }
  }

  @Test func mapsAreTheDirectSums() {
    let expected = maps(image, kernels)
    for i in 0..<2 {
      #expect(example["h\(i + 1)"].values.map(Double.init) == expected[i].flatMap { $0 })
    }
    #expect(example["H_col"].values.map(Double.init) == expected.flatMap { $0.flatMap { $0 } })
    #expect(example["h1"][0, 0] == 5)  // 7 + 6 - 8 + 6 - 5 - 1 - 1 + 1
    #expect(example["h2"][0, 0] == -3)  // 7 + 6 - 8 + 6 - 5 - 9 - 1 + 1
  }

  /// What the lecture prints.
  @Test func numbersOfTheLecture() {
    let columns = example["X_col"]
    #expect(columns.shape == [9, 16])
    // Its first row, last row and first column.
    #expect(columns.values.prefix(16) == [7, 6, 8, 5, 8, 6, 5, 3, 9, 1, 1, 5, 4, 5, 5, 9])
    #expect(columns.values.suffix(16) == [1, 5, 3, 5, 5, 9, 2, 6, 3, 1, 2, 2, 8, 8, 9, 8])
    #expect((0..<9).map { columns[$0, 0] } == [7, 6, 8, 8, 6, 5, 9, 1, 1])
    for row in 0..<9 {
      for patch in 0..<16 {
        #expect(Double(columns[row, patch]) == image[patch / 4 + row / 3][patch % 4 + row % 3])
      }
    }
    #expect(example["W_row"].shape == [2, 9])
    #expect(example["W_row"].values == [1, 1, 0, -1, 1, -1, 0, -1, -1] + [1, 1, 0, -1, 1, -1, -1, 0, -1])
    #expect(example["h_col"].shape == [8, 4])
    #expect(
      example["h_col"].values == [
        5, -1, -1, 6, 5, -4, -10, -8, -4, -1, -9, -6, -7, -6, -8, -6,
        -3, 3, -5, 4, 5, -6, -12, -7, -3, 3, -9, -6, -7, -13, -4, -5,
      ])
    #expect(example["places"].values == [0, 0, 0, 0, 1, 0, 3, 0])
    #expect(example["m1"].values == [5, -1, -1, 6] && example["m2"].values == [5, 3, -4, 4])
    #expect(example["flat"].values == [5, -1, -1, 6, 5, 3, -4, 4])
    #expect(example["y"].values == [18] && example.output == 18 && WorkedExample.expected == 18)
  }

  /// y = 1 + the sum of h over the eight places of the maxima: everything else is linear in that. The places stay, since two
  /// of a patch are equal.
  private func output(_ image: [[Double]], _ kernels: [[[Double]]]) -> Double {
    let maps = maps(image, kernels)
    let places = [0, 0, 0, 0, 1, 0, 3, 0]
    return places.enumerated().reduce(1) { sum, item in
      let (map, patch) = (item.offset / 4, item.offset % 4)
      return sum + maps[map][patch / 2 * 2 + item.element / 2][patch % 2 * 2 + item.element % 2]
    }
  }

  /// Exact, since y is a sum of products of two: differences of any step are the derivative.
  @Test func gradientsAreDifferences() {
    #expect(output(image, kernels) == 18)
    for row in 0..<6 {
      for column in 0..<6 {
        var moved = image
        moved[row][column] += 1
        #expect(Double(example["dx"][row, column]) == output(moved, kernels) - 18, "dx \(row) \(column)")
      }
    }
    for k in 0..<2 {
      for i in 0..<9 {
        var moved = kernels
        moved[k][i / 3][i % 3] += 1
        let difference = output(image, moved) - 18
        #expect(Double(example["dw\(k + 1)"].values[i]) == difference, "dw\(k + 1) \(i)")
        #expect(Double(example["dW_row"][k, i]) == difference)
      }
    }
  }

  /// By hand: each maximum sends its 1 to its window's nine inputs, times the kernel.
  @Test func gradientsByHand() {
    #expect(example["dh1"].values == [1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0])
    #expect(example["dh2"].values == [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0])
    #expect(example["dH_col"].values == example["dh1"].values + example["dh2"].values)
    #expect(example["db"].values == [4, 4])  // four maxima each
    // The first inputs of the windows at (0,0), (0,2), (2,0) and (2,2).
    #expect(example["dw1"][0, 0] == 7 + 8 + 9 + 1)
    #expect(example["dx"][0, 0] == 1)  // h1 at (0,0) alone reads it, with weight 1
    #expect(example["dX_col"].shape == [9, 16] && example["dh_col"].shape == [8, 4])
    #expect(example["dflat"].values == [1, 1, 1, 1, 1, 1, 1, 1])
    #expect(example["dw"].values == example["flat"].values)
  }

  /// Convolution, MaxPooling, Flatten and Dense, run backward.
  @Test func layersAgree() throws {
    let x = Tensor(shape: [1, 1, 6, 6], image.flatMap { $0.map { Float($0) } })
    let weight = Tensor(shape: [2, 1, 3, 3], kernels.flatMap { $0.flatMap { $0.map { Float($0) } } })
    let pass = try Sequential([
      Convolution(Window(kernel: [3, 3]), weight: weight, bias: Tensor(shape: [2], filledWith: 1)),
      MaxPooling(kernel: [2, 2]), Flatten(),
      Dense(weight: Tensor(shape: [1, 8], filledWith: 1), bias: Tensor(shape: [1], [1])),
    ]).traced(x)
    #expect(pass.y.values == [18])
    let gradients = pass.backward(Tensor(shape: [1, 1], [1]))
    #expect(gradients.dx.values == example["dx"].values)
    let expected = ["dW_row", "db", "dw"].map { example[$0].values } + [[1]]
    #expect(gradients.dParameters.map(\.values) == expected)
  }
}
