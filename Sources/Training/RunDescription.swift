// run.json: what a run was started with. Enough to resume it, and to do it again.
package import Corpus
internal import Files
package import WaveNet

/// The contents of run.json.
package struct RunDescription: Codable, Hashable, Sendable {
  package var formatVersion = 1
  package var corpus: CorpusDescription
  package var training: TrainingOptions
  /// Of the whole run; `training.steps` is what they came to before its first step. Nil if the number of steps was given.
  package var minutes: Double?
  /// Held-out bits per sample at which it stops.
  package var until: Double?
  /// Evaluations without a new best after which it stops.
  package var patience: Int?
  /// Steps between models that are kept.
  package var keepEvery: Int?
  /// Whether `training.evaluateEvery` was given, and stays where minutes change the number of steps.
  package var keepsEvaluateEvery: Bool?
  /// Whether sampling settings are looked for at the end; nil of a run that was given some, or none at all.
  package var tunes: Bool?
  /// The command lines that began it and that changed it.
  package var commands: [String]?

  package var goal: RunGoal { RunGoal(minutes: minutes, until: until, patience: patience) }

  package init(corpus: CorpusDescription, training: TrainingOptions) {
    self.corpus = corpus
    self.training = training
  }

  /// Reads a run's description; every number in it is one that flags could have given.
  package static func load(_ files: RunFiles) throws(TrainingError) -> RunDescription {
    let text: [UInt8]
    do throws(FileError) {
      text = try InputFile.contents(of: files.description, limit: RunFiles.textLimit)
    } catch {
      if case .notFound = error { throw .noRun(path: files.folder) }
      throw .badRunFile(path: files.description, reason: "\(error)")
    }
    let run = try RunFiles.decode(RunDescription.self, text, path: files.description)
    if run.formatVersion != 1 {
      throw .badRunFile(path: files.description, reason: "format version \(run.formatVersion) is not known")
    }
    if let problem = run.training.problem {
      throw .badRunFile(path: files.description, reason: "training: \(problem)")
    }
    if let problem = run.goal.problem { throw .badRunFile(path: files.description, reason: problem) }
    if let every = run.keepEvery, !RunGoal.Allowed.keepEvery.contains(every) {
      throw .badRunFile(path: files.description, reason: "keepEvery is \(every)")
    }
    return run
  }

  /// - Throws: if the model in the run's folder is not one that could be trained on its corpus.
  package func check(against configuration: Configuration, _ files: RunFiles) throws(TrainingError) {
    let (rate, levels) = (corpus.sampleRate, corpus.quantizationLevels)
    if rate != configuration.sampleRate || levels != configuration.quantizationLevels {
      throw .badRunFile(
        path: files.description,
        reason:
          "its corpus has \(rate) Hz and \(levels) levels, config.json beside it \(configuration.sampleRate) Hz and "
          + "\(configuration.quantizationLevels) levels: the two files belong to different runs")
    }
    guard let conditioning = configuration.conditioning else { return }
    guard case .folder(let options) = corpus, conditioning.labels.isEmpty == (options.labels == nil) else {
      throw .badRunFile(
        path: files.description,
        reason:
          "its corpus has not what the model is told by config.json beside it: the two files belong to different runs"
      )
    }
  }

  /// Writes it, by temporary name and rename.
  package func save(_ files: RunFiles) throws {
    try AtomicFile.write(RunFiles.encode(self, pretty: true) + "\n", to: files.description)
  }
}

extension RunFiles {
  /// The model's shape and recommended sampling, without its weights: the state has those.
  package func shape() throws -> (Configuration, GenerationDefaults?) {
    func text(_ name: String) throws -> [UInt8]? {
      do throws(FileError) {
        return try InputFile.contents(of: "\(folder)/\(name)", limit: 1 << 20)
      } catch {
        if case .notFound = error { return nil }
        throw error
      }
    }
    guard let config = try text(ModelFolder.File.config) else { throw TrainingError.noRun(path: folder) }
    let name = ModelFolder.File.defaults
    let defaults = try text(name).map { try GenerationDefaults(json: $0, path: "\(folder)/\(name)") }
    return (
      try Configuration(json: config, path: "\(folder)/\(ModelFolder.File.config)"),
      defaults == GenerationDefaults() ? nil : defaults
    )
  }
}
