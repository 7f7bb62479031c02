// Draws of a model that trains: which inputs are drawn, and that they are drawn from what it predicts, by exact distributions in
// Double; that nothing else changes, on any number of threads. Resuming with them: ToldTrainingTests.
import Foundation
import Kernels
import Signal
import TestSupport
import Testing

@testable import Corpus
@testable import Training
@testable import WaveNet

@Suite struct ScheduledSamplingTests {
  private static let configuration = try! Configuration(
    sampleRate: 1000, residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7,
    dilations: [1, 2, 4, 8])
  private static let history = configuration.receptiveField - 1

  private static func model(_ c: Configuration = configuration) -> (SequenceWeights, AlignedBuffer) {
    var random = PhiloxGenerator(seed: 4, stream: 0)
    let parameters = Initialization.parameters(c, using: &random)
    let weights = SequenceWeights(c, training: true)
    weights.load(parameters)
    return (weights, parameters)
  }

  private static func sampling(_ share: Double, seed: UInt64 = 7, step: UInt64 = 3) -> ScheduledSampling {
    ScheduledSampling(share: share, seed: seed, step: step, sampleRate: configuration.sampleRate)
  }

  /// The inputs of a clip of `count` predicted samples, before and after.
  private static func inputs(
    _ sampling: ScheduledSampling, count: Int, place: Int = 0
  ) -> (before: [UInt16], after: [UInt16]?) {
    let (weights, _) = model()
    let pass = SequencePass(configuration, capacity: history + count, training: true)
    var random = SeededValues(seed: 1)
    let codes = random.codes(history + count, levels: 256)
    let after = codes.withUnsafeBufferPointer {
      sampling.inputs($0, history: history, place: place, told: nil, pass, weights)
    }
    return (codes, after)
  }

  @Test func codesAreDrawnFromWhatIsPredicted() throws {
    let count = 700
    let (before, drawn) = Self.inputs(Self.sampling(1), count: count)
    let after = try #require(drawn)
    // The history and the input of the first step are as recorded; all behind them is drawn.
    #expect(after.count == before.count && after.prefix(Self.history + 1) == before.prefix(Self.history + 1))
    let (weights, _) = Self.model()
    let pass = SequencePass(Self.configuration, capacity: before.count, training: false)
    var logits = [Float](repeating: 0, count: count * 256)
    logits.withUnsafeMutableBufferPointer { out in
      before.withUnsafeBufferPointer { pass.forward($0, weights, logits: out.baseAddress!) }
    }
    let philox = ClipRandom.draws(seed: 7, step: 3, place: 0)
    for t in 0..<count - 1 {
      let row = logits[t * 256..<(t + 1) * 256].map { exp(Double($0)) }
      let code = Int(after[Self.history + t + 1])
      let uniform = philox.uniform(at: UInt64(t)) * row.reduce(0, +)
      let below = row[..<code].reduce(0, +)
      // Up to what float32 leaves of the edges.
      #expect(below - 1e-3 <= uniform && uniform <= below + row[code] + 1e-3, "step \(t), code \(code)")
    }
    #expect(Set(after).count > 100, "drawn, not the likeliest ones")
  }

