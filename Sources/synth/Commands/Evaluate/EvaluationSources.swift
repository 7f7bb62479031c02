// What a model is evaluated on: files that are named, or the clips that its corpus holds out; and what it was trained
// on, where that is known.
import AudioIO
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
  /// How files are read: as the run reads its own.
  private var options = FolderOptions()
  private var labels: TableLabels
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
    if case .folder(let own) = saved?.corpus { options = own }
    (options.sampleRate, options.quantizationLevels) = (sampleRate, law.levels)
    labels = TableLabels(options)
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
    let folder = try SoundFolder(under: request.heldOut)
    for error in folder.skipped { skip(nil, "\(error)") }
    var record: CorpusRecord?
    if case .folder = saved?.corpus, let saved {
      // The recordings themselves are opened only for what the record does not know.
      let wantsTraining = training == nil && request.wantsTraining
      let isUnknown = past?.record == nil && !request.measuresAll
      let corpus = wantsTraining || isUnknown ? try open(saved.corpus, seed: saved.training.seed) : nil
      if wantsTraining { training = corpus.flatMap { some(of: $0) } }
      record = past?.record ?? corpus?.record
      if let trouble = labels.trouble { warnings.append(trouble) }
    }
    guard let record, !request.measuresAll else {
      heldOut = try read(folder.files, named: request.heldOut).compactMap {
        told($0, record?.file(of: $0.recording))
      }
      return
    }
    try readUnknown(KnownFiles(record, among: folder.files), record, request)
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

  /// Files but for what the run was trained on.
  private mutating func readUnknown(
    _ known: KnownFiles, _ record: CorpusRecord, _ request: Request
  ) throws {
    var known = known
    let starts = Dictionary(
      known.ends.map { (FileName.key($0.path), $0.start) }, uniquingKeysWith: { a, _ in a })
    var parts =
      known.ends.isEmpty
      ? []
      : try read(known.ends.map(\.path), named: request.heldOut).map {
        ($0, starts[FileName.key($0.path)] ?? 0)
      }
    var trained: [NamedFile] = []
    for file in known.others.isEmpty ? [] : try read(known.others, named: request.heldOut) {
      if let start = known.start(file.path, file.recording) {
        parts.append((file, start))
      } else {
        trained.append(file)
      }
    }
    if let warning = known.warning(remedy: request.remedyForAll) { warnings.append(warning) }
    areAllTrained = known.areAllTrained
    if areAllTrained {
      let seen = Set(trained.map { FileName.key($0.path) })
      let unread = known.trained.filter { !seen.contains(FileName.key($0)) }
      trained += unread.isEmpty ? [] : try read(unread, named: request.heldOut)
      parts = trained.map { ($0, 0) }
    }
    for (file, start) in parts {
      if let recording = told(file, record.file(of: file.recording), from: start) {
        heldOut.append(recording)
      } else {
        skip(file.path, "\(file.path): is shorter than when the run began: nothing of it is held out")
      }
    }
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

  /// A file that was read.
  private struct NamedFile {
    let path: String
    let recording: NamedRecording
  }

  /// A recording from its sample `start` on, with what a conditioned model is told of it: its controls, and its label: the one
  /// that the run gave it, that of the run's table, or the one that one of its folders is called. Nil if nothing is left.
  private func told(_ file: NamedFile, _ known: CorpusRecord.File?, from start: Int = 0) -> CodedRecording? {
    let codes = Array(file.recording.codes.dropFirst(start))
    if codes.isEmpty { return nil }
    guard let conditioning else { return CodedRecording(name: file.path, codes: codes) }
    let folders = file.path.split(separator: "/").dropLast().reversed().map(String.init)
    let names = [known?.label, labels.label(of: file.path)].compactMap { $0 } + folders
    let label = names.lazy.compactMap { conditioning.labels.firstIndex(of: $0) }.first
    let clip = file.recording.clip
    let sound =
      start == 0 ? clip : Clip(samples: Array(clip.samples.dropFirst(start)), sampleRate: sampleRate)
    let channels = conditioning.controls.flatMap(\.channels)
    return CodedRecording(
      name: file.path, codes: codes,
      conditions: Conditions(
        labels: label.map { label in conditioning.labels.indices.map { $0 == label ? 1 : 0 } } ?? [],
        controls: channels.isEmpty
          ? [] : ControlCurves(sound, channels: channels, frame: conditioning.frameSamples).values))
  }

  private mutating func read(_ paths: [String]) throws -> [CodedRecording] {
    let folder = try SoundFolder(under: paths)
    for error in folder.skipped { skip(nil, "\(error)") }
    let record = past?.record
    return try read(folder.files, named: paths).compactMap { told($0, record?.file(of: $0.recording)) }
  }

  private mutating func read(_ files: [String], named paths: [String]) throws -> [NamedFile] {
    try Interrupt.whileNothingIsMade { try decode(files, named: paths) }
  }

  /// Files that were named must be readable; in folders, those that are not are skipped and named.
  private mutating func decode(_ files: [String], named paths: [String]) throws -> [NamedFile] {
    let named = Set(paths.map(FileName.key))
    var recordings: [NamedFile] = []
    for (i, path) in files.enumerated() {
      ProgressLine.draw {
        ["\(NumberText.share(i, files.count)), reading file \(i + 1) of \(files.count)", path]
      }
      do {
        let sound = try SoundFile.readMixed(path, sampleRate: sampleRate, channel: options.channel)
        warnings += sound.warnings(path: path)
        recordings.append(NamedFile(path: path, recording: NamedRecording(sound, options)))
      } catch {
        if named.contains(FileName.key(path)) { throw error }
        skip(path, "\(error)")
      }
    }
    ProgressLine.clear()
    if recordings.isEmpty {
      if let first = skipped.first {
        throw SynthError.nothingReadable(count: skipped.count, first: first.reason)
      }
      throw CorpusError.noFiles(paths: paths)
    }
    return recordings
  }

  private mutating func skip(_ path: String?, _ reason: String) {
    skipped.append(.init(path: path, reason: reason))
  }
}
