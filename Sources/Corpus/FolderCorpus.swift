// The user's own recordings as a corpus: every readable file of a tree, whole, at the model's rate. Clips are never
// joined, trimmed or normalised; short ones are padded with silence; what cannot be read is listed with the reason.
// What is held back: FolderSplit.swift. What a run keeps of it: CorpusRecord.swift. The report: FolderReport.swift.
import AudioIO
import Files
import Signal

/// Part of one file: training and held-out parts never share a sample, not even as history.
struct Segment: Hashable, Sendable {
  let path: String
  let tokens: Tokens
  /// Before this position the history is silence.
  let historyStart: Int
  /// Targets are taken from here.
  let range: Range<Int>

  /// Nil for a range of no samples.
  init?(_ recording: Recording, _ range: Range<Int>, historyStart: Int) {
    if range.isEmpty { return nil }
    (path, tokens, self.range, self.historyStart) = (recording.path, recording.tokens, range, historyStart)
  }
}

/// Crops of recordings. Crops are drawn with replacement, files in proportion to their length.
package struct FolderCorpus: CropCorpus {
  package let options: FolderOptions
  package let seed: UInt64
  /// What was found, kept, held back and skipped.
  package let report: FolderReport
  /// What a run that trains on it has to keep.
  package let record: CorpusRecord?

  private let training: Segments
  private let held: Segments
  private let silence: UInt16

  package var sampleRate: Int { options.sampleRate }
  package var quantizationLevels: Int { options.quantizationLevels }
  package var folderReport: FolderReport? { report }

  /// Reads all recordings, or their entries in the cache.
  /// - receptiveField: of the model, in samples: how far a file's held-out end stays away from what is trained.
  /// - cache: nil keeps the codes in memory.
  /// - past: of a run that goes on, or is measured; nil splits anew.
  /// - output: a folder that is not looked into whatever it holds: that of the run.
  /// - progress: called with (files done, files in all).
  /// - Throws: `CorpusError` if an option is wrong, or if nothing is left to train on.
  package init(
    options: FolderOptions, seed: UInt64, receptiveField: Int, cache: TokenCache?, past: CorpusPast? = nil,
    output: String? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(CorpusError) {
    try options.validate()
    let found = try FolderCorpus.read(options, cache, past, output, progress)
    let levels = options.quantizationLevels
    var lines: [String] = []
    let shared: [SharedRecording]
    if let past, let old = past.record {
      let matched = try old.match(found.recordings, past, folders: options.paths)
      (shared, lines, record) = (matched.shared, matched.lines, matched.record)
    } else {
      let split = past == nil ? FolderSplit.byTime : FolderSplit.byCount
      shared = try split(found.recordings, options.validationFraction, receptiveField, seed)
      record = CorpusRecord(shared, sampleRate: options.sampleRate, quantizationLevels: levels)
    }
    training = Segments(shared.compactMap { Segment($0.recording, $0.share.training, historyStart: 0) })
    held = Segments(
      shared.compactMap { Segment($0.recording, $0.share.heldOut, historyStart: $0.share.historyStart) })
    report = FolderReport(
      shared, skipped: found.skipped, sampleRate: options.sampleRate, levels: levels,
      warnings: lines + found.warnings)
    self.options = options
    self.seed = seed
    silence = MuLawTable(levels: levels).silence
  }

  private struct Found {
    var recordings: [Recording] = []
    var skipped: [SkippedFile] = []
    var warnings: [String] = []
  }

  /// Every readable recording under the folders.
  private static func read(
    _ options: FolderOptions, _ cache: TokenCache?, _ past: CorpusPast?, _ output: String?,
    _ progress: (Int, Int) -> Void
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

    var found = Found(skipped: folder.skipped.map { SkippedFile($0) })
    var cacheTrouble: String?
    let encoder = MuLawTable(levels: options.quantizationLevels)
    for (i, path) in folder.files.enumerated() {
      progress(i, folder.files.count)
      do throws(AudioIOError) {
        let (tokens, trouble) = try FolderCorpus.tokens(of: path, options, encoder, cache)
        found.recordings.append(Recording(path: path, tokens: tokens))
        cacheTrouble = cacheTrouble ?? trouble
      } catch {
        found.skipped.append(SkippedFile(error, path: path))
      }
    }
    progress(folder.files.count, folder.files.count)
    if found.recordings.isEmpty { throw .nothingReadable(skipped: found.skipped) }
    let generated = MadeFolders.generated(among: found.recordings.map(\.path))
    found.warnings =
      MadeFolders.warnings(excluded: folder.excluded, generated: generated)
      + (cacheTrouble.map { [$0] } ?? [])
    return found
  }

  package func validationClips() -> [[UInt16]] {
    var left = 600 * sampleRate
    var clips: [[UInt16]] = []
    for segment in held.all where left > 0 {
      clips.append(codes(segment, atMost: left))
      left -= clips[clips.count - 1].count
    }
    return clips
  }

  package func validationClips(count: Int, samples: Int) -> [[UInt16]] {
    held.all.prefix(count).map { codes($0, atMost: samples) }
  }

  /// What is trained on, file by file, whole.
  package func trainingRecordings() -> [CodedRecording]? {
    training.all.map { CodedRecording(name: $0.path, codes: codes($0, atMost: $0.range.count)) }
  }

  /// By the files' names.
  package func heldOutRecordings(_: String = "", count: Int?, samples: Int?) -> [CodedRecording] {
    let clips =
      count == nil && samples == nil
      ? validationClips() : validationClips(count: count ?? held.all.count, samples: samples ?? .max)
    return zip(held.all, clips).filter { !$1.isEmpty }.map { CodedRecording(name: $0.path, codes: $1) }
  }

  private func codes(_ segment: Segment, atMost samples: Int) -> [UInt16] {
    var codes = [UInt16]()
    segment.tokens.append(segment.range.prefix(samples), to: &codes)
    return codes
  }

  /// Adds one crop: draws a file in proportion to its length, then its start or anywhere else in it.
  package func append(to batch: inout TokenBatch, index: UInt64, split: Split, jitter: Double) {
    var place = ClipRandom(seed: seed, purpose: .place, split: split, clip: index)
    let segments = split == .training ? training : held
    let segment = segments.at(place.integer(0...(segments.samples - 1)))
    let range = segment.range
    let atStart = place.uniform() < options.startProbability
    let anywhere = place.integer(range.lowerBound...max(range.lowerBound, range.upperBound - batch.crop))
    let start = atStart ? range.lowerBound : anywhere

    let first = start - batch.history - 1  // position of the first input
    let end = start + batch.crop
    // Codes at first ..< end: silence before the history, the file, silence after it.
    let sounding = max(first, segment.historyStart)..<min(end, range.upperBound)
    var codes = [UInt16](repeating: silence, count: sounding.lowerBound - first)
    codes.reserveCapacity(end - first)
    segment.tokens.append(sounding, to: &codes)
    codes += repeatElement(silence, count: end - sounding.upperBound)
    batch.addTargets(codes.suffix(batch.crop), real: sounding.upperBound - start)

    codes.removeLast()
    let inputs = (sounding.lowerBound - first)..<min(sounding.upperBound - first, codes.count)
    InputJitter.apply(
      to: &codes, sounding: inputs, firstPosition: sounding.lowerBound, maximum: jitter,
      levels: quantizationLevels, seed: seed, split: split, clip: index)
    batch.inputs += codes
  }

  /// A file's codes from the cache, or decoded and then stored there.
  private static func tokens(
    of path: String, _ options: FolderOptions, _ encoder: MuLawTable, _ cache: TokenCache?
  ) throws(AudioIOError) -> (Tokens, trouble: String?) {
    let key = TokenKey(path: path, sampleRate: options.sampleRate, levels: options.quantizationLevels)
    if let key, let cached = cache?.load(key, levels: options.quantizationLevels) { return (cached, nil) }
    let sound = try SoundFile.readMixed(path, sampleRate: options.sampleRate)
    if sound.clip.samples.isEmpty { throw .noSamples(path: path) }
    let tokens = Tokens(
      encoder.encode(sound.clip.samples), levels: options.quantizationLevels, traits: sound.traits)
    guard let key, let cache else { return (tokens, nil) }
    do {
      try cache.store(tokens, key)
    } catch {
      return (tokens, "codes are kept in memory, since \(cache.folder) cannot be written: \(error)")
    }
    // The mapped entry instead of the copy in memory.
    return (cache.load(key, levels: options.quantizationLevels) ?? tokens, nil)
  }
}

/// A recording by its file's name.
package struct CodedRecording: Sendable {
  package let name: String
  package let codes: [UInt16]

  package init(name: String, codes: [UInt16]) {
    self.name = name
    self.codes = codes
  }
}

/// Segments that can be found by a position in their total length.
struct Segments: Sendable {
  let all: [Segment]
  /// Ends of the segments, laid end to end.
  private let ends: [Int]
  var samples: Int { ends.last ?? 0 }

  init(_ segments: [Segment]) {
    all = segments
    var end = 0
    ends = segments.map { segment in
      end += segment.range.count
      return end
    }
  }

  /// The segment that covers `position` of 0 ..< samples.
  func at(_ position: Int) -> Segment {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > position { high = middle } else { low = middle + 1 }
    }
    return all[low]
  }
}