  /// Whole runs of 16 samples (16 ms at 1 kHz), as many as were asked for; every clip and every step its own.
  @Test(arguments: [0.1, 0.5, 0.9]) func inRuns(share: Double) throws {
    let count = 1500
    func isDrawn(_ sampling: ScheduledSampling, place: Int) throws -> [Bool] {
      let (before, after) = Self.inputs(sampling, count: count, place: place)
      // A code may be drawn as it was.
      return zip(try #require(after), before).dropFirst(Self.history + 1).map { $0 != $1 }
    }
    let all = try (0..<4).map { try isDrawn(Self.sampling(share), place: $0) }
    let mean = Double(all.joined().count { $0 }) / Double(4 * (count - 1))
    // 375 runs: four standard deviations.
    #expect(abs(mean - share) < 4 * (share * (1 - share) / 375).squareRoot() + 0.01, "\(mean)")
    #expect(Self.sampling(share).run == 16)
    for clip in all {
      let phases = (0..<16).filter { phase in
        stride(from: -phase, to: count - 1, by: 16).allSatisfy { start in
          let run = clip[max(0, start)..<min(count - 1, start + 16)]
          // One of 256 is drawn as it was, about.
          return run.count { $0 } <= 0 || run.count { $0 } >= run.count - 3
        }
      }
      #expect(!phases.isEmpty, "no runs of sixteen")
    }
    #expect(Set(all).count == 4)
    #expect(try isDrawn(Self.sampling(share, step: 4), place: 0) != all[0])
    #expect(try isDrawn(Self.sampling(share, seed: 8), place: 0) != all[0])
    #expect(try isDrawn(Self.sampling(share), place: 0) == all[0])
  }

  @Test func nothingOfNothing() {
    #expect(Self.inputs(Self.sampling(0), count: 300).after == nil)
    // The only input of a single step is recorded.
    #expect(Self.inputs(Self.sampling(1), count: 1).after == nil)
    let one = Self.inputs(Self.sampling(1), count: 2)
    #expect(one.after.map { $0.dropLast() == one.before.dropLast() } == true)
  }

  /// The gradient is that of the drawn inputs against the recorded targets, cut where a clip ends.
  @Test func onlyInputsChange() {
    let crop = 90
    var options = TrainingOptions()
    (options.clips, options.crop, options.seed) = (3, crop, 7)
    let corpus = SeededCodes(counts: [crop, 33, crop])
    let batch = corpus.batch(clips: 3, crop: crop, receptiveField: Self.history + 1)
    func trainer(threads: Int) -> Trainer {
      Trainer(
        configuration: Self.configuration, options: options, parameters: Self.model().1, threads: threads)
    }
    let drawn = trainer(threads: 1)
    let bits = drawn.accumulate(batch, number: 5, scheduledSampling: 0.6)
    // By hand.
    var changed = batch
    let (weights, _) = Self.model()
    let pass = SequencePass(Self.configuration, capacity: Self.history + crop, training: true)
    let row = Self.history + crop
    for clip in 0..<3 {
      let codes = Array(batch.inputs[clip * row..<clip * row + Self.history + batch.counts[clip]])
      let sampling = ScheduledSampling(
        share: 0.6, seed: 7, step: 5, sampleRate: Self.configuration.sampleRate)
      let own = codes.withUnsafeBufferPointer {
        sampling.inputs($0, history: Self.history, place: clip, told: nil, pass, weights)
      }
      changed.inputs.replaceSubrange(clip * row..<clip * row + codes.count, with: own ?? codes)
    }
    #expect(changed.inputs != batch.inputs)
    let plain = trainer(threads: 1)
    #expect(plain.accumulate(changed) == bits)
    #expect(Array(plain.lastGradients.elements) == Array(drawn.lastGradients.elements))
    let threaded = trainer(threads: 3)
    #expect(threaded.accumulate(batch, number: 5, scheduledSampling: 0.6) == bits)
    #expect(Array(threaded.lastGradients.elements) == Array(drawn.lastGradients.elements))
    // Off: to the bit what there was before there was any.
    #expect(
      trainer(threads: 1).accumulate(batch, number: 5, scheduledSampling: 0)
        == trainer(threads: 1).accumulate(batch))
  }

  @Test func theShareGrows() throws {
    var options = TrainingOptions()
    #expect((0..<16_000).allSatisfy { options.scheduledSampling(at: $0) == 0 })
    options.scheduledSampling = 0.4
    #expect(options.scheduledSampling(at: 0) == 0 && options.scheduledSampling(at: options.warmUpSteps) == 0)
    #expect(abs(options.scheduledSampling(at: options.steps - 1) - 0.4) < 1e-12)
    let shares = (0..<options.steps).map { options.scheduledSampling(at: $0) }
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 <= $1 })
    // Runs from before there was a choice have none recorded.
    var old = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(options)) as? [String: Any])
    old["scheduledSampling"] = nil
    let read = try JSONDecoder().decode(
      TrainingOptions.self, from: JSONSerialization.data(withJSONObject: old))
    #expect(read.scheduledSampling == nil && read.steps == options.steps)
    options.scheduledSampling = 1.5
    #expect(options.problem?.contains("scheduledSampling") == true)
  }
}

/// Batches of random codes whose clips end early.
private struct SeededCodes {
  let counts: [Int]

  func batch(clips: Int, crop: Int, receptiveField: Int) -> TokenBatch {
    var batch = TokenBatch(clips: clips, crop: crop, receptiveField: receptiveField)
    var random = SeededValues(seed: 11)
    for count in counts {
      let codes = random.codes(receptiveField + crop, levels: 256)
      batch.inputs += codes.dropLast()
      batch.addTargets(codes.dropFirst(receptiveField), real: count)
    }
    return batch
  }
}
