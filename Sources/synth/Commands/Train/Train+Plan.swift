// From flags to what is trained: of a new run all of it, of one that goes on what the flags may change.
import ArgumentParser
import Benchmarks
import Corpus
import Evaluation
import Files
import Generation
import Kernels
import Reports
import Training
import WaveNet

extension Train {
  func newPlan() throws -> TrainingPlan {
    let files = RunFiles(folder: output ?? "")
    if !dryRun { try TrainingPlan.requireNew(files) }
    let shape = try ModelShape(self.shape)
    if !quiet, let note = shape.note { Terminal.note(note) }
    try ConditioningPlan.check(conditioning, shape, isOfRecordings: !folders.isEmpty)
    var c = shape.configuration
    let sound = try corpus.description(
      folders: folders, labels: conditioning.labelSource, recordings: recordings.settings,
      sampleRate: c.sampleRate, levels: c.quantizationLevels)
    var description = RunDescription(corpus: sound, training: hyper.options(shape.learningRate, for: sound))
    if !folders.isEmpty && shape.defaults == nil && !noTune { description.tunes = true }
    hyper.apply(to: &description)
    description.commands = [CommandText.own]
    var most = description.training
    if !folders.isEmpty { hyper.fitToControls(&most) }
    try Self.check(most, ranks: World.ranks.count)
    var clips = try open(description, c, past: nil)
    // The shape depends on what is to be told, and that on the recordings.
    let told = try ConditioningPlan(
      conditioning, shape, &clips, threads: threads.count, reports: dryRun)
    c = c.conditioned(on: told.conditioning)
    if c.conditioning?.controls.isEmpty == false { hyper.fitToControls(&description.training) }
    try Self.check(description.training, ranks: World.ranks.count)
    try requireMemory(c, description.training)
    if !quiet && !folders.isEmpty { Terminal.note(told.sentence) }
    var plan = TrainingPlan(
      files: files, configuration: c, description: description,
      corpus: try prepared(clips, c, crop: description.training.crop), told: told,
      initial: shape.initial, defaults: shape.defaults, folder: nil, threads: threads.count,
      saveInterval: hyper.saveEvery)
    if c.conditioning != nil && !noGestures {
      // Half an hour is enough to find two dozen excerpts in.
      let some = plan.corpus.trainingRecordings(atMost: 1800 * c.sampleRate) ?? []
      plan.gestures = GestureSelection.excerpts(
        some.map { DescribedRecording($0) }, c, seed: description.training.seed, wholes: true
      ).map(\.gesture)
      if plan.gestures.isEmpty {
        Terminal.warn(
          "no part of the training recordings can be kept as a gesture, since none sounds for long enough: told nothing else "
            + "(--like, --curve), the model may stay silent")
      } else if !quiet && !dryRun {
        Terminal.note(
          "kept with the model, to be followed: \(NumberText.count(plan.gestures.count, "gesture")) of the training recordings "
            + "(--no-gestures keeps none)")
      }
    }
    if !quiet && hyper.precision?.value == .bf16 && !InstructionSet.active.multipliesBF16 {
      Terminal.note("--precision bf16: f32 is faster on this processor (\(InstructionSet.active)), and exact")
    }
    // Warm-up and evaluations follow the number of steps.
    try fixSteps(&plan, after: RunProgress()) { hyper.fit(&$0) }
    return plan
  }

