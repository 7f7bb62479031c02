// What a run was trained on, file by file: kept with the run (corpus.json), so that going on or measuring later never
// decides the split anew. How it is held against what is there now: CorpusRecord+Matching.swift.
import Files

/// Every recording of a run and what of it is used for what.
package struct CorpusRecord: Codable, Hashable, Sendable {
  /// The only version there is.
  package static let version = 1

  /// One recording.
  package struct File: Codable, Hashable, Sendable {
    /// Absolute, as it was last seen.
    package var path: String
    /// In bytes.
    package var size: Int
    /// Of the codes, FNV-1a in hexadecimal: two files of one checksum and length are one recording.
    package var checksum: String
    /// Number of codes.
    package var samples: Int
    /// First and one past the last sample that is trained on; nil if none is.
    package var training: [Int]?
    /// The same of what is held out.
    package var heldOut: [Int]?
    /// nil in a corpus without labels.
    package var label: String?
    /// The user said that the run goes on without it. It stays known, so that it never changes sides.
    package var gone: Bool?
  }

  package var formatVersion = CorpusRecord.version
  /// Hz.
  package var sampleRate: Int
  /// Q: number of mu-law codes.
  package var quantizationLevels: Int
  /// In the order in which crops are drawn.
  package var files: [File]
  /// What was said of near-copies when the run began; nil of runs from before it was kept.
  package var nearCopies: [String]?

  init(_ shared: [SharedRecording], sampleRate: Int, quantizationLevels: Int) {
    self.sampleRate = sampleRate
    self.quantizationLevels = quantizationLevels
    files = shared.map { File($0) }
  }

  /// What the record would make impossible, in words; nil if it can be used.
  package func problem(sampleRate: Int, quantizationLevels: Int) -> String? {
    if formatVersion != CorpusRecord.version { return "format version \(formatVersion) is not known" }
    if self.sampleRate != sampleRate || self.quantizationLevels != quantizationLevels {
      return
        "it is of \(self.sampleRate) Hz and \(self.quantizationLevels) levels, the model of \(sampleRate) Hz and "
        + "\(quantizationLevels) levels"
    }
    if files.isEmpty { return "it names no file" }
    for file in files where file.share == nil {
      return "the ranges or the checksum of \(FileName.shown(file.path)) make no sense"
    }
    return nil
  }
}

extension CorpusRecord.File {
  init(_ shared: SharedRecording) {
    let tokens = shared.recording.tokens
    path = RecordedPath.absolute(shared.recording.path)
    size = Disk.status(path)?.size ?? 0
    checksum = String(tokens.checksum, radix: 16)
    samples = tokens.count
    training = CorpusRecord.File.ends(shared.share.training)
    heldOut = CorpusRecord.File.ends(shared.share.heldOut)
    label = shared.recording.label
  }

  private static func ends(_ range: Range<Int>) -> [Int]? {
    range.isEmpty ? nil : [range.lowerBound, range.upperBound]
  }

  /// Nil if the two ranges are not those of a share of `samples` codes, or the checksum is none.
  var share: Share? {
    func range(_ ends: [Int]?, or empty: Int) -> Range<Int>? {
      guard let ends else { return empty..<empty }
      return ends.count == 2 && 0 <= ends[0] && ends[0] < ends[1] && ends[1] <= samples
        ? ends[0]..<ends[1] : nil
    }
    guard samples >= 1, size >= 0, UInt64(checksum, radix: 16) != nil, training != nil || heldOut != nil,
      let trained = range(training, or: 0), let held = range(heldOut, or: samples),
      trained.lowerBound == 0, held.upperBound == samples, trained.upperBound <= held.lowerBound
    else { return nil }
    return Share(training: trained, heldOut: held)
  }

  /// What makes two files one recording.
  var content: [UInt64] { [UInt64(checksum, radix: 16) ?? 0, UInt64(samples)] }
}

/// Paths that mean the same from any working directory.
package enum RecordedPath {
  /// From the root, without ".": one folder walked as "." and by its name gives the same paths.
  package static func absolute(_ path: String) -> String {
    let parts = Disk.absolutePath(path).unicodeScalars.split(separator: "/")
    return "/" + parts.map(String.init).filter { $0 != "." }.joined(separator: "/")
  }
}

extension Recording {
  var content: [UInt64] { [tokens.checksum, UInt64(tokens.count)] }
}

/// How a run that was begun before opens its recordings again.
package struct CorpusPast: Sendable {
  /// Nil: the run is from a time when none was kept; it was split by the number of files.
  package var record: CorpusRecord?
  /// Files that are not in the record are trained on too.
  package var takesNewFiles: Bool
  /// Goes on even if most of what was trained on is gone.
  package var goesOnWithoutMost: Bool

  package init(_ record: CorpusRecord?, takesNewFiles: Bool = false, goesOnWithoutMost: Bool = false) {
    self.record = record
    self.takesNewFiles = takesNewFiles
    self.goesOnWithoutMost = goesOnWithoutMost
  }
}
