// Ranks that share a command's pieces: each piece is made once, all ranks know all, and the figures are those of one process to
// the last bit. The ranks are threads (TestSupport.ThreadRank); the program over MPI: .ci/farm.
import Corpus
import Evaluation
import Generation
import Kernels
import Ranks
import Signal
import TestSupport
import Testing
import WaveNet

@testable import synth

@Suite struct FarmTests {
  private static func farm(_ ranks: ThreadRank) -> Farm {
    // Of unequal ranks.
    Farm(
      ranks, threads: (0..<ranks.count).map { 1 + $0 % 2 }, names: (0..<ranks.count).map { "rank \($0)" })
  }

  private static func codes(_ count: Int, _ seed: UInt64) -> [UInt16] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    return (0..<count).map { _ in UInt16.random(in: 0..<256, using: &random) }
  }

  @Test(arguments: [1, 2, 3, 7]) func whatAllHaveMade(count: Int) throws {
    let sizes = [3, 0, 9, 9, 1, 30, 2, 2]
    let wanted = sizes.enumerated().map { place, size in (0..<size).map { Float(100 * place + $0) } }
    let made = try ThreadRank.run(count) { ranks in
      let farm = Self.farm(ranks)
      let share = farm.share(sizes)
      let all = try farm.gather(share.own.map { wanted[$0] }, share)
      let one = try farm.gather(share.own.map { Double($0) }, share)
      return (all, one, share.own.count, share.all(share.ownSize))
    }
    for (all, one, own, done) in made {
      #expect(all == wanted && one == sizes.indices.map { Double($0) })
      #expect(done == sizes.reduce(0, +) || own == 0)
    }
    #expect(made.reduce(0) { $0 + $1.2 } == sizes.count)
  }

  @Test func whatAllNeedAlike() throws {
    let outcomes = ThreadRank.outcomes(3) { ranks in
      try Self.farm(ranks).requireSame(ranks.rank == 2 ? 1 : 0, "has another cat than rank 0")
    }
    for outcome in outcomes {
      #expect(throws: RankError.differ("rank 2 has another cat than rank 0")) { try outcome.get() }
    }
    _ = try ThreadRank.run(3) { ranks in try Self.farm(ranks).requireSame(5, "differs") }
  }

  @Test func aSharedFolderIsLeftAsItWas() throws {
    let scratch = Scratch()
    let (path, none) = (scratch.path, scratch("none"))
    _ = try ThreadRank.run(3) { ranks in try Self.farm(ranks).requireSharedFolder(path) }
    #expect(scratch.names().isEmpty)
    #expect(throws: (any Error).self) {
      _ = try ThreadRank.run(2) { ranks in try Self.farm(ranks).requireSharedFolder(none) }
    }
  }

  /// A long file is shared, and no sum depends on who adds it.
  @Test(arguments: [Precision.f32, .int8]) func bitsPerSample(precision: Precision) throws {
    let model = try smallModel()
    let lengths = precision == .f32 ? [3 * Evaluator.chunk + 5, 700, 1, Evaluator.chunk] : [900, 700, 1, 40]
    let clips = lengths.enumerated().map { index, length in
      CodedRecording(name: "\(index)", codes: Self.codes(length, UInt64(index)))
    }
    let codes = clips.map(\.codes)
    let alone = try #require(
      precision == .f32
        ? Evaluator(model, threads: 1).bits(codes)
        : StepEvaluator(model, precision: precision, threads: 1).bits(codes))
    for count in [1, 2, 3, 8] {
      let all = try ThreadRank.run(count) { ranks in
        try Measurement.clipBits(model, clips, precision: precision, farm: Self.farm(ranks), tells: false)
      }
      for bits in all { #expect(bits == alone, "\(count) ranks") }
    }
  }

  @Test func clips() throws {
    let recipe = try Recipe(try smallModel(), defaults: GenerationDefaults(leadInSeconds: 0.01), name: "m")
    let lengths = [300, 20, 1, 250, 250]
    let alone = try recipe.clips(lengths: lengths, seed: 4)
    let directions = lengths.indices.map { Direction(prime: Self.codes(30, UInt64($0))) }
    let led = try recipe.clips(lengths: lengths, seed: 4, directions: directions)
    for count in [1, 2, 3, 6] {
      let made = try ThreadRank.run(count) { ranks in
        let farm = Self.farm(ranks)
        return (
          try farm.clips(recipe, lengths: lengths, seed: 4) { _ in true },
          try farm.clips(recipe, lengths: lengths, seed: 4, directions: directions) { _ in true }
        )
      }
      for (plain, told) in made { #expect(plain == alone && told == led, "\(count) ranks") }
    }
  }

  @Test func settings() throws {
    let loaded = LoadedModel(model: try smallModel(), path: "m")
    let heldOut = [CodedRecording(name: "a", codes: Self.codes(9000, 1))]
    let settings = [1, 0.9, 0.5].map { Tuning.Setting(temperature: $0) } + [.init(temperature: 1, topP: 0.9)]
    @Sendable func tune(_ farm: Farm) throws -> [Tuning.Trial] {
      let tuning = try TuningRun.tune(
        loaded, heldOut: heldOut, seed: 3, clips: 2, seconds: 0.6, settings: settings, threads: 1, farm: farm)
      return try #require(tuning).trials
    }
    let alone = try tune(.alone(threads: 1))
    #expect(alone.map(\.setting) == settings && Set(alone.map(\.score)).count == 4)
    for count in [2, 3, 6] {
      for trials in try ThreadRank.run(count, { ranks in try tune(Self.farm(ranks)) }) {
        #expect(trials == alone, "\(count) ranks")
      }
    }
  }
}
