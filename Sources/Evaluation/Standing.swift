// Where a model in training stands, in words: its held-out bits beside what simple predictors need for the same crops, and what to
// try next. A pure function of numbers, for the terminal and the page of a run. Of everything held out, at the end:
// BitsReport.verdict. Tests: StandingTests.
internal import Corpus
internal import Reports

/// One evaluation of a run.
package struct Standing: Sendable {
  /// What kind of thing there is to say. It is said when it changes; a line of numbers comes each time.
  package enum Finding: Hashable, Sendable {
    /// There is nothing but silence to be judged by.
    case silent
    /// The bits are no number.
    case broken
    /// Not below uniform, unigram, linear prediction.
    case guessing, aboveUnigram, aboveLinear
    /// Linear prediction gains nothing over the unigram on these crops.
    case noisy
    /// The crops are too short for linear prediction.
    case tooShort
    /// Below linear prediction.
    case better
    /// Rising again.
    case byHeart
  }

  /// Held-out bits per sample of the averaged weights.
  package let bits: Double
  /// On the same samples.
  package let baselines: Baselines
  /// Of these samples, 0...1.
  package let silentShare: Double
  /// Share of the run that is done, 0...1.
  package let done: Double
  /// The lowest bits up to now and their step, if that was an earlier one.
  package let best: (step: Int, bits: Double)?
  /// Whether there is no smaller preset.
  package let isSmallest: Bool

  /// Bits above the best from which on it is no accident.
  private static let rise = 0.03

  package init(
    bits: Double, baselines: Baselines, silentShare: Double, done: Double,
    best: (step: Int, bits: Double)? = nil, isSmallest: Bool
  ) {
    (self.bits, self.baselines, self.silentShare) = (bits, baselines, silentShare)
    (self.done, self.best, self.isSmallest) = (done, best, isSmallest)
  }

  package var finding: Finding {
    if silentShare >= Silence.all { return .silent }
    if !bits.isFinite { return .broken }
    if bits >= baselines.uniform { return .guessing }
    if bits >= baselines.unigram { return .aboveUnigram }
    if let best, bits > best.bits + Self.rise { return .byHeart }
    guard let linear = baselines.linearPredictor else { return .tooShort }
    if linear >= baselines.unigram { return .noisy }
    return bits > linear ? .aboveLinear : .better
  }

  /// What it means and what to do, in a sentence or two.
  package var sentence: String {
    func fixed(_ value: Double?) -> String { NumberText.fixed(value, 3) }
    let linear = baselines.linearPredictor
    let wait = done < 0.9
    switch finding {
    case .silent:
      return
        "the held-out crops are silent: whatever predicts silence predicts them, and the figures say nothing: neither the best step nor "
        + "the end is found by them. Give more recordings, or leave out silent ends (--trim 40)"
    case .broken:
      return "the held-out bits are no number: resume with a lower --learning-rate"
    case .guessing:
      return
        "\(fixed(bits)) bits are no better than guessing (\(NumberText.fixed(baselines.uniform, 2))): it would be white noise. "
        + (wait ? "That is usual in the first steps" : "Try a lower --learning-rate")
    case .aboveUnigram:
      return
        "\(fixed(bits)) bits are worse than counting how often each level occurs (unigram, \(fixed(baselines.unigram))): it would be "
        + "noise. " + (wait ? "Let it go on" : longer)
    case .aboveLinear:
      let gap = bits - (linear ?? bits)
      return
        "\(fixed(gap)) bits above linear prediction of the same crops (\(fixed(linear))): it would be \(gap > 0.5 ? "noise" : "noisy"). "
        + (wait ? "Let it go on" : longer)
    case .noisy:
      return
        "these recordings are close to noise: linear prediction (\(fixed(linear)) bits) gains nothing over counting levels "
        + "(\(fixed(baselines.unigram))), so bits say little about this model. Listen to the samples"
    case .tooShort:
      return
        "\(fixed(bits)) bits, below counting levels (unigram, \(fixed(baselines.unigram))). Crops of fewer than "
        + "\(Baselines.shortestForLinearPrediction) samples say no more; the end of the run measures whole recordings"
    case .better:
      return
        "\(fixed((linear ?? bits) - bits)) bits below linear prediction of the same crops (\(fixed(linear))): it has learnt more "
        + "than their spectrum. Listen to the samples" + much
    case .byHeart:
      return
        "\(fixed(bits)) bits, and it was \(fixed(best?.bits)) at step \(best?.step ?? 0): it begins to know its recordings by "
        + "heart. The best is kept; stop, or give it more recordings or a smaller model"
    }
  }

  private var longer: String {
    isSmallest
      ? "Train longer, or on one kind of sound" : "Train longer, or use --preset tiny, which learns faster"
  }

  /// Figures over silence flatter.
  private var much: String {
    if silentShare < Silence.much { return "" }
    return
      " (\(NumberText.percent(silentShare)) of these crops is silence, which costs nothing: in sound it is worse)"
  }

  /// A sample of a run in which nothing is to be heard.
  package static let silentSample =
    "is silent: the model has fallen back on silence, the commonest level. That passes where silence is rare; else cut the "
    + "pauses of the recordings, or let generate begin in sound (--prime FILE)"
}
