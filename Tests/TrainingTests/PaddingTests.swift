// A clip ends where it ends: what fills up a short one is neither trained on nor counted, and the number in a run's log
// is the one that is measured afterwards.
import AudioIO
import Evaluation
import Foundation
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

@Suite struct PaddingTests {
  private static let configuration = try! Configuration(
    residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7, dilations: [1, 2, 4])

  private static func options(clips: Int, crop: Int) -> TrainingOptions {
    var options = TrainingOptions()
    (options.clips, options.crop) = (clips, crop)
    return options
  }

  private static func trainer(_ options: TrainingOptions) -> Trainer {
    var random = PhiloxGenerator(seed: 4, stream: 0)
    return Trainer(
      configuration: configuration, options: options,
      parameters: Initialization.parameters(configuration, using: &random), threads: 1)
  }

  private static func wav(_ folder: String, _ name: String, _ count: Int, seed: UInt64) throws {
    var random = PhiloxGenerator(seed: seed, stream: 1)
    let samples = (0..<count).map { _ in Float.random(in: -0.9...0.9, using: &random) }
    try SoundFile.write(Clip(samples: samples, sampleRate: 16000), to: "\(folder)/\(name).wav")
  }

  /// The same clips, some of them cut: the gradient and the loss are those of shorter rows.
  @Test func paddingHasNoGradient() throws {
    let field = Self.configuration.receptiveField
    let (long, short) = (Self.options(clips: 1, crop: 90), Self.options(clips: 1, crop: 33))
    var random = SeededValues(seed: 3)
    let codes = random.codes(field + 90, levels: 256)
    var padded = TokenBatch(clips: 1, crop: 90, receptiveField: field)
    padded.inputs = Array(codes[..<(field - 1 + 33)]) + [UInt16](repeating: 128, count: 57)
    padded.addTargets(Array(codes[field..<field + 33]) + [UInt16](repeating: 128, count: 57), real: 33)
    var exact = TokenBatch(clips: 1, crop: 33, receptiveField: field)
    exact.inputs = Array(codes[..<(field - 1 + 33)])
    exact.addTargets(codes[field..<field + 33], real: 33)
    let (a, b) = (Self.trainer(long), Self.trainer(short))
    #expect(a.accumulate(padded) == b.accumulate(exact))
    #expect(Array(a.lastGradients.elements) == Array(b.lastGradients.elements))
    #expect(a.evaluate(padded) == b.evaluate(exact))
  }

  /// White noise of 50 ms a clip, crops of 256 ms: what the log says is what the clips cost, at least 7 bits.
  @Test func theLogSaysWhatEvaluationMeasures() throws {
    try withTemporaryFolder { folder in
      // One held-out clip of 20: every crop of it starts at its start, and is all of it.
      for i in 0..<20 { try Self.wav(folder, "\(i)", i == 0 ? 640 : 800, seed: UInt64(i)) }
      let corpus = try FolderCorpus(
        options: FolderOptions(paths: [folder]).setting(["validation_fraction=0.04"]), seed: 2,
        receptiveField: Self.configuration.receptiveField, cache: nil)
      let options = Self.options(clips: 3, crop: 4096)
      let trainer = Self.trainer(options)
      for step in 0..<5 {
        _ = trainer.step(
          corpus.batch(
            step: UInt64(step), clips: 3, crop: 4096, receptiveField: Self.configuration.receptiveField,
            jitter: 0), rate: 1e-3)
      }
      let batch = corpus.validation(
        clips: 3, crop: 4096, receptiveField: Self.configuration.receptiveField)
      let clips = corpus.validationClips()
      #expect(clips.count == 1 && batch.counts == [clips[0].count, clips[0].count, clips[0].count])
      let bits = Evaluator(trainer.averagedModel(), threads: 1).bits(clips)!
      let measured = bits[0] / Double(clips[0].count)
      #expect(abs(trainer.evaluate(batch) - measured) < 1e-9 * measured && measured > 7, "\(measured)")
    }
  }
}
