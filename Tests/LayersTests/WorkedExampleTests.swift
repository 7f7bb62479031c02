// The worked 6x6 example: two 3x3 kernels with bias 1, 2x2 max pooling, a Dense layer of ones with bias 1.
import Layers
import TestSupport
import Testing

struct WorkedExampleTests {
  @Test func sixBySix() throws {
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
      shape: [2, 1, 3, 3],
      [1, 1, 0, -1, 1, -1, 0, -1, -1] + [1, 1, 0, -1, 1, -1, -1, 0, -1])
    let convolution = try Convolution(
      Window(kernel: [3, 3]), weight: kernels, bias: Tensor(shape: [2], [1, 1]))
    let maps = try convolution.forward(x)
    #expect(maps.shape == [1, 2, 4, 4])
    // By hand: the direct sum over each window.
    var expected: [Float] = []
    for o in 0..<2 {
      for row in 0..<4 {
        for column in 0..<4 {
          var sum: Float = 1
          for i in 0..<3 {
            for j in 0..<3 { sum += kernels[o, 0, i, j] * x[0, 0, row + i, column + j] }
          }
          expected.append(sum)
        }
      }
    }
    #expect(maps.values == expected)
    #expect(maps[0, 0, 0, 0] == 5)  // 7 + 6 - 8 + 6 - 5 - 1 - 1 + 1
    #expect(maps[0, 1, 0, 0] == -3)  // 7 + 6 - 8 + 6 - 5 - 9 - 1 + 1

    let pool = try MaxPooling(Window(kernel: [2, 2], stride: [2, 2]))
    let pooled = try pool.forward(maps)
    #expect(pooled.shape == [1, 2, 2, 2])
    #expect(pooled.values == [5, -1, -1, 6, 5, 3, -4, 4])
    let flat = try Flatten().forward(pooled)
    let dense = try Dense(
      weight: Tensor(shape: [1, 8], filledWith: 1), bias: Tensor(shape: [1], [1]))
    let output = try dense.forward(flat)
    #expect(output.values == [18])
  }
}
