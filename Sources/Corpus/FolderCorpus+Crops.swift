// Crops of recordings, and recordings whole. Of a crop the history is that of its file: silence before it, and after it.
import Files
import Signal

extension FolderCorpus {
  package func validationClips() -> [[UInt16]] {
    zip(held.all, heldOutShares).map { codes($0, atMost: $1) }
  }

  /// Samples of each held-out file that a run is judged by: all, or ten minutes that labels share, and of each label its files,
  /// from their first samples on. The first files by name would be one label's.
  private var heldOutShares: [Int] {
    let groups = Dictionary(grouping: held.all.indices) { held.all[$0].label.map(FileName.key) ?? [] }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    func samples(_ files: [Int]) -> [Int] { files.map { held.all[$0].range.count } }
    var shares = held.all.map { _ in 0 }
    let ofLabels = FairShares.of(groups.map { samples($0).reduce(0, +) }, total: 600 * sampleRate)
    for (files, share) in zip(groups, ofLabels) {
      for (file, own) in zip(files, FairShares.of(samples(files), total: share)) { shares[file] = own }
    }
    return shares
  }

  package func validationClips(count: Int, samples: Int) -> [[UInt16]] {
    held.all.prefix(count).map { codes($0, atMost: samples) }
  }

  package func trainingRecordings(atMost samples: Int) -> [CodedRecording]? {
    if training.samples <= samples {
      return training.all.map { recording($0, codes($0, atMost: $0.range.count)) }
    }
    // Of each label as much, of each file at most an eighth of that; which files is by chance.
    let groups = Dictionary(grouping: training.all.indices) { training.all[$0].label.map(FileName.key) ?? [] }
    let share = samples / groups.count
    var chosen: [(file: Int, count: Int)] = []
    var random = ClipRandom(seed: seed, purpose: .silence, split: .validation, clip: 0)
    for key in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      var (files, left) = (groups[key]!, share)
      while left > 0 && !files.isEmpty {
        let file = files.remove(at: random.integer(0...(files.count - 1)))
        let count = min(training.all[file].range.count, max(1, share / 8), left)
        chosen.append((file, count))
        left -= count
      }
    }
    return chosen.sorted { $0.file < $1.file }.map { file, count in
      recording(training.all[file], codes(training.all[file], atMost: count))
    }
  }

  /// All that is damaged is then forgotten, and not just what was read: the next start makes it anew.
  package var failure: CorpusError? {
    guard let failure = cache?.store.failure else { return nil }
    for segment in training.all + held.all {
      segment.tokens.check()
      segment.controls?.check()
      segment.rangeControls?.check()
    }
    if case .notValid(let path, let reason) = failure { return .cacheDamaged(reason: "\(path): \(reason)") }
    return .cacheDamaged(reason: "\(failure)")
  }

  /// By the files' names.
  package func heldOutRecordings(_: String = "", count: Int?, samples: Int?) -> [CodedRecording] {
    let clips =
      count == nil && samples == nil
      ? validationClips() : validationClips(count: count ?? held.all.count, samples: samples ?? .max)
    return zip(held.all, clips).filter { !$1.isEmpty }.map(recording)
  }

  private func codes(_ segment: Segment, atMost samples: Int) -> [UInt16] {
    var codes = [UInt16]()
    segment.tokens.append(segment.range.prefix(samples), to: &codes)
    return codes
  }

  /// Adds one crop, see CropPlaces.swift.
  package func append(to batch: inout TokenBatch, index: UInt64, split: Split, jitter: Double) {
    var place = ClipRandom(seed: seed, purpose: .place, split: split, clip: index)
    let (segment, start) =
      split == .training
      ? places.place(training, crop: batch.crop, &place)
      : CropPlaces(atStart: startProbability).place(held, crop: batch.crop, &place)
    let range = segment.range

    tell(&batch, of: segment, start: start, index, split)
    let first = start - batch.history - 1  // position of the first input
    let end = start + batch.crop
    let sounding = max(first, segment.historyStart)..<min(end, range.upperBound)
    var codes = self.codes(segment, first..<end)
    if split == .training && options.falseStarts > 0 && start > range.lowerBound
      && batch.conditions.last??.controls.isEmpty == false
    {
      startFalsely(&codes, history: batch.history + 1, index)
    }
    batch.addTargets(codes.suffix(batch.crop), real: sounding.upperBound - start)

    codes.removeLast()
    let inputs = (sounding.lowerBound - first)..<min(sounding.upperBound - first, codes.count)
    InputJitter.apply(
      to: &codes, sounding: inputs, firstPosition: sounding.lowerBound, maximum: jitter,
      levels: quantizationLevels, seed: seed, split: split, clip: index)
    batch.inputs += codes
  }

  /// Places of crops that are trained on: as the recordings are, until `limitingSilence`.
  private var places: CropPlaces {
    CropPlaces(anywhere: shareAnywhere, atStart: startProbability)
  }

  private var startProbability: Double {
    options.startProbability ?? (wanted?.controls.isEmpty == false ? 0.05 : 0.25)
  }

  /// The same corpus, of whose crops as many lie around sound as `silenceShare` asks for.
  /// - crop: samples of a crop
  /// - Returns: also what there is of silence; nil if no share is asked for.
  package func limitingSilence(crop: Int) -> (FolderCorpus, SilenceShares?) {
    guard let share = options.silenceShare else { return (self, nil) }
    var places = CropPlaces(atStart: startProbability)
    let found = places.limit(training, share: share, crop: crop, seed: seed)
    var corpus = self
    corpus.shareAnywhere = places.anywhere
    corpus.silenceShares = SilenceShares(wanted: share, recorded: found.found, trained: found.drawn)
    return (corpus, corpus.silenceShares)
  }

  /// Codes at these positions: silence before the history, the file, silence after it.
  private func codes(_ segment: Segment, _ positions: Range<Int>) -> [UInt16] {
    let start = min(max(positions.lowerBound, segment.historyStart), positions.upperBound)
    let sounding = start..<max(start, min(positions.upperBound, segment.range.upperBound))
    var codes = [UInt16](repeating: silence, count: sounding.lowerBound - positions.lowerBound)
    codes.reserveCapacity(positions.count)
    segment.tokens.append(sounding, to: &codes)
    codes += repeatElement(silence, count: positions.upperBound - sounding.upperBound)
    return codes
  }

  /// Puts wrong what is in front of a crop, of a share of them.
  private func startFalsely(_ codes: inout [UInt16], history: Int, _ index: UInt64) {
    var random = ClipRandom(seed: seed, purpose: .falseStart, split: .training, clip: index)
    if random.uniform() >= options.falseStarts { return }
    let law = MuLaw(levels: quantizationLevels)
    var samples = law.decode(codes)
    let changed = FalseStart.apply(
      to: &samples, history: history, sampleRate: sampleRate, random: &random
    ) { [count = samples.count] random in
      let segment = training.at(random.integer(0...(training.samples - 1)))
      // Whole, where the file is long enough: an end that breaks off would teach to break off.
      let range = segment.range
      let first = random.integer(range.lowerBound...max(range.lowerBound, range.upperBound - count))
      return law.decode(self.codes(segment, first..<first + count))
    }
    for i in 0..<history + changed { codes[i] = law.encode(samples[i]) }
  }
}

/// Silence, as shares of samples, 0...1.
package struct SilenceShares: Codable, Hashable, Sendable {
  /// At most, as the options say.
  package let wanted: Double
  /// In the recordings that are trained on, and in the crops of them.
  package let recorded: Double
  package let trained: Double

  /// In words; nil where the recordings have little of it.
  package var sentence: String? {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded())) %" }
    if recorded <= wanted && trained <= wanted { return nil }
    let start =
      "silence is \(percent(recorded)) of the recordings and \(percent(trained)) of what is trained on"
    return trained <= wanted + 0.02
      ? start
      : start
        + ": crops of this length around what sounds have no less; \(percent(wanted)) were asked for (--trim leaves out silent ends)"
  }
}
