// synth tune: which temperature and top-p suit a model, by measurement on held-out sound.
import ArgumentParser
import Corpus
import Evaluation
import Files
import Generation
import Reports
import Training
import WaveNet

struct Tune: ParsableCommand, RunsOverRanks {
  static let configuration = CommandConfiguration(
    abstract: "Find a model's best sampling settings by measurement.",
    discussion: """
      synth tune runs/mine                 on what the run held out; train does it at its end
      synth tune model/ recordings/        on these recordings

      A few temperatures and top-p are tried. Clips of a model that was trained with controls follow curves of held-out
      recordings, and are judged by pitch, level, spectrum and clicks; those of other models by spectrum, level, clicks
      and silence. The best becomes the model's own in generation_config.json, and the table goes into its card.
      Under mpirun the ranks share the settings.
      """)

  @Argument(help: ArgumentHelp(ModelSource.help, valueName: "model"), completion: .directory)
  var model: String

  @Argument(help: "Recordings to judge by (default: what the model's run held out).", completion: .file())
  var recordings: [String] = []

  @Option(help: "Clips for each setting.")
  var clips = TuningRun.clips

  @Option(help: "Length of each clip, at most.")
  var seconds = TuningRun.seconds

  @Option(help: "Seed of the clips and of the choice of excerpts.")
  var seed: UInt64 = 1

  @OptionGroup var threads: ThreadsOption

  @Flag(help: "Change nothing: print what was found.")
  var dryRun = false

  @Flag(help: "Print the table as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if !(1...1000).contains(clips) { throw ValidationError("--clips \(clips): give 1 to 1000") }
    if !(seconds >= 0.5 && seconds <= 600) { throw ValidationError("--seconds \(seconds): give 0.5 to 600") }
  }

  func run() throws {
    Interrupt.catchSignals()
    let job = try World.gather(threads: threads.given)
    try job.requireOneArithmetic(Precision.f32.rawValue)
    let farm = Farm(World.ranks, job)
    let loaded = try ModelSource.load(model)
    let isShipped = loaded.path.hasPrefix("shipped:")
    if farm.isFirst && !isShipped && !dryRun {
      try AtomicFile.check("\(loaded.path)/\(ModelFolder.File.defaults)")
    }
    if recordings.isEmpty && !RunFiles(folder: loaded.path).holdsRun {
      throw SynthError.nothingHeldOut(model: loaded.path)
    }
    let c = loaded.model.configuration
    let sources = try EvaluationSources(.init(heldOut: recordings), loaded, threads: threads.count)
    try farm.requireSame(loaded, sources.heldOut)
    // Codes and samples of one setting's clips, and what is measured of them.
    try Memory.require(
      12 * clips * Int(seconds * Double(c.sampleRate)),
      for: "judging \(clips) clips of \(NumberText.short(seconds)) s",
      remedy: "give smaller --clips or --seconds")
    guard
      var tuning = try TuningRun.tune(
        loaded, heldOut: sources.heldOut, seed: seed, clips: clips, seconds: seconds, threads: threads.count,
        farm: farm)
    else {
      throw SynthError.nothingToTuneOn(model: model)
    }
    guard farm.isFirst else { return }
    tuning.isOnTrainedSound = sources.areAllTrained
    if !isShipped && !dryRun { try TuningRun.keep(tuning, loaded) }
    if json { try JSONReport.print(tuning) } else { for line in table(tuning) { try Terminal.print(line) } }
    Terminal.note(TuningRun.sentence(tuning))
    if isShipped && !dryRun { Terminal.note("a shipped model stays as it is: give generate these settings") }
  }

  private func table(_ tuning: Tuning) -> [String] {
    let columns = [
      "temperature", "top-p", "score", "spectrum dB", tuning.levelHeading, "cents", "within 50", "clicks",
      "silent",
    ]
    var lines = [columns.map { NumberText.right($0, 12) }.joined()]
    for (index, trial) in tuning.trials.enumerated() {
      let within = trial.agreement?.pitchWithin50Cents.map { NumberText.fixed(100 * $0, 0) + " %" }
      let cells = [
        "\(trial.setting.temperature)", trial.setting.topP.map { "\($0)" } ?? "-",
        NumberText.fixed(trial.score, 2),
        NumberText.fixed(trial.spectrumDb, 1),
        NumberText.fixed(trial.agreement?.levelDbMedian ?? trial.loudnessDb, 1),
        NumberText.fixed(trial.agreement?.pitchCentsMedian, 1), within ?? "-", "\(trial.clicks)",
        "\(trial.silentClips)/\(trial.clips)",
      ]
      lines.append(cells.map { NumberText.right($0, 12) }.joined() + (index == tuning.best ? "  best" : ""))
    }
    return lines
  }
}
