// A run's recordings against what is on the disk now. Content decides, then the path: a file that moved keeps its side,
// one whose content is another keeps its side too, what is new has none. Everything that differs is said, a line each.
import Files

extension CorpusRecord {
  /// What a run goes on with.
  struct Matched {
    /// In the record's order; what joins comes last.
    var shared: [SharedRecording] = []
    /// The record to keep from now on.
    var record: CorpusRecord
    /// What differs, in words.
    var lines: [String] = []
  }

  /// - found: every readable recording under the folders of the run.
  /// - Throws: `corpusGone` if most of it, or all of one side, is no longer there.
  func match(_ found: [Recording], _ past: CorpusPast, folders: [String]) throws(CorpusError) -> Matched {
    var places = Places(files, found)
    let shares = Dictionary(
      files.compactMap { file in file.share.map { (file.content, $0) } },
      uniquingKeysWith: { share, _ in share })
    var matched = Matched(record: self)
    matched.record.files = []
    // A copy of what is known stays on its side, wherever it turns up.
    var (moved, changed, missing): ([String], [String], [File]) = ([], [], [])
    var relabelled: [String] = []
    /// The recording with the label that the run has for it, whatever it would get now.
    func labelled(_ recording: Recording, as file: File) -> Recording {
      guard let own = file.label else { return recording }
      if let now = recording.label, FileName.key(now) != FileName.key(own) {
        relabelled.append("\(recording.path): \(own) -> \(now)")
      }
      var recording = recording
      recording.label = own
      return recording
    }
    for (i, file) in files.enumerated() {
      guard let share = file.share else { preconditionFailure("a record that was not checked") }
      if let recording = places.sameContent(as: i) {
        matched.add(SharedRecording(recording: labelled(recording, as: file), share: share))
        let path = RecordedPath.absolute(recording.path)
        if FileName.key(path) != FileName.key(file.path) { moved.append("\(file.path) -> \(path)") }
      } else if let recording = places.samePath(as: file),
        let kept = shares[recording.content] ?? share.kept(in: recording.tokens.count)
      {
        matched.add(SharedRecording(recording: labelled(recording, as: file), share: kept))
        changed.append(file.path)
      } else {
        var absent = file
        if past.goesOnWithoutMost { absent.gone = true }
        matched.record.files.append(absent)
        if file.gone != true { missing.append(file) }
      }
    }
    try check(matched, missing, past, folders)
    let new = places.left.sorted { FileName.precedes($0.path, $1.path) }
    if past.takesNewFiles {
      for recording in new {
        let share = shares[recording.content] ?? .training(recording.tokens.count)
        matched.add(SharedRecording(recording: recording, share: share))
      }
    }
    let copies = new.filter { shares[$0.content] != nil }.map(\.path)
    matched.lines = lines(moved, changed, missing.map(\.path), new.map(\.path), copies: copies, past)
    if !relabelled.isEmpty {
      matched.lines.append(
        "\(relabelled.count) of the run's \(files.count) recordings would have another label now, and keep the one that "
          + "the run has: \(someNames(relabelled, most: 3)): to train with others, start a new run")
    }
    return matched
  }

  private func check(
    _ matched: Matched, _ missing: [File], _ past: CorpusPast, _ folders: [String]
  ) throws(CorpusError) {
    func samples(_ files: [File]) -> Int { files.reduce(0) { $0 + ($1.share?.training.count ?? 0) } }
    let there = matched.shared.reduce(0) { $0 + $1.share.training.count }
    let isMostGone = !past.goesOnWithoutMost && samples(missing) > there
    let isOneSideGone =
      there == 0 || matched.shared.allSatisfy { $0.share.heldOut.isEmpty }
    if isMostGone || isOneSideGone {
      throw .corpusGone(
        missing: missing.map(\.path), of: files.count, folders: folders, isHopeless: isOneSideGone)
    }
  }

  private func lines(
    _ moved: [String], _ changed: [String], _ missing: [String], _ new: [String],
    copies: [String], _ past: CorpusPast
  ) -> [String] {
    func count(_ names: [String]) -> String { "\(names.count) of the run's \(files.count) recordings" }
    var lines: [String] = []
    if !moved.isEmpty {
      lines.append("\(count(moved)) moved; used as before: \(someNames(moved, most: 3))")
    }
    if !changed.isEmpty {
      lines.append(
        "\(count(changed)) changed since; used for the same as before: \(someNames(changed))")
    }
    if !missing.isEmpty {
      lines.append(
        "\(count(missing)) missing now, and the run goes on without them: \(someNames(missing)): put them back to go on "
          + "exactly as before")
    }
    if !new.isEmpty {
      lines.append(
        "\(new.count) new \(new.count == 1 ? "recording" : "recordings") since the run began, "
          + (past.takesNewFiles
            ? "part of the run from now on"
              + (copies.isEmpty ? "" : ", but for copies, which are used as what they are of")
              + ": \(someNames(new))"
            : "left out: \(someNames(new)): add --new-files to train on them too"))
    }
    return lines
  }
}

extension CorpusRecord.Matched {
  fileprivate mutating func add(_ shared: SharedRecording) {
    self.shared.append(shared)
    record.files.append(CorpusRecord.File(shared))
  }
}

extension Share {
  /// The same use of a file that has `count` samples now; nil if nothing of it is left.
  fileprivate func kept(in count: Int) -> Share? {
    switch use {
    case .training: return .training(count)
    case .validation: return .heldOut(count)
    case .both:
      if count > heldOut.lowerBound { return Share(training: training, heldOut: heldOut.lowerBound..<count) }
      let trained = min(training.upperBound, count)
      return trained == 0 ? nil : Share(training: 0..<trained, heldOut: count..<count)
    }
  }
}

/// Which recording stands for which file of a record. Each is given out once: first to the file of its path, then, among
/// copies, in the order of both.
private struct Places {
  private let found: [Recording]
  private var taken: Set<Int> = []
  /// [files]: the recording of equal content.
  private var ofFile: [Int?]
  private let byPath: [[UInt8]: Int]

  init(_ files: [CorpusRecord.File], _ found: [Recording]) {
    self.found = found
    ofFile = files.map { _ in nil }
    byPath = Dictionary(
      found.enumerated().map { (FileName.key(RecordedPath.absolute($1.path)), $0) },
      uniquingKeysWith: { a, _ in a })
    var byContent = Dictionary(grouping: found.indices) { found[$0].content }
    for (i, file) in files.enumerated() {
      if let place = byPath[FileName.key(file.path)], found[place].content == file.content {
        ofFile[i] = place
        taken.insert(place)
        byContent[file.content]?.removeAll { $0 == place }
      }
    }
    for (i, file) in files.enumerated() where ofFile[i] == nil {
      guard let place = byContent[file.content]?.first else { continue }
      byContent[file.content]?.removeFirst()
      ofFile[i] = place
      taken.insert(place)
    }
  }

  func sameContent(as file: Int) -> Recording? { ofFile[file].map { found[$0] } }

  mutating func samePath(as file: CorpusRecord.File) -> Recording? {
    guard let place = byPath[FileName.key(file.path)], taken.insert(place).inserted else { return nil }
    return found[place]
  }

  /// Nobody's.
  var left: [Recording] { found.indices.filter { !taken.contains($0) }.map { found[$0] } }
}
