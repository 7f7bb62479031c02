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
    /// Samples of silent ends that were left out.
    package let trimmed: Int
    /// dB of full scale of its loudest 50 ms; nil if it is silent.
    package let peakDb: Double?
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
  /// Share of the samples to be trained on that lie in silence, 0...1; see `SoundBlocks`. Crops may have less of it: `SilenceShares`.
  package let silentShare: Double
  /// In words, for the user.
  package let warnings: [String]

  /// - warnings: those that only the caller knows of; what the recordings themselves give cause for is added.
  init(
    _ shared: [SharedRecording], skipped: [SkippedFile], sampleRate: Int, warnings: [String]
  ) {
    self.sampleRate = sampleRate
    self.skipped = skipped
    files = shared.map {
      let tokens = $0.recording.tokens
      return File(
        path: $0.recording.path, samples: tokens.count, use: $0.share.use,
        trimmed: tokens.fileCount - tokens.count, peakDb: tokens.blocks.peak)
    }.sorted { FileName.precedes($0.path, $1.path) }
    trainingSamples = shared.reduce(0) { $0 + $1.share.training.count }
    validationSamples = shared.reduce(0) { $0 + $1.share.heldOut.count }
    let silent = shared.reduce(0) { $0 + $1.recording.tokens.silent($1.share.training) }
    silentShare = Double(silent) / Double(max(1, trainingSamples))
    self.warnings =
      warnings + FolderReport.copies(shared) + FolderReport.traits(shared) + FolderReport.levels(files)
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

  /// Files much softer than most, and files that are silent.
  private static func levels(_ files: [File]) -> [String] {
    let silent = files.filter { $0.peakDb == nil }.map(\.path)
    var lines: [String] = []
    if !silent.isEmpty {
      lines.append(
        "\(silent.count) of \(files.count) recordings \(silent.count == 1 ? "is" : "are") silent from end to end: \(someNames(silent)): take "
          + "\(silent.count == 1 ? "it" : "them") out")
    }
    guard let median = peaks(files)?.median else { return lines }
    let soft = files.filter { ($0.peakDb ?? median) < median - muchSofter }
    if !soft.isEmpty {
      lines.append(
        "\(soft.count) of \(files.count) recordings \(soft.count == 1 ? "is" : "are") more than \(Int(muchSofter)) dB softer than most, whose peak is "
          + "\(Int(median.rounded())) dB: \(someNames(soft.map(\.path))): eight bits leave little of \(soft.count == 1 ? "it" : "them")"
      )
    }
    return lines
  }
  private static let muchSofter = 24.0

  private static func silentWarning(_ share: Double) -> String {
    let percent = Int((100 * share).rounded(.down))
    return
      "\(percent) % of the recordings to train on is silence: check that these are the right ones; how much of it is learnt from, "
      + "--silence-share says"
  }

  /// dB of full scale of the softest file's loudest 50 ms, the median and the loudest file's; nil if all is silent.
  package var peaksDb: (softest: Double, median: Double, loudest: Double)? { FolderReport.peaks(files) }

  private static func peaks(_ files: [File]) -> (softest: Double, median: Double, loudest: Double)? {
    let peaks = files.compactMap(\.peakDb).sorted()
    return peaks.isEmpty ? nil : (peaks[0], peaks[peaks.count / 2], peaks[peaks.count - 1])
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
