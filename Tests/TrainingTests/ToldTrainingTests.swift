// Runs that are told labels and controls of recordings: stopped, opened again and resumed on other threads, they are the same
// to the byte.
import AudioIO
import Foundation
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite struct ToldTrainingTests {
  private static let conditioning = try! Conditioning(
    labels: ["flute", "voice"], controls: [.loudness, .pitch, .pitchPhase, .voicing], frameSamples: 16,
    channels: 5)
  private static let configuration = try! Configuration(
    sampleRate: 4000, residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7,
    dilations: [1, 2, 4], conditioning: conditioning)

  private static func options(_ precision: Precision) -> TrainingOptions {
    var options = TrainingOptions()
    (options.steps, options.clips, options.crop, options.precision) = (12, 5, 64, precision)
    (options.warmUpSteps, options.evaluateEvery, options.scheduledSampling) = (2, 4, 0.5)
    return options
  }

  /// Three tones of each label.
  private static func record(_ folder: String) throws {
    for (i, label) in ["flute", "voice", "flute", "voice", "flute", "voice"].enumerated() {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(label)", withIntermediateDirectories: true)
      let samples = (0..<2000 + i).map { n in
        Float(0.4 * sin(Double(n) * (0.3 + 0.05 * Double(i))) * (n % 700 < 400 ? 1 : 0.01))
      }
      try SoundFile.write(Clip(samples: samples, sampleRate: 4000), to: "\(folder)/\(label)/\(i).wav")
    }
  }

  /// The recordings, opened anew.
  private static func corpus(_ folder: String) throws -> FolderCorpus {
    var options = FolderOptions(paths: [folder])
    options.sampleRate = 4000
    options.labels = FolderOptions.labelSource("folders")
    return try FolderCorpus(
      options: options, seed: 3, receptiveField: configuration.receptiveField, cache: nil
    ).telling(
      WantedConditions(
        labels: conditioning.labels, controls: conditioning.controls,
        frameSamples: conditioning.frameSamples), threads: 2)
  }

  private static func run(
    _ folder: String, _ corpus: any Corpus, _ precision: Precision, threads: Int = 1, resume: Bool = false,
    stopAt: Int? = nil
  ) throws -> TrainingRun {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let run = try TrainingRun(
      files: RunFiles(folder: folder), configuration: configuration, options: options(precision),
      corpus: corpus, threads: threads, resume: resume)
    try run.run(shouldStop: { run.progress.step == stopAt }, report: { _ in })
    return run
  }

  private static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  @Test(arguments: [Precision.f32, .bf16]) func resumingChangesNothing(precision: Precision) throws {
    try withTemporaryFolder { folder in
      try Self.record(folder + "/in")
      let (whole, parts) = (folder + "/whole", folder + "/parts")
      _ = try Self.run(whole, Self.corpus(folder + "/in"), precision)
      for (stop, threads) in [(3, 1), (6, 3), (nil, 2)] as [(Int?, Int)] {
        let run = try Self.run(
          parts, Self.corpus(folder + "/in"), precision, threads: threads, resume: stop != 3, stopAt: stop)
        #expect(run.progress.step == stop ?? 12)
      }
      #expect(try Self.bytes(whole + "/model.safetensors") == Self.bytes(parts + "/model.safetensors"))
      #expect(try Self.bytes(whole + "/config.json") == Self.bytes(parts + "/config.json"))
      // The state's header holds the seconds that were spent; the tensors behind it are all that is left.
      let states = try [whole, parts].map { try Self.bytes($0 + "/training_state.safetensors") }
      let tensors = 4 * 4 * ParameterLayout(Self.configuration).count
      #expect(states[0].suffix(tensors) == states[1].suffix(tensors))
      #expect(states[0].count > tensors && Set(states[0].suffix(tensors)).count > 100)
    }
  }

  /// What is told is trained, each tensor of it, and something else than without.
  @Test func whatIsToldIsLearntFrom() throws {
    try withTemporaryFolder { folder in
      try Self.record(folder + "/in")
      let corpus = try Self.corpus(folder + "/in")
      let run = try Self.run(folder + "/run", corpus, .f32)
      let batch = corpus.batch(
        step: 5, clips: 5, crop: 64, receptiveField: Self.configuration.receptiveField, jitter: 0)
      #expect(batch.conditions.count == 5 && batch.conditions.contains { $0?.isEmpty == false })
      let told = run.trainer.accumulate(batch)
      let layout = ParameterLayout(Self.configuration)
      let gradients = Array(run.trainer.lastGradients.elements)
      for tensor in layout.tensors where tensor.name.contains("condition") {
        #expect(gradients[tensor.range].contains { $0 != 0 }, "\(tensor.name)")
      }
      var silent = batch
      silent.conditions = []
      #expect(run.trainer.accumulate(silent) != told)
      let without = Array(run.trainer.lastGradients.elements)
      for tensor in layout.tensors where tensor.name.contains("condition") {
        #expect(without[tensor.range].allSatisfy { $0 == 0 }, "\(tensor.name)")
      }
    }
  }
}
