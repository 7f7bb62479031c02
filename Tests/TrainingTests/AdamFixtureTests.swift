// The optimizer and the training step against PyTorch's Adam and gradient clipping, and against the Double twin.
import Kernels
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite("Adam and the training step") struct AdamFixtureTests {
  /// The fixture's batch, options and weights in a trainer.
  private func make(
    _ golden: Golden, threads: Int = 1, instructionSet: InstructionSet = .best
  ) -> (trainer: Trainer, batch: TokenBatch) {
    let shape = golden.shape("targets")
    var options = TrainingOptions()
    (options.clips, options.crop) = (shape[0], shape[1])
    (options.beta1, options.beta2) = (golden.number("beta1"), golden.number("beta2"))
    options.epsilon = golden.number("epsilon")
    options.clipNorm = golden.number("clip_norm") > 0 ? golden.number("clip_norm") : .infinity
    let weights = golden.tensors("weights")
    let layout = ParameterLayout(golden.configuration)
    let trainer = Trainer(
      configuration: golden.configuration, options: options,
      parameters: AlignedBuffer(layout.tensors.flatMap { weights[$0.name]!.map(Float.init) }),
      threads: threads,
      kernels: KernelTable(instructionSet))
    var batch = TokenBatch(
      clips: shape[0], crop: shape[1], receptiveField: golden.configuration.receptiveField)
    batch.inputs = golden.codes("inputs")
    batch.targets = golden.codes("targets")
    return (trainer, batch)
  }

  private func named(_ buffer: AlignedBuffer, _ configuration: Configuration) -> [String: [Float]] {
    let tensors = ParameterLayout(configuration).tensors
    return Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, Array(buffer.elements[$0.range])) })
  }

  @Test("three steps are PyTorch's: losses, norms and every weight", arguments: fixtureNames)
  func threeSteps(fixture: String) {
    let golden = Golden(fixture)
    for instructionSet in InstructionSet.available {
      let (trainer, batch) = make(golden, instructionSet: instructionSet)
      for step in 0..<3 {
        let report = trainer.step(batch, rate: golden.number("learning_rate"))
        let what = "\(instructionSet), step \(step)"
        expectClose(
          [report.bits * 0.6931471805599453], [golden.values("losses")[step]], .relativeToScale(2e-6), what)
        let norm = golden.values("gradient_norm")[step]
        expectClose([report.gradientNorm], [norm], .relativeToScale(1e-5), what)
      }
      // Adam divides by the gradient's own size: rounding in small gradients moves a weight by a part of the rate.
      let weights = named(trainer.optimizer.parameters, golden.configuration)
      expectClose(weights, golden.tensors("adam"), .relativeToScale(1e-4), "\(instructionSet)")
      #expect(trainer.optimizer.step == 3)
    }
  }

  @Test("the fixture would notice an optimizer that does nothing, or one step too few") func fixtureMoves() {
    for fixture in fixtureNames {
      let golden = Golden(fixture)
      for (name, after) in golden.tensors("adam") {
        #expect(mismatch(golden.values("weights/" + name), after, .relativeToScale(1e-3)) != nil, "\(name)")
      }
      let (trainer, batch) = make(golden)
      for _ in 0..<2 { _ = trainer.step(batch, rate: golden.number("learning_rate")) }
      let weights = named(trainer.optimizer.parameters, golden.configuration)
      #expect(mismatch(weights, golden.tensors("adam"), .relativeToScale(1e-4)) != nil)
    }
  }

  @Test("clipping is by the norm over all tensors, and matters") func clipping() {
    let golden = Golden("wavenet_k3.safetensors")
    var unclipped = golden.reference
    var adam = ReferenceAdam(golden)
    for _ in 0..<3 { adam.step(&unclipped.weights, unclipped.gradients(golden.clips)) }
    #expect(mismatch(unclipped.weights, golden.tensors("adam"), .relativeToScale(1e-3)) != nil)
    let limit = golden.number("clip_norm")
    expectClose([globalNorm(clipped(["a": [3, 0], "b": [4]], toNorm: 1))], [1], .relativeToScale(1e-12))
    #expect(clipped(["a": [limit / 2]], toNorm: limit) == ["a": [limit / 2]], "short gradients stay")
  }

  @Test("the update is the Double twin's over 50 steps, for every length", arguments: [1, 15, 16, 17, 67])
  func longRun(count: Int) {
    var random = SeededValues(seed: UInt64(count))
    var options = TrainingOptions()
    options.clipNorm = 1.5
    for instructionSet in InstructionSet.available {
      var slow = ["w": random.values(count)]
      var average = slow["w"]!
      var adam = ReferenceAdam(
        learningRate: 0.01, beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon)
      let fast = Adam(
        parameters: AlignedBuffer(slow["w"]!.map(Float.init)), kernels: KernelTable(instructionSet))
      for step in 1...50 {
        let gradient = random.values(count, step % 2 == 0 ? 0.1 : 3)
        adam.step(&slow, clipped(["w": gradient], toNorm: options.clipNorm))
        let norm = fast.update(
          gradients: AlignedBuffer(gradient.map(Float.init)), rate: 0.01, options: options)
        expectClose([norm], [globalNorm(["w": gradient])], .relativeToScale(1e-9))
        let decay = min(options.averageDecay, Double(1 + step) / Double(10 + step))
        for i in 0..<count { average[i] = decay * average[i] + (1 - decay) * slow["w"]![i] }
      }
      expectClose(fast.parameters.elements, slow["w"]!, .relativeToScale(1e-4), "\(instructionSet)")
      expectClose(fast.average.elements, average, .relativeToScale(1e-4), "average, \(instructionSet)")
    }
  }

  @Test("a gradient that is not finite changes nothing", arguments: [Float.nan, .infinity])
  func notFinite(value: Float) {
    let adam = Adam(parameters: AlignedBuffer([1, 2, 3] as [Float]))
    _ = adam.update(gradients: AlignedBuffer([1, -1, 1] as [Float]), rate: 0.1, options: TrainingOptions())
    let before = [adam.parameters, adam.m, adam.v, adam.average].map { Array($0.elements) }
    let norm = adam.update(gradients: AlignedBuffer([1, value, 1]), rate: 0.1, options: TrainingOptions())
    #expect(!norm.isFinite)
    #expect([adam.parameters, adam.m, adam.v, adam.average].map { Array($0.elements) } == before)
    #expect(adam.step == 1)
  }

  @Test("steps are the same to the bit for any number of threads", arguments: fixtureNames)
  func threads(fixture: String) {
    let golden = Golden(fixture)
    let results = [1, 2, 3].map { threads in
      let (trainer, batch) = make(golden, threads: threads)
      var bits: [Double] = []
      for _ in 0..<3 { bits.append(trainer.step(batch, rate: 0.01).bits) }
      return (bits, Array(trainer.optimizer.parameters.elements), Array(trainer.optimizer.m.elements))
    }
    for result in results.dropFirst() { #expect(result == results[0]) }
  }

  @Test("evaluation uses the averaged weights and changes nothing") func evaluation() {
    let golden = Golden(fixtureNames[0])
    let (trainer, batch) = make(golden)
    let atStart = trainer.evaluate(batch)
    expectClose([atStart * 0.6931471805599453], golden.values("loss"), .relativeToScale(1e-6))
    for _ in 0..<3 { _ = trainer.step(batch, rate: 0.01) }
    let average = named(trainer.optimizer.average, golden.configuration).mapValues { $0.map(Double.init) }
    let expected = ReferenceWaveNet(golden.configuration, average).loss(golden.clips)
    let before = Array(trainer.optimizer.parameters.elements)
    expectClose([trainer.evaluate(batch) * 0.6931471805599453], [expected], .relativeToScale(1e-6))
    #expect(trainer.evaluate(batch) != atStart)
    #expect(Array(trainer.optimizer.parameters.elements) == before)
    let model = trainer.averagedModel()
    #expect(Array(model.parameters.elements) == Array(trainer.optimizer.average.elements))
  }
}
