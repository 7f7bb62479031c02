// The loop with a clock of the test's: minutes that are kept, --until and --patience, the best model, models that are kept, and that a
// kill between any two files of a save loses nothing.
import Files
import Foundation
import TestSupport
import Testing
import WaveNet

@testable import Corpus
@testable import Training

/// Seconds that pass after each step.
private final class FakeClock {
  var seconds = 0.0
  var step: (Double) -> Double = { _ in 0.1 }

  func pass(_ event: TrainingEvent) {
    if case .step = event { seconds += step(seconds) }
  }
}

@Suite struct TimedRunTests {
  private static let configuration = try! Configuration(
    sampleRate: 4000, residualChannels: 4, dilationChannels: 4, skipChannels: 4, headChannels: 4,
    dilations: [1, 2])

  private static func options(_ steps: Int, every: Int = 50) -> TrainingOptions {
    var options = TrainingOptions()
    (options.steps, options.clips, options.crop) = (steps, 1, 16)
    (options.warmUpSteps, options.evaluateEvery) = (5, every)
    return options
  }

  private static func chords(seed: UInt64 = 1) throws -> Chords {
    var options = ChordOptions()
    options.sampleRate = 4000
    return try Chords(options: options, seed: seed)
  }

  private static func bytes(_ path: String) throws -> [UInt8] {
    try InputFile.contents(of: path, limit: 1 << 24)
  }

  /// Two minutes, whose steps take a tenth of a second at first.
  private static func timed(_ folder: String, _ clock: FakeClock, resume: Bool = false) throws -> TrainingRun
  {
    let run = try TrainingRun(
      files: RunFiles(folder: folder), configuration: configuration, options: options(1100),
      goal: RunGoal(minutes: 2), corpus: try chords(), threads: 1, resume: resume)
    run.now = { clock.seconds }
    run.reserve = TimeReserve(evaluation: 0.01, closing: 5)
    return run
  }

  @Test(arguments: [0.1, 0.2, 0.05])
  func minutesAreKept(later: Double) throws {
    try withTemporaryFolder { folder in
      let clock = FakeClock()
      clock.step = { $0 < 60 ? 0.1 : later }
      let run = try Self.timed(folder, clock)
      try run.run(shouldStop: { false }, report: clock.pass)
      #expect(run.isFinished)
      let after = 5 * (clock.seconds > 61 ? later / 0.1 : 1)
      #expect(abs(clock.seconds + after - 120) < 6, "\(clock.seconds) s and \(after) s afterwards")
      #expect(run.progress.step == run.plannedSteps || run.progress.stop?.reason == .time)
      // Read back, it is finished; for other minutes it goes on, and what was planned is void.
      #expect(try Self.timed(folder, clock, resume: true).isFinished)
      let more = try TrainingRun(
        files: RunFiles(folder: folder), configuration: Self.configuration, options: Self.options(5000),
        goal: RunGoal(minutes: 9), corpus: try Self.chords(), threads: 1, resume: true)
      #expect(!more.isFinished && more.progress.plan == nil && more.plannedSteps == 5000)
    }
  }

  /// Stopped after a plan: the plan is in the state, and the rate goes on where it was.
  @Test func thePlanIsResumed() throws {
    try withTemporaryFolder { folder in
      let clock = FakeClock()
      let run = try Self.timed(folder, clock)
      var rates: [Double] = []
      func note(_ event: TrainingEvent) {
        if case .step(let now) = event { rates.append(now.learningRate) }
        clock.pass(event)
      }
      try run.run(shouldStop: { clock.seconds > 70 }, report: note)
      let plan = try #require(run.progress.plan)
      let count = rates.count
      clock.step = { _ in 0.3 }
      let again = try Self.timed(folder, clock, resume: true)
      #expect(again.progress.plan == plan && again.progress.step == count && !again.isFinished)
      try again.run(shouldStop: { false }, report: note)
      #expect(abs(clock.seconds + 5 - 120) < 6, "\(clock.seconds) s")
      #expect(rates[count] <= rates[count - 1] && rates[count] > 0.98 * rates[count - 1])
      #expect(rates.last! < 1.1 * 0.02 * TrainingOptions().learningRate)
    }
  }

