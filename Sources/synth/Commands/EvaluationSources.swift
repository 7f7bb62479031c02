// What a model is evaluated on: files that are named, or the clips that its corpus holds out; and what it was trained
// on, where that is known.
import AudioIO
import Corpus
import Evaluation
import Signal
import Training
import WaveNet

struct EvaluationSources {
  private(set) var heldOut: [CodedRecording] = []
  /// Nil if it is not known.
  private(set) var training: [CodedRecording]?
  /// What tones should come out; nil for recordings.
  private(set) var target: TonalTarget?
  private(set) var skipped: [EvaluationReport.Skipped] = []
  private(set) var warnings: [String] = []
  let sampleRate: Int
  private let law: MuLaw

  init(_ flags: Evaluate, _ loaded: LoadedModel) throws {
    let configuration = loaded.model.configuration
    sampleRate = configuration.sampleRate
    law = MuLaw(levels: configuration.quantizationLevels)
    let run = RunFiles(folder: loaded.path)
    let saved = !flags.corpus.isGiven && run.holdsRun ? try RunDescription.load(run) : nil
    if !flags.training.isEmpty { training = try read(flags.training) }
    if !flags.recordings.isEmpty {
      heldOut = try read(flags.recordings)
      // Only read when something is going to be generated.
      let generates = flags.generate ?? (flags.page == nil ? 0 : 1) > 0
      if training == nil, generates, case .folder(let options) = saved?.corpus {
        training = try open(.folder(options), seed: saved!.training.seed, configuration)
          .trainingRecordings()
      }
      return
    }
    let description =
      try saved?.corpus
      ?? flags.corpus.description(
        folders: [], sampleRate: sampleRate, levels: configuration.quantizationLevels)
    target = TonalTarget(description)
    let corpus = try open(description, seed: flags.seed ?? saved?.training.seed ?? 1, configuration)
    let samples = flags.seconds.map { max(1, Int(($0 * Double(sampleRate)).rounded())) }
    let isWhole = flags.count == nil && flags.seconds == nil
    heldOut = corpus.heldOutRecordings(
      description.name, count: isWhole ? nil : flags.count ?? 16,
      samples: isWhole ? nil : samples ?? 4 * sampleRate)
    if training == nil { training = corpus.trainingRecordings() }
  }

  /// As the model hears them: coded and decoded.
  var heldOutSounds: [MemoryReport.Named] {
    heldOut.map { ($0.name, Clip(samples: law.decode($0.codes), sampleRate: sampleRate)) }
  }

  /// The same of what it was trained on.
  var trainingSounds: Recordings? {
    guard let training, !training.isEmpty else { return nil }
    return Recordings(training, levels: law.levels, sampleRate: sampleRate)
  }

  /// Opens a corpus; what cannot be read and what looks wrong is said and kept.
  private mutating func open(
    _ description: CorpusDescription, seed: UInt64, _ configuration: Configuration
  ) throws -> any Corpus {
    let corpus = try description.open(seed: seed, receptiveField: configuration.receptiveField) { done, all in
      ProgressLine.draw { "reading file \(done) of \(all)" }
    }
    ProgressLine.clear()
    let found = corpus.folderReport
    for file in found?.skipped ?? [] { skip(file.path, "\(file.path): \(file.reason)") }
    for warning in found?.warnings ?? [] { warn(warning) }
    return corpus
  }

  /// Files that were named must be readable; in folders, those that are not are skipped and named.
  private mutating func read(_ paths: [String]) throws -> [CodedRecording] {
    let folder = try SoundFolder(under: paths)
    for error in folder.skipped { skip(nil, "\(error)") }
    var recordings: [CodedRecording] = []
    for path in folder.files {
      try Interrupt.check()
      ProgressLine.draw { "reading \(path)" }
      do {
        let sound = try SoundFile.readMixed(path, sampleRate: sampleRate)
        if let warning = MixedSound.warning(path: path, correlation: sound.channelCorrelation) {
          warn(warning)
        }
        recordings.append(CodedRecording(name: path, codes: law.encode(sound.clip.samples)))
      } catch {
        if paths.contains(path) { throw error }
        skip(path, "\(error)")
      }
    }
    if recordings.isEmpty {
      if let first = skipped.first {
        throw SynthError.nothingReadable(count: skipped.count, first: first.reason)
      }
      throw CorpusError.noFiles(paths: paths)
    }
    return recordings
  }

  private mutating func skip(_ path: String?, _ reason: String) {
    Terminal.warn("skipped \(reason)")
    skipped.append(.init(path: path, reason: reason))
  }

  private mutating func warn(_ warning: String) {
    Terminal.warn(warning)
    warnings.append(warning)
  }
}
