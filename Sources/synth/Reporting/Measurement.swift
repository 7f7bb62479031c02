// A model's bits per sample beside what simple predictors need for the same clips, and what that means in words.
import Corpus
import Generation
import Synchronization
import Training
import WaveNet

struct Measurement {
  /// Of each clip, per sample.
  let clipBits: [Double]
  /// Mean over all samples of all clips.
  let bitsPerSample: Double
  let baselines: Baselines
  let samples: Int

  /// - clips: codes; at least one sample in all.
  init(model: Model, clips: [[UInt16]], precision: Precision = .f32, threads: Int) throws {
    let samples = clips.reduce(0) { $0 + $1.count }
    precondition(samples > 0, "nothing to measure")
    let speed = Speedometer(total: samples, sampleRate: model.configuration.sampleRate)
    let done = Counter()
    let progress: @Sendable (Int) -> Bool = { count in
      let now = done.add(count)
      ProgressLine.draw { speed.line(now) }
      return !Interrupt.isRequested
    }
    let bits =
      precision == .f32
      ? Evaluator(model, threads: threads).bits(clips, progress: progress)
      : StepEvaluator(model, precision: precision, threads: threads).bits(clips, progress: progress)
    guard let bits else { throw SynthError.interrupted(signal: Interrupt.signal ?? 2, hint: "") }
    self.samples = samples
    clipBits = zip(bits, clips).map { $1.isEmpty ? 0 : $0 / Double($1.count) }
    bitsPerSample = bits.reduce(0, +) / Double(samples)
    ProgressLine.draw { "fitting the linear predictor ..." }
    baselines = Baselines(
      clips: clips.filter { !$0.isEmpty }, levels: model.configuration.quantizationLevels,
      sampleRate: model.configuration.sampleRate)
    ProgressLine.clear()
  }

  /// The numbers in a line.
  var sentence: String {
    "\(Format.fixed(bitsPerSample, 3)) bits per sample; no model \(Format.fixed(baselines.uniform, 2)), unigram "
      + "\(Format.fixed(baselines.unigram, 3)), bigram \(Format.fixed(baselines.bigram, 3)), 32-tap linear predictor "
      + "\(Format.fixed(baselines.linearPredictor, 3))"
  }

  /// What the number means.
  var verdict: String { Self.verdict(bitsPerSample, baselines) }

  static func verdict(_ bits: Double, _ baselines: Baselines) -> String {
    let linear = Format.fixed(baselines.linearPredictor, 3)
    if !bits.isFinite || bits >= baselines.uniform {
      return
        "This is no better than guessing: the model has learnt nothing about these clips; what it generates is noise."
    }
    if bits >= baselines.unigram {
      return
        "The model knows less than how often each level occurs: it has hardly begun to learn these clips, and what it "
        + "generates is noise. Train longer."
    }
    if baselines.linearPredictor >= baselines.unigram {
      return
        "These clips are close to noise: linear prediction from 32 samples (\(linear) bits) gains nothing on them, so "
        + "they say little about a model."
    }
    if bits > baselines.linearPredictor {
      return
        "The model has learnt less than linear prediction from 32 samples does (\(linear) bits): what it generates "
        + "will sound noisier than these clips. Train longer, or a larger model."
    }
    return
      "The model predicts these clips better than linear prediction from 32 samples (\(linear) bits): it has learnt "
      + "more than their spectrum. Whether it sounds right only listening tells."
  }
}

/// A number that several threads add to.
private final class Counter: Sendable {
  private let value = Atomic(0)
  func add(_ count: Int) -> Int { value.add(count, ordering: .relaxed).newValue }
}
