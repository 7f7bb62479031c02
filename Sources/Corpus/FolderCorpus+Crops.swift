// Crops of recordings, and recordings whole. Of a crop the history is that of its file: silence before it, and after it.
import Signal

extension FolderCorpus {
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
    training.all.map { recording($0, codes($0, atMost: $0.range.count)) }
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

  /// Adds one crop: draws a file in proportion to its length, then its start or anywhere else in it.
  package func append(to batch: inout TokenBatch, index: UInt64, split: Split, jitter: Double) {
    var place = ClipRandom(seed: seed, purpose: .place, split: split, clip: index)
    let segments = split == .training ? training : held
    let segment = segments.at(place.integer(0...(segments.samples - 1)))
    let range = segment.range
    let atStart = place.uniform() < startProbability
    let anywhere = place.integer(range.lowerBound...max(range.lowerBound, range.upperBound - batch.crop))
    let start = atStart ? range.lowerBound : anywhere

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

  private var startProbability: Double {
    options.startProbability ?? (wanted?.controls.isEmpty == false ? 0.05 : 0.25)
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
