// Everything that a run needs to go on as if it had never stopped, in one file that is replaced atomically:
// training_state.safetensors. The model folder beside it holds only what generation needs.
internal import Files
internal import Kernels
internal import SafeTensors

/// Where a run stands, besides the optimizer's tensors.
package struct RunProgress: Codable, Hashable, Sendable {
  /// Optimizer steps done (after a roll-back: since the state that was gone back to).
  package var step = 0
  /// Batches drawn from the corpus; never goes back, so a roll-back meets other data.
  package var cursor: UInt64 = 0
  /// Factor on the learning rate; halved by each roll-back.
  package var rateScale = 1.0
  /// Exponential averages of the training loss in bits per sample: over about 10 and 100 steps.
  package var recentBits: Double?
  package var smoothBits: Double?
  /// Held-out bits per sample at the last evaluation.
  package var heldOutBits: Double?
  /// Seconds spent training, over all sessions.
  package var seconds = 0.0

  package init() {}
}

enum RunState {
  private static let version = "1"

  /// - Throws: `FileError` if the file cannot be written; the previous state is then untouched.
  static func save(_ optimizer: Adam, _ progress: RunProgress, to path: String) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: [
      "format": "synth training state", "version": version, "optimizer_step": "\(optimizer.step)",
      "progress": RunFiles.encode(progress),
    ])
    writer.add("parameters", UnsafeBufferPointer(optimizer.parameters.elements))
    writer.add("adam.m", UnsafeBufferPointer(optimizer.m.elements))
    writer.add("adam.v", UnsafeBufferPointer(optimizer.v.elements))
    writer.add("average", UnsafeBufferPointer(optimizer.average.elements))
    try writer.write(to: path)
  }

  /// Reads a state into an optimizer of the same size.
  static func load(_ path: String, into optimizer: Adam) throws -> RunProgress {
    let reader = try SafeTensorsReader(path: path)
    let (progress, step) = try progress(reader, path)
    for (name, buffer) in [
      ("parameters", optimizer.parameters), ("adam.m", optimizer.m), ("adam.v", optimizer.v),
      ("average", optimizer.average),
    ] {
      guard let entry = reader[name], entry.count == buffer.count else {
        throw TrainingError.stateOfAnotherShape(
          path: path, tensor: name, found: reader[name]?.count ?? 0, expected: buffer.count)
      }
      try reader.read(name, into: buffer.elements)
    }
    optimizer.step = step
    return progress
  }

  /// What the header says: where the run stands, and the optimizer's own step.
  fileprivate static func progress(
    _ reader: SafeTensorsReader, _ path: String
  ) throws(TrainingError) -> (RunProgress, Int) {
    guard reader.metadata["format"] == "synth training state", reader.metadata["version"] == version,
      let step = reader.metadata["optimizer_step"].flatMap({ Int($0) }),
      let text = reader.metadata["progress"]
    else { throw .notATrainingState(path: path) }
    return (try RunFiles.decode(RunProgress.self, text, path: path), step)
  }
}

extension RunProgress {
  /// Where the run in `files` stands.
  package static func load(_ files: RunFiles) throws -> RunProgress {
    try RunState.progress(try SafeTensorsReader(path: files.state), files.state).0
  }
}
