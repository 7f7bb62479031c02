// What the trainer reads: batches of mu-law codes with the history that a WaveNet needs in front of them. The corpora
// themselves: SyntheticCorpus.swift (chords, free sine mixtures) and FolderCorpus.swift (the user's own recordings).
// Nothing here is advanced: a batch is a pure function of (seed, step), so a resumed run needs no cursor but the step.
import Signal

/// Crops of clips as codes, with the history in front of each. RF is the receptive field, B clips, T crop.
package struct TokenBatch: Hashable, Sendable {
  /// B: number of crops.
  package let clips: Int
  /// RF - 1: inputs in front of the one that predicts the first target.
  package let history: Int
  /// T: targets per crop.
  package let crop: Int
  /// [B, RF - 1 + T], codes at positions s - RF ..< s + T - 1 of the clip, s being where the crop starts; the silence
  /// code before the clip's first sample. The input at position p predicts the code at p + 1.
  package var inputs: [UInt16]
  /// [B, T], codes at positions s ..< s + T. `inputs[b][RF - 1 + t]` is the code just before `targets[b][t]`.
  package var targets: [UInt16]
  /// [B], 1...T: how many of a crop's targets are samples of the clip. A clip ends where it ends: the silence after it
  /// fills the row, and is neither trained on nor counted.
  package private(set) var counts: [Int]
  /// [B], what each crop is told; empty: nothing.
  package var conditions: [Conditions?] = []

  /// An empty batch to be filled by `append`.
  init(clips: Int, crop: Int, receptiveField: Int) {
    precondition(
      clips >= 1 && clips <= ClipRandom.maximumClips, "clips \(clips) not in 1...\(ClipRandom.maximumClips)")
    precondition(crop >= 1, "crop \(crop) < 1")
    precondition(receptiveField >= 1, "receptive field \(receptiveField) < 1")
    self.clips = clips
    self.history = receptiveField - 1
    self.crop = crop
    inputs = []
    targets = []
    counts = [Int](repeating: crop, count: clips)
    inputs.reserveCapacity(clips * (history + crop))
    targets.reserveCapacity(clips * crop)
  }

  /// The greatest step whose batch there is.
  package static let lastStep: UInt64 = 1 << 38

  /// Targets of all crops that are samples of a clip.
  package var realTargets: Int { counts.reduce(0, +) }

  /// Adds the targets of the next crop, the first `real` of which are samples of the clip.
  mutating func addTargets(_ codes: some Collection<UInt16>, real: Int) {
    precondition(
      codes.count == crop && (1...crop).contains(real), "\(real) of \(codes.count) targets, crop \(crop)")
    counts[targets.count / crop] = real
    targets += codes
  }
}

/// An endless supply of training batches and a fixed set of held-out ones.
package protocol Corpus: Sendable {
  /// Hz.
  var sampleRate: Int { get }
  /// Q: number of mu-law codes.
  var quantizationLevels: Int { get }

  /// Clips of the batch of a training step, each a pure function of (seed of the corpus, step, place in the batch).
  /// - jitter: the greatest strength, in codes, of the noise on the inputs (see InputJitter.swift); 0 is none.
  func batch(step: UInt64, places: [Int], crop: Int, receptiveField: Int, jitter: Double) -> TokenBatch

  /// The held-out batch: always the same, without jitter, and disjoint from everything `batch` returns.
  func validation(clips: Int, crop: Int, receptiveField: Int) -> TokenBatch

  /// Held-out clips from their first sample on: at most `count`, each of at most `samples` codes.
  func validationClips(count: Int, samples: Int) -> [[UInt16]]

  /// The held-out clips that a run is judged by: of endless corpora sixteen of four seconds; of recordings every
  /// held-out file whole, or ten minutes of them in all, of each label and of each file as much.
  func validationClips() -> [[UInt16]]

  /// Held-out clips by name, none of them empty: `validationClips()`, or `validationClips(count:samples:)` where one of
  /// the two is given. `name` is what an endless corpus calls its clips after.
  func heldOutRecordings(_ name: String, count: Int?, samples: Int?) -> [CodedRecording]

  /// What is trained on, file by file, whole, up to `samples` in all: beyond that some of the files, and of long ones the beginning; nil if it is
  /// endless.
  func trainingRecordings(atMost samples: Int) -> [CodedRecording]?

  /// Why something could not be read that was there when the corpus was opened; what batches have in its place is silence.
  var failure: CorpusError? { get }

  /// What was found on the disk; nil if nothing was looked for there.
  var folderReport: FolderReport? { get }

  /// What a run keeps to find the same recordings and the same split again; nil if there is nothing to keep.
  var record: CorpusRecord? { get }
}

extension Corpus {
  /// The batch of a training step. The first n clips are the same whatever the number of clips.
  package func batch(step: UInt64, clips: Int, crop: Int, receptiveField: Int, jitter: Double) -> TokenBatch {
    batch(
      step: step, places: Array(0..<clips), crop: crop, receptiveField: receptiveField, jitter: jitter)
  }

  package func validationClips() -> [[UInt16]] { validationClips(count: 16, samples: 4 * sampleRate) }

  package func heldOutRecordings(_ name: String, count: Int?, samples: Int?) -> [CodedRecording] {
    let clips =
      count == nil && samples == nil
      ? validationClips() : validationClips(count: count ?? 16, samples: samples ?? 4 * sampleRate)
    return clips.enumerated().filter { !$1.isEmpty }.map {
      CodedRecording(name: "\(name), held-out clip \($0 + 1)", codes: $1)
    }
  }

  /// The same, as a run is judged.
  package func heldOutRecordings(_ name: String) -> [CodedRecording] {
    heldOutRecordings(name, count: nil, samples: nil)
  }

  package func trainingRecordings(atMost _: Int) -> [CodedRecording]? { nil }
  package func trainingRecordings() -> [CodedRecording]? { trainingRecordings(atMost: .max) }
  package var failure: CorpusError? { nil }
  package var folderReport: FolderReport? { nil }
  package var record: CorpusRecord? { nil }
}

/// A corpus that makes its batches crop by crop.
package protocol CropCorpus: Corpus {
  /// Adds the crop number `index` of a split to the batch: places it, and disturbs its inputs by `jitter`.
  func append(to batch: inout TokenBatch, index: UInt64, split: Split, jitter: Double)
}

extension CropCorpus {
  package func batch(
    step: UInt64, places: [Int], crop: Int, receptiveField: Int, jitter: Double
  ) -> TokenBatch {
    var batch = TokenBatch(clips: places.count, crop: crop, receptiveField: receptiveField)
    for place in places {
      append(to: &batch, index: ClipRandom.clip(step: step, place: place), split: .training, jitter: jitter)
    }
    return batch
  }

  package func validation(clips: Int, crop: Int, receptiveField: Int) -> TokenBatch {
    var batch = TokenBatch(clips: clips, crop: crop, receptiveField: receptiveField)
    for place in 0..<clips { append(to: &batch, index: UInt64(place), split: .validation, jitter: 0) }
    return batch
  }
}
