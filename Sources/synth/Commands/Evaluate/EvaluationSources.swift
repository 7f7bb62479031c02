// What a model is evaluated on: files that are named, or the clips that its corpus holds out; and what it was trained
// on, where that is known.
import Corpus
import Evaluation
import Files
import Reports
import Signal
import Training
import WaveNet

struct EvaluationSources {
  /// What is asked for, all of it resolved.
  struct Request {
    /// Files and folders that are named; empty for clips of the corpus.
    var heldOut: [String] = []
    /// Recordings of the training that are named; empty for those of the run.
    var training: [String] = []
    /// Whether files that the model was trained on are measured too.
    var measuresAll = false
    /// What is said of how that is asked for; nil where it cannot be.
    var remedyForAll: String?
    /// Whether each file that was skipped is named, however many there are.
    var listsFiles = false
    /// Whether what was trained on is needed beside files that are named.
    var wantsTraining = false
    /// A synthetic corpus that was asked for; nil for the run's.
    var corpus: CorpusDescription?
    /// Of that corpus; nil for the run's, or 1.
    var seed: UInt64?
    /// Clips of the corpus, and samples of each; nil for its own choice.
    var count: Int?
    var samples: Int?
  }

  private(set) var heldOut: [CodedRecording] = []
  /// Nil if it is not known.
  private(set) var training: [CodedRecording]?
  /// What tones should come out; nil for recordings.
  private(set) var target: TonalTarget?
  private(set) var skipped: [EvaluationReport.Skipped] = []
  private(set) var warnings: [String] = []
  /// Whether the files that were named are all such as the run was trained on.
  private(set) var areAllTrained = false
  let sampleRate: Int
  private var files: NamedFiles
  private let law: MuLaw
  private let receptiveField: Int
  private let conditioning: Conditioning?
  private let threads: Int
  /// Of the run that made the model.
  private var past: CorpusPast?

  /// - Throws: also if nothing says what is held out: no file, no corpus, no run.
  init(_ request: Request, _ loaded: LoadedModel, threads: Int) throws {
    let configuration = loaded.model.configuration
    (conditioning, self.threads) = (configuration.conditioning, threads)
    (sampleRate, receptiveField) = (configuration.sampleRate, configuration.receptiveField)
    law = MuLaw(levels: configuration.quantizationLevels)
    let run = RunFiles(folder: loaded.path)
    var saved = request.corpus == nil && run.holdsRun ? try RunDescription.load(run) : nil
    if let corpus = saved?.corpus {
      let kept = try RunCorpus(run, corpus)
      saved?.corpus = kept.description
      past = kept.past
      warnings += kept.warnings
    }
    var options = FolderOptions()
    if case .folder(let own) = saved?.corpus { options = own }
    (options.sampleRate, options.quantizationLevels) = (sampleRate, law.levels)
    files = NamedFiles(options, conditioning)
    files.record = past?.record
    if !request.training.isEmpty { training = try read(request.training) }
    if request.heldOut.isEmpty {
      guard let corpus = try request.corpus ?? saved?.corpus ?? Self.corpus(ofShipped: loaded) else {
        throw SynthError.nothingHeldOut(model: loaded.path)
      }
      try open(corpus, request, saved)
    } else {
      try readFiles(request, saved)
      noteCopies(request)
    }
    skipped += files.skipped
    warnings += files.warnings
    Terminal.list(
      skipped.map { "skipped \($0.reason)" }, of: "files skipped", all: request.listsFiles,
      hint: "--list names all",
      Terminal.warn)
    Terminal.list(
      warnings, of: "warnings", all: request.listsFiles, hint: "--list shows all", Terminal.warn)
  }

  /// As the model hears them: coded and decoded.
  var heldOutSounds: [MemorizationReport.Named] {
    heldOut.map { ($0.name, Clip(samples: law.decode($0.codes), sampleRate: sampleRate)) }
  }

  /// The same of what it was trained on.
  var trainingSounds: Recordings? {
    guard let training, !training.isEmpty else { return nil }
    return Recordings(training, levels: law.levels, sampleRate: sampleRate)
  }

  /// What the shipped model of synthetic sound was trained on.
  private static func corpus(ofShipped loaded: LoadedModel) throws -> CorpusDescription? {
    let c = loaded.model.configuration
    return loaded.path == "shipped:\(ShippedModel.defaultName)"
      ? try CorpusFlags.parse([]).description(
        folders: [], labels: nil, sampleRate: c.sampleRate, levels: c.quantizationLevels) : nil
  }

