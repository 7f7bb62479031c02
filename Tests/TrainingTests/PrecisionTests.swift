// Training with bfloat16 products: the same on any number of threads, resumed to the byte, and about as good as float32.
import Benchmarks
import Foundation
import Kernels
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite struct PrecisionTests {
  private static let configuration = try! Configuration(
    residualChannels: 12, dilationChannels: 17, skipChannels: 20, headChannels: 20,
    dilations: [1, 2, 4, 8, 16])

  private static func options(_ precision: Precision, clips: Int, seed: UInt64 = 1) -> TrainingOptions {
    var options = TrainingOptions()
    (options.clips, options.crop, options.precision, options.seed) = (clips, 96, precision, seed)
    return options
  }

  private static func trainer(_ options: TrainingOptions, threads: Int) -> Trainer {
    var random = SeededValues(seed: options.seed)
    return Trainer(
      configuration: configuration, options: options,
      parameters: Initialization.parameters(configuration, using: &random), threads: threads)
  }

  private static func batch(_ options: TrainingOptions, _ step: Int) throws -> TokenBatch {
    try Chords(seed: options.seed).batch(
      step: UInt64(step), clips: options.clips, crop: options.crop,
      receptiveField: configuration.receptiveField, jitter: 1)
  }

  /// Fewer clips than groups, as many, and more, so that some groups hold two.
  @Test(arguments: Precision.ofTraining, [3, 16, 21])
  func theResultDoesNotDependOnTheThreads(_ precision: Precision, clips: Int) throws {
    let options = Self.options(precision, clips: clips)
    let results = try [1, 2, 5].map { threads in
      let trainer = Self.trainer(options, threads: threads)
      for step in 0..<3 { _ = trainer.step(try Self.batch(options, step), rate: 1e-3) }
      return Array(trainer.optimizer.parameters.elements)
    }
    #expect(results.allSatisfy { $0 == results[0] })
    #expect(Set(results[0]).count > 1000)
  }

  /// The gradient of 21 clips is the mean of each clip's own, whatever group it was added in.
  @Test func everyClipCounts() throws {
    let (many, one) = (Self.options(.f32, clips: 21), Self.options(.f32, clips: 1))
    let batch = try Self.batch(many, 0)
    let trainer = Self.trainer(many, threads: 2)
    let bits = trainer.accumulate(batch)
    let single = Self.trainer(one, threads: 1)
    var (sum, bitsSum) = ([Double](repeating: 0, count: trainer.lastGradients.count), 0.0)
    let length = batch.inputs.count / 21
    for clip in 0..<21 {
      var part = TokenBatch(clips: 1, crop: one.crop, receptiveField: Self.configuration.receptiveField)
      part.inputs = Array(batch.inputs[clip * length..<(clip + 1) * length])
      part.targets = Array(batch.targets[clip * one.crop..<(clip + 1) * one.crop])
      bitsSum += single.accumulate(part)
      for i in sum.indices { sum[i] += Double(single.lastGradients[i]) / 21 }
    }
    expectClose(Array(trainer.lastGradients.elements), sum, .relativeToScale(1e-5))
    expectClose([bits], [bitsSum / 21], .relativeToScale(1e-6))
  }

  /// Over 200 steps the loss falls as it does in float32. Over seeds 1...8 the two ended within 0.051 bits of one another,
  /// either one ahead, by 0.002 in the mean.
  @Test(arguments: [1, 2] as [UInt64]) func learnsAsWell(seed: UInt64) throws {
    func bits(_ precision: Precision) throws -> (first: Double, last: Double) {
      let options = Self.options(precision, clips: 4, seed: seed)
      let trainer = Self.trainer(options, threads: 2)
      let losses = try (0..<200).map { trainer.step(try Self.batch(options, $0), rate: 4e-3).bits }
      return (losses[0], losses.suffix(40).reduce(0, +) / 40)
    }
    let (exact, rounded) = (try bits(.f32), try bits(.bf16))
    #expect(exact.last < exact.first - 1, "\(exact)")
    #expect(abs(rounded.last - exact.last) < 0.1, "\(rounded) \(exact)")
    #expect(rounded.last != exact.last, "nothing was rounded")
  }

  @Test func resumingChangesNothing() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(.bf16, clips: 2)
      (options.steps, options.warmUpSteps, options.evaluateEvery) = (8, 2, 4)
      let corpus = try Chords(seed: 5)
      func run(_ name: String, threads: Int, resume: Bool = false, stopAt: Int? = nil) throws -> Data {
        let path = folder + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let run = try TrainingRun(
          files: RunFiles(folder: path), configuration: Self.configuration, options: options, corpus: corpus,
          threads: threads, resume: resume)
        try run.run(shouldStop: { run.progress.step == stopAt }, report: { _ in })
        return try Data(contentsOf: URL(fileURLWithPath: path + "/model.safetensors"))
      }
      let whole = try run("whole", threads: 1)
      let part = try run("parts", threads: 1, stopAt: 3)
      #expect(part != whole)
      let resumed = try run("parts", threads: 2, resume: true)
      #expect(resumed == whole)
    }
  }

  @Test func runsRecordItAndOlderRunsAreFloat32() throws {
    let options = Self.options(.bf16, clips: 2)
    let text = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: text) == options)
    var object = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
    #expect(object.removeValue(forKey: "precision") as? String == "bf16")
    let older = try JSONSerialization.data(withJSONObject: object)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: older).precision == .f32)
  }

  /// A batch of 4096 clips takes the memory of 16 and its codes; C1 to C3 fit a gigabyte on two threads.
  @Test func memoryDoesNotGrowWithTheBatch() throws {
    for name in ["C1", "C2", "C3"] {
      let c = try #require(Benchmark.shape(name))
      for precision in Precision.ofTraining {
        func bytes(_ clips: Int) -> Int {
          var options = Self.options(precision, clips: clips)
          options.crop = 8192
          return RunEstimate.memoryBytes(c, options: options, threads: 2)
        }
        let codes = 2 * (c.receptiveField - 1 + 2 * 8192)
        #expect(bytes(4096) - bytes(16) == (4096 - 16) * codes)
        #expect(bytes(256) < 1_000_000_000, "\(name) \(precision): \(bytes(256))")
      }
    }
  }
}
