// The files of a run folder and how they are read and written.
//
//   config.json model.safetensors README.md generation_config.json   the model so far (averaged weights): generate from it
//   run.json                      options and corpus, as they were at the start; --resume reads them
//   corpus.json                   every recording, and what of it is trained on or held out
//   training_state.safetensors    weights, Adam, average, progress
//   metrics.jsonl                 one object a line
//   checkpoints/best              the model with the lowest held-out bits; checkpoints/step-0001000 where they are kept
//   samples/step-0000500.wav      what the model sounds like, always from the same seed
//   report.html                   the curves and the samples, to be looked at and listened to
//   events.out.tfevents.synth     the same for TensorBoard
//   .synth-run.lock               which process trains here
internal import Files
import FoundationEssentials

/// Paths below the folder of a run.
package struct RunFiles: Sendable {
  package let folder: String

  package init(folder: String) { self.folder = folder }

  package var description: String { folder + "/run.json" }
  package var corpus: String { folder + "/corpus.json" }
  package var state: String { folder + "/training_state.safetensors" }
  package var metrics: String { folder + "/metrics.jsonl" }
  package var samples: String { folder + "/samples" }
  package var checkpoints: String { folder + "/checkpoints" }
  package var best: String { checkpoints + "/best" }
  package var page: String { folder + "/report.html" }
  package var events: String { folder + "/events.out.tfevents.synth" }
  package var lock: String { folder + "/.synth-run.lock" }

  /// What the model sounded like at a step.
  package func sample(step: Int) -> String { "\(samples)/\(Self.name(step)).wav" }

  /// The model of a step that is kept.
  package func checkpoint(step: Int) -> String { "\(checkpoints)/\(Self.name(step))" }

  private static func name(_ step: Int) -> String {
    let number = String(step)
    return "step-" + String(repeating: "0", count: max(0, 7 - number.count)) + number
  }

  /// Whether a run was begun here.
  package var holdsRun: Bool { Disk.exists(description) }

  /// More than any list of recordings on a command line takes, far less than memory.
  static let textLimit = 1 << 28

  /// Compact JSON with sorted keys: equal values give equal bytes. Numbers that JSON cannot hold become strings, which
  /// reading refuses.
  static func encode(_ value: some Encodable, pretty: Bool = false) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting =
      pretty
      ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(value) else { preconditionFailure("\(value) cannot be encoded") }
    return String(decoding: data, as: UTF8.self)
  }

  /// JSON of ours, read back.
  static func decode<T: Decodable>(_ type: T.Type, _ text: [UInt8], path: String) throws(TrainingError) -> T {
    do {
      return try SnakeJSON.decode(type, text, path: path, JSONDecoder())
    } catch {
      if case .notValid(_, let reason) = error { throw .badRunFile(path: path, reason: reason) }
      throw .badRunFile(path: path, reason: "\(error)")
    }
  }
}
