// Training over several ranks, which are threads here (TestSupport/ThreadRanks.swift): the bytes of one rank by itself, whatever their
// number, and all of them stop, roll back and fail together. The program under mpirun: SynthTests/MPITests.
import AudioIO
import Foundation
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Ranks
@testable import Training

@Suite struct DataParallelTests {
  private static let configuration = try! Configuration(
    residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7, dilations: [1, 2, 4])

  private static func options(_ precision: Precision = .f32, clips: Int = 11, steps: Int = 12)
    -> TrainingOptions
  {
    var options = TrainingOptions()
    (options.steps, options.clips, options.crop, options.precision) = (steps, clips, 64, precision)
    (options.warmUpSteps, options.evaluateEvery, options.shards) = (2, 4, 8)
    return options
  }

  /// What a run has come to on each of its ranks.
  private struct End: Sendable {
    let step: Int
    let weights: [UInt32]
    let bits: Double?
    let rollbacks: Int
  }

  /// - stopAt: a step at which rank `stopper` is told to stop
  @discardableResult private static func run(
    _ folder: String, _ corpus: any Corpus, _ options: TrainingOptions, _ c: Configuration = configuration,
    ranks: Int, resume: Bool = false, goal: RunGoal = RunGoal(), stopAt: Int? = nil, stopper: Int = 0
  ) throws -> [End] {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return try ThreadRank.run(ranks) { own in
      let run = try TrainingRun(
        // Nobody but rank 0 has a folder.
        files: RunFiles(folder: own.isFirst ? folder : "/nowhere"), configuration: c, options: options,
        goal: goal,
        corpus: corpus, threads: 1, resume: resume, ranks: own)
      try run.run(
        shouldStop: { own.rank == stopper && run.progress.step == stopAt },
        report: { _ in #expect(own.isFirst) })
      let weights = run.trainer.optimizer.parameters.elements.map(\.bitPattern)
      return End(
        step: run.progress.step, weights: weights, bits: run.progress.smoothBits,
        rollbacks: run.progress.rollbacks ?? 0)
    }
  }

  private static func bytes(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
  }

  /// All but the seconds in the state's header.
  private static func expectSame(_ a: String, _ b: String, _ c: Configuration = configuration) throws {
    #expect(try bytes(a + "/model.safetensors") == bytes(b + "/model.safetensors"))
    let states = try [a, b].map { try bytes($0 + "/training_state.safetensors") }
    let tensors = 4 * 4 * ParameterLayout(c).count
    #expect(states[0].suffix(tensors) == states[1].suffix(tensors))
    #expect(Set(states[0].suffix(tensors)).count > 100)
    let bits = try [a, b].map { path in
      let progress = try RunProgress.load(RunFiles(folder: path))
      return [progress.recentBits, progress.smoothBits, progress.heldOutBits].map { $0?.bitPattern }
    }
    #expect(bits[0] == bits[1])
  }

  /// Eleven clips in eight shards: some shards with two, and ranks with unequal parts. At a share of draws too.
  @Test(arguments: Precision.ofTraining, [0, 0.5]) func theBitsOfOneRank(
    _ precision: Precision, _ share: Double
  ) throws {
    try withTemporaryFolder { folder in
      var options = Self.options(precision)
      options.scheduledSampling = share == 0 ? nil : share
      let corpus = try Chords(seed: 5)
      try Self.run(folder + "/1", corpus, options, ranks: 1)
      for count in [2, 4, 8] {
        let ends = try Self.run(folder + "/\(count)", corpus, options, ranks: count)
        #expect(ends.allSatisfy { $0.weights == ends[0].weights && $0.bits == ends[0].bits && $0.step == 12 })
        try Self.expectSame(folder + "/1", folder + "/\(count)")
      }
      // Another number of shards is another order: these sums do depend on it.
      options.shards = 2
      try Self.run(folder + "/other", corpus, options, ranks: 1)
      #expect(
        try Self.bytes(folder + "/1/model.safetensors") != Self.bytes(folder + "/other/model.safetensors"))
    }
  }

  /// Recordings with short clips among them, told pitch and loudness.
  @Test(arguments: Precision.ofTraining) func theBitsOfOneRankThatIsTold(_ precision: Precision) throws {
    try withTemporaryFolder { folder in
      let told = try Configuration(
        sampleRate: 4000, residualChannels: 4, dilationChannels: 5, skipChannels: 6, headChannels: 7,
        dilations: [1, 2, 4],
        conditioning: Conditioning(
          labels: [], controls: [.pitch, .voicing, .loudness], frameSamples: 16, channels: 3))
      try FileManager.default.createDirectory(atPath: folder + "/in", withIntermediateDirectories: true)
      for i in 0..<6 {
        let count = i == 0 ? 40 : 4000
        let samples = (0..<count).map { Float(0.5 * sin(2 * .pi * Double(200 + 40 * i) * Double($0) / 4000)) }
        try SoundFile.write(Clip(samples: samples, sampleRate: 4000), to: "\(folder)/in/\(i).wav")
      }
      var description = FolderOptions(paths: [folder + "/in"])
      description.sampleRate = 4000
      let corpus = try FolderCorpus(options: description, seed: 3, receptiveField: 8, cache: nil).telling(
        WantedConditions(labels: [], controls: [.pitch, .voicing, .loudness], frameSamples: 16), threads: 2)
      for count in [1, 4] {
        try Self.run("\(folder)/\(count)", corpus, Self.options(precision), told, ranks: count)
      }
      try Self.expectSame(folder + "/1", folder + "/4", told)
    }
  }

  /// Stopped by another rank than the first, gone on with by another number of ranks: as if it had never stopped.
  @Test func resumingWithOtherRanksChangesNothing() throws {
    try withTemporaryFolder { folder in
      let (corpus, options) = (try Chords(seed: 5), Self.options())
      try Self.run(folder + "/whole", corpus, options, ranks: 1)
      let parts = folder + "/parts"
      for (ranks, stop) in [(4, 3), (1, 6), (2, 9), (8, nil)] as [(Int, Int?)] {
        let ends = try Self.run(
          parts, corpus, options, ranks: ranks, resume: stop != 3, stopAt: stop, stopper: ranks - 1)
        #expect(ends.allSatisfy { $0.step == stop ?? 12 && $0.weights == ends[0].weights })
      }
      try Self.expectSame(folder + "/whole", parts)
    }
  }

  /// A run with minutes is planned anew by rank 0's clock, and all ranks end at the same step.
  @Test func oneClockDecides() throws {
    try withTemporaryFolder { folder in
      let goal = RunGoal(minutes: 0.01)
      let ends = try Self.run(folder, try Chords(seed: 5), Self.options(steps: 50), ranks: 4, goal: goal)
      #expect(
        ends.allSatisfy { $0.step == ends[0].step && $0.weights == ends[0].weights } && ends[0].step > 0)
      let progress = try RunProgress.load(RunFiles(folder: folder))
      #expect(progress.step == ends[0].step && progress.plan != nil)
    }
  }

