// What `train` trains: shape, corpus and options, from flags for a new run and from the run's folder for --resume.
import ArgumentParser
import Benchmarks
import Corpus
import Files
import FoundationEssentials
import Glibc
import SafeTensors
import Training
import WaveNet

struct TrainingPlan {
  let files: RunFiles
  let configuration: Configuration
  private(set) var description: RunDescription
  let corpus: any Corpus
  private let initial: Model?
  private let defaults: GenerationDefaults?
  private let resumes: Bool

  var options: TrainingOptions { description.training }
  var parameters: Int { ParameterLayout(configuration).count }
  private static let textLimit = 1 << 20

  /// A new run from flags.
  init(new flags: Train) throws {
    resumes = false
    files = RunFiles(folder: flags.output ?? "")
    if !flags.dryRun { try Self.requireNew(files) }
    let from = try flags.shape.from.map { try ModelSource.load($0) }
    initial = from?.model
    let preset = flags.shape.config == nil && from == nil ? flags.shape.preset ?? .small : nil
    configuration = try Self.configuration(flags.shape, preset: preset, from: from?.model)
    defaults = try flags.shape.generationConfig.map {
      try GenerationDefaults(json: try InputFile.contents(of: $0, limit: Self.textLimit), path: $0)
    }
    description = RunDescription(
      corpus: try flags.corpus.description(
        folders: flags.folders, sampleRate: configuration.sampleRate, levels: configuration.quantizationLevels
      ),
      training: flags.hyper.options(preset))
    corpus = try Self.open(description, configuration, flags)
    if let minutes = flags.hyper.minutes {
      try fixSteps(minutes: minutes, after: 0, flags)
      flags.hyper.fit(&description.training)  // warm-up and evaluations follow the number of steps
    }
  }

  /// The run in the output folder.
  init(resuming flags: Train) throws {
    resumes = true
    files = RunFiles(folder: flags.output!)
    description = try RunDescription.load(files)
    let loaded = try ModelFolder.load(files.folder)
    configuration = loaded.model.configuration
    defaults = loaded.defaults == GenerationDefaults() ? nil : loaded.defaults
    initial = nil
    if let rate = flags.hyper.learningRate { description.training.learningRate = rate }
    if let every = flags.hyper.evaluateEvery { description.training.evaluateEvery = every }
    if let steps = flags.hyper.steps { description.training.steps = steps }
    corpus = try Self.open(description, configuration, flags)
    if let minutes = flags.hyper.minutes {
      try fixSteps(minutes: minutes, after: try Self.stepsDone(files), flags)
    }
  }

  /// The run, with its folder on disk: complete enough to be resumed from its first step on.
  func start(_ flags: Train) throws -> TrainingRun {
    let run = try TrainingRun(
      files: files, configuration: configuration, options: options, corpus: corpus,
      threads: flags.threads.count,
      resume: resumes, initial: initial)
    run.defaults = defaults
    if let seconds = flags.hyper.saveEvery { run.saveInterval = seconds }
    if !resumes {
      try Folder.create(files.folder)
      try run.save()
    }
    // Last: a folder without it holds no run.
    try description.save(files)
    return run
  }

  /// What is about to happen, in a line.
  var headline: String {
    let field = configuration.receptiveField
    let milliseconds = Double(field) / Double(configuration.sampleRate) * 1000
    return
      "\(description.corpus.name) -> \(files.folder): \(Format.short(Double(parameters))) parameters, receptive "
      + "field \(field) samples (\(Format.short(milliseconds)) ms), \(options.steps) steps of \(options.clips) x "
      + "\(options.crop) samples"
  }

  // MARK: -

  private static func requireNew(_ files: RunFiles) throws {
    if files.holdsRun { throw TrainingError.runExists(path: files.folder) }
    var status = stat()
    if stat(files.folder, &status) == 0 {
      if status.st_mode & S_IFMT != S_IFDIR {
        throw SynthError.cannotCreate(path: files.folder, reason: "a file of that name exists")
      }
      if access(files.folder + "/config.json", F_OK) == 0 {
        throw SynthError.cannotCreate(path: files.folder, reason: "it holds a model already")
      }
    }
  }

