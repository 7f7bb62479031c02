// run.json: what a run was started with. Enough to resume it, and to do it again.
package import Corpus
import FoundationEssentials
internal import SafeTensors

/// Where the training clips come from.
package enum CorpusDescription: Codable, Hashable, Sendable {
  /// Sustained equal-tempered chords.
  case chords(ChordOptions)
  /// Sine mixtures of free frequencies.
  case sines(SineMixtureOptions)
  /// The user's recordings: files and folders.
  case folder(FolderOptions)

  enum CodingKeys: String, CodingKey { case chords, sines, folder }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if values.contains(.chords) {
      self = .chords(try values.decode(ChordOptions.self, forKey: .chords))
    } else if values.contains(.sines) {
      self = .sines(try values.decode(SineMixtureOptions.self, forKey: .sines))
    } else {
      self = .folder(try values.decode(FolderOptions.self, forKey: .folder))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .chords(let options): try values.encode(options, forKey: .chords)
    case .sines(let options): try values.encode(options, forKey: .sines)
    case .folder(let options): try values.encode(options, forKey: .folder)
    }
  }
}

/// The contents of run.json.
package struct RunDescription: Codable, Hashable, Sendable {
  package var formatVersion = 1
  package var corpus: CorpusDescription
  package var training: TrainingOptions

  package init(corpus: CorpusDescription, training: TrainingOptions) {
    self.corpus = corpus
    self.training = training
  }

  /// Reads a run's description.
  package static func load(_ files: RunFiles) throws(TrainingError) -> RunDescription {
    guard let data = FileManager.default.contents(atPath: files.description) else {
      throw .noRun(path: files.folder)
    }
    let run = try RunFiles.decode(
      RunDescription.self, String(decoding: data, as: UTF8.self), path: files.description)
    if run.formatVersion != 1 {
      throw .badRunFile(path: files.description, reason: "format version \(run.formatVersion) is not known")
    }
    return run
  }

  /// Writes it, by temporary name and rename.
  package func save(_ files: RunFiles) throws {
    try AtomicFile.write(RunFiles.encode(self, pretty: true) + "\n", to: files.description)
  }
}
