// The files of a run folder and how they are read and written.
//
//   config.json model.safetensors README.md generation_config.json   the model so far (averaged weights): generate from it
//   run.json                      options and corpus, as they were at the start; --resume reads them
//   training_state.safetensors    weights, Adam, average, progress
//   metrics.jsonl                 one object a line
//   samples/step-000500.wav       what the model sounds like, always from the same seed
import FoundationEssentials

/// Paths below the folder of a run.
package struct RunFiles: Sendable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package var description: String { folder + "/run.json" }
  package var state: String { folder + "/training_state.safetensors" }
  package var metrics: String { folder + "/metrics.jsonl" }
  package var samples: String { folder + "/samples" }

  /// Whether a run was begun here.
  package var holdsRun: Bool { FileManager.default.fileExists(atPath: description) }

  /// Compact JSON with sorted keys: equal values give equal bytes.
  static func encode(_ value: some Encodable, pretty: Bool = false) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value) else { preconditionFailure("\(value) cannot be encoded") }
    return String(decoding: data, as: UTF8.self)
  }

  static func decode<T: Decodable>(_ type: T.Type, _ text: String, path: String) throws(TrainingError) -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw .badRunFile(path: path, reason: "\(error)")
    }
  }
}