  @Test func allRollBackTogether() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(steps: 60)
      options.learningRate = 8  // too much
      try Self.run(folder + "/1", try Chords(seed: 5), options, ranks: 1)
      let ends = try Self.run(folder + "/4", try Chords(seed: 5), options, ranks: 4)
      #expect(ends[0].rollbacks > 0, "a rate that does no harm proves nothing")
      #expect(ends.allSatisfy { $0.rollbacks == ends[0].rollbacks })
      #expect(ends.allSatisfy { $0.weights == ends[0].weights })
      try Self.expectSame(folder + "/1", folder + "/4")
    }
  }

  /// One bit of one weight on one rank is found before anything is saved, and every rank says so.
  @Test func aWrongBitIsFound() throws {
    try withTemporaryFolder { folder in
      let corpus = try Chords(seed: 5)
      let outcomes = ThreadRank.outcomes(4) { own in
        let run = try TrainingRun(
          files: RunFiles(folder: folder), configuration: Self.configuration, options: Self.options(),
          corpus: corpus,
          threads: 1, resume: false, ranks: own)
        try run.run(
          shouldStop: {
            if own.rank == 2 && run.progress.step == 2 {
              let weight = run.trainer.optimizer.parameters.pointer + 17
              weight.pointee = Float(bitPattern: weight.pointee.bitPattern ^ 1 << 12)
            }
            return false
          }, report: { _ in })
      }
      for outcome in outcomes {
        let error = #expect(throws: RankError.self) { try outcome.get() }
        #expect(error == .diverged(step: 4, ranks: [2]))
      }
      #expect(!FileManager.default.fileExists(atPath: folder + "/training_state.safetensors"))
    }
  }

  /// An error on one rank ends all: here recordings that cannot be read any more on rank 1.
  @Test func anErrorOnOneRankEndsAll() throws {
    struct Gone: Error {}
    try withTemporaryFolder { folder in
      let corpus = try Chords(seed: 5)
      let outcomes = ThreadRank.outcomes(2) { own in
        let run = try TrainingRun(
          files: RunFiles(folder: folder), configuration: Self.configuration,
          options: Self.options(steps: 100_000),
          corpus: corpus, threads: 1, resume: false, ranks: own)
        try run.run(shouldStop: { false }) { event in
          if case .step(let now) = event, now.step == 3 { throw Gone() }
        }
      }
      #expect(throws: Gone.self) { try outcomes[0].get() }
      #expect(throws: RankError.self) { try outcomes[1].get() }
    }
  }
}
