// What a run leaves to be looked at and listened to, beside its numbers: report.html and TensorBoard's event file. Both are made
// of metrics.jsonl and of the samples, which are what counts: a run goes on without them, and where one is missing or of
// another step, as after kill -9, it is made anew.
import AudioIO
import Evaluation
import Files
import FoundationEssentials
import Reports
import Signal
import Training

struct RunRecords {
  private let files: RunFiles
  private let facts: RunFacts
  private let baselines: Baselines

  init(_ plan: TrainingPlan, _ judge: CropJudge) {
    files = plan.files
    facts = RunFacts(plan)
    baselines = judge.baselines
  }

  /// Makes both as the run stands: of a new run with nothing in them.
  func begin() {
    attempt(files.events) {
      var bytes = EventRecords.header(time: Self.now)
      for line in try MetricsLog(path: files.metrics).lines() { bytes += event(line) }
      try AtomicFile.write(bytes, to: files.events)
    }
    attempt(files.page) { try write() }
  }

  /// After an evaluation.
  func add(_ line: MetricsLine, _ standing: Standing?) {
    attempt(files.events) { try AppendedFile.append(event(line), to: files.events) }
    attempt(files.page) { try write(standing) }
  }

  /// At the end, with what everything held out costs, and simple predictors beside it.
  /// - kept: the step of the model, if that is not the last.
  func finish(_ measured: BitsReport, kept: Int?) {
    attempt(files.page) { try write(measured: measured, kept: kept) }
  }

  /// They are no reason to stop.
  private func attempt(_ path: String, _ body: () throws -> Void) {
    do { try body() } catch { Terminal.warn("\(path) was not written: \(error)") }
  }

  private func write(_ standing: Standing? = nil, measured: BitsReport? = nil, kept: Int? = nil) throws {
    let lines = try MetricsLog(path: files.metrics).lines()
    let samples = Self.shown(lines.map(\.step)).compactMap { step in
      sample(step).map { RunPage.Sample(step: step, clip: $0) }
    }
    try AtomicFile.write(
      RunPage(
        folder: files.folder, facts: facts, lines: lines, samples: samples, baselines: baselines,
        standing: standing, measured: measured, kept: kept
      ).html, to: files.page)
  }

  /// About how many bytes they are: each evaluation's sample and picture, of the page's in base64.
  /// - sample: bytes of one evaluation's
  static func bytes(evaluations: Int, sample: Int) -> Double {
    let silence = Clip(samples: [0], sampleRate: 16_000)
    let heard = Double(sample + RunPage.picture.png(silence).count)
    return heard * (Double(evaluations) + 4 / 3 * Double(min(evaluations, mostShown)))
  }

  private static let mostShown = 6

  /// Some of many, the first and the last among them.
  static func shown(_ steps: [Int], most: Int = mostShown) -> [Int] {
    if steps.count <= most { return steps }
    return (0..<most).map { steps[$0 * (steps.count - 1) / (most - 1)] }
  }

  /// nil where the file is gone.
  private func sample(_ step: Int) -> Clip? { try? SoundFile.read(files.sample(step: step)) }

  private func event(_ line: MetricsLine) -> [UInt8] {
    var values: [(tag: String, value: EventRecords.Value)] = [
      ("bits per sample/held out", .scalar(line.heldOutBits)),
      ("bits per sample/train", .scalar(line.trainBits)),
      ("training/gradient norm", .scalar(line.gradientNorm)),
      ("training/learning rate", .scalar(line.learningRate)),
      ("training/jitter", .scalar(line.jitter)), ("training/roll-backs", .scalar(Double(line.rollbacks))),
      ("training/audio seconds per second", .scalar(line.audioSecondsPerSecond)),
    ]
    if let clip = sample(line.step) {
      let picture = RunPage.picture
      let png = picture.png(clip)
      values.append(
        ("sample", .sound(wav: WaveBytes.wav(clip), sampleRate: clip.sampleRate, samples: clip.samples.count))
      )
      values.append(("spectrogram", .picture(png: png, width: picture.width, height: picture.height)))
    }
    return EventRecords.event(step: line.step, time: Self.now, values)
  }

  private static var now: Double { Date().timeIntervalSince1970 }
}
