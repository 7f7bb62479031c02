// Bits by the generator's own steps, against the fast evaluator, against the generator's logits in Double, and at each
// precision within what its logits allow.

import Foundation
import Generation
import TestSupport
import Testing
import WaveNet

@testable import Evaluation

@Suite struct StepEvaluatorTests {
  private static let shapes = [
    try! Configuration(
      residualChannels: 5, dilationChannels: 6, skipChannels: 7, headChannels: 9, kernelSize: 3,
      dilations: [1, 2, 4, 1, 3]),
    try! Configuration(
      residualChannels: 32, dilationChannels: 32, skipChannels: 64, headChannels: 64,
      dilations: [1, 2, 4, 8, 16, 1, 2, 4]),
    // Skips are summed in one product at the end where there are many.
    try! Configuration(
      quantizationLevels: 512, residualChannels: 16, dilationChannels: 33, skipChannels: 130,
      headChannels: 70,
      dilations: [6, 3, 1, 1]),
  ]

  private static func model(_ configuration: Configuration, seed: UInt64 = 1) -> Model {
    var random = SeededValues(seed: seed)
    let layout = ParameterLayout(configuration)
    let model = Model(configuration: configuration, parameters: .init(count: layout.count))
    for (name, values) in random.weights(for: configuration) {
      for (place, value) in zip(layout[name].range, values) { model.parameters[place] = Float(value) }
    }
    return model
  }

  /// Clips of many lengths: none, one sample, under a receptive field, unequal, more than advance in step.
  private static func clips(_ configuration: Configuration) -> [[UInt16]] {
    var random = SeededValues(seed: 9)
    let lengths = [0, 1, 7, 300, 1, 64, 65, 0, 129, 40] + (0..<12).map { 20 + $0 }
    return lengths.map { random.codes($0, levels: configuration.quantizationLevels) }
  }

  /// -log2 softmax at the target, in Double, of each row of logits.
  private static func bits(_ logits: [Float], _ codes: [UInt16], levels: Int) -> [Double] {
    codes.enumerated().map { row, code in
      let values = logits[row * levels..<(row + 1) * levels].map(Double.init)
      let largest = values.max()!
      let total = values.reduce(0) { $0 + exp($1 - largest) }
      return (largest + log(total) - values[Int(code)]) / log(2)
    }
  }

  private static func logits(_ model: Model, _ precision: Precision, _ codes: [UInt16]) -> [Float] {
    Generator(model, precision: precision).logits(forcing: codes)
  }

  /// One order of accumulation everywhere, so the logits are the same bits, and the same loss is taken of each row: only
  /// the sums over samples, in Double and cut into chunks by one of the two, are associated differently.
  @Test(arguments: shapes.indices) func f32IsTheFastEvaluator(index: Int) throws {
    let model = Self.model(Self.shapes[index])
    let clips = Self.clips(model.configuration)
    let fast = try #require(Evaluator(model, threads: 2).bits(clips))
    let steps = try #require(StepEvaluator(model, precision: .f32, threads: 2).bits(clips))
    #expect(steps.count == clips.count)
    for (clip, (a, b)) in zip(clips, zip(steps, fast)) {
      #expect(abs(a - b) <= 1e-12 * max(1, b), "\(clip.count) samples: \(a), \(b)")
      #expect(clip.isEmpty ? a == 0 : a > 0)
    }
  }

  /// Not only like its fast twin: like the definition, from the generator's logits.
  @Test(arguments: Precision.allCases) func equalsTheDefinition(precision: Precision) throws {
    for shape in Self.shapes {
      let model = Self.model(shape)
      let clips = Self.clips(shape)
      let found = try #require(StepEvaluator(model, precision: precision, threads: 1).bits(clips))
      for (clip, bits) in zip(clips, found) where !clip.isEmpty {
        let logits = Self.logits(model, precision, clip)
        let expected = Self.bits(logits, clip, levels: shape.quantizationLevels).reduce(0, +)
        #expect(abs(bits - expected) < 2e-6 * expected + 1e-5 * Double(clip.count), "\(bits), \(expected)")
      }
    }
  }

  /// If no logit is off by more than d, a sample's loss is off by 2 d at the most: log-softmax is Lipschitz. The bound of
  /// each precision is what its logits are off by, and each is off by something.
  @Test(arguments: [Precision.bf16, .int8]) func precisionsStayWithinTheirLogits(precision: Precision) throws
  {
    for shape in Self.shapes {
      let model = Self.model(shape)
      let clips = Self.clips(shape)
      let exact = try #require(StepEvaluator(model, precision: .f32, threads: 2).bits(clips))
      let found = try #require(StepEvaluator(model, precision: precision, threads: 2).bits(clips))
      let levels = shape.quantizationLevels
      for (clip, (a, b)) in zip(clips, zip(found, exact)) where !clip.isEmpty {
        let differences = zip(Self.logits(model, precision, clip), Self.logits(model, .f32, clip)).map {
          abs(Double($0) - Double($1))
        }
        let bound = clip.indices.reduce(0.0) {
          $0 + 2 * differences[$1 * levels..<($1 + 1) * levels].max()! / log(2)
        }
        #expect(bound > 0 && abs(a - b) <= bound * 1.001 + 1e-5 * Double(clip.count), "\(a), \(b), \(bound)")
        // The bound is not so wide that anything would do: a fraction of what the clip costs.
        #expect(bound < 0.35 * b, "\(bound) of \(b)")
      }
      #expect(found != exact, "\(precision) changes nothing")
    }
  }

  @Test(arguments: Precision.allCases) func threadsAndNeighboursChangeNothing(precision: Precision) throws {
    let model = Self.model(Self.shapes[1])
    let clips = Self.clips(model.configuration)
    let all = try #require(StepEvaluator(model, precision: precision, threads: 1).bits(clips))
    for threads in [2, 3, 50] {
      #expect(try #require(StepEvaluator(model, precision: precision, threads: threads).bits(clips)) == all)
    }
    for (clip, bits) in zip(clips, all) {
      #expect(try #require(StepEvaluator(model, precision: precision, threads: 2).bits([clip])) == [bits])
    }
    #expect(try #require(StepEvaluator(model, precision: precision, threads: 2).bits([])) == [])
  }

  @Test func progressCountsEverySampleAndStops() throws {
    let model = Self.model(Self.shapes[0])
    var random = SeededValues(seed: 2)
    let clips = (0..<3).map { _ in random.codes(5000, levels: 256) }
    let counted = Counted()
    let evaluator = StepEvaluator(model, precision: .f32, threads: 1)
    let whole = evaluator.bits(clips) { counted.add($0) }
    #expect(whole != nil)
    #expect(counted.total == 15_000 && counted.calls > 2)
    let stopped = Counted(limit: 1)
    let cancelled = evaluator.bits(clips) { stopped.add($0) }
    #expect(cancelled == nil)
    #expect(stopped.total < 15_000)
  }
}

/// Sums what it is told; says no after `limit` calls. Used from one thread.
private final class Counted: @unchecked Sendable {
  private(set) var total = 0
  private(set) var calls = 0
  private let limit: Int

  init(limit: Int = .max) { self.limit = limit }

  func add(_ count: Int) -> Bool {
    total += count
    calls += 1
    return calls < limit
  }
}