  private mutating func open(
    _ description: CorpusDescription, _ request: Request, _ saved: RunDescription?
  ) throws {
    target = TonalTarget(description)
    let corpus = try open(description, seed: request.seed ?? saved?.training.seed ?? 1)
    let isWhole = request.count == nil && request.samples == nil
    heldOut = corpus.heldOutRecordings(
      description.name, count: isWhole ? nil : request.count ?? 16,
      samples: isWhole ? nil : request.samples ?? 4 * sampleRate)
    if training == nil { training = some(of: corpus) }
  }

  private mutating func readFiles(_ request: Request, _ saved: RunDescription?) throws {
    let named = request.heldOut
    let found = try files.find(named)
    if case .folder = saved?.corpus, let saved {
      // The recordings themselves are opened only for what the record does not know.
      let wantsTraining = training == nil && request.wantsTraining
      let isUnknown = past?.record == nil && !request.measuresAll
      let corpus = wantsTraining || isUnknown ? try open(saved.corpus, seed: saved.training.seed) : nil
      if wantsTraining { training = corpus.flatMap { some(of: $0) } }
      files.record = past?.record ?? corpus?.record
    }
    if let record = files.record, !request.measuresAll {
      var known = KnownFiles(record, among: found)
      heldOut = try readHeldOut(&known, named)
      if let warning = known.warning(remedy: request.remedyForAll) { warnings.append(warning) }
      areAllTrained = known.areAllTrained
    }
    if files.record == nil || request.measuresAll || areAllTrained { heldOut = try read(found, named) }
    try files.require(heldOut, of: named)
  }

  /// Files but for what the run was trained on.
  private mutating func readHeldOut(_ known: inout KnownFiles, _ named: [String]) throws -> [CodedRecording] {
    let reader = files
    let starts = Dictionary(
      known.ends.map { (FileName.key($0.path), $0.start) }, uniquingKeysWith: { a, _ in a })
    var short: [String] = []
    func part(_ path: String, _ recording: NamedRecording, from start: Int) -> CodedRecording? {
      let part = reader.told(path, recording, from: start)
      if part == nil { short.append(path) }
      return part
    }
    var recordings = try Interrupt.whileNothingIsMade {
      try files.read(known.ends.map(\.path), named: named) { path, recording in
        part(path, recording, from: starts[FileName.key(path)] ?? 0)
      }
    }
    recordings += try Interrupt.whileNothingIsMade {
      try files.read(known.others, named: named) { path, recording in
        known.start(path, recording).flatMap { part(path, recording, from: $0) }
      }
    }
    for path in short {
      files.skip(path, "\(path): is shorter than when the run began: nothing of it is held out")
    }
    return recordings
  }

  /// Says which files were named on both sides.
  private mutating func noteCopies(_ request: Request) {
    if request.training.isEmpty { return }
    let trained = Set(training?.map(\.codes) ?? [])
    let twice = heldOut.count { trained.contains($0.codes) }
    if twice == 0 { return }
    warnings.append(
      "\(twice) of \(NumberText.count(heldOut.count, "held-out file")) are among those of --training: the figures "
        + "say little about other sound")
  }

  /// What was trained on, as much of it as can be compared with.
  private mutating func some(of corpus: any Corpus) -> [CodedRecording]? {
    let most = 3600 * sampleRate
    if let all = corpus.folderReport?.trainingSamples, all > most {
      warnings.append(
        "of what it was trained on, one hour of \(NumberText.clock(Double(all) / Double(sampleRate))) is compared with"
      )
    }
    return corpus.trainingRecordings(atMost: most)
  }

  /// Opens a corpus; what cannot be read and what looks wrong is kept.
  private mutating func open(_ description: CorpusDescription, seed: UInt64) throws -> any Corpus {
    let corpus = try CorpusOpening.open(
      description, seed: seed, receptiveField: receptiveField, past: past, threads: threads)
    let found = corpus.folderReport
    defer { warnings += found?.warnings ?? [] }
    for file in found?.skipped ?? [] { skip(file.path, "\(file.path): \(file.reason)") }
    return try CorpusOpening.telling(corpus, conditioning, threads: threads)
  }

  private mutating func read(_ paths: [String]) throws -> [CodedRecording] {
    let recordings = try read(try files.find(paths), paths)
    try files.require(recordings, of: paths)
    return recordings
  }

  /// Files whole.
  private mutating func read(_ found: [String], _ named: [String]) throws -> [CodedRecording] {
    let reader = files
    return try Interrupt.whileNothingIsMade {
      try files.read(found, named: named) { reader.told($0, $1) }
    }
  }

  private mutating func skip(_ path: String?, _ reason: String) {
    skipped.append(.init(path: path, reason: reason))
  }
}
