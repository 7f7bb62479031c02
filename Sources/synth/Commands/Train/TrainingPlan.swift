// What `train` trains, all of it resolved: shape, corpus, options, folder. From flags for a new run (ModelShape.swift,
// TrainingFlags.swift), from the run's folder for --resume (ResumeCheck.swift).
import Benchmarks
import Corpus
import Files
import Kernels
import Reports
import Training
import WaveNet

struct TrainingPlan {
  let files: RunFiles
  let configuration: Configuration
  private(set) var description: RunDescription
  let corpus: any Corpus
  /// Why a new model is told what it is told; nil of a run that goes on.
  let told: ConditioningPlan?
  /// First weights of a new run; nil for random ones.
  let initial: Model?
  /// Recommended sampling, kept with the model.
  let defaults: GenerationDefaults?
  /// Of a new run: excerpts that are kept beside the weights.
  var gestures: [Gesture] = []
  /// Locked, of a run that goes on; nil for a new one, whose folder is made when it starts.
  let folder: RunFolder?
  let threads: Int
  /// Seconds between saves; nil for the run's own.
  let saveInterval: Double?
  /// Of a run with minutes: what they have to be enough for besides steps, and what is looked for at the end.
  var costs: ClosingCosts?
  var reserve: TimeReserve { costs?.reserve ?? TimeReserve() }

  var options: TrainingOptions { description.training }
  var parameters: Int { ParameterLayout(configuration).count }

  init(
    files: RunFiles, configuration: Configuration, description: RunDescription, corpus: any Corpus,
    told: ConditioningPlan? = nil, initial: Model? = nil, defaults: GenerationDefaults?, folder: RunFolder?,
    threads: Int,
    saveInterval: Double?
  ) {
    (self.files, self.configuration, self.description) = (files, configuration, description)
    (self.corpus, self.told, self.initial) = (corpus, told, initial)
    (self.defaults, self.folder) = (defaults, folder)
    (self.threads, self.saveInterval) = (threads, saveInterval)
  }

  /// The run, with its folder on disk: complete enough to be resumed from its first step on.
  func start() throws -> TrainingRun {
    let run = try TrainingRun(
      files: files, configuration: configuration, options: options, goal: description.goal,
      keepEvery: description.keepEvery, corpus: corpus, threads: threads, resume: folder != nil,
      initial: initial, ranks: World.ranks)
    if folder == nil { (run.defaults, run.gestures) = (defaults, gestures) }
    run.reserve = reserve
    run.keepsEvaluateEvery = description.keepsEvaluateEvery == true
    let cards = RunCards(self, gestures: run.gestures)
    run.card = { cards.text($0, in: $1) }
    if let saveInterval { run.saveInterval = saveInterval }
    run.folder = try folder ?? RunFolder.begin(files)
    if folder == nil { try run.save() }
    try files.save(description, corpus)
    return run
  }

  /// What is about to happen, in a line.
  var headline: String {
    let field = configuration.receptiveField
    let milliseconds = Double(field) / Double(configuration.sampleRate) * 1000
    return
      "\(description.corpus.name) -> \(files.folder): \(NumberText.short(Double(parameters))) parameters, receptive "
      + "field \(field) samples (\(NumberText.short(milliseconds)) ms), \(length) of \(options.clips) x \(options.crop) samples"
  }

  /// How long it goes on.
  private var length: String {
    guard let minutes = description.minutes else { return "\(options.steps) steps" }
    return "\(TrainingReporter.minutes(minutes)), about \(options.steps) steps"
  }

  /// How much faster another precision than f32 has to be.
  private static let worthwhile = 1.1

  /// Takes the precision that trains fastest on this machine, which its name does not tell: there are processors on which bf16
  /// takes half the time of f32, and others on which it takes twice as much. Only where the time is given; a number of steps
  /// comes to the same weights every time.
  /// - Returns: the seconds of a step, and how many times as fast as at f32 it is.
  mutating func choosePrecision() throws -> (seconds: Double, times: Double) {
    var seconds: [Precision: Double] = [:]
    for precision in Precision.ofTraining {
      description.training.precision = precision
      seconds[precision] = try secondsPerStep()
    }
    guard let exact = seconds[.f32], let (fastest, least) = seconds.min(by: { $0.value < $1.value }) else {
      preconditionFailure("no training at f32")
    }
    let isWorthwhile = exact >= least * Self.worthwhile
    description.training.precision = isWorthwhile ? fastest : .f32
    return isWorthwhile ? (least, exact / least) : (exact, 1)
  }

  /// Tries some steps, with this rank's part of the clips.
  func secondsPerStep() throws -> Double {
    var options = options
    options.clips = World.ranks.own(of: options.clips).count
    let seconds = RunEstimate.secondsPerStep(
      configuration, options: options, corpus: corpus, threads: threads,
      shouldStop: { Interrupt.isRequested })
    try Interrupt.check(hint: "nothing was written")
    return seconds
  }

  /// Sets the number of steps that there is time for, as it looks before the first one; the run finds out better while it goes on.
  /// - seconds: of a step, measured
  /// - done: of a run that goes on
  /// - fit: sets what depends on the number of steps
  mutating func fixSteps(
    minutes: Double, secondsPerStep seconds: Double, after done: RunProgress,
    fit: (inout TrainingOptions) -> Void
  ) {
    let whole = minutes * 60 - done.seconds
    let left = whole - min(whole / 2, reserve.closing + reserve.evaluation)
    var steps = max(1, Int(left / seconds))
    let every =
      description.keepsEvaluateEvery == true
      ? options.evaluateEvery : TrainingOptions.evaluateEvery(steps: done.step + steps)
    steps = max(1, Int(left / (seconds + reserve.evaluation / Double(every))))
    description.training.steps = min(done.step + steps, TrainingOptions.Allowed.steps.upperBound)
    description.minutes = minutes
    fit(&description.training)
  }

  /// Refuses a folder in which a new run would replace something.
  static func requireNew(_ files: RunFiles) throws {
    try RunFolder.requireNew(files)
    if !Disk.exists(files.folder) {
      return try Replacing.prepareFolder(files.folder)
    }
    for path in [files.metrics, files.samples, files.checkpoints] where Disk.exists(path) {
      throw SynthError.cannotCreate(path: files.folder, reason: "it holds \(Disk.split(path).name) already")
    }
    try AtomicFile.check(files.description)
  }
}
