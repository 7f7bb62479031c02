// synth train: a model from recordings or synthetic sound. This file has the flags and the way of a run; flags become a TrainingPlan
// in Train+Plan.swift, a run ends in Train+Finish.swift, and what is said on the way is in TrainingReporter.swift.
import ArgumentParser
import Benchmarks
import Ranks
import Reports
import Training

struct Train: ParsableCommand, RunsOverRanks {
  static let configuration = CommandConfiguration(
    abstract: "Train a model on folders of recordings, or on synthetic sound.",
    discussion: """
      synth train recordings/ --output runs/mine --minutes 30
      synth train --output runs/chords --preset tiny --steps 5000      no folder: synthetic chords
      synth train --output runs/mine --resume                          goes on as if it had never stopped
      synth train moved/ --output runs/mine --resume                   the same; the recordings are elsewhere now
      synth train recordings/ --dry-run                                what it would cost, and what it would be told
      synth train band/ --labels folders --output runs/band            band/flute, band/voice: two instruments in one model
      mpirun -n 2 --bind-to none synth train ...                       on two machines or more, each with its part of every batch

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
  var list = false

  /// What --list was called.
  @Flag(help: .hidden)
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
    let job = try World.gather(threads: threads.given)
    if dryRun && !World.isAlone {
      throw RankError.wrongCount("synth train --dry-run runs by itself: start it without mpirun")
    }
    if !World.ranks.isFirst { return try follow(job) }
    let plan = try resume ? resumedPlan() : newPlan()
    if dryRun {
      if !quiet { Terminal.note("measuring the time of a step ...") }
      return try DryRun(plan).print(json: json)
    }
    try lead(plan, job)
    let run = try plan.start()
    for warning in run.warnings { Terminal.warn(warning) }
    if !quiet { Terminal.note(plan.headline) }
    let judge = CropJudge(plan)
    let records = RunRecords(plan, judge)
    if run.isFinished {
      if !quiet { Terminal.note(Self.alreadyDone(run)) }
      try run.run(shouldStop: { false }) { _ in }  // so that the other ranks know
    } else {
      let reporter = TrainingReporter(quiet: quiet, judge: judge)
      records.begin()
      try run.run(shouldStop: { Interrupt.isRequested }) { event in
        reporter.report(event)
        if case .evaluated(let line, _, _) = event { records.add(line, reporter.standing) }
      }
    }
    if run.wasStopped, let signal = try Self.agreedSignal() {
      World.endTogether()
      throw SynthError.interrupted(
        signal: signal,
        hint: "saved at step \(run.progress.step) of \(run.plannedSteps); go on with: synth train --output "
          + "\(CommandText.quoted(plan.files.folder)) --resume")
    }
    try finish(plan, run, records)
  }

  /// What there is to say of a run that has ended before.
  private static func alreadyDone(_ run: TrainingRun) -> String {
    let more = "to train longer, add --steps N or --minutes M, of the whole run, with --resume"
    guard let stop = run.progress.stop else { return "\(run.progress.step) steps are done already; \(more)" }
    let other = ["until": ", or another --until", "patience": ", or another --patience"]
    return
      "it ended at step \(run.progress.step): \(TrainingReporter.words(stop)); \(more)\(other[stop.reason.rawValue] ?? "")"
  }
}
