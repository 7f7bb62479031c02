// A model's bits per sample beside what simple predictors need for the same clips, with a progress line, on one machine or on
// several. The figures and what they mean: Evaluation.BitsReport.
import Corpus
import Evaluation
import Generation
import Reports
import Synchronization
import Training
import WaveNet

enum Measurement {
  /// Of the interval over clips. Recorded in its note.
  static let seed: UInt64 = 1

  /// - clips: at least one, and at least one sample in each.
  static func bits(
    _ model: Model, _ clips: [CodedRecording], precision: Precision = .f32, threads: Int
  ) throws -> BitsReport {
    report(
      try clipBits(model, clips, precision: precision, farm: .alone(threads: threads), tells: true), model,
      clips)
  }

  /// The report on bits that were measured.
  static func report(_ bits: [Double], _ model: Model, _ clips: [CodedRecording]) -> BitsReport {
    ProgressLine.draw { ["predicting linearly ..."] }
    let report = BitsReport(
      bits: bits, clips: clips, labels: model.configuration.conditioning?.labels ?? [],
      levels: model.configuration.quantizationLevels,
      sampleRate: model.configuration.sampleRate, seed: seed)
    ProgressLine.clear()
    let tooShort = report.tooShort.map { file in
      "\(file.path): \(NumberText.count(file.samples, "sample")), too short for linear prediction, which needs "
        + "\(Baselines.shortestForLinearPrediction): left out of that comparison"
    }
    Terminal.list(
      tooShort, of: "too short files", all: false, hint: "--json has the figures of all", Terminal.warn)
    return report
  }

  /// Bits of each clip, summed over its samples, measured by all ranks and known to all.
  /// - tells: whether a conditioned model is told what the clips do.
  static func clipBits(
    _ model: Model, _ clips: [CodedRecording], precision: Precision, farm: Farm, tells: Bool
  ) throws -> [Double] {
    let codes = clips.map(\.codes)
    // Files are cut, so that a long one is no rank's alone; steps go through a whole clip.
    let chunks = Evaluator.chunks(codes.map(\.count))
    let share = farm.share(precision == .f32 ? chunks.map(\.samples.count) : codes.map(\.count))
    let speed = Speedometer(total: share.size, sampleRate: model.configuration.sampleRate)
    let done = Counter()
    let progress: @Sendable (Int) -> Bool = { count in
      let now = done.add(count)
      ProgressLine.draw { speed.parts(share.all(now), of: "measuring: ") }
      return !Interrupt.isRequested
    }
    defer { ProgressLine.clear() }
    let threads = farm.ownThreads
    let told = tells && model.configuration.conditioning != nil ? clips.map(\.conditions) : []
    let configuration = model.configuration
    let memory =
      precision == .f32
      ? Evaluator.memoryBytes(configuration, codes.map(\.count), threads: threads)
      : StepEvaluator.memoryBytes(configuration, clips: codes.count)
    try Memory.require(
      memory,
      for:
        "measuring a receptive field of \(configuration.receptiveField) samples on \(NumberText.count(threads, "thread"))",
      remedy: "give --threads 1, or use a machine with more memory")
    if precision == .f32 {
      let nats = Evaluator(model, threads: threads).nats(
        share.own.map { chunks[$0] }, of: codes, told: told, progress: progress)
      guard let nats else { throw Interrupt.stopped() }
      return Evaluator.bits(try farm.gather(nats, share), chunks, clips: clips.count)
    }
    let bits = StepEvaluator(model, precision: precision, threads: threads).bits(
      share.own.map { codes[$0] }, told: told.isEmpty ? [] : share.own.map { told[$0] }, progress: progress)
    guard let bits else { throw Interrupt.stopped() }
    return try farm.gather(bits, share)
  }

  /// The numbers in a line.
  static func sentence(_ report: BitsReport) -> String {
    let b = report.baselines
    return
      "\(NumberText.fixed(report.bitsPerSample, 3)) bits per sample; no model \(NumberText.fixed(b.uniform, 2)), unigram "
      + "\(NumberText.fixed(b.unigram, 3)), bigram \(NumberText.fixed(b.bigram, 3)), 32-tap linear predictor "
      + (b.linearPredictor.map { NumberText.fixed($0, 3) } ?? "-")
  }
}

/// A number that several threads add to.
final class Counter: Sendable {
  private let value = Atomic(0)
  func add(_ count: Int) -> Int { value.add(count, ordering: .relaxed).newValue }
}
