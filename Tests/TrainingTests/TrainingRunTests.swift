// The loop around the steps: resuming to the byte, rolling back from a jump of the loss, its log.
import Files
import Foundation
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

/// Silence, but for the batches in `noise`, whose codes are random: nothing that was learnt predicts them.
private struct SilenceAndNoise: Corpus {
  var noise: Set<UInt64> = []
  let sampleRate = 16000
  let quantizationLevels = 256

  func batch(
    step: UInt64, places: [Int], crop: Int, receptiveField: Int, jitter: Double
  ) -> TokenBatch {
    let clips = places.count
    var batch = TokenBatch(clips: clips, crop: crop, receptiveField: receptiveField)
    let length = clips * (receptiveField - 1 + crop)
    var random = SeededValues(seed: step)
    let codes =
      noise.contains(step)
      ? random.codes(length, levels: 256) : [UInt16](repeating: 128, count: length)
    batch.inputs = codes
    batch.targets = Array(codes.prefix(clips * crop))
    return batch
  }

  func validation(clips: Int, crop: Int, receptiveField: Int) -> TokenBatch {
    batch(step: .max, clips: clips, crop: crop, receptiveField: receptiveField, jitter: 0)
  }

  func validationClips(count: Int, samples: Int) -> [[UInt16]] { [[UInt16](repeating: 128, count: samples)] }
}

@Suite struct TrainingRunTests {
  private static let configuration = try! Configuration(
    residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7, dilations: [1, 2, 4])

  private static func options(steps: Int) -> TrainingOptions {
    var options = TrainingOptions()
    (options.steps, options.clips, options.crop) = (steps, 2, 64)
    (options.warmUpSteps, options.evaluateEvery) = (2, 4)
    return options
  }

  private static func run(
    _ folder: String, _ corpus: any Corpus, _ options: TrainingOptions, threads: Int = 1,
    resume: Bool = false,
    stopAt: Int? = nil, events: (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingRun {
    let run = try TrainingRun(
      files: RunFiles(folder: folder), configuration: configuration, options: options, corpus: corpus,
      threads: threads, resume: resume)
    try run.run(shouldStop: { run.progress.step == stopAt }, report: events)
    return run
  }

  private static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// Twelve steps are five steps, a stop, and seven more: every tensor of the state and the model, on one thread or two.
  @Test func resumingChangesNothing() throws {
    try withTemporaryFolder { folder in
      let corpus = try Chords(seed: 5)
      let options = Self.options(steps: 12)
      let (whole, parts) = (folder + "/whole", folder + "/parts")
      for path in [whole, parts] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      _ = try Self.run(whole, corpus, options)
      let stopped = try Self.run(parts, corpus, options, stopAt: 5)
      #expect(stopped.progress.step == 5 && !stopped.isFinished)
      let resumed = try Self.run(parts, corpus, options, threads: 2, resume: true)
      #expect(resumed.isFinished && resumed.progress.cursor == 12)
      let logs = try [whole, parts].map {
        try MetricsLog(path: $0 + "/metrics.jsonl").lines().map {
          [$0.trainBits, $0.heldOutBits, $0.gradientNorm]
        }
      }
      #expect(logs[0].count == 3 && logs[0] == logs[1])
      #expect(try Self.bytes(whole + "/model.safetensors") == Self.bytes(parts + "/model.safetensors"))
      // The state's header holds the seconds that were spent; the tensors behind it are all that is left.
      let states = try [whole, parts].map { try Self.bytes($0 + "/training_state.safetensors") }
      let tensors = 4 * 4 * ParameterLayout(Self.configuration).count
      #expect(states[0].suffix(tensors) == states[1].suffix(tensors))
      #expect(states[0].count > tensors && Set(states[0].suffix(tensors)).count > 100)
    }
  }

  @Test func aJumpOfTheLossRollsBack() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(steps: 60)
      options.learningRate = 2e-2
      var rollbacks: [(from: Int, to: Int, scale: Double)] = []
      let run = try Self.run(folder, SilenceAndNoise(noise: Set(40..<44)), options) { event in
        if case .rolledBack(let back) = event {
          rollbacks.append((back.fromStep, back.toStep, back.learningRateScale))
          #expect(back.bits > (back.usualBits ?? 9) && back.inARow >= 1)
        }
      }
      #expect(!rollbacks.isEmpty, "the noise went unnoticed")
      #expect(rollbacks.allSatisfy { $0.to <= $0.from && $0.to % 4 == 0 }, "\(rollbacks)")
      #expect(zip(rollbacks, 1...).allSatisfy { $0.scale == pow(0.5, Double($1)) })
      #expect(run.isFinished && run.progress.cursor > 60, "other data after going back")
      #expect((run.progress.heldOutBits ?? 9) < 1, "what was learnt before is still there")
    }
  }

  /// Batches of one clip, silence or noise by chance: the loss jumps by bits, and nothing is wrong.
  @Test func unlikeRecordingsAreNoJump() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(steps: 400)
      options.clips = 1
      var steps: Set<UInt64> = []
      var random = SeededValues(seed: 5)
      for step in 0..<500 as Range<UInt64> where random.value() > 0 { steps.insert(step) }
      let run = try Self.run(folder, SilenceAndNoise(noise: steps), options) { event in
        if case .rolledBack(let back) = event { Issue.record("\(back)") }
      }
      #expect(run.isFinished && (run.progress.spread ?? 0) > 1, "\(run.progress)")
    }
  }

  @Test func anImpossibleRateEndsWithAnError() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(steps: 400)
      options.learningRate = 1e30
      let error = #expect(throws: TrainingError.self) {
        _ = try Self.run(folder, try Chords(seed: 1), options)
      }
      if case .diverged? = error {} else { Issue.record("\(String(describing: error))") }
    }
  }

  @Test func theLogIsCutBackToTheResumedStep() throws {
    try withTemporaryFolder { folder in
      let log = MetricsLog(path: folder + "/metrics.jsonl")
      for step in [4, 8, 12] {
        try log.append(
          MetricsLine(
            step: step, trainBits: 1, heldOutBits: 2, gradientNorm: 3, learningRate: 4, jitter: 5,
            audioSecondsPerSecond: 6, seconds: 7, rollbacks: 0))
      }
      let handle = try #require(FileHandle(forWritingAtPath: log.path))
      handle.seekToEndOfFile()
      handle.write(Data("{\"step\": 16, \"tra".utf8))  // torn by a kill
      try log.truncate(after: 8)
      let lines = String(decoding: try Self.bytes(log.path), as: UTF8.self).split(separator: "\n")
      #expect(lines.count == 2 && lines[1].contains("\"step\":8"))
      // Any other line that cannot be read would be gone for good.
      let damaged = "X" + lines[0].dropFirst() + "\n" + lines[1] + "\n"
      try AtomicFile.write(damaged, to: log.path)
      #expect(throws: FileError.notValid(path: log.path, reason: "line 1 cannot be read")) {
        try log.truncate(after: 8)
      }
      #expect(String(decoding: try Self.bytes(log.path), as: UTF8.self) == damaged)
      // An editor's ends of lines.
      try AtomicFile.write(lines.joined(separator: "\r\n") + "\r\n", to: log.path)
      #expect(try log.lines().map(\.step) == [4, 8])
      try log.truncate(after: 4)
      #expect(String(decoding: try Self.bytes(log.path), as: UTF8.self) == lines[0] + "\n")
    }
  }
}
