// What clips of recordings are told: the controls that are heard in them, and their labels. Before a clip's first sample
// nothing is told. A held-out end of a file is a clip of its own: its history is silence where training ends, so it is also
// heard from there on, as if the file began there; so is what `heldOutRecordings` gives, from its own first sample on.
// Training, evaluation and generation thereby mean the same by a clip.
import Files
import Signal

extension FolderCorpus {
  /// The same corpus, whose crops and recordings come with conditions. What is to be heard is heard, or found in the cache.
  /// - Throws: `unknownLabels`; `changedWhileRead`.
  package func telling(
    _ wanted: WantedConditions, threads: Int,
    progress: @escaping @Sendable (HearingProgress) -> Void = { _ in }
  ) throws(CorpusError) -> FolderCorpus {
    if !wanted.labels.isEmpty {
      let known = Set(wanted.labels.map(FileName.key))
      let unknown = labels.filter { !known.contains(FileName.key($0)) }
      if !unknown.isEmpty { throw .unknownLabels(unknown, known: wanted.labels) }
    }
    var corpus = self
    let hearings = Hearing.all(of: wanted.controls)
    try corpus.hear(
      training.all + held.all, hearings, frame: wanted.frameSamples, threads, progress)
    if !wanted.controls.isEmpty {
      func told(_ segment: Segment) -> Segment {
        var segment = segment
        func rows(_ clip: HeardClip) -> ControlRows {
          ControlRows(wanted.controls, frame: wanted.frameSamples, sampleRate: sampleRate) {
            corpus.heardClips[clip, $0]
          }
        }
        (segment.controls, segment.rangeControls) = (rows(segment.clip), rows(segment.rangeClip))
        return segment
      }
      (corpus.training, corpus.held) = (Segments(training.all.map(told)), Segments(held.all.map(told)))
    }
    corpus.tell(wanted)
    return corpus
  }

  /// How much of what is trained on is silence, has a pitch, and sounds without one. Keeps what it hears.
  /// - frame: samples of a frame.
  package mutating func soundShares(
    frame: Int, threads: Int, progress: @escaping @Sendable (HearingProgress) -> Void = { _ in }
  ) throws(CorpusError) -> SoundShares {
    // What is held out is heard on the way: a second wait would come otherwise.
    try hear(
      training.all + held.all, [.pitch, .loudness], frame: frame, threads, progress)
    var count = SoundCount()
    for segment in training.all {
      count.add(
        pitch: heardClips[segment.clip, .pitch], loudness: heardClips[segment.clip, .loudness], frame: frame,
        samples: segment.range)
    }
    return count.shares
  }

  /// A recording whole, from the first sample of its range on.
  func recording(_ segment: Segment, _ codes: [UInt16]) -> CodedRecording {
    CodedRecording(
      name: segment.path, codes: codes,
      conditions: wanted?.conditions(
        label: segment.label, rows: segment.rangeControls, places: 0..<codes.count))
  }

  /// Adds what the next crop of a batch is told, one that starts at position `start` of the file.
  func tell(_ batch: inout TokenBatch, of segment: Segment, start: Int, _ index: UInt64, _ split: Split) {
    guard let wanted else { return }
    var told = ClipRandom(seed: seed, purpose: .told, split: split, clip: index)
    let (control, label) = (told.uniform(), told.uniform())
    let isTraining = split == .training
    // The first step predicts the sample after the first input.
    let first = start - batch.history - segment.historyStart
    batch.conditions.append(
      wanted.conditions(
        label: isTraining && label < options.labelDropout ? nil : segment.label,
        rows: isTraining && control < options.controlDropout ? nil : segment.controls,
        places: first..<first + batch.history + batch.crop))
  }
}

extension FolderCorpus {
  /// What there is of each label now: recordings, and samples that are trained on and held out.
  package var useOfLabels: [(label: String, files: Int, training: Int, heldOut: Int)] {
    var uses: [[UInt8]: (label: String, files: Set<String>, training: Int, heldOut: Int)] = [:]
    for (segments, isTraining) in [(training.all, true), (held.all, false)] {
      for segment in segments {
        guard let label = segment.label else { continue }
        var use = uses[FileName.key(label)] ?? (label, [], 0, 0)
        use.files.insert(segment.path)
        if isTraining { use.training += segment.range.count } else { use.heldOut += segment.range.count }
        uses[FileName.key(label)] = use
      }
    }
    return uses.values.map { ($0.label, $0.files.count, $0.training, $0.heldOut) }
  }
}
