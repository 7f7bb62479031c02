// Everything that a run needs to go on as if it had never stopped, in one file that is replaced atomically:
// training_state.safetensors. The model folder beside it holds only what generation needs.
internal import Corpus
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
  /// Variance of the loss of single steps, over about 100, and the last one's loss; nil at first, and in the state of a run that did not
  /// keep them.
  package var spread: Double?
  package var lastBits: Double?
  /// Roll-backs so far; nil before the first.
  package var rollbacks: Int?
  /// What the next line of the log is about; nil at its beginning, and in the state of a run that did not keep it.
  package var sinceLine: SinceLine?
  /// Held-out bits per sample at the last evaluation.
  package var heldOutBits: Double?
  /// Seconds spent training, over all sessions.
  package var seconds = 0.0
  /// The lowest held-out bits up to now; nil before the first evaluation.
  package var best: BestSoFar?
  /// Of the codes that evaluations are made on; nil in the state of a run that did not keep it. Figures of others are no measure.
  package var heldOutChecksum: UInt64?
  /// Of a run with minutes, once it was found out how many steps there is time for.
  package var plan: SchedulePlan?
  /// What ended the run before its last step.
  package var stop: RunStop?

  package init() {}

  /// Sums over the steps since the last line of the log.
  package struct SinceLine: Codable, Hashable, Sendable {
    package var steps = 0
    /// Training loss, bits per sample.
    package var bits = 0.0
    package var gradientNorm = 0.0
  }

  /// What no run can have come to, in words; nil if it could have.
  package var problem: String? {
    func check(_ name: String, _ value: Double?, _ allowed: ClosedRange<Double>) -> String? {
      guard let value, !allowed.contains(value) else { return nil }
      return "\(name) is \(value); allowed: \(allowed.lowerBound) to \(allowed.upperBound)"
    }
    let most = TrainingOptions.Allowed.steps.upperBound
    if !(0...most).contains(step) { return "step is \(step); allowed: 0 to \(most)" }
    if cursor < step || cursor > TokenBatch.lastStep {
      return "cursor is \(cursor); allowed: \(step) to \(TokenBatch.lastStep)"
    }
    if let steps = sinceLine?.steps, !(0...most).contains(steps) {
      return "sinceLine.steps is \(steps); allowed: 0 to \(most)"
    }
    let problems: [String?] = [
      check("sinceLine.bits", sinceLine?.bits, 0...1e30),
      check("sinceLine.gradientNorm", sinceLine?.gradientNorm, 0...1e30),
      check("rateScale", rateScale, Double.leastNormalMagnitude...1),
      check("recentBits", recentBits, 0...1e6),
      check("smoothBits", smoothBits, 0...1e6),
      check("spread", spread, 0...1e12),
      check("lastBits", lastBits, 0...1e6),
      check("rollbacks", rollbacks.map(Double.init), 0...1e12),
      check("heldOutBits", heldOutBits, 0...1e6),
      check("seconds", seconds, 0...1e12), best?.problem(most: step), plan?.problem, stop?.goal.problem,
    ]
    return problems.compactMap { $0 }.first
  }
}

extension RunProgress {
  /// Drops the plan and the stop of another goal.
  mutating func keepWhatHolds(for options: TrainingOptions, _ goal: RunGoal) {
    if plan?.minutes != goal.minutes || plan?.firstSteps != options.steps { plan = nil }
    if stop?.goal != goal || stop?.steps != options.steps { stop = nil }
  }

  /// Whether a run with this goal has done its last step.
  package func hasEnded(_ options: TrainingOptions, _ goal: RunGoal) -> Bool {
    var now = self
    now.keepWhatHolds(for: options, goal)
    return now.stop != nil || step >= (now.plan?.steps ?? options.steps)
  }
}

enum RunState {
  private static let version = "1"

  /// - Throws: `FileError` if the file cannot be written; the previous state is then untouched.
  static func save(_ optimizer: Adam, _ progress: RunProgress, to path: String) throws(FileError) {
    var writer = SafeTensorsWriter(metadata: [
      "format": "synth training state", "version": version, "optimizer_step": "\(optimizer.step)",
      "progress": RunFiles.encode(progress), checksumKey: checksum(optimizer),
    ])
    for (name, buffer) in tensors(optimizer) { writer.add(name, UnsafeBufferPointer(buffer.elements)) }
    try writer.write(to: path)
  }

  private static func tensors(_ optimizer: Adam) -> [(name: String, buffer: AlignedBuffer)] {
    [
      ("parameters", optimizer.parameters), ("adam.m", optimizer.m), ("adam.v", optimizer.v),
      ("average", optimizer.average),
    ]
  }

  private static let checksumKey = "checksum"

  /// Of the tensors, in hexadecimal: a disk that forgets a bit would else train on with another number.
  private static func checksum(_ optimizer: Adam) -> String {
    let sum = tensors(optimizer).reduce(UInt64(0)) {
      Checksum.joined($0, Checksum.of(UnsafeRawBufferPointer($1.buffer.elements)))
    }
    return String(sum, radix: 16)
  }

  /// - Throws: `stateUnreadable`: the weights of the run's model are in another file.
  fileprivate static func open(_ path: String) throws -> SafeTensorsReader {
    do { return try SafeTensorsReader(path: path) } catch {
      throw TrainingError.stateUnreadable(folder: Disk.split(path).folder, error)
    }
  }

  /// Reads a state into an optimizer of the same size.
  static func load(_ path: String, into optimizer: Adam) throws -> RunProgress {
    let reader = try open(path)
    let progress = try progress(reader)
    for (name, buffer) in tensors(optimizer) {
      guard let entry = reader[name], entry.count == buffer.count else {
        throw TrainingError.stateOfAnotherShape(
          path: path, tensor: name, found: reader[name]?.count ?? 0, expected: buffer.count)
      }
      try reader.read(name, into: buffer.elements)
      // The second moments are means of squares.
      let least: Float = name == "adam.v" ? 0 : -.greatestFiniteMagnitude
      if let bad = buffer.elements.firstIndex(where: { !(least <= $0 && $0.isFinite) }) {
        throw TrainingError.badRunFile(path: path, reason: "\(name)[\(bad)] is \(buffer.elements[bad])")
      }
    }
    // Nil of a state from before there were any.
    if let saved = reader.metadata[checksumKey], saved != checksum(optimizer) {
      throw TrainingError.badRunFile(path: path, reason: "its numbers are not those that were saved")
    }
    optimizer.step = progress.step
    return progress
  }

  /// What the header says.
  fileprivate static func progress(_ reader: SafeTensorsReader) throws(TrainingError) -> RunProgress {
    guard reader.metadata["format"] == "synth training state", reader.metadata["version"] == version,
      let step = reader.metadata["optimizer_step"].flatMap({ Int($0) }),
      let text = reader.metadata["progress"]
    else { throw .notATrainingState(path: reader.path) }
    let progress = try RunFiles.decode(RunProgress.self, Array(text.utf8), path: reader.path)
    if let problem = progress.problem { throw .badRunFile(path: reader.path, reason: problem) }
    // A roll-back takes both back.
    if step != progress.step {
      throw .badRunFile(path: reader.path, reason: "step is \(progress.step), the optimizer's is \(step)")
    }
    return progress
  }
}

extension RunProgress {
  /// Where the run in `files` stands.
  package static func load(_ files: RunFiles) throws -> RunProgress {
    try RunState.progress(try RunState.open(files.state))
  }
}
