// Gradients without calculus, for every layer: the third proof. The loss is a fixed random combination of the outputs,
// summed in Double; layers compute in float32, so that the step is large and the tolerance 1e-3.
import Layers
import TestSupport
import Testing

struct FiniteDifferenceTests {
  @Test(arguments: GoldenTests.cases)
  func gradientsAreDifferences(_ test: GoldenTests.Case) throws {
    let golden = Golden("layers_golden.safetensors")
    var layer = try test.make(GoldenTests.parameters(test.name))
    let x = golden.tensor("\(test.name)/x")
    let pass = try layer.traced(x)
    let dy = Tensor.random(pass.y.shape, seed: 7)
    let gradients = pass.backward(dy)
    func loss(_ y: Tensor) -> Double {
      zip(y.values, dy.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    // Away from the kinks of maxima and ReLU a step this small changes no winner.
    // The gated stack is long and its gate an approximation: more rounding, so a longer step and a wider tolerance.
    let isGated = test.name.hasPrefix("gated_stack")
    let isKinked = !isGated && ["max", "relu", "_stack"].contains { test.name.contains($0) }
    let step = isKinked ? 1e-3 : isGated ? 2e-2 : 1e-2
    let tolerance = Tolerance.relativeToScale(isGated ? 1e-2 : 3e-3)
    let dx = try differences(x, step) { loss(try layer.forward($0)) }
    expectClose(gradients.dx.values.prefix(24), dx, tolerance, "dx")
    for (i, parameter) in layer.parameters.enumerated() {
      let all = layer.parameters
      let expected = try differences(parameter, step) { moved in
        var changed = all
        changed[i] = moved
        layer.parameters = changed
        return loss(try layer.forward(x))
      }
      layer.parameters = all
      expectClose(gradients.dParameters[i].values.prefix(24), expected, tolerance, "dp\(i)")
    }
  }

  /// Along the first 24 elements.
  private func differences(_ point: Tensor, _ step: Double, _ f: (Tensor) throws -> Double) rethrows
    -> [Double]
  {
    try (0..<min(24, point.count)).map { i in
      var (above, below) = (point, point)
      above.values[i] += Float(step)
      below.values[i] -= Float(step)
      let width = Double(above.values[i]) - Double(below.values[i])
      return try (f(above) - f(below)) / width
    }
  }

  /// A direct sum, without im2col, for 1-D convolution: nothing shared but the weights.
  @Test(arguments: [1, 2, 3], [1, 2, 5])
  func convolutionIsTheSum(stride: Int, dilation: Int) throws {
    let x = Tensor.random([2, 3, 20], seed: 1)
    let weight = Tensor.random([4, 3, 3], seed: 2)
    let layer = try Convolution(
      Window(kernel: [3], stride: [stride], dilation: [dilation], padding: .sides(before: [4], after: [1])),
      weight: weight)
    let y = try layer.forward(x)
    var expected: [Double] = []
    for n in 0..<2 {
      for o in 0..<4 {
        for p in 0..<(20 + 5 - 2 * dilation - 1) / stride + 1 {
          var sum = 0.0
          for c in 0..<3 {
            for k in 0..<3 where (0..<20).contains(p * stride + k * dilation - 4) {
              sum += Double(weight[o, c, k]) * Double(x[n, c, p * stride + k * dilation - 4])
            }
          }
          expected.append(sum)
        }
      }
    }
    expectClose(y.values, expected, .relativeToScale(1e-6))
  }
}
