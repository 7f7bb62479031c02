// What a corpus of recordings found on the disk, for people and for `--json`.
import Files

/// What a folder corpus found.
package struct FolderReport: Codable, Hashable, Sendable {
  /// What a file is used for.
  package enum Use: String, Codable, Sendable {
    case training, validation
    /// A long recording among few: its end is held back.
    case both
  }

  /// A file that was read.
  package struct File: Codable, Hashable, Sendable {
    package let path: String
    package let samples: Int
    package let use: Use
  }

  /// Hz.
  package let sampleRate: Int
  /// Read, by path.
  package let files: [File]
  /// Not read, and why.
  package let skipped: [SkippedFile]
  /// Samples that crops of either kind take targets from. What is neither is the gap within a recording that is cut.
  package let trainingSamples: Int
  package let validationSamples: Int
  /// Share of the samples to be trained on that lie in silence, 0...1; see `Silence`.
  package let silentShare: Double
  /// In words, for the user.
  package let warnings: [String]

  /// - warnings: those that only the caller knows of; what the recordings themselves give cause for is added.
  init(
    _ shared: [SharedRecording], skipped: [SkippedFile], sampleRate: Int, levels: Int, warnings: [String]
  ) {
    self.sampleRate = sampleRate
    self.skipped = skipped
    files = shared.map {
      File(path: $0.recording.path, samples: $0.recording.tokens.count, use: $0.share.use)
    }.sorted { FileName.precedes($0.path, $1.path) }
    trainingSamples = shared.reduce(0) { $0 + $1.share.training.count }
    validationSamples = shared.reduce(0) { $0 + $1.share.heldOut.count }
    let silence = Silence(levels: levels, sampleRate: sampleRate)
    let silent = shared.reduce(0) { $0 + silence.samples($1.recording.tokens, $1.share.training) }
    silentShare = Double(silent) / Double(max(1, trainingSamples))
    self.warnings =
      warnings + FolderReport.copies(shared) + FolderReport.traits(shared)
      + (silentShare < Silence.much ? [] : [FolderReport.silentWarning(silentShare)])
  }

  private static func copies(_ shared: [SharedRecording]) -> [String] {
    Dictionary(grouping: shared.map(\.recording)) { [$0.tokens.checksum, UInt64($0.tokens.count)] }.values
      .filter { $0.count > 1 }.map { $0.map(\.path).sorted(by: FileName.precedes) }
      .sorted { FileName.precedes($0[0], $1[0]) }
      .map { "the same recording more than once: \(someNames($0))" }
  }

  /// What the files themselves are like: channels that cancel, sound beyond full scale.
  private static func traits(_ shared: [SharedRecording]) -> [String] {
    shared.map(\.recording).sorted { FileName.precedes($0.path, $1.path) }.flatMap {
      $0.tokens.traits.warnings(path: $0.path)
    }
  }

  private static func silentWarning(_ share: Double) -> String {
    let percent = Int((100 * share).rounded(.down))
    return
      "\(percent) % of what is trained on is silence, and a model of silence is silent: cut the pauses, or check "
      + "that these are the right recordings"
  }

  /// Length of all files that were read.
  package var seconds: Double { Double(files.reduce(0) { $0 + $1.samples }) / Double(sampleRate) }
  package var trainingSeconds: Double { Double(trainingSamples) / Double(sampleRate) }
  package var validationSeconds: Double { Double(validationSamples) / Double(sampleRate) }
}

/// The first few of many names, for a message of one line.
func someNames(_ names: [String], most: Int = 5) -> String {
  let shown = names.prefix(most).map(FileName.shown).joined(separator: ", ")
  return names.count > most ? "\(shown) and \(names.count - most) more" : shown
}
