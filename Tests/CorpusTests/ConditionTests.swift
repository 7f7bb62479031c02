// What crops are told: the controls of their recording at their own places, dropped as often as asked; ends of files as clips
// of their own; and runs that are told nothing stay what they were.
import AudioIO
import Foundation
import Signal
import Synchronization
import Testing

@testable import Corpus

extension Scratch {
  /// A tone of `hertz` with a little noise, which is different in every file.
  @discardableResult func tone(
    _ name: String, frames: Int, _ hertz: Double, salt: Int = 1, rate: Int = 16000
  ) throws -> String {
    try wav(name, frames: frames, rate: rate) { n, _ in
      0.4 * sin(2 * .pi * hertz * Double(n) / Double(rate)) + 0.05 * noise(n, salt)
    }
  }
}

@Suite struct ConditionTests {
  private static let controls: [Control] = [.loudness, .pitch, .mel(5), .pitchPhase, .voicing, .pitchAhead]
  private static let wanted = WantedConditions(labels: [], controls: controls, frameSamples: 64)

  /// Rows that are heard in a file from `start` on, `[frames, F]`, by one call.
  private static func curves(_ path: String, from start: Int = 0) throws -> [[Float]] {
    let clip = try SoundFile.read(path, sampleRate: 16000)
    let part = Clip(samples: Array(clip.samples[start...]), sampleRate: 16000)
    let channels = controls.flatMap(\.channels)
    let values = ControlCurves(part, channels: channels, frame: 64).values
    return stride(from: 0, to: values.count, by: channels.count).map {
      Array(values[$0..<$0 + channels.count])
    }
  }

  private static func rows(_ told: Conditions) -> [[Float]] {
    let width = controls.reduce(0) { $0 + $1.width }
    return stride(from: 0, to: told.controls.count, by: width).map { Array(told.controls[$0..<$0 + width]) }
  }

  /// Three files of different lengths, one of them shorter than a crop and one shorter than a frame.
  private static func folder() throws -> Scratch {
    let scratch = try Scratch()
    for (i, frames) in [9000, 7777, 300, 40, 8100].enumerated() {
      try scratch.tone("\(i).wav", frames: frames, 200 + 90 * Double(i), salt: i)
    }
    return scratch
  }

  /// By content: the file, and the position of the first target in it.
  private static func place(
    _ targets: ArraySlice<UInt16>, in corpus: FolderCorpus, _ range: (Segment) -> Range<Int>
  ) -> (segment: Segment, start: Int)? {
    for segment in corpus.training.all + corpus.held.all {
      var codes: [UInt16] = []
      segment.tokens.append(0..<segment.tokens.count, to: &codes)
      for start in range(segment) where start + targets.count <= codes.count {
        if zip(targets, start...).allSatisfy({ $0 == codes[$1] }) { return (segment, start) }
      }
    }
    return nil
  }