  private static func run(
    _ folder: String, _ options: TrainingOptions, _ goal: RunGoal = RunGoal(), keepEvery: Int? = nil,
    resume: Bool = false, stopAt: Int? = nil, heldOut seed: UInt64 = 1,
    report: (TrainingEvent) -> Void = { _ in }
  ) throws -> TrainingRun {
    try Folder.create(folder)
    let run = try TrainingRun(
      files: RunFiles(folder: folder), configuration: configuration, options: options, goal: goal,
      keepEvery: keepEvery, corpus: try chords(seed: seed), threads: 1, resume: resume)
    try run.run(shouldStop: { run.progress.step == stopAt }, report: report)
    return run
  }

  /// Bits of other sound are no measure: what was best on it is forgotten, and that is said.
  @Test func otherSoundIsHeldOut() throws {
    try withTemporaryFolder { folder in
      let first = try Self.run(folder, Self.options(40, every: 10))
      #expect(first.progress.best != nil && first.warnings.isEmpty)
      let same = try Self.run(folder, Self.options(40, every: 10), resume: true)
      #expect(same.progress.best == first.progress.best && same.warnings.isEmpty)
      let other = try Self.run(folder, Self.options(60, every: 10), resume: true, heldOut: 9)
      #expect((other.progress.best?.step ?? 0) > 40 && other.warnings.count == 1, "\(other.warnings)")
    }
  }

  @Test func untilTheBitsAreReached() throws {
    try withTemporaryFolder { folder in
      var bits: [Double] = []
      let options = Self.options(400, every: 20)
      _ = try Self.run(folder + "/all", options) {
        if case .evaluated(let line, _, _) = $0 { bits.append(line.heldOutBits) }
      }
      let goal = RunGoal(until: bits[3])
      var stops: [RunStop.Reason] = []
      let run = try Self.run(folder + "/until", options, goal) {
        if case .stopped(let stop) = $0 { stops.append(stop.reason) }
      }
      #expect(run.progress.step == 80 && stops == [.until] && run.isFinished)
      #expect(try Self.run(folder + "/until", options, goal, resume: true).progress.step == 80)
      // With another goal it goes on, as if it had never stopped.
      _ = try Self.run(folder + "/until", options, resume: true)
      for name in ["model.safetensors", "checkpoints/best/model.safetensors"] {
        #expect(try Self.bytes("\(folder)/all/\(name)") == Self.bytes("\(folder)/until/\(name)"))
      }
    }
  }

  /// A rate that spoils what was learnt: no new best, so it stops, and the run's model is the best one.
  @Test func patienceAndTheBest() throws {
    try withTemporaryFolder { folder in
      var options = Self.options(400, every: 5)
      (options.learningRate, options.averageDecay) = (0.3, 0)
      let goal = RunGoal(patience: 3)
      var bits: [Int: Double] = [:]
      let run = try Self.run(folder, options, goal) {
        if case .evaluated(let line, _, _) = $0 { bits[line.step] = line.heldOutBits }
      }
      let best = try #require(run.progress.best)
      #expect(run.progress.stop?.reason == .patience && run.progress.step < 400, "\(run.progress)")
      #expect(bits[best.step] == best.bits && best.bits == bits.values.min() && best.stale == 3)
      #expect(run.keptStep == best.step && best.step < run.progress.step)
      let model = try Self.bytes(folder + "/model.safetensors")
      let (own, kept) = (
        try ModelFolder.load(folder).model, try ModelFolder.load(run.files.best).model
      )
      #expect(own.parameters.elements.elementsEqual(kept.parameters.elements))
      #expect(ModelFolder.step(of: run.files.best) == best.step)
      // Looking at it again changes nothing; more steps have as much patience again, from the last step's weights.
      #expect(try Self.run(folder, options, goal, resume: true).keptStep == best.step)
      #expect(try Self.bytes(folder + "/model.safetensors") == model)
      options.steps = 500
      let more = try Self.run(folder, options, goal, resume: true)
      #expect(more.progress.step >= run.progress.step + 15)
      // The same run without an end is the same up to there.
      var other = options
      other.steps = 400
      let whole = try Self.run(folder + "/whole", other, stopAt: run.progress.step)
      #expect(whole.progress.best?.step == best.step && whole.progress.best?.bits == best.bits)
    }
  }