  func resumedPlan() throws -> TrainingPlan {
    let files = RunFiles(folder: output!)
    let folder = try RunFolder.reopen(files)
    var description = try RunDescription.load(files)
    let (c, defaults) = try files.shape()
    try description.check(against: c, files)
    try ResumeCheck.check(
      description, c, defaults, shape: shape, corpus: corpus, recordings: recordings.settings,
      told: conditioning,
      folders: folders, hyper: hyper)
    if noGestures && Disk.exists("\(files.folder)/\(GestureFile.name)") {
      throw ValidationError(
        "--no-gestures: this run has gestures, and goes on with them: leave it out, or remove \(GestureFile.name) from "
          + "\(files.folder)")
    }
    if let rate = hyper.learningRate { description.training.learningRate = rate }
    if let every = hyper.evaluateEvery { description.training.evaluateEvery = every }
    if let steps = hyper.steps {
      description.training.steps = steps
      description.minutes = nil
    }
    hyper.apply(to: &description)
    try Self.check(description.training, ranks: World.ranks.count)
    let done = try RunProgress.load(files)
    try ResumeCheck.checkMinutes(hyper.minutes, of: description, done)
    let isDone =
      done.hasEnded(description.training, description.goal)
      && (hyper.minutes ?? description.minutes) == description.minutes
    if let commands = description.commands, commands.last != CommandText.own, !isDone {
      description.commands = commands + [CommandText.own]
    }
    let kept = try RunCorpus(
      files, description.corpus, folders: folders, takesNewFiles: newFiles, goesOnWithoutMost: changedFiles)
    for warning in kept.warnings { Terminal.warn(warning) }
    description.corpus = kept.description
    if case .folder(var options) = description.corpus, let labels = conditioning.labelSource {
      options.labels = labels  // the table may be elsewhere now
      description.corpus = .folder(options)
    }
    var plan = TrainingPlan(
      files: files, configuration: c, description: description,
      corpus: try prepared(
        try open(description, c, past: kept.past), c, crop: description.training.crop),
      defaults: defaults, folder: folder, threads: threads.count, saveInterval: hyper.saveEvery)
    try fixSteps(&plan, after: done) { _ in }
    return plan
  }

  /// With what the clips are told, and with as little silence as was asked for.
  func prepared(_ corpus: any Corpus, _ c: Configuration, crop: Int) throws -> any Corpus {
    let told = try CorpusOpening.telling(corpus, c.conditioning, threads: threads.count)
    let (limited, sentence) = CorpusOpening.limitingSilence(told, crop: crop)
    if let sentence, !quiet { Terminal.note(sentence) }
    return limited
  }

  /// After the memory that training takes was found to be there.
  func open(
    _ description: RunDescription, _ configuration: Configuration, past: CorpusPast?
  ) throws -> any Corpus {
    try requireMemory(configuration, description.training)
    let corpus = try CorpusOpening.open(
      description.corpus, seed: description.training.seed, receptiveField: configuration.receptiveField,
      past: past, output: output, threads: threads.count)
    if let report = corpus.folderReport {
      let labels = (corpus as? FolderCorpus)?.labels ?? []
      CorpusOpening.note(report, labels: labels, quiet: quiet, listsFiles: list || listFiles)
    }
    return corpus
  }

  private func requireMemory(_ configuration: Configuration, _ options: TrainingOptions) throws {
    try Memory.require(
      RunEstimate.memoryBytes(
        configuration, options: options, threads: threads.count, ranks: World.ranks.count),
      for: "training with \(options.clips) clips of \(options.crop) samples",
      remedy: "give a smaller --crop, --clips, --threads or model")
  }

  /// Of a run with minutes: measures what has to be known before the first step.
  private func fixSteps(
    _ plan: inout TrainingPlan, after done: RunProgress, fit: (inout TrainingOptions) -> Void
  ) throws {
    guard let minutes = hyper.minutes ?? plan.description.minutes else { return }
    // The minutes that it was started with: it goes on as it was planned.
    let isNew = minutes != plan.description.minutes
    if !isNew && done.hasEnded(plan.options, plan.description.goal) { return }
    if !quiet {
      let before =
        done.step == 0 ? "" : "\(NumberText.fixed(done.seconds / 60, 2)) of \(minutes) minutes are done; "
      Terminal.note(before + "measuring the time of a step and of what comes after the last ...")
    }
    var seconds = 0.0
    if plan.folder == nil && hyper.precision == nil {
      let times: Double
      (seconds, times) = try plan.choosePrecision()
      if !quiet && times > 1 {
        Terminal.note(
          "\(plan.options.precision.rawValue): \(NumberText.fixed(times, 1)) times as fast as f32 here, at about the same "
            + "result")
      }
    } else if isNew {
      seconds = try plan.secondsPerStep()
    }
    // Whether it will have learnt enough for it, if nothing else takes time.
    let steps = isNew ? done.step + Int((minutes * 60 - done.seconds) / seconds) : plan.options.steps
    var costs = try ClosingCosts(plan, tunes: looksForSettings(plan, steps: steps))
    if let why = costs.leaveOutTuning(of: minutes * 60), !quiet { Terminal.note(why) }
    plan.costs = costs
    if isNew { plan.fixSteps(minutes: minutes, secondsPerStep: seconds, after: done, fit: fit) }
  }
}