  @Test(arguments: [1, 90, 700]) func cropsAreToldWhatTheWholeClipIs(field: Int) throws {
    let scratch = try Self.folder()
    let corpus = try scratch.corpus(
      field: field, ["control_dropout=0", "start_probability=0.25", "false_starts=0"]
    ).telling(Self.wanted, threads: 2)
    var starts: Set<Int> = []
    for step in 0..<12 as Range<UInt64> {
      let batch =
        step == 0
        ? corpus.validation(clips: 8, crop: 500, receptiveField: field)
        : corpus.batch(step: step, clips: 8, crop: 500, receptiveField: field, jitter: 0)
      #expect(batch.conditions.count == 8)
      for b in 0..<8 {
        let told = try #require(batch.conditions[b])
        let targets = batch.targets[b * 500..<b * 500 + batch.counts[b]]
        let (segment, start) = try #require(
          Self.place(targets, in: corpus) { step == 0 ? $0.range : 0..<$0.tokens.count })
        let whole = try Self.curves(segment.path, from: segment.historyStart)
        #expect(told.labels.isEmpty && told.start == start - segment.historyStart - (field - 1))
        starts.insert(told.start)
        // Frames that the steps read, and two beside them, as far as the clip has them.
        let last = told.start + field - 1 + 500 - 1
        let read = max(0, told.start) / 64...last / 64
        let expected = max(0, read.lowerBound - 2)..<min(whole.count, read.upperBound + 3)
        #expect(told.firstFrame == expected.lowerBound)
        #expect(Self.rows(told) == Array(whole[expected]), "crop \(b) of step \(step)")
      }
    }
    #expect(starts.contains(1 - field) && starts.count > 20, "at clips' beginnings and elsewhere")
  }

  /// Of all that a batch has, nothing but the conditions is another; and it is what it was when crops were last drawn otherwise.
  @Test func toldNothingAllIsAsEver() throws {
    let scratch = try Self.folder()
    let plain = try scratch.corpus([])
    let told = try scratch.corpus(["start_probability=0.25", "false_starts=0"]).telling(
      Self.wanted, threads: 1)
    var sum: UInt64 = 0
    for step in 0..<5 as Range<UInt64> {
      let a = plain.batch(step: step, clips: 4, crop: 300, receptiveField: 100, jitter: 2)
      let b = told.batch(step: step, clips: 4, crop: 300, receptiveField: 100, jitter: 2)
      #expect(a.inputs == b.inputs && a.targets == b.targets && a.counts == b.counts)
      #expect(a.conditions.isEmpty && b.conditions.count == 4)
      let bytes = (a.inputs + a.targets).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      var hash = FNV1a()
      hash.add(bytes.span)
      sum = sum &* 31 &+ hash.hash
    }
    #expect(sum == 0xc455_4a2c_1ee5_9f83, "0x\(String(sum, radix: 16))")
    #expect(plain.heldOutRecordings("").allSatisfy { $0.conditions == nil })
    #expect(plain.heldOutRecordings("").map(\.codes) == told.heldOutRecordings("").map(\.codes))
  }

  /// A part that is held out is told what a file would be that began there.
  @Test(arguments: [30, 777]) func anEndThatIsHeldOutIsAClipOfItsOwn(field: Int) throws {
    let scratch = try Scratch()
    let path = try scratch.wav("glide.wav", frames: 20_001) { n, _ in
      let t = Double(n) / 16000
      return (n < 12_000 ? 0.2 : 0.4) * sin(2 * .pi * (200 + 150 * t) * t) + 0.02 * noise(n, 3)
    }
    let corpus = try scratch.corpus(
      field: field, ["control_dropout=0", "start_probability=0.25", "false_starts=0"]
    ).telling(Self.wanted, threads: 2)
    let (trained, held) = (corpus.training.all[0], corpus.held.all[0])
    let border = held.historyStart
    #expect(border > 0 && border == trained.range.upperBound && border % 64 != 0)
    let own = try Self.curves(path, from: border)
    var begins = false
    let batch = corpus.validation(clips: 40, crop: 400, receptiveField: field)
    for b in 0..<40 {
      let told = try #require(batch.conditions[b])
      let rows = Self.rows(told)
      #expect(rows == Array(own[told.firstFrame..<told.firstFrame + rows.count]))
      begins = begins || told.firstFrame == 0
      if told.start < 0 {
        // The silence in front has a code that the sound has not.
        let width = field - 1 + 400
        let inputs = batch.inputs[b * width..<(b + 1) * width]
        #expect(inputs.prefix(1 - told.start).allSatisfy { $0 == 128 } || 1 - told.start <= 0)
      }
    }
    #expect(begins)
    // Whole, it begins where the range does.
    let recording = try #require(corpus.heldOutRecordings("").first)
    let whole = try Self.curves(path, from: held.range.lowerBound)
    let told = try #require(recording.conditions)
    #expect(told.start == 0 && told.firstFrame == 0 && Self.rows(told) == whole)
    #expect(recording.codes.count == held.range.count)
    // What is trained on is the file from its beginning; the frames behind its end are the file's.
    let file = try Self.curves(path)
    let training = try #require(corpus.trainingRecordings()?.first)
    let frames = (trained.range.count + 63) / 64 + 2
    #expect(training.codes.count == trained.range.count)
    #expect(Self.rows(try #require(training.conditions)) == Array(file.prefix(frames)))
    // Cut short, it has the frames that it takes.
    let short = try #require(corpus.heldOutRecordings(count: 1, samples: 130).first?.conditions)
    #expect(Self.rows(short) == Array(whole.prefix(5)))
  }

  @Test(arguments: [(0.1, 0.1), (0.5, 0.0), (0.0, 1.0), (1.0, 0.25)])
  func droppedAsOftenAsAsked(controls: Double, labels: Double) throws {
    let scratch = try Scratch()
    for name in ["a", "b"] {
      for i in 0..<2 {
        try scratch.tone("\(name)/\(i).wav", frames: 3000, 300, salt: i + (name == "a" ? 0 : 5))
      }
    }
    let options = [
      "control_dropout=\(controls)", "label_dropout=\(labels)", "labels=folders", "validation_fraction=0.4",
    ]
    var wanted = WantedConditions(labels: ["a", "b", "c"], controls: [.loudness], frameSamples: 64)
    let corpus = try scratch.corpus(options).telling(wanted, threads: 1)
    var (withControls, withLabels, withBoth, all) = (0, 0, 0, 0)
    for step in 0..<150 as Range<UInt64> {
      let batch = corpus.batch(step: step, clips: 10, crop: 20, receptiveField: 3, jitter: 0)
      #expect(batch == corpus.batch(step: step, clips: 10, crop: 20, receptiveField: 3, jitter: 0))
      for case let told? in batch.conditions {
        all += 1
        withControls += told.controls.isEmpty ? 0 : 1
        withLabels += told.labels.isEmpty ? 0 : 1
        withBoth += told.controls.isEmpty || told.labels.isEmpty ? 0 : 1
        #expect(told.labels.isEmpty || told.labels == [1, 0, 0] || told.labels == [0, 1, 0])
      }
    }
    #expect(all == 1500)
    for (count, share) in [
      (withControls, 1 - controls), (withLabels, 1 - labels), (withBoth, (1 - controls) * (1 - labels)),
    ] {
      // Four standard deviations.
      #expect(abs(Double(count) / 1500 - share) <= 4 * (share * (1 - share) / 1500).squareRoot())
    }
    // What is held out is always told all.
    let held = corpus.validation(clips: 30, crop: 20, receptiveField: 3).conditions
    #expect(held.count == 30 && held.allSatisfy { $0?.labels.count == 3 && $0?.controls.isEmpty == false })
    // The label is that of the recording.
    for recording in try #require(corpus.trainingRecordings()) + corpus.heldOutRecordings("") {
      #expect(recording.conditions?.labels == (recording.name.contains("/a/") ? [1, 0, 0] : [0, 1, 0]))
    }
    wanted.labels = []
    let unlabelled = try scratch.corpus(options).telling(wanted, threads: 1)
    #expect(
      unlabelled.validation(clips: 3, crop: 20, receptiveField: 3).conditions.allSatisfy {
        $0?.labels == []
      })
  }

  @Test func howFarHearingIs() throws {
    let scratch = try Self.folder()
    let corpus = try scratch.corpus()
    let seen = Mutex<[HearingProgress]>([])
    let told = try corpus.telling(Self.wanted, threads: 2) { now in seen.withLock { $0.append(now) } }
    let all = corpus.report.files.reduce(0) { $0 + $1.samples }
    let steps = seen.withLock { $0 }
    // One file is cut: it is heard from two more places.
    #expect(steps.first?.samples == 0 && steps.map(\.samples) == steps.map(\.samples).sorted())
    #expect(steps.last?.samples == steps.last?.allSamples && steps.last?.clips == steps.last?.allClips)
    #expect(try #require(steps.last).allSamples >= all && told.wanted == Self.wanted)
    // A file that is another by now.
    try scratch.tone("1.wav", frames: 7776, 300)
    let error = #expect(throws: CorpusError.self) { try corpus.telling(Self.wanted, threads: 2) }
    #expect(error?.description.contains("1.wav: changed while it was being read") == true)
  }
}