  /// Every file of a save may be the last that was written.
  @Test func killedInASave() throws {
    try withTemporaryFolder { folder in
      let options = Self.options(60, every: 20)
      let names = [
        "training_state.safetensors", "checkpoints/best/model.safetensors", "checkpoints/best/README.md",
        "checkpoints/best/config.json", "checkpoints/step-0000040/model.safetensors",
        "checkpoints/step-0000040/README.md", "checkpoints/step-0000040/config.json", "model.safetensors",
        "README.md", "config.json",
      ]
      let before = folder + "/before"
      _ = try Self.run(before, options, keepEvery: 20, stopAt: 39)
      let after = folder + "/after"
      try FileManager.default.copyItem(atPath: before, toPath: after)
      let reached = try Self.run(after, options, keepEvery: 20, resume: true, stopAt: 40)
      #expect(reached.progress.best?.step == 40, "the test wants a new best there")
      _ = try Self.run(folder + "/whole", options, keepEvery: 20)
      for count in 0...names.count {
        let cut = "\(folder)/cut\(count)"
        try FileManager.default.copyItem(atPath: before, toPath: cut)
        for name in names.prefix(count) {
          try Folder.create(Disk.split("\(cut)/\(name)").folder)
          try AtomicFile.write(try Self.bytes("\(after)/\(name)"), to: "\(cut)/\(name)")
        }
        let run = try Self.run(cut, options, keepEvery: 20, resume: true, stopAt: 40)
        #expect(run.warnings.isEmpty && run.progress.step == 40)
        for path in ["checkpoints/best", "checkpoints/step-0000040", "checkpoints/step-0000020"] {
          let name = path + "/model.safetensors"
          #expect(try Self.bytes("\(cut)/\(name)") == Self.bytes("\(after)/\(name)"), "\(name) of \(count)")
        }
        _ = try Self.run(cut, options, keepEvery: 20, resume: true)
        for name in ["model.safetensors", "checkpoints/best/model.safetensors"] {
          #expect(
            try Self.bytes("\(cut)/\(name)") == Self.bytes("\(folder)/whole/\(name)"), "\(name), \(count)")
        }
      }
    }
  }

  /// Somebody took it away, or put another one there: it is said, and looked for anew.
  @Test func aBestThatIsGone() throws {
    try withTemporaryFolder { folder in
      let options = Self.options(60, every: 20)
      let run = try Self.run(folder, options, stopAt: 50)
      #expect(run.progress.best != nil)
      try ModelFolder.save(
        try ModelFolder.load(folder).model, to: run.files.best, defaults: nil, card: nil, gestures: nil,
        step: 7)
      let again = try Self.run(folder, options, resume: true)
      #expect(again.warnings.count == 1 && again.progress.best?.step == 60)
      #expect(ModelFolder.step(of: run.files.best) == 60)
    }
  }

  @Test func atLeastSoManyHeldOutSamples() throws {
    for crop in [1024, 4096, 1000, 100_000] {
      var options = TrainingOptions()
      options.crop = crop
      #expect(HeldOutCrops.count(options, Self.configuration) * crop >= 65_536)
    }
    // Of crops of one sample nearly everything would be history.
    var options = TrainingOptions()
    options.crop = 1
    let long = try Configuration(
      residualChannels: 4, dilationChannels: 4, skipChannels: 4, headChannels: 4,
      dilations: Configuration.stackedDilations(stacks: 2, layers: 10))
    #expect(HeldOutCrops.count(options, long) * long.receptiveField < 1 << 23)
  }
}
