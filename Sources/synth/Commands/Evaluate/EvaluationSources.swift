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
  let sampleRate: Int
  private let law: MuLaw
  private let receptiveField: Int
  private let conditioning: Conditioning?
  private let threads: Int
  /// Of the run that made the model.
  private var past: CorpusPast?

  /// - fallback: the corpus where neither a run nor the request has one
  init(_ request: Request, _ loaded: LoadedModel, fallback: CorpusDescription, threads: Int) throws {
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
    if !request.training.isEmpty { training = try read(request.training) }
    if request.heldOut.isEmpty {
      try openCorpus(request, saved, fallback)
    } else {
      try readFiles(request, saved)
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

  private mutating func openCorpus(
    _ request: Request, _ saved: RunDescription?, _ fallback: CorpusDescription
  ) throws {
    let description = request.corpus ?? saved?.corpus ?? fallback
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
    var files = folder.files
    var ends: [CodedRecording] = []
    if case .folder = saved?.corpus, let saved {
      // The recordings themselves are opened only for what the record does not know.
      let wantsTraining = training == nil && request.wantsTraining
      let isUnknown = past?.record == nil && !request.measuresAll
      let corpus = wantsTraining || isUnknown ? try open(saved.corpus, seed: saved.training.seed) : nil
      if wantsTraining { training = corpus.flatMap { some(of: $0) } }
      if !request.measuresAll, let record = past?.record ?? corpus?.record {
        let choice = KnownFiles(record, among: files)
        files = choice.files
        ends = try read(choice.ends, named: request.heldOut)
        if let warning = choice.warning { warnings.append(warning) }
      }
    }
    heldOut = ends
    if !files.isEmpty || ends.isEmpty { heldOut += try read(files, named: request.heldOut) }
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

  /// A recording with what a conditioned model is told of it: its controls, and the label that one of its folders is called.
  private func told(_ name: String, _ codes: [UInt16], _ clip: Clip? = nil) -> CodedRecording {
    guard let conditioning else { return CodedRecording(name: name, codes: codes) }
    let folders = name.split(separator: "/").dropLast().reversed().map(String.init)
    let label = folders.lazy.compactMap { conditioning.labels.firstIndex(of: $0) }.first
    let sound = clip ?? Clip(samples: law.decode(codes), sampleRate: sampleRate)
    let channels = conditioning.controls.flatMap(\.channels)
    return CodedRecording(
      name: name, codes: codes,
      conditions: Conditions(
        labels: label.map { label in conditioning.labels.indices.map { $0 == label ? 1 : 0 } } ?? [],
        controls: channels.isEmpty
          ? [] : ControlCurves(sound, channels: channels, frame: conditioning.frameSamples).values))
  }

  private mutating func read(_ paths: [String]) throws -> [CodedRecording] {
    let folder = try SoundFolder(under: paths)
    for error in folder.skipped { skip(nil, "\(error)") }
    return try read(folder.files, named: paths)
  }

  /// The ends of files, each from a sample on.
  private mutating func read(
    _ ends: [(path: String, start: Int)], named paths: [String]
  ) throws -> [CodedRecording] {
    if ends.isEmpty { return [] }
    let starts = Dictionary(ends.map { (FileName.key($0.path), $0.start) }, uniquingKeysWith: { a, _ in a })
    return try read(ends.map(\.path), named: paths).compactMap { recording in
      let codes = Array(recording.codes.dropFirst(starts[FileName.key(recording.name)] ?? 0))
      if codes.isEmpty {
        skip(
          recording.name, "\(recording.name): is shorter than when the run began: nothing of it is held out")
        return nil
      }
      return told(recording.name, codes)
    }
  }

  private mutating func read(_ files: [String], named paths: [String]) throws -> [CodedRecording] {
    try Interrupt.whileNothingIsMade { try decode(files, named: paths) }
  }

  /// Files that were named must be readable; in folders, those that are not are skipped and named.
  private mutating func decode(_ files: [String], named paths: [String]) throws -> [CodedRecording] {
    let named = Set(paths.map(FileName.key))
    var recordings: [CodedRecording] = []
    for (i, path) in files.enumerated() {
      ProgressLine.draw {
        ["\(NumberText.share(i, files.count)), reading file \(i + 1) of \(files.count)", path]
      }
      do {
        let sound = try SoundFile.readMixed(path, sampleRate: sampleRate)
        warnings += sound.warnings(path: path)
        recordings.append(told(path, law.encode(sound.clip.samples), sound.clip))
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
