// The fast generator against what PyTorch generated (Tests/Fixtures) and against the reference in Double.

import Kernels
import TestSupport
import Testing
import WaveNet

@testable import Generation

@Suite struct GoldenTests {
  static let fixtures = ["wavenet_k2.safetensors", "wavenet_k3.safetensors"]

  private func model(_ golden: Golden) -> Model {
    let configuration = golden.configuration
    let layout = ParameterLayout(configuration)
    let weights = golden.tensors("weights")
    let parameters = AlignedBuffer(count: layout.count)
    for tensor in layout.tensors {
      for (i, value) in zip(tensor.range, weights[tensor.name]!) { parameters[i] = Float(value) }
    }
    return Model(configuration: configuration, parameters: parameters)
  }

  @Test(arguments: fixtures) func mostLikelyCodesArePyTorchs(fixture: String) throws {
    let golden = Golden(fixture)
    let generator = Generator(model(golden), sampling: .init(temperature: 0))
    expectSame(try generator.generate(100), golden.codes("greedy_silence"), fixture)
    generator.prime(golden.codes("prime"))
    expectSame(try generator.generate(100), golden.codes("greedy_primed"), fixture)
  }

  @Test(arguments: fixtures) func logitsAreTheReferences(fixture: String) {
    let golden = Golden(fixture)
    let reference = ReferenceWaveNet(golden.configuration, golden.tensors("weights"))
    let codes = golden.codes("greedy_primed")
    let history = golden.codes("prime")
    let generator = Generator(model(golden))
    generator.prime(history)
    let logits = generator.logits(forcing: codes)
    // The reference's row t predicts the code after codes[t]; ours the code at t.
    let expected = reference.logits(codes.dropLast(), history: history).flatMap { $0 }
    expectClose(
      logits.dropFirst(golden.configuration.quantizationLevels), expected, .relativeToScale(1e-5), fixture)
  }
}
