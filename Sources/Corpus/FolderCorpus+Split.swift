// What a folder corpus holds back for validation, and what it tells about itself. Files are held back whole, chosen by
// seed and content, so that neither renaming nor moving changes the split and copies of one recording never end up on
// both sides. A single recording is cut once, with a gap of one receptive field.
import AudioIO
import Signal

/// One readable file.
struct Recording: Hashable, Sendable {
  let path: String
  let tokens: Tokens
}

/// The two sides.
struct FolderSplit {
  private(set) var training: [Segment] = []
  private(set) var held: [Segment] = []
  private(set) var files: [FolderReport.File] = []
  private(set) var warnings: [String] = []

  /// - fraction: share of the files, rounded, at least one; at least one recording is left for training.
  init(_ recordings: [Recording], fraction: Double, gap: Int, seed: UInt64) throws(CorpusError) {
    // Files of equal content are one recording.
    let groups = Dictionary(grouping: recordings) { [$0.tokens.checksum, UInt64($0.tokens.count)] }.values
    for group in groups.map({ $0.map(\.path).sorted() }).sorted(by: { $0[0] < $1[0] }) where group.count > 1 {
      warnings.append("the same recording more than once: \(group.joined(separator: ", "))")
    }
    for recording in recordings {
      warnings += recording.tokens.traits.warnings(path: recording.path)
    }
    guard groups.count > 1 else {
      for recording in recordings { try cut(recording, fraction, gap) }
      return
    }
    func rank(_ group: [Recording]) -> UInt64 {
      let words = Philox(seed: seed, stream: group[0].tokens.checksum).words(at: 0)
      return UInt64(words.0) << 32 | UInt64(words.1)
    }
    let ranked = groups.map { (rank($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    let wanted = max(1, Int((fraction * Double(recordings.count)).rounded()))
    for (i, group) in ranked.enumerated() {
      let hold = held.count < wanted && i < ranked.count - 1
      for recording in group {
        let whole = Segment(
          path: recording.path, tokens: recording.tokens, historyStart: 0, range: 0..<recording.tokens.count)
        if hold { held.append(whole) } else { training.append(whole) }
        files.append(
          FolderReport.File(
            path: recording.path, samples: whole.range.count, use: hold ? .validation : .training))
      }
    }
    files.sort { $0.path < $1.path }
  }

  /// Holds back a recording's end. Where the recording is too short for the whole gap, the held-out part starts from
  /// silence instead of from samples that were trained on.
  private mutating func cut(_ recording: Recording, _ fraction: Double, _ gap: Int) throws(CorpusError) {
    let count = recording.tokens.count
    if count < 2 { throw .tooShortToSplit(path: recording.path, samples: count) }
    let start = min(max(count - Int((fraction * Double(count)).rounded()), 1), count - 1)
    let end = max(start - gap, (start + 1) / 2)
    training.append(
      Segment(
        path: recording.path, tokens: recording.tokens, historyStart: 0, range: 0..<end))
    held.append(
      Segment(
        path: recording.path, tokens: recording.tokens, historyStart: end, range: start..<count))
    files.append(FolderReport.File(path: recording.path, samples: count, use: .both))
  }
}

/// What a folder corpus found.
package struct FolderReport: Codable, Hashable, Sendable {
  /// What a file is used for.
  package enum Use: String, Codable, Sendable {
    case training, validation
    /// A single recording: its end is held back.
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
  /// Samples that crops of either kind take targets from. What is neither is the gap within a single recording.
  package let trainingSamples: Int
  package let validationSamples: Int
  /// In words, for the user.
  package let warnings: [String]

  init(_ split: FolderSplit, skipped: [SkippedFile], sampleRate: Int, cacheTrouble: String?) {
    self.sampleRate = sampleRate
    self.skipped = skipped
    files = split.files
    trainingSamples = split.training.reduce(0) { $0 + $1.range.count }
    validationSamples = split.held.reduce(0) { $0 + $1.range.count }
    warnings = split.warnings + (cacheTrouble.map { [$0] } ?? [])
  }

  /// Length of all files that were read.
  package var seconds: Double { Double(files.reduce(0) { $0 + $1.samples }) / Double(sampleRate) }
  package var trainingSeconds: Double { Double(trainingSamples) / Double(sampleRate) }
  package var validationSeconds: Double { Double(validationSamples) / Double(sampleRate) }
}
