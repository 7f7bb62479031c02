// What a run does besides steps, tried on a little before the first one: --minutes has to be enough for it. How it is used:
// Training.TimeKeeper.
import Benchmarks
import Corpus
import Evaluation
import Generation
import Reports
import Training
import WaveNet

struct ClosingCosts {
  /// Seconds of an evaluation with its sample.
  let evaluation: Double
  /// Seconds of the held-out bits at the end, of the model and of simple predictors.
  let measuring: Double
  /// Seconds of looking for sampling settings; nil if that is not done.
  var tuning: Double?

  /// Samples of held-out sound that are tried.
  private static let tried = 262_144
  /// Seconds of clips that are tried for one setting.
  private static let triedSeconds = 1.0
  /// Looking for settings may take so much of the minutes.
  private static let mostTuning = 0.2

  var reserve: TimeReserve { TimeReserve(evaluation: evaluation, closing: measuring + (tuning ?? 0)) }

  /// - tunes: whether settings are to be looked for.
  init(_ plan: TrainingPlan, tunes: Bool) throws {
    let c = plan.configuration
    let fresh = Model(configuration: c, parameters: .init(count: plan.parameters))
    let rendering =
      TrainingRun.sampleSeconds * Double(c.sampleRate) / (try GenerationSpeed.samplesPerSecond(fresh))
    evaluation =
      RunEstimate.secondsPerEvaluation(
        c, options: plan.options, corpus: plan.corpus, threads: plan.threads) + rendering
    let heldOut = plan.corpus.heldOutRecordings(plan.description.corpus.name)
    measuring = try Self.measuring(fresh, heldOut, threads: plan.threads)
    tuning = try tunes ? Self.tuning(fresh, plan, heldOut) : nil
    try Interrupt.check(hint: "nothing was written")
  }

  private static func measuring(_ model: Model, _ heldOut: [CodedRecording], threads: Int) throws -> Double {
    let all = heldOut.reduce(0) { $0 + $1.codes.count }
    var left = tried
    var pieces: [[UInt16]] = []
    for recording in heldOut where left > 0 {
      pieces.append(Array(recording.codes.prefix(left)))
      left -= pieces[pieces.count - 1].count
    }
    let told = model.configuration.conditioning == nil ? [] : heldOut.prefix(pieces.count).map(\.conditions)
    let samples = pieces.reduce(0) { $0 + $1.count }
    if samples == 0 { return 0 }
    let c = model.configuration
    let clock = ContinuousClock()
    let predicting = clock.measure { _ = Evaluator(model, threads: threads).bits(pieces, told: told) }
    // Once for all clips, and once for each by itself.
    let fitting = clock.measure {
      _ = Baselines(clips: pieces, levels: c.quantizationLevels, sampleRate: c.sampleRate)
    }
    return Double(all) / Double(samples) * (predicting / .seconds(1) + 2 * (fitting / .seconds(1)))
  }

  private static func tuning(_ model: Model, _ plan: TrainingPlan, _ heldOut: [CodedRecording]) throws
    -> Double?
  {
    let (c, seed) = (model.configuration, plan.options.seed)
    let loaded = LoadedModel(
      model: model, defaults: plan.defaults ?? GenerationDefaults(), path: plan.files.folder,
      gestures: plan.gestures)
    /// Seconds that so many settings take.
    func seconds(_ count: Int) throws -> Double? {
      let began = ContinuousClock.now
      let tried = try TuningRun.tune(
        loaded, heldOut: heldOut, seed: seed, seconds: triedSeconds,
        settings: Array(Tuning.settings.prefix(count)), threads: plan.threads)
      return tried == nil ? nil : (ContinuousClock.now - began) / .seconds(1)
    }
    func samples(_ seconds: Double) -> Double {
      Double(
        TuningRun.samples(
          of: TuningRun.excerpts(heldOut, c, seed: seed, seconds: seconds), c, seconds: seconds))
    }
    // What all settings share, and what each of them takes.
    guard let one = try seconds(1), let three = try seconds(3) else { return nil }
    let each = max(0, (three - one) / 2)
    let times = Double(Tuning.settings.count) * samples(TuningRun.seconds) / samples(triedSeconds)
    return max(0, one - each) + times * each
  }

  /// Without looking for settings where that would take too much of `seconds`, which are those of the run.
  /// - Returns: why, in words; nil if it stays.
  mutating func leaveOutTuning(of seconds: Double) -> String? {
    guard let tuning, tuning > Self.mostTuning * seconds else { return nil }
    self.tuning = nil
    return
      "looking for sampling settings would take about \(NumberText.clock(tuning)): it is left out; synth tune does it at any time"
  }
}
