// Bits per sample of a model on clips, with what can be said about other clips of the kind, beside what simple
// predictors need. Which clips are too short for the linear predictor is said, and the comparison with it leaves the
// same clips out on both sides.
package import Corpus
internal import Kernels
internal import Reports
internal import Signal

/// A model's prediction of a set of clips. `bitsPerSample` is the mean over all samples of all clips, to the base 2.
package struct BitsReport: Sendable, Encodable {
  /// One clip.
  package struct File: Sendable, Encodable {
    package let path: String
    /// Nil: none is known.
    package let label: String?
    package let bitsPerSample: Double
    package let samples: Int
    package let baselines: Baselines
  }

  /// The model minus the linear predictor, in bits per sample, on the clips that are long enough for both.
  package struct Comparison: Sendable, Encodable {
    package let bitsPerSample: Double
    package let linearPredictor: Double
    package let difference: Double
    /// Nil for one clip.
    package let interval: Interval?
    package let files: Int
  }

  package let bitsPerSample: Double
  /// 95 %, over clips; nil for a single one.
  package let interval: Interval?
  package let intervalNote: String
  package let samples: Int
  package let seconds: Double
  /// Share of the samples that lie in silence, 0...1; see `Silence`.
  package let silentShare: Double
  package let baselines: Baselines
  package let comparison: Comparison?
  package let files: [File]
  /// By label, in the model's order; empty where it has none.
  package let labels: [Label]

  /// - bits: of each clip, summed over its samples
  /// - clips: at least one sample in each
  /// - labels: of the model, in the order in which `clips` are told them
  package init(
    bits: [Double], clips: [CodedRecording], labels vocabulary: [String] = [], levels: Int, sampleRate: Int,
    seed: UInt64
  ) {
    precondition(
      bits.count == clips.count && !clips.isEmpty, "\(bits.count) results for \(clips.count) clips")
    let counts = clips.map { Double($0.codes.count) }
    samples = clips.reduce(0) { $0 + $1.codes.count }
    seconds = Double(samples) / Double(sampleRate)
    let silence = Silence(levels: levels, sampleRate: sampleRate)
    silentShare = Double(clips.reduce(0) { $0 + silence.samples($1.codes) }) / Double(samples)
    bitsPerSample = bits.reduce(0, +) / Double(samples)
    interval = Bootstrap.ratio(bits, weights: counts, seed: seed)
    intervalNote =
      clips.count < 2
      ? "one clip: no interval, since it says nothing about others"
      : "95 % bootstrap over \(clips.count) clips, weighted by their samples, \(Bootstrap.draws) draws, seed \(seed)"
        + (clips.count < 8 ? "; with so few clips it is too narrow rather than too wide" : "")
    files = Parallel.map(jobs: clips.count, threads: min(clips.count, Parallel.processorCount)) { place, _ in
      let clip = clips[place]
      return File(
        path: clip.name, label: clip.label.map { vocabulary[$0] },
        bitsPerSample: bits[place] / Double(clip.codes.count), samples: clip.codes.count,
        baselines: Baselines(clips: [clip.codes], levels: levels, sampleRate: sampleRate))
    }
    baselines = Baselines(
      clips: clips.map(\.codes), levels: levels, sampleRate: sampleRate,
      linear: files.map { file in file.baselines.linearPredictor.map { $0 * Double(file.samples) } })
    comparison = BitsReport.compare(bits, files, seed: seed)
    labels = BitsReport.labels(
      bits, files, vocabulary: vocabulary, sampleRate: sampleRate, seed: seed)
  }

  /// The comparison if it leaves some of the clips out; nil if it is of all of them.
  package var comparisonOfSome: Comparison? { comparison.flatMap { $0.files < files.count ? $0 : nil } }

  /// Clips that are too short for linear prediction.
  package var tooShort: [File] { files.filter { $0.baselines.linearPredictor == nil } }

  static func compare(_ bits: [Double], _ files: [File], seed: UInt64) -> Comparison? {
    let long = files.indices.filter { files[$0].baselines.linearPredictor != nil }
    if long.isEmpty { return nil }
    let counts = long.map { Double(files[$0].samples) }
    let linear = zip(long, counts).map { files[$0].baselines.linearPredictor! * $1 }
    let all = counts.reduce(0, +)
    let (own, other) = (long.reduce(0) { $0 + bits[$1] } / all, linear.reduce(0, +) / all)
    return Comparison(
      bitsPerSample: own, linearPredictor: other, difference: own - other,
      interval: Bootstrap.ratio(zip(long, linear).map { bits[$0] - $1 }, weights: counts, seed: seed),
      files: long.count)
  }

  /// What the numbers mean, in a sentence or two.
  package var verdict: String {
    if silentShare < Silence.much || silentShare >= Silence.all { return judgement }
    let percent = NumberText.fixed(100 * silentShare, 0)
    return judgement
      + " \(percent) % of these clips is silence, which costs next to nothing: in sound the model is worse "
      + "than the figures."
  }

  private var judgement: String {
    func fixed(_ value: Double) -> String { NumberText.fixed(value, 3) }
    if silentShare >= Silence.all {
      return
        "These clips are silent: whatever predicts silence predicts them, and the figures say nothing about sound. Give "
        + "clips that sound; a model that was trained on such clips is silent."
    }
    let bits = comparison?.bitsPerSample ?? bitsPerSample
    if !bits.isFinite || bits >= baselines.uniform {
      return
        "This is no better than guessing: the model has learnt nothing about these clips; what it generates is noise."
    }
    guard let comparison else {
      return
        "These clips are too short to judge by: linear prediction needs \(Baselines.shortestForLinearPrediction) "
        + "samples in one clip to be compared with."
    }
    if bitsPerSample >= baselines.unigram {
      return
        "The model knows less than how often each level occurs: it has hardly begun to learn these clips, and what it "
        + "generates is noise. Train longer."
    }
    let linear = fixed(comparison.linearPredictor)
    if comparison.linearPredictor >= baselines.unigram {
      return
        "These clips are close to noise: linear prediction from 32 samples (\(linear) bits) gains nothing on them, so "
        + "they say little about a model."
    }
    if comparison.difference > 0 {
      return
        "The model has learnt less than linear prediction from 32 samples does (\(linear) bits): what it generates "
        + "will sound noisier than these clips. Train longer, or on one kind of sound."
    }
    var text =
      "The model predicts these clips better than linear prediction from 32 samples (\(linear) bits): it has learnt "
      + "more than their spectrum. Whether it sounds right only listening tells."
    if let interval = comparison.interval, interval.high > 0 {
      text += " The clips are too few or too different to be sure that it does on others."
    }
    return text
  }
}
