// The user's own recordings as a corpus: every readable file of a tree, whole, at the model's rate. Clips are never
// joined or normalised, and trimmed only where that is asked for; short ones are padded with silence; what cannot be read is
// listed with the reason.
// What is held back: FolderSplit.swift. What a run keeps of it: CorpusRecord.swift. The report: FolderReport.swift. Crops:
// FolderCorpus+Crops.swift. What they are told: FolderCorpus+Conditions.swift.
import AudioIO
import Files
import Signal

/// Crops of recordings. Crops are drawn with replacement, files in proportion to their length.
package struct FolderCorpus: CropCorpus {
  package let options: FolderOptions
  package let seed: UInt64
  /// What was found, kept, held back and skipped.
  package let report: FolderReport
  /// What a run that trains on it has to keep.
  package private(set) var record: CorpusRecord?
  /// Those of its recordings, each once, in byte order.
  package let labels: [String]

  var training: Segments
  var held: Segments
  let silence: UInt16
  let cache: TokenCache?
  /// Share of the crops that fall anywhere, see CropPlaces.swift.
  var shareAnywhere = 1.0
  /// What there is of silence, and what is drawn of it; nil before `limitingSilence`, or if no share is asked for.
  package internal(set) var silenceShares: SilenceShares?
  /// What the clips are told; nil for nothing.
  package private(set) var wanted: WantedConditions?
  private(set) var heardClips = HeardClips()
  /// Why what was heard is not in the cache; nil if it is, or if there is none.
  package private(set) var hearingTrouble: String?

  package var sampleRate: Int { options.sampleRate }
  package var quantizationLevels: Int { options.quantizationLevels }
  package var folderReport: FolderReport? { report }

  /// Reads all recordings, or their entries in the cache.
  /// - receptiveField: of the model, in samples: how far a file's held-out end stays away from what is trained.
  /// - cache: nil keeps the codes in memory.
  /// - past: of a run that goes on, or is measured; nil splits anew.
  /// - output: a folder that is not looked into whatever it holds: that of the run.
  /// - progress: called from any thread.
  /// - Throws: `CorpusError` if an option is wrong, or if nothing is left to train on.
  package init(
    options: FolderOptions, seed: UInt64, receptiveField: Int, cache: TokenCache?, past: CorpusPast? = nil,
    output: String? = nil, threads: Int = 2, progress: @escaping @Sendable (ScanProgress) -> Void = { _ in }
  ) throws(CorpusError) {
    try options.validate()
    var found = try FolderCorpus.read(options, cache, past, output, threads, progress)
    try found.label(options, past)
    let levels = options.quantizationLevels
    var lines: [String] = []
    let shared: [SharedRecording]
    if let past, let old = past.record {
      let matched = try old.match(found.recordings, past, folders: options.paths)
      (shared, lines, record) = (matched.shared, matched.lines, matched.record)
      try Labelling.check(shared.map(\.recording), options)
    } else {
      let split = past == nil ? FolderSplit.byTime : FolderSplit.byCount
      try Labelling.check(found.recordings, options)
      // Of each label something is held out.
      var parts: [SharedRecording] = []
      for recordings in Labelling.groups(found.recordings) {
        parts += try split(recordings, options.validationFraction, receptiveField, seed)
      }
      shared = parts
      record = CorpusRecord(shared, sampleRate: options.sampleRate, quantizationLevels: levels)
    }
    training = Segments(shared.compactMap { Segment($0.recording, $0.share.training, historyStart: 0) })
    held = Segments(
      shared.compactMap { Segment($0.recording, $0.share.heldOut, historyStart: $0.share.historyStart) })
    // A run that goes on was told when it began, but for what it takes in now.
    if past.map(\.takesNewFiles) ?? true {
      let held = Set(shared.filter { !$0.share.heldOut.isEmpty }.map { FileName.key($0.recording.path) })
      let copies = FolderCorpus.nearCopies(found.recordings, levels: levels, sampleRate: options.sampleRate)
      record?.nearCopies = FolderReport.nearCopies(copies, among: found.recordings) {
        held.contains(FileName.key($0.path))
      }
    }
    lines += record?.nearCopies ?? []
    report = FolderReport(
      shared, skipped: found.skipped, sampleRate: options.sampleRate,
      warnings: lines + found.warnings)
    labels = Labelling.vocabulary(shared.map(\.recording))
    self.options = options
    self.seed = seed
    self.cache = cache
    silence = MuLawTable(levels: levels).silence
  }

  private struct Found {
    var recordings: [Recording] = []
    var skipped: [SkippedFile] = []
    var warnings: [String] = []

    mutating func label(_ options: FolderOptions, _ past: CorpusPast?) throws(CorpusError) {
      let (labelling, line) = try Labelling.open(options, past)
      for i in recordings.indices { recordings[i].label = labelling.label(of: recordings[i].path) }
      // A run knows its recordings, wherever they are now.
      let isNew = past?.record == nil || past?.takesNewFiles == true
      let unknown: String? =
        if isNew, case .table(let table) = labelling { table.unknown(among: recordings) } else { nil }
      warnings += [line, unknown].compactMap { $0 }
    }
  }

  /// Every readable recording under the folders.
  private static func read(
    _ options: FolderOptions, _ cache: TokenCache?, _ past: CorpusPast?, _ output: String?, _ threads: Int,
    _ progress: @escaping @Sendable (ScanProgress) -> Void
  ) throws(CorpusError) -> Found {
    var paths = options.paths
    if let record = past?.record {
      // What is gone is found out file by file.
      paths.removeAll { !Disk.exists($0) }
      if paths.isEmpty {
        throw .corpusGone(
          missing: record.files.map(\.path), of: record.files.count, folders: options.paths, isHopeless: false
        )
      }
    }
    let folder: SoundFolder
    do throws(AudioIOError) {
      folder = try SoundFolder(under: paths) { path in
        MadeFolders.isOne(path, cache: cache) || output.map { MadeFolders.isSame(path, $0) } ?? false
      }
    } catch {
      throw .unreadableFolder(reason: error.description)
    }
    if folder.files.isEmpty && folder.skipped.isEmpty {
      throw folder.excluded.isEmpty ? .noFiles(paths: options.paths) : .onlyMadeHere(folders: folder.excluded)
    }

    let scan = try CorpusScan(folder.files, options, cache, threads: threads, progress: progress)
    var found = Found(recordings: scan.recordings)
    found.skipped = folder.skipped.map { SkippedFile($0) } + scan.skipped
    if found.recordings.isEmpty { throw .nothingReadable(skipped: found.skipped) }
    if let trim = options.trim {
      for i in found.recordings.indices {
        let tokens = found.recordings[i].tokens
        found.recordings[i].tokens = tokens.part(tokens.blocks.trimmed(decibels: trim))
      }
    }
    found.warnings =
      MadeFolders.warnings(excluded: folder.excluded, generated: scan.generated)
      + (scan.trouble.map { [$0] } ?? [])
    return found
  }

  /// Hears clips of all segments in every way that is missing.
  mutating func hear(
    _ segments: [Segment], _ hearings: [Hearing], frame: Int, _ threads: Int,
    _ progress: @escaping @Sendable (HearingProgress) -> Void
  ) throws(CorpusError) {
    let ear = Ear(
      sampleRate: sampleRate, channel: options.channel, frame: frame, cache: cache, threads: threads,
      progress: progress)
    try heardClips.hear(segments.flatMap { [$0.clip, $0.rangeClip] }, hearings, ear)
  }

  /// From now on every clip comes with conditions.
  mutating func tell(_ wanted: WantedConditions) {
    self.wanted = wanted
    if let trouble = heardClips.trouble { hearingTrouble = trouble }
    heardClips = HeardClips()  // the segments have what they need of it
  }
}
