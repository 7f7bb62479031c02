// What a model's bits per sample have to be compared with: what simple predictors need for the same codes. Everything is
// in bits (base 2), the mean over all samples of all clips, with silence before each clip, as for the model.
// The strong one, the linear predictor: LinearPredictor.swift.
internal import Glibc
internal import Signal

/// Bits per sample of simple predictors on the same clips.
package struct Baselines: Codable, Hashable, Sendable {
  /// Codes that were predicted.
  package let samples: Int
  /// log2 Q: no prediction at all.
  package let uniform: Double
  /// Adaptive: each code from the counts of all codes before it (of earlier clips too), half a count given to each at
  /// the start (Krichevsky and Trofimov). Causal, so nothing is fitted to what it is measured on.
  package let unigram: Double
  /// Adaptive and causal like it: each code from the counts of what followed the same previous code, mixed with
  /// `bigramWeight` counts spread as the unigram predicts. Clips of under a few minutes mostly show its learning.
  package let bigram: Double
  /// Adaptive and causal too, 32 taps on the decoded codes, which is what the model sees: see `LinearPredictor`. The mean over
  /// the clips of at least `shortestForLinearPrediction` samples, each by itself; nil if there is none.
  package let linearPredictor: Double?
  /// Codes that the linear predictor predicted: those of the clips that are long enough.
  package let linearPredictorSamples: Int
  /// The same on samples that were never coded, which the model does not see. Nil if there were none.
  package let linearPredictorUncoded: Double?

  /// A clip must have so many samples for its linear prediction to mean something: it begins with none of its weights, and the
  /// first hundred samples cost more than all later ones should.
  package static let shortestForLinearPrediction = 1024

  enum CodingKeys: String, CodingKey {
    case samples, uniform, unigram, bigram
    case linearPredictor = "linear_predictor"
    case linearPredictorSamples = "linear_predictor_samples"
    case linearPredictorUncoded = "linear_predictor_uncoded"
  }

  /// - clips: codes, each at least one.
  /// - uncoded: the same clips before coding, if they are at hand.
  /// - primedWith: other codes, training clips say, which the unigram and the bigram have counted beforehand.
  /// - linear: what the linear predictor needs for each clip, in all, if that is known
  package init(
    clips: [[UInt16]], uncoded: [[Float]]? = nil, levels: Int, sampleRate: Int, primedWith: [[UInt16]] = [],
    linear: [Double?]? = nil
  ) {
    let count = clips.reduce(0) { $0 + $1.count }
    precondition(count > 0, "no samples to predict")
    var counts = CodeCounts(levels: levels)
    for clip in primedWith { _ = counts.bits(clip) }
    var (single, pair) = (0.0, 0.0)
    for clip in clips {
      let bits = counts.bits(clip)
      single += bits.unigram
      pair += bits.bigram
    }
    let predictor = LinearPredictor(levels: levels, sampleRate: sampleRate)
    let law = MuLaw(levels: levels)
    samples = count
    uniform = log2(Double(levels))
    unigram = single / Double(count)
    bigram = pair / Double(count)
    let long = clips.indices.filter { clips[$0].count >= Baselines.shortestForLinearPrediction }
    let predicted = long.reduce(0) { $0 + clips[$1].count }
    linearPredictorSamples = predicted
    func mean(_ bits: (Int) -> Double) -> Double? {
      long.isEmpty ? nil : long.reduce(0) { $0 + bits($1) } / Double(predicted)
    }
    linearPredictor = mean { linear?[$0] ?? predictor.bits(clips[$0], law) }
    linearPredictorUncoded = uncoded.flatMap { uncoded in
      precondition(
        uncoded.map(\.count) == clips.map(\.count), "uncoded clips of other lengths than the coded ones")
      return mean { clip in predictor.bits(clips[clip], from: { uncoded[clip][$0] }, before: 0) }
    }
  }
}

/// Counts of codes and of pairs of codes, growing as clips go by.
struct CodeCounts {
  /// Counts that the unigram's prediction weighs in the bigram's.
  static let bigramWeight = 16.0

  private let levels: Int
  private let silence: Int
  private var total = 0.0
  private var single: [Double]  // [Q]
  private var after: [Double]  // [Q]: how often a code was the previous one
  private var pairs: [Double]  // [Q, Q], previous, next

  init(levels: Int) {
    self.levels = levels
    silence = Int(MuLaw(levels: levels).silence)
    single = Array(repeating: 0, count: levels)
    after = Array(repeating: 0, count: levels)
    pairs = Array(repeating: 0, count: levels * levels)
  }

  /// What the clip costs, each code predicted from what came before and then counted. The code before the first is
  /// silence.
  /// - last: the code before the first, if it is another one.
  mutating func bits(_ clip: [UInt16], after last: UInt16? = nil) -> (unigram: Double, bigram: Double) {
    var (bits1, bits2) = (0.0, 0.0)
    var previous = last.map(Int.init) ?? silence
    for code in clip {
      let next = Int(code)
      precondition(next < levels, "code \(next) of \(levels)")
      let p1 = (single[next] + 0.5) / (total + 0.5 * Double(levels))
      let p2 =
        (pairs[previous * levels + next] + CodeCounts.bigramWeight * p1)
        / (after[previous] + CodeCounts.bigramWeight)
      bits1 -= log2(p1)
      bits2 -= log2(p2)
      total += 1
      single[next] += 1
      after[previous] += 1
      pairs[previous * levels + next] += 1
      previous = next
    }
    return (bits1, bits2)
  }
}
