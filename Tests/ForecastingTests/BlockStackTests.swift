// WaveNet with parts left out: with none left out it is the gated stack of Layers, and every variant's gradients are
// differences.
import Forecasting
import Layers
import TestSupport
import Testing

struct BlockStackTests {
  static let variants: [BlockVariant] = BlockVariant.Activation.allCases.flatMap { activation in
    [(true, true), (true, false), (false, true), (false, false)].map {
      BlockVariant(activation, addsInput: $0.0, sumsSkips: $0.1, channels: 16)
    }
  }

  /// Shape, weights and order of random numbers are the same, so the same seed gives the same network.
  @Test(arguments: [[1], [1, 2, 4], [1, 2, 4, 8, 16, 18]], [2, 3])
  func allPartsAreTheGatedStack(_ dilations: [Int], _ kernel: Int) throws {
    var (first, second) = (SeededValues(seed: 4), SeededValues(seed: 4))
    let stack = try BlockStack(
      BlockVariant(), kernel: kernel, dilations: dilations, outputs: 3, using: &first)
    let gated = try GatedStack(
      .init(kernel: kernel, dilations: dilations, outputs: 3), using: &second)
    #expect(stack.parameterCount == gated.parameterCount)
    // [2D, R, K] is [2D, R * K, 1].
    for (a, b) in zip(stack.parameters, gated.parameters) { #expect(a.values == b.values) }
    let data = ForecastData.sines(count: 20, window: 50, targets: 1, seed: 3)
    let x = data.training.inputs(0..<5)
    let (ours, theirs) = (try stack.traced(x), try gated.traced(x))
    expectClose(ours.y.values, theirs.y.values, .relativeToScale(1e-5), "y")
    let dy = Tensor(shape: [5, 3], (0..<15).map { Float($0 % 4) - 1.5 })
    let (a, b) = (ours.backward(dy), theirs.backward(dy))
    expectClose(a.dx.values, b.dx.values, .relativeToScale(1e-4), "dx")
    for (i, (a, b)) in zip(a.dParameters, b.dParameters).enumerated() {
      expectClose(a.values, b.values, .relativeToScale(1e-4), "dp\(i)")
    }
  }

  @Test(arguments: variants)
  func gradientsAreDifferences(_ variant: BlockVariant) throws {
    var random = SeededValues(seed: 8)
    var stack = try BlockStack(variant, dilations: [1, 2, 3], outputs: 2, using: &random)
    let x = ForecastData.sines(count: 20, window: 9, targets: 1, seed: 5).training.inputs(0..<3)
    // Most units far from their kink, on or off whatever the step: biases of skips and residuals, of the head, of ReLUs.
    var shifted = stack.parameters
    for i in shifted.indices where i % 2 == 1 && i > 1 && i < shifted.count - 1 {
      let isDilated = shifted[i - 1].shape[1] == 64
      if isDilated && variant.activation != .relu { continue }
      let size: Float = i == shifted.count - 3 ? 20 : isDilated ? 2 : 4
      for k in shifted[i].values.indices { shifted[i].values[k] += k % 2 == 0 ? size : -size }
    }
    stack.parameters = shifted
    let pass = try stack.traced(x)
    let dy = Tensor(shape: [3, 2], [1, -0.5, 0.3, 2, -1, 0.7])
    let gradients = pass.backward(dy)
    func loss() throws -> Double {
      zip(try stack.forward(x).values, dy.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let all = stack.parameters
    #expect(gradients.dParameters.map(\.shape) == all.map(\.shape) && gradients.dx.shape == x.shape)
    for i in all.indices {
      // Along the gradient itself the loss rises by its length; a few ReLUs still tip.
      let gradient = gradients.dParameters[i].values
      let length = gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      #expect(length > 0, "nothing reaches parameter \(i)")
      var sides: [Double] = []
      for step in [1e-2, -1e-2] {
        var moved = all
        for k in gradient.indices { moved[i].values[k] += Float(step / length) * gradient[k] }
        stack.parameters = moved
        sides.append(try loss())
      }
      stack.parameters = all
      let slope = (sides[0] - sides[1]) / 2e-2
      #expect(abs(slope - length) < 0.08 * length + 3e-3, "parameter \(i): \(slope) instead of \(length)")
    }
  }

  /// Parts that are left out are not there: the answer of a stack without sums knows nothing but the last block.
  @Test func countsOfParameters() throws {
    let counts: [(ForecastModel, Int)] = [
      (.wavenet, 37_729), (.gatedResidual, 32_449), (.gatedSkip, 37_729), (.gatedPlain, 32_449),
      (.reluBoth, 25_249), (.reluResidual, 19_969), (.reluSkip, 25_249), (.reluPlain, 19_969),
      (.reluWide, 37_121), (.tanhBoth, 25_249), (.exercise1Mean, 5377),
    ]
    for (model, count) in counts {
      #expect(try model.layer(window: 50, horizon: 1, seed: 1).parameterCount == count, "\(model)")
    }
    #expect(Set(ForecastModel.gates) == Set(counts.dropLast().map(\.0)))
    #expect(ForecastModel.allCases.filter(\.isExperiment).count == 11)
  }

  /// A convolution of stride 2 in front of an LSTM ends on the newest value, whatever the window.
  @Test(arguments: [20, 21, 50]) func theNewestValueIsRead(_ window: Int) throws {
    let layer = try ForecastModel.convLSTM.layer(window: window, horizon: 1, seed: 3)
    var x = Tensor(shape: [1, 1, window])
    let before = try layer.forward(x).values
    x.values[window - 1] = 1
    #expect(try layer.forward(x).values != before)
  }

  @Test func verdicts() {
    func verdict(_ mae: Double) -> ForecastVerdict {
      ForecastVerdict(mae: mae, seconds: 2, otherMAE: 10, otherSeconds: 8)
    }
    #expect(verdict(9).isCompetitiveOrBetter && verdict(10.49).isCompetitiveOrBetter)
    #expect(!verdict(10.51).isCompetitiveOrBetter && !verdict(.nan).isCompetitiveOrBetter)
    #expect(verdict(9).timeRatio == 0.25)
    #expect(ForecastVerdict(mae: 1, seconds: 1, otherMAE: 1, otherSeconds: 0).timeRatio == nil)
  }
}
