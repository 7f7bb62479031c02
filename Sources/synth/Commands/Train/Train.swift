// synth train: a model from recordings or synthetic sound. This file has the flags, resolves them into a TrainingPlan and
// ends the run; what is said on the way: TrainingReporter.swift.
import ArgumentParser
import Benchmarks
import Corpus
import Evaluation
import Generation
import Kernels
import Reports
import Training
import WaveNet

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on folders of recordings, or on synthetic sound.",
    discussion: """
      synth train recordings/ --output runs/mine --minutes 30
      synth train --output runs/chords --preset tiny --steps 5000      no folder: synthetic chords
      synth train --output runs/mine --resume                          goes on as if it had never stopped
      synth train moved/ --output runs/mine --resume                   the same; the recordings are elsewhere now
      synth train recordings/ --dry-run                                what it would cost, and what it would be told
      synth train band/ --labels folders --output runs/band            band/flute, band/voice: two instruments in one model

      A model of recordings is told pitch and loudness while it learns, so that it can be told what to play: --controls
      chooses what, --dry-run says what would be chosen and why. A tenth of the clips is told nothing, so that it also
      plays by itself.

      The output folder is a model folder at every moment after the first save: synth generate out.wav --model
      runs/mine. Ctrl-C, SIGTERM and SIGHUP save and stop with code 130, 143 or 129. With --resume the flags of
      the start may be given again; one that differs is refused.
      """)

  @Argument(help: "Folders (the whole tree of each) and sound files.", completion: .directory)
  var folders: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Folder of the run.", valueName: "dir"), completion: .directory)
  var output: String?

  @Flag(help: "Go on with the run in the output folder.")
  var resume = false

  @Flag(help: "With --resume: train on files too that have joined the recordings since the run began.")
  var newFiles = false

  @Flag(help: "With --resume: go on even if most of the recordings are gone.")
  var changedFiles = false

  @Flag(help: "Say what the run would cost, and stop: size, receptive field, memory, time per step, disk.")
  var dryRun = false

  @OptionGroup(title: "Model") var shape: ShapeFlags
  @OptionGroup(title: "Corpus") var corpus: CorpusFlags
  @OptionGroup(title: "Recordings") var recordings: RecordingFlags
  @OptionGroup(title: "What the model is told") var conditioning: ConditioningFlags
  @OptionGroup(title: "Training") var hyper: TrainingFlags
  @Flag(help: "Keep no excerpts of the recordings with the model: it then follows only what it is given.")
  var noGestures = false

  @Flag(help: "Do not look for the best sampling settings at the end; synth tune does that at any time.")
  var noTune = false

  @OptionGroup var threads: ThreadsOption

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output at the end.")
  var json = false

  @Flag(help: "Name every file of the corpus, however many there are.")
  var listFiles = false

  func validate() throws {
    if output == nil && !dryRun { throw ValidationError("name the run's folder: --output DIR") }
    if output?.isEmpty == true { throw ValidationError("--output: the name is empty") }
    if !resume && (newFiles || changedFiles) {
      throw ValidationError("--new-files and --changed-files go with --resume")
    }
    if resume && dryRun { throw ValidationError("--resume and --dry-run exclude one another") }
  }

  func run() throws {
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    let plan = try resume ? resumedPlan() : newPlan()
    if dryRun {
      if !quiet { Terminal.note("measuring the time of a step ...") }
      return try DryRun(plan).print(json: json)
    }
    let run = try plan.start()
    if !quiet { Terminal.note(plan.headline) }
    let records = RunRecords(plan)
    if run.isFinished {
      if !quiet {
        Terminal.note(
          "\(run.progress.step) steps are done already; to train longer, add --steps N or --minutes M, of the whole run, with "
            + "--resume")
      }
    } else {
      let reporter = TrainingReporter(quiet: quiet)
      records.begin()
      try run.run(shouldStop: { Interrupt.isRequested }) { event in
        reporter.report(event)
        if case .evaluated(let line, _) = event { records.add(line) }
      }
    }
    if !run.isFinished, let signal = Interrupt.signal {
      throw SynthError.interrupted(
        signal: signal,
        hint: "saved at step \(run.progress.step) of \(run.options.steps); go on with: synth train --output "
          + "\(plan.files.folder) --resume")
    }
    try finish(plan, run, records)
  }

  // MARK: what is trained

  private func newPlan() throws -> TrainingPlan {
    let files = RunFiles(folder: output ?? "")
    if !dryRun { try TrainingPlan.requireNew(files) }
    let shape = try ModelShape(self.shape)
    try ConditioningPlan.check(conditioning, shape, isOfRecordings: !folders.isEmpty)
    var c = shape.configuration
    let sound = try corpus.description(
      folders: folders, labels: conditioning.labelSource, recordings: recordings.settings,
      sampleRate: c.sampleRate, levels: c.quantizationLevels)
    var description = RunDescription(corpus: sound, training: hyper.options(shape.preset, for: sound))
    if !folders.isEmpty && shape.defaults == nil && !noTune { description.tunes = true }
    var clips = try open(description, c, past: nil)
    // The shape depends on what is to be told, and that on the recordings.
    let told = try ConditioningPlan(
      conditioning, shape, &clips, threads: threads.count, reports: dryRun)
    c = c.conditioned(on: told.conditioning)
    if c.conditioning?.controls.isEmpty == false { hyper.fitToControls(&description.training) }
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
        some.map { DescribedRecording($0) }, c, seed: description.training.seed
      ).map(\.gesture)
      if !quiet && !dryRun {
        Terminal.note(
          "\(NumberText.count(plan.gestures.count, "gesture")) of the training recordings, to be followed, are kept with the "
            + "model (--no-gestures leaves them out)")
      }
    }
    if !quiet && hyper.precision?.value == .bf16 && !InstructionSet.active.multipliesBF16 {
      Terminal.note("--precision bf16: f32 is faster on this processor (\(InstructionSet.active)), and exact")
    }
    // Warm-up and evaluations follow the number of steps.
    try fixSteps(&plan, after: RunProgress()) { hyper.fit(&$0) }
    return plan
  }

  private func resumedPlan() throws -> TrainingPlan {
    let files = RunFiles(folder: output!)
    let folder = try RunFolder.reopen(files)
    var description = try RunDescription.load(files)
    let (c, defaults) = try files.shape()
    try description.check(against: c, files)
    try ResumeCheck.check(
      description, c, defaults, shape: shape, corpus: corpus, recordings: recordings.settings,
      told: conditioning, folders: folders,
      hyper: hyper)
    if let rate = hyper.learningRate { description.training.learningRate = rate }
    if let every = hyper.evaluateEvery { description.training.evaluateEvery = every }
    if let steps = hyper.steps {
      description.training.steps = steps
      description.minutes = nil
    }
    let done = try RunProgress.load(files)
    try ResumeCheck.checkMinutes(hyper.minutes, of: description, done)
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
  private func prepared(_ corpus: any Corpus, _ c: Configuration, crop: Int) throws -> any Corpus {
    let told = try CorpusOpening.telling(corpus, c.conditioning, threads: threads.count)
    let (limited, sentence) = CorpusOpening.limitingSilence(told, crop: crop)
    if let sentence, !quiet { Terminal.note(sentence) }
    return limited
  }

  /// After the memory that training takes was found to be there.
  private func open(
    _ description: RunDescription, _ configuration: Configuration, past: CorpusPast?
  ) throws -> any Corpus {
    try requireMemory(configuration, description.training)
    let corpus = try CorpusOpening.open(
      description.corpus, seed: description.training.seed, receptiveField: configuration.receptiveField,
      past: past, output: output, threads: threads.count)
    if let report = corpus.folderReport {
      CorpusOpening.note(report, quiet: quiet, listsFiles: listFiles)
    }
    return corpus
  }

  private func requireMemory(_ configuration: Configuration, _ options: TrainingOptions) throws {
    try Memory.require(
      RunEstimate.memoryBytes(configuration, options: options, threads: threads.count),
      for: "training with \(options.clips) clips of \(options.crop) samples",
      remedy: "give a smaller --crop, --clips, --threads or model")
  }

  private func fixSteps(
    _ plan: inout TrainingPlan, after done: RunProgress, fit: (inout TrainingOptions) -> Void
  ) throws {
    // The minutes that it was started with: it goes on to the last step that they came to.
    guard let minutes = hyper.minutes, minutes != plan.description.minutes else { return }
    if !quiet {
      let before =
        done.step == 0 ? "" : "\(NumberText.fixed(done.seconds / 60, 2)) of \(minutes) minutes are done; "
      Terminal.note(before + "measuring the time of a step ...")
    }
    let seconds: Double
    if plan.folder == nil && hyper.precision == nil {
      let times: Double
      (seconds, times) = try plan.choosePrecision()
      if !quiet && times > 1 {
        Terminal.note(
          "\(plan.options.precision.rawValue): \(NumberText.fixed(times, 1)) times as fast as f32 here, at about the same "
            + "result")
      }
    } else {
      seconds = try plan.secondsPerStep()
    }
    try plan.fixSteps(
      minutes: minutes, secondsPerStep: seconds, after: done, evaluateEvery: hyper.evaluateEvery, fit: fit)
  }

  // MARK: what came of it

  /// The model on held-out clips beside what simple predictors need for them.
  private func finish(_ plan: TrainingPlan, _ run: TrainingRun, _ records: RunRecords) throws {
    let heldOut = plan.corpus.heldOutRecordings(plan.description.corpus.name)
    let measured = try Measurement.bits(
      try ModelSource.load(folder: plan.files.folder).model, heldOut, threads: plan.threads)
    records.finish(measured)
    let tuning = try tune(plan, run, heldOut)
    let report = TrainingReport(
      output: plan.files.folder, steps: run.progress.step, seconds: run.progress.seconds,
      parameters: plan.parameters, bitsPerSample: measured.bitsPerSample, baselines: measured.baselines,
      verdict: measured.verdict, tuning: tuning)
    if json { try JSONReport.print(report) }
    if quiet { return }
    Terminal.note("held-out: \(Measurement.sentence(measured))")
    Terminal.note(measured.verdict)
    if let tuning { Terminal.note(TuningRun.sentence(tuning)) }
    Terminal.note("look: \(plan.files.page); listen: synth generate out.wav --model \(plan.files.folder)")
  }
}

extension Train {
  /// Samples that a model has to have learnt from before its settings are worth looking for.
  private static let leastSamples = 5_000_000

  /// The best sampling settings, kept with the model; nil if they are not looked for.
  private func tune(_ plan: TrainingPlan, _ run: TrainingRun, _ heldOut: [CodedRecording]) throws -> Tuning? {
    let seen = run.progress.step * plan.options.clips * plan.options.crop
    if noTune || plan.description.tunes != true || seen < Self.leastSamples { return nil }
    let loaded = try ModelSource.load(folder: plan.files.folder)
    let tuning = try TuningRun.tune(loaded, heldOut: heldOut, seed: plan.options.seed, threads: plan.threads)
    if let tuning { try TuningRun.keep(tuning, loaded) }
    return tuning
  }
}

/// What `train --json` prints at the end.
struct TrainingReport: Encodable {
  let output: String
  let steps: Int
  let seconds: Double
  let parameters: Int
  let bitsPerSample: Double
  let baselines: Baselines
  let verdict: String
  let tuning: Tuning?
}
