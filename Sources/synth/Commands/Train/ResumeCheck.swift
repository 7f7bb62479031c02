// --resume with flags: a run goes on with what it was started with, so the same command line with --resume added is
// welcome, and a flag that says something else is refused with both values.
import ArgumentParser
import Corpus
import Files
import Reports
import Training
import WaveNet

struct ResumeCheck {
  let run: RunDescription
  let configuration: Configuration
  /// Recommended sampling as the run has it.
  let defaults: GenerationDefaults?
  private var differences: [String] = []

  init(_ run: RunDescription, _ configuration: Configuration, _ defaults: GenerationDefaults?) {
    (self.run, self.configuration, self.defaults) = (run, configuration, defaults)
  }

  /// - Throws: a `ValidationError` with all that differs.
  static func check(
    _ run: RunDescription, _ configuration: Configuration, _ defaults: GenerationDefaults?, shape: ShapeFlags,
    corpus: CorpusFlags, recordings: [String], told: ConditioningFlags, folders: [String],
    hyper: TrainingFlags
  ) throws {
    var check = ResumeCheck(run, configuration, defaults)
    try check.compare(shape)
    try check.compare(corpus, recordings, folders)
    try check.compare(told)
    check.compare(hyper)
    if check.differences.isEmpty { return }
    throw ValidationError(
      "--resume goes on with what the run was started with; " + check.differences.joined(separator: "; ")
        + ". Leave these out; only --steps, --minutes, --until, --patience, --learning-rate, --evaluate-every, --keep-every, "
        + "--save-every and --threads may change, and where the recordings are")
  }

  /// Minutes are those of the whole run, as steps are.
  static func checkMinutes(_ minutes: Double?, of run: RunDescription, _ done: RunProgress) throws {
    guard let minutes, minutes != run.minutes, minutes * 60 <= done.seconds else { return }
    throw ValidationError(
      "--minutes \(minutes): this run has trained for \(NumberText.fixed(done.seconds / 60, 2)) minutes already, which count: "
        + "give more, or leave it out")
  }

  private mutating func compare<T: Equatable>(_ flag: String, _ given: T?, _ own: T) {
    if let given, given != own { differences.append("\(flag) is \(given), the run has \(own)") }
  }

  private mutating func compare(_ flags: ShapeFlags) throws {
    compare("--rate", flags.rate, configuration.sampleRate)
    compare("--levels", flags.levels, configuration.quantizationLevels)
    if let preset = flags.preset {
      try compare(preset, rate: flags.rate ?? ModelShape.rate, levels: flags.levels ?? ModelShape.levels)
    } else if flags.config != nil || flags.from != nil {
      let shape = try ModelShape(flags)
      let flag = flags.config != nil ? "--config" : "--from"
      // What the shape says nothing about was chosen when the run began.
      let given =
        shape.decidesConditioning
        ? shape.configuration : shape.configuration.conditioned(on: configuration.conditioning)
      if given != configuration {
        let names = flags.config ?? flags.from!
        differences.append(
          "\(flag) \(names) is \(Self.words(given)), the run has \(Self.words(configuration))")
      }
    }
    if let path = flags.generationConfig, let given = try ModelShape.defaults(path), given != defaults {
      differences.append(
        "--generation-config \(path) is \(Self.words(given)), the run has \(Self.words(defaults))")
    }
  }

  /// Of one that is found by trying, nothing is tried again: any size that it could have come to is the run's own.
  private mutating func compare(_ preset: Preset, rate: Int, levels: Int) throws {
    let own = configuration.conditioned(on: nil)
    let shapes = try preset.sizes.flatMap { size in
      [
        try size.configuration(sampleRate: rate, levels: levels),
        try size.earlierConfiguration(sampleRate: rate, levels: levels),
      ]
    }
    if shapes.contains(own) { return }
    let given = shapes[0].conditioned(on: configuration.conditioning)
    let kind = preset.sizes.count > 1 ? "at the least" : "is"
    differences.append(
      "--preset \(preset.rawValue) \(kind) \(Self.words(given)), the run has \(Self.words(configuration))")
  }

  /// A shape in a few words.
  private static func words(_ c: Configuration) -> String {
    "\(c.blockCount) blocks of \(c.residualChannels)/\(c.dilationChannels)/\(c.skipChannels)/\(c.headChannels) channels, "
      + "kernel \(c.kernelSize), receptive field \(c.receptiveField), \(c.sampleRate) Hz, \(c.quantizationLevels) levels, "
      + "told \(words(c.conditioning))"
  }

  private static func words(_ conditioning: Conditioning?) -> String {
    guard let c = conditioning else { return "nothing" }
    return
      "\(c.controls.list) and \(c.labels.isEmpty ? "no labels" : c.labels.joined(separator: ", ")) in frames of "
      + "\(c.frameSamples) samples, \(c.channels) channels"
  }

  private static func words(_ defaults: GenerationDefaults?) -> String {
    String(decoding: (defaults ?? GenerationDefaults()).json(), as: UTF8.self).split(
      whereSeparator: \.isWhitespace
    )
    .joined(separator: " ")
  }

  private mutating func compare(
    _ flags: CorpusFlags, _ recordings: [String], _ folders: [String]
  ) throws {
    // Where recordings are may change: what they hold is compared when they are read.
    let isOfRecordings = if case .folder = run.corpus { true } else { false }
    if !folders.isEmpty && !isOfRecordings {
      differences.append("the folders are \(folders.joined(separator: ", ")), the run has \(run.corpus.name)")
    }
    if let kind = flags.corpus { compare("--corpus", kind.rawValue, run.corpus.kind) }
    for setting in flags.settings {
      if try run.corpus.setting([setting]) == run.corpus { continue }
      let key = setting.split(separator: "=", maxSplits: 1).first.map(String.init) ?? setting
      differences.append("--set \(setting), the run has another \(key)")
    }
    for setting in recordings where try run.corpus.setting([setting]) != run.corpus {
      let parts = setting.split(separator: "=", maxSplits: 1)
      let flag = parts[0].replacing("_", with: "-")
      differences.append("--\(flag) is \(parts[1]), the run has another")
    }
  }

  /// What was chosen then stays. A table of labels may be elsewhere: the run knows its recordings' labels.
  private mutating func compare(_ flags: ConditioningFlags) throws {
    if case .these(let list) = try flags.request {
      compare("--controls", list.list, (configuration.conditioning?.controls ?? []).list)
    }
    guard let given = flags.labelSource else { return }
    let own: String? = if case .folder(let options) = run.corpus { options.labels } else { nil }
    let isOfFolders = given == FolderOptions.labelSource("folders")
    if own == nil || isOfFolders != (own == FolderOptions.labelSource("folders")) {
      compare("--labels", flags.labels, own ?? "none")
    }
  }

  private mutating func compare(_ flags: TrainingFlags) {
    let own = run.training
    compare("--seed", flags.seed, own.seed)
    compare("--clips", flags.clips, own.clips)
    compare("--crop", flags.crop, own.crop)
    compare("--shards", flags.shards, own.shardCount)
    compare("--final-fraction", flags.finalFraction, own.finalFraction)
    compare("--warm-up-steps", flags.warmUpSteps, own.warmUpSteps)
    compare("--jitter", flags.jitter, own.jitter)
    compare("--final-jitter", flags.finalJitter, own.finalJitter)
    compare("--scheduled-sampling", flags.scheduledSampling, own.scheduledSampling ?? 0)
    compare("--average-decay", flags.averageDecay, own.averageDecay)
    compare("--precision", flags.precision?.value.rawValue, own.precision.rawValue)
  }
}
