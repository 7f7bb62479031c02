// run.json: what a run was started with. Enough to resume it, and to do it again.
package import Corpus
internal import Files
import FoundationEssentials

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
