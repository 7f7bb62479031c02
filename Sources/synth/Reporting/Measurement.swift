// A model's bits per sample beside what simple predictors need for the same clips, with a progress line. The figures and
// what they mean: Evaluation.BitsReport.
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
    let bits = try clipBits(model, clips, precision: precision, threads: threads, tells: true)
    ProgressLine.draw { ["fitting the linear predictor ..."] }
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

  /// Bits per sample of a conditioned model that is told nothing.
  static func untoldBitsPerSample(
    _ model: Model, _ clips: [CodedRecording], precision: Precision, threads: Int
  ) throws -> Double {
    let bits = try clipBits(model, clips, precision: precision, threads: threads, tells: false)
    ProgressLine.clear()
    return bits.reduce(0, +) / Double(clips.reduce(0) { $0 + $1.codes.count })
  }

  /// Bits of each clip, summed over its samples.
  /// - tells: whether a conditioned model is told what the clips do.
  private static func clipBits(
    _ model: Model, _ clips: [CodedRecording], precision: Precision, threads: Int, tells: Bool
  ) throws -> [Double] {
    let samples = clips.reduce(0) { $0 + $1.codes.count }
    let speed = Speedometer(total: samples, sampleRate: model.configuration.sampleRate)
    let done = Counter()
    let progress: @Sendable (Int) -> Bool = { count in
      let now = done.add(count)
      ProgressLine.draw { speed.parts(now, of: "measuring: ") }
      return !Interrupt.isRequested
    }
    let codes = clips.map(\.codes)
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
    let bits =
      precision == .f32
      ? Evaluator(model, threads: threads).bits(codes, told: told, progress: progress)
      : StepEvaluator(model, precision: precision, threads: threads).bits(
        codes, told: told, progress: progress)
    guard let bits else { throw Interrupt.stopped() }
    return bits
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
