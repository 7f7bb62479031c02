// The end of a run: figures over everything held out, sampling settings, the model's card, and what is printed.
import Corpus
import Evaluation
import Reports
import Training

extension Train {
  /// Samples that a model has to have learnt from before its settings are worth looking for.
  private static let leastSamples = 5_000_000

  /// Whether settings are looked for after so many steps.
  func looksForSettings(_ plan: TrainingPlan, steps: Int) -> Bool {
    !noTune && plan.description.tunes == true
      && steps.multipliedReportingOverflow(by: plan.options.clips * plan.options.crop).partialValue
        >= Self.leastSamples
  }

  /// The model on held-out clips beside what simple predictors need for them.
  func finish(_ plan: TrainingPlan, _ run: TrainingRun, _ records: RunRecords) throws {
    let began = ContinuousClock.now
    let heldOut = plan.corpus.heldOutRecordings(plan.description.corpus.name)
    let measured = try Measurement.bits(
      try ModelSource.load(folder: plan.files.folder).model, heldOut, threads: plan.threads)
    records.finish(measured, kept: run.keptStep)
    let tuning = try tune(plan, run, heldOut, began: began)
    let path = plan.files.folder
    let typed = CommandText.quoted(path)
    do { try RunCards(plan, gestures: run.gestures).finish(run, measured) } catch {
      Terminal.warn("\(path)/README.md was not completed: \(error)")
    }
    let report = TrainingReport(
      output: path, steps: run.progress.step, seconds: run.progress.seconds,
      parameters: plan.parameters, bitsPerSample: measured.bitsPerSample, baselines: measured.baselines,
      verdict: measured.verdict, tuning: tuning, keptStep: run.keptStep,
      stopped: run.progress.stop?.reason.rawValue)
    if json { try JSONReport.print(report) }
    if quiet { return }
    if let kept = run.keptStep, let best = run.progress.best {
      Terminal.note(
        "kept step \(kept): held-out \(NumberText.fixed(best.bits, 3)) bits, at the last step "
          + "\(NumberText.fixed(run.progress.heldOutBits, 3))")
    }
    Terminal.note("everything held out: \(Measurement.sentence(measured))")
    Terminal.note(measured.verdict)
    if let tuning { Terminal.note(TuningRun.sentence(tuning)) }
    Terminal.note("look: \(plan.files.page); listen: synth generate out.wav --model \(typed)")
  }

  /// The best sampling settings, kept with the model; nil if they are not looked for.
  private func tune(
    _ plan: TrainingPlan, _ run: TrainingRun, _ heldOut: [CodedRecording], began: ContinuousClock.Instant
  ) throws -> Tuning? {
    guard looksForSettings(plan, steps: run.progress.step) else {
      if !quiet && !noTune && plan.description.tunes == true {
        Terminal.note(
          "it has learnt from too little to look for sampling settings: synth tune "
            + "\(CommandText.quoted(plan.files.folder)) does that all the same"
        )
      }
      return nil
    }
    guard TuningRun.canJudge(heldOut, run.configuration, seed: plan.options.seed) else {
      if !quiet {
        Terminal.note(
          "no sampling settings were tried: no held-out recording sounds and is longer than a second and the model's "
            + "receptive field")
      }
      return nil
    }
    if let minutes = plan.description.minutes, let costs = plan.costs {
      guard let tuning = costs.tuning else { return nil }  // that has been said at the start
      // Measuring has just taken what it took: the settings take as many times longer than was thought.
      let taken = (ContinuousClock.now - began) / .seconds(1)
      let needed = tuning * max(1, taken / max(costs.measuring, 0.1))
      let left = minutes * 60 - run.progress.seconds - taken
      guard needed <= left + Self.overrun * minutes * 60 else {
        if !quiet {
          Terminal.note(
            "no time is left to look for sampling settings: synth tune "
              + "\(CommandText.quoted(plan.files.folder)) does that")
        }
        return nil
      }
    }
    let loaded = try ModelSource.load(folder: plan.files.folder)
    let tuning = try TuningRun.tune(loaded, heldOut: heldOut, seed: plan.options.seed, threads: plan.threads)
    if let tuning { try TuningRun.keep(tuning, loaded) }
    return tuning
  }

  /// Share of the minutes by which they may be exceeded.
  private static let overrun = 0.03
}

/// What `train --json` prints at the end.
struct TrainingReport: Encodable {
  let output: String
  let steps: Int
  /// Of training, without what came after the last evaluation.
  let seconds: Double
  let parameters: Int
  let bitsPerSample: Double
  let baselines: Baselines
  let verdict: String
  let tuning: Tuning?
  /// The step whose weights are the model; nil for the last.
  let keptStep: Int?
  /// What ended the run before its last step; nil if nothing did.
  let stopped: String?
}
