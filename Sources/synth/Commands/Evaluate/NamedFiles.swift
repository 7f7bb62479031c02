// Sound files that are named for an evaluation: read one after the other, as the run reads its own, and told what it would tell
// them. Of a file only its codes and conditions are kept.
import AudioIO
import Corpus
import Evaluation
import Files
import Reports
import Signal
import WaveNet

struct NamedFiles {
  let options: FolderOptions
  private let conditioning: Conditioning?
  /// Nil before files are looked for.
  private var labels: TableLabels?
  /// Of the run that made the model; nil if there is none.
  var record: CorpusRecord?
  private(set) var skipped: [EvaluationReport.Skipped] = []
  private(set) var warnings: [String] = []

  /// - options: of the run, or those of nothing
  init(_ options: FolderOptions, _ conditioning: Conditioning?) {
    (self.options, self.conditioning) = (options, conditioning)
  }

  /// All sound files under some paths.
  mutating func find(_ paths: [String]) throws -> [String] {
    if labels == nil {
      let table = TableLabels(options)
      if let trouble = table.trouble { warnings.append(trouble) }
      labels = table
    }
    let folder = try SoundFolder(under: paths)
    for error in folder.skipped { skip(nil, "\(error)") }
    return folder.files
  }

  /// Files that were named must be readable; in folders, those that are not are skipped and named.
  /// - take: what becomes of one; nil: nothing
  mutating func read(
    _ files: [String], named paths: [String], _ take: (String, NamedRecording) -> CodedRecording?
  ) throws -> [CodedRecording] {
    let named = Set(paths.map(FileName.key))
    var recordings: [CodedRecording] = []
    defer { ProgressLine.clear() }
    for (i, path) in files.enumerated() {
      ProgressLine.draw {
        ["\(NumberText.share(i, files.count)), reading file \(i + 1) of \(files.count)", path]
      }
      do {
        let sound = try SoundFile.readMixed(path, sampleRate: options.sampleRate, channel: options.channel)
        for warning in sound.warnings(path: path) where !warnings.contains(warning) {
          warnings.append(warning)
        }
        if let recording = take(path, NamedRecording(sound, options)) { recordings.append(recording) }
      } catch {
        if named.contains(FileName.key(path)) { throw error }
        skip(path, "\(error)")
      }
    }
    return recordings
  }

  /// A recording from its sample `start` on, with what a conditioned model is told of it: its controls, and its label: the one
  /// that the run gave it, that of the run's table, or the one that one of its folders is called. Nil if nothing is left.
  func told(_ path: String, _ recording: NamedRecording, from start: Int = 0) -> CodedRecording? {
    let codes = Array(recording.codes.dropFirst(start))
    if codes.isEmpty { return nil }
    guard let conditioning else { return CodedRecording(name: path, codes: codes) }
    let folders = path.split(separator: "/").dropLast().reversed().map(String.init)
    let own = [record?.file(of: recording)?.label, labels?.label(of: path)].compactMap { $0 }
    let label = (own + folders).lazy.compactMap { conditioning.labels.firstIndex(of: $0) }.first
    let sound = Clip(samples: Array(recording.clip.samples.dropFirst(start)), sampleRate: options.sampleRate)
    let channels = conditioning.controls.flatMap(\.channels)
    return CodedRecording(
      name: path, codes: codes,
      conditions: Conditions(
        labels: label.map { label in conditioning.labels.indices.map { $0 == label ? 1 : 0 } } ?? [],
        controls: channels.isEmpty
          ? [] : ControlCurves(sound, channels: channels, frame: conditioning.frameSamples).values))
  }

  mutating func skip(_ path: String?, _ reason: String) {
    skipped.append(.init(path: path, reason: reason))
  }

  /// - Throws: that nothing can be read, if there is no recording.
  func require(_ recordings: [CodedRecording], of paths: [String]) throws {
    if !recordings.isEmpty { return }
    if let first = skipped.first {
      throw SynthError.nothingReadable(count: skipped.count, first: first.reason)
    }
    throw CorpusError.noFiles(paths: paths)
  }
}
