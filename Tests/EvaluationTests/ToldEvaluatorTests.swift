// Bits of models that are told something: in chunks as in one piece, step by step as all at once, each clip told its own.
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Evaluation

@Suite struct ToldEvaluatorTests {
  private static let shapes = [
    try! Conditioning(labels: ["a", "b"], controls: [.loudness, .pitch], frameSamples: 50, channels: 5),
    try! Conditioning(controls: [.mel(3)], frameSamples: 7, channels: 17),
    try! Conditioning(labels: ["a", "b", "c"], frameSamples: 64, channels: 3),
  ].map {
    try! Configuration(
      residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9, kernelSize: 3,
      dilations: [1, 2, 4, 1, 3], conditioning: $0)
  }

  private static func model(_ configuration: Configuration) -> Model {
    var random = SeededValues(seed: 1)
    let layout = ParameterLayout(configuration)
    let model = Model(configuration: configuration, parameters: .init(count: layout.count))
    for tensor in layout.tensors {
      for i in tensor.range { model.parameters[i] = Float(random.value(0.4)) }
    }
    return model
  }

  /// Labels and controls of the first `samples` samples of a clip.
  private static func told(_ c: Configuration, samples: Int, seed: UInt64) -> Conditions {
    var random = SeededValues(seed: seed)
    let conditioning = c.conditioning!
    let values = (samples + conditioning.frameSamples - 1) / conditioning.frameSamples
    return Conditions(
      labels: conditioning.labels.map { _ in Float(random.value()) },
      controls: random.values(values * conditioning.controlChannels).map { Float($0) })
  }

  /// Chunks begin in the middle of frames, and the last one where the controls are over.
  @Test(arguments: shapes.indices) func chunksAreTheWhole(index: Int) throws {
    let model = Self.model(Self.shapes[index])
    let c = model.configuration
    var random = SeededValues(seed: 2)
    let codes = random.codes(2 * Evaluator.chunk + 5000, levels: 256)
    let told = Self.told(c, samples: 2 * Evaluator.chunk - 300, seed: 3)
    #expect(Evaluator.chunk % c.conditioning!.frameSamples != 0 || c.conditioning!.controls.isEmpty)
    let bits = try #require(Evaluator(model, threads: 2).bits([codes], told: [told]))[0]
    let inputs = [UInt16](repeating: 128, count: c.receptiveField) + codes.dropLast()
    let pass = SequencePass(c, capacity: inputs.count, training: false)
    var whole = told
    whole.start = 1 - c.receptiveField
    let nats = inputs.withUnsafeBufferPointer { inputs in
      codes.withUnsafeBufferPointer { pass.loss(inputs, targets: $0, told: whole, SequenceWeights(model)) }
    }
    // The same loss of each sample; only their sum is associated otherwise.
    #expect(abs(bits * 0.6931471805599453 - nats) < 1e-12 * nats, "\(bits)")
    let without = try #require(Evaluator(model, threads: 2).bits([codes]))[0]
    #expect(abs(without - bits) > 1e-5 * bits)
    #expect(try #require(Evaluator(model, threads: 1).bits([codes], told: [nil])) == [without])
    #expect(try #require(Evaluator(model, threads: 1).bits([codes], told: [Conditions()])) == [without])
  }

  @Test(arguments: shapes.indices) func stepsAreTheFastEvaluator(index: Int) throws {
    let model = Self.model(Self.shapes[index])
    var random = SeededValues(seed: 9)
    let lengths = [0, 1, 7, 300, 1, 64, 65, 0, 129, 40] + (0..<12).map { 20 + $0 }
    let clips = lengths.map { random.codes($0, levels: 256) }
    // Nothing; curves that end early; those of the whole clip.
    let told: [Conditions?] = lengths.indices.map {
      $0 % 4 == 1
        ? nil
        : Self.told(
          model.configuration, samples: $0 % 3 == 0 ? lengths[$0] / 2 : lengths[$0], seed: UInt64($0))
    }
    let fast = try #require(Evaluator(model, threads: 2).bits(clips, told: told))
    let without = try #require(Evaluator(model, threads: 2).bits(clips))
    for threads in [1, 3] {
      let steps = try #require(
        StepEvaluator(model, precision: .f32, threads: threads).bits(clips, told: told))
      for (clip, (a, b)) in zip(clips, zip(steps, fast)) {
        #expect(abs(a - b) <= 1e-12 * max(1, b), "\(clip.count) samples: \(a), \(b)")
      }
    }
    for (i, clip) in clips.enumerated() where clip.count >= 7 {
      #expect((fast[i] == without[i]) == (told[i] == nil), "clip \(i)")
    }
  }
}
