// The reference itself is proven here, before anything is proven with it: against PyTorch (fixtures) and, independently
// of both, against finite differences.
import TestSupport
import Testing
import WaveNet

@Suite("Reference") struct ReferenceTests {
  // Both sides compute in double; what is left is that the fixture stores float32 (half an ulp: 6e-8 of each value).
  static let stored = Tolerance.relativeToScale(1.2e-7)

  @Test("logits and loss are PyTorch's", arguments: fixtureNames) func logits(fixture: String) {
    let golden = Golden(fixture)
    let clips = golden.clips
    let rows = clips.flatMap { golden.reference.activations($0.inputs).logits.suffix($0.targets.count) }
    expectClose(rows.flatMap { $0 }, golden.values("logits"), Self.stored, fixture)
    expectClose([golden.reference.loss(clips)], golden.values("loss"), .relativeToScale(1e-12), fixture)
  }

  @Test("the fixture's first clip starts from silence, and silence is not zeros", arguments: fixtureNames)
  func silence(fixture: String) {
    let golden = Golden(fixture)
    let clip = golden.clips[0]
    let past = golden.configuration.receptiveField - 1
    #expect(clip.inputs.prefix(past + 1).allSatisfy { $0 == 128 })
    let rows = golden.reference.logits(Array(clip.inputs[past...]))
    let expected = golden.values("logits").prefix(rows.count * 256)
    expectClose(rows.flatMap { $0 }, expected, Self.stored, fixture)
    let zeros = [UInt16](repeating: 0, count: past)
    let wrong = golden.reference.activations(zeros + clip.inputs[past...]).logits.suffix(rows.count)
    #expect(mismatch(wrong.flatMap { $0 }, expected, .relativeToScale(0.01)) != nil)
  }

  @Test("every gradient is PyTorch's", arguments: fixtureNames) func gradients(fixture: String) {
    let golden = Golden(fixture)
    let gradients = golden.reference.gradients(golden.clips)
    expectClose(gradients, golden.tensors("gradient"), Self.stored, fixture)
    expectClose(
      [globalNorm(gradients)], [golden.values("gradient_norm")[0]], .relativeToScale(1e-12), fixture)
  }

  @Test("three Adam steps are PyTorch's", arguments: fixtureNames) func adam(fixture: String) {
    let golden = Golden(fixture)
    var model = golden.reference
    var adam = ReferenceAdam(golden)
    for step in 0..<3 {
      expectClose(
        [model.loss(golden.clips)], [golden.values("losses")[step]], .relativeToScale(1e-6), "\(step)")
      var gradients = model.gradients(golden.clips)
      // PyTorch divides by (norm + 1e-6): 1e-6 or less of each gradient.
      if golden.number("clip_norm") > 0 { gradients = clipped(gradients, toNorm: golden.number("clip_norm")) }
      adam.step(&model.weights, gradients)
    }
    expectClose(model.weights, golden.tensors("adam"), .relativeToScale(1e-6), fixture)
  }

  @Test("greedy generation is PyTorch's", arguments: fixtureNames) func greedy(fixture: String) {
    let golden = Golden(fixture)
    expectSame(golden.reference.mostLikely(count: 100), golden.codes("greedy_silence"), fixture)
    let prime = golden.codes("prime")
    expectSame(golden.reference.mostLikely(after: prime, count: 100), golden.codes("greedy_primed"), fixture)
  }

  @Test("gradients are finite differences of the loss", arguments: [2, 3, 4]) func differences(kernel: Int)
    throws
  {
    let configuration = try Configuration(
      residualChannels: 3, dilationChannels: 2, skipChannels: 4, headChannels: 5, kernelSize: kernel,
      dilations: [3, 1, 2])
    var random = SeededValues(seed: UInt64(kernel))
    let model = ReferenceWaveNet(configuration, random.weights(for: configuration))
    let clips = [4, 2].map {
      ReferenceClip(
        inputs: random.codes(configuration.receptiveField - 1 + $0, levels: 256),
        targets: random.codes($0, levels: 256))
    }
    for (name, gradient) in model.gradients(clips).sorted(by: { $0.key < $1.key }) {
      // All elements of small tensors; of large ones those with the largest gradients and a few more.
      let ranked = gradient.indices.sorted { abs(gradient[$0]) > abs(gradient[$1]) }
      let elements = Array(Set(ranked.prefix(6) + [0, gradient.count - 1, gradient.count / 2])).sorted()
      let differences = centralDifferences(at: model.weights[name]!, elements: elements) { values in
        var moved = model
        moved.weights[name] = values
        return moved.loss(clips)
      }
      expectClose(
        elements.map { gradient[$0] }, differences, .relativeToScale(1e-6), "\(name), seed \(kernel)")
    }
  }

  @Test("activations outside the receptive field are not there") func emptyRows() throws {
    let configuration = try Configuration(
      residualChannels: 2, dilationChannels: 2, skipChannels: 2, headChannels: 2, dilations: [1, 4])
    var random = SeededValues(seed: 1)
    let model = ReferenceWaveNet(configuration, random.weights(for: configuration))
    let activations = model.activations(random.codes(8, levels: 256))
    #expect(model.receptiveField == 6 && configuration.receptiveField == 6)
    #expect(activations.z[0].map(\.count) == [0, 2, 2, 2, 2, 2, 2, 2])
    #expect(activations.z[1].map(\.count) == [0, 0, 0, 0, 0, 2, 2, 2])
    #expect(activations.logits.map(\.count) == [0, 0, 0, 0, 0, 256, 256, 256])
  }
}
