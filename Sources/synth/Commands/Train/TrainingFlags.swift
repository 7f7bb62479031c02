// The model's shape and the hyper-parameters of `train`, as flags over presets and files.
import ArgumentParser
import Corpus
import Kernels
import Reports
import Training
import WaveNet

struct ShapeFlags: ParsableArguments {
  @Option(
    help: """
      Size of model: \(Preset.allCases.map(\.rawValue).joined(separator: ", ")) (default: small). It hears as far back in time at \
      every rate. realtime is the largest that this machine plays live at the rate, by trying.
      """)
  var preset: Preset?

  @Option(
    help: ArgumentHelp("A config.json with the model's shape, instead of a preset.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var config: String?

  @Option(
    help: ArgumentHelp("Start from the weights of this model; its shape is taken too.", valueName: "dir|name")
  )
  var from: String?

  @Option(help: "Sample rate of the model in Hz (default: 16000, or the file's).")
  var rate: Int?

  @Option(help: "Quantization levels: 256, 512 or 1024 (default: 256, or the file's).")
  var levels: Int?

  @Option(
    help: ArgumentHelp(
      "A generation_config.json with recommended sampling, to be kept with the model.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var generationConfig: String?

  func validate() throws {
    let sources = [
      preset.map { _ in "--preset" }, config.map { _ in "--config" }, from.map { _ in "--from" },
    ]
    .compactMap { $0 }
    if sources.count > 1 {
      throw ValidationError("\(sources.joined(separator: " and ")) exclude one another")
    }
    if from != nil && (rate != nil || levels != nil) {
      throw ValidationError("--from takes rate and levels from the model: leave --rate and --levels out")
    }
    if let rate, !(1000...384_000).contains(rate) {
      throw ValidationError("--rate \(rate): give 1000 to 384000 Hz")
    }
    if let levels, ![256, 512, 1024].contains(levels) {
      throw ValidationError("--levels \(levels): give 256, 512 or 1024")
    }
  }
}

struct TrainingFlags: ParsableArguments {
  @Option(help: "Optimizer steps of the whole run (default: \(defaults.steps)).")
  var steps: Int?

  @Option(
    help: """
      Minutes that the whole run takes, those before a --resume among them: from the first step to the end of the figures and \
      the sampling settings; reading and hearing recordings comes before and does not count. The number of steps follows \
      the speed of the machine all the time.
      """)
  var minutes: Double?

  @Option(
    help: ArgumentHelp(
      "Stop at the first evaluation with so few held-out bits per sample (0: never).", valueName: "bits"))
  var until: Double?

  @Option(
    help: ArgumentHelp(
      "Stop after so many evaluations in a row without a new best by \(BestSoFar.progress) bits (default: 0, never).",
      valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp(
      "Keep a model in checkpoints/ every so many steps, besides the best one, which is always kept (default: 0, never).",
      valueName: "steps"))
  var keepEvery: Int?

  @Option(help: "Seed of the first weights and of every random choice (default: \(defaults.seed)).")
  var seed: UInt64?

  @Option(
    help:
      "Clips in a batch (default: \(defaults.clips); of a model with controls \(toldDefaults.clips), unless --crop is given)."
  )
  var clips: Int?

  @Option(
    help: """
      Parts of a batch whose gradients are added in a fixed order, a power of two (default: \(TrainingOptions.defaultShards)): the \
      most ranks that can share a batch under mpirun. Of more clips than shards the result depends on it, of ranks and threads never.
      """)
  var shards: Int?

  @Option(
    help:
      "Predicted samples per clip (default: \(defaults.crop); of a model with controls \(toldDefaults.crop), unless --clips is given)."
  )
  var crop: Int?

  @Option(
    help: "Largest learning rate (default: the preset's, or \(NumberText.scientific(defaults.learningRate)))."
  )
  var learningRate: Double?

  @Option(
    help: "Learning rate at the last step, as a fraction of the largest (default: \(defaults.finalFraction))."
  )
  var finalFraction: Double?

  @Option(
    help:
      "Steps of linear warm-up of the learning rate (default: \(defaults.warmUpSteps), at most a tenth of all)."
  )
  var warmUpSteps: Int?

  @Option(
    help: """
      Largest noise on the input history at the start, in codes (default: \(defaults.jitter); of recordings \
      \(recordingDefaults.jitter)).
      """)
  var jitter: Double?

  @Option(
    help: """
      The same at the end (default: \(defaults.finalJitter); of recordings \(recordingDefaults.finalJitter); or --jitter if \
      that is less).
      """)
  var finalJitter: Double?

  @Option(
    help: """
      Share of the input history, 0 to 1, that is what the model itself draws, growing to this by the end (default: 0).
      """)
  var scheduledSampling: Double?

  @Option(
    help:
      "Decay of the moving average of the weights, which is what is kept as the model (default: \(defaults.averageDecay))."
  )
  var averageDecay: Double?

  @Option(
    help:
      "Steps between evaluations, each with a sound sample (default: \(defaults.evaluateEvery), or a tenth of all)."
  )
  var evaluateEvery: Int?

  @Option(
    help: """
      Arithmetic of matrix products, f32 or bf16, at about the same result (default: f32; with --minutes the faster one on \
      this machine).
      """)
  var precision: TrainingPrecision?

  @Option(
    help:
      "Seconds between saves, besides those at evaluations (default: 60; with --minutes at most 3 % of them)."
  )
  var saveEvery: Double?

  private static let defaults = TrainingOptions()
  private static let toldDefaults = TrainingOptions().toldControls
  private static let recordingDefaults = TrainingOptions(for: .folder(FolderOptions()))

  func validate() throws {
    func check<T: Comparable>(_ name: String, _ value: T?, _ range: ClosedRange<T>) throws {
      if let value, !range.contains(value) {
        throw ValidationError("\(name) \(value): give \(range.lowerBound) to \(range.upperBound)")
      }
    }
    typealias Allowed = TrainingOptions.Allowed
    if steps != nil && minutes != nil { throw ValidationError("give --steps or --minutes, not both") }
    try check("--steps", steps, Allowed.steps)
    try check("--minutes", minutes, RunGoal.Allowed.minutes)
    try check("--until", until, RunGoal.Allowed.until)
    try check("--patience", patience, 0...RunGoal.Allowed.patience.upperBound)
    try check("--keep-every", keepEvery, 0...RunGoal.Allowed.keepEvery.upperBound)
    try check("--clips", clips, Allowed.clips)
    try check("--crop", crop, Allowed.crop)
    try check("--shards", shards, Allowed.shards)
    if let shards, !ShardTree.isPowerOfTwo(shards) {
      throw ValidationError("--shards \(shards): give a power of two")
    }
    try check("--learning-rate", learningRate, Allowed.learningRate)
    try check("--final-fraction", finalFraction, Allowed.finalFraction)
    try check("--warm-up-steps", warmUpSteps, Allowed.warmUpSteps)
    try check("--jitter", jitter, Allowed.jitter)
    try check("--final-jitter", finalJitter, Allowed.jitter)
    try check("--scheduled-sampling", scheduledSampling, Allowed.scheduledSampling)
    try check("--average-decay", averageDecay, Allowed.averageDecay)
    try check("--evaluate-every", evaluateEvery, Allowed.evaluateEvery)
    try check("--save-every", saveEvery, 0...1e6)
  }

  /// Options of a new run, except for the steps of --minutes.
  /// - Parameter presetRate: the learning rate that suits the preset; nil for a shape from elsewhere
  func options(_ presetRate: Double?, for corpus: CorpusDescription) -> TrainingOptions {
    var options = TrainingOptions(for: corpus)
    options.steps = steps ?? options.steps
    options.seed = seed ?? options.seed
    options.clips = clips ?? options.clips
    options.crop = crop ?? options.crop
    options.shards = shards ?? options.shards
    options.learningRate = learningRate ?? presetRate ?? options.learningRate
    options.finalFraction = finalFraction ?? options.finalFraction
    options.jitter = jitter ?? max(options.jitter, finalJitter ?? 0)
    options.finalJitter = finalJitter ?? min(options.finalJitter, options.jitter)
    options.scheduledSampling = scheduledSampling == 0 ? nil : scheduledSampling
    options.averageDecay = averageDecay ?? options.averageDecay
    options.precision = precision?.value ?? options.precision
    fit(&options)
    return options
  }

  /// What suits a model that is told controls, unless it was given.
  func fitToControls(_ options: inout TrainingOptions) {
    if clips == nil && crop == nil { options = options.toldControls }
  }

  /// What depends on the number of steps, unless it was given.
  func fit(_ options: inout TrainingOptions) {
    let defaults = Self.defaults
    options.warmUpSteps = warmUpSteps ?? min(defaults.warmUpSteps, options.steps / 10)
    options.evaluateEvery = evaluateEvery ?? TrainingOptions.evaluateEvery(steps: options.steps)
  }

  /// What may change when a run goes on, and is not among its options; 0 takes it away.
  func apply(to run: inout RunDescription) {
    if let until { run.until = until == 0 ? nil : until }
    if let patience { run.patience = patience == 0 ? nil : patience }
    if let keepEvery { run.keepEvery = keepEvery == 0 ? nil : keepEvery }
    if evaluateEvery != nil { run.keepsEvaluateEvery = true }
  }
}

/// A precision that training has.
struct TrainingPrecision: ExpressibleByArgument {
  let value: Precision

  init?(argument: String) {
    guard let value = Precision(rawValue: argument), Precision.ofTraining.contains(value) else { return nil }
    self.value = value
  }

  static var allValueStrings: [String] { Precision.ofTraining.map(\.rawValue) }
}