  private static func configuration(
    _ shape: ShapeFlags, preset: Preset?, from: Model?
  ) throws -> Configuration {
    if let from { return from.configuration }
    do {
      if let preset {
        return try preset.configuration(sampleRate: shape.rate ?? 16000, levels: shape.levels ?? 256)
      }
      let path = shape.config!
      let c = try Configuration(json: try InputFile.contents(of: path, limit: textLimit), path: path)
      return try Configuration(
        sampleRate: shape.rate ?? c.sampleRate, quantizationLevels: shape.levels ?? c.quantizationLevels,
        residualChannels: c.residualChannels, dilationChannels: c.dilationChannels,
        skipChannels: c.skipChannels,
        headChannels: c.headChannels, kernelSize: c.kernelSize, dilations: c.dilations)
    } catch let error as ConfigurationError {
      throw ValidationError("\(error)")
    }
  }

  private static func open(
    _ description: RunDescription, _ configuration: Configuration, _ flags: Train
  ) throws -> any Corpus {
    let corpus = try description.corpus.open(
      seed: description.training.seed, receptiveField: configuration.receptiveField
    ) { done, all in ProgressLine.draw { "reading file \(done) of \(all)" } }
    ProgressLine.clear()
    if let report = corpus.folderReport {
      for file in report.skipped { Terminal.warn("skipped \(file.path): \(file.reason)") }
      for warning in report.warnings { Terminal.warn(warning) }
      if flags.quiet { return corpus }
      Terminal.note(
        "\(Format.count(report.files.count, "file")), \(Format.clock(report.seconds)): training on "
          + "\(Format.fixed(report.trainingSeconds, 1)) s, \(Format.fixed(report.validationSeconds, 1)) s held out"
      )
      for file in report.files {
        let seconds = Format.fixed(Double(file.samples) / Double(report.sampleRate), 2)
        Terminal.note("  \(Format.right(seconds, 9)) s  \(file.use.words)  \(file.path)")
      }
    }
    return corpus
  }

  /// Where the run in `files` stands.
  private static func stepsDone(_ files: RunFiles) throws -> Int {
    let text = try SafeTensorsReader(path: files.state).metadata["progress"] ?? ""
    guard let progress = try? JSONDecoder().decode(RunProgress.self, from: Data(text.utf8)) else {
      throw TrainingError.notATrainingState(path: files.state)
    }
    return progress.step
  }

  /// Tries some steps and sets the number of steps that takes as long as was asked for.
  private mutating func fixSteps(minutes: Double, after done: Int, _ flags: Train) throws {
    if !flags.quiet { Terminal.note("measuring the time of a step ...") }
    let seconds = RunEstimate.secondsPerStep(
      configuration, options: options, corpus: corpus, threads: flags.threads.count,
      shouldStop: { Interrupt.isRequested })
    try Interrupt.check(hint: "nothing was written")
    // Each evaluation renders two seconds of sound.
    let fresh = Model(configuration: configuration, parameters: .init(count: parameters))
    let evaluation =
      2 * Double(configuration.sampleRate) / (try GenerationSpeed.samplesPerSecond(fresh)) + seconds
    var steps = max(1, Int(minutes * 60 / seconds))
    let every = flags.hyper.evaluateEvery ?? max(1, min(TrainingOptions().evaluateEvery, (done + steps) / 10))
    steps = max(1, Int(minutes * 60 / (seconds + evaluation / Double(every))))
    description.training.steps = done + steps
  }
}

extension FolderReport.Use {
  /// In a column.
  fileprivate var words: String {
    switch self {
    case .training: "training"
    case .validation: "held out"
    case .both: "its end held out"
    }
  }
}
