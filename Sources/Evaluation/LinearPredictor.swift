// The baseline to beat: linear prediction from the last 32 samples, which follows the sound as it changes, as a lossless coder's
// does. Nothing is fitted to what it is measured on: a sample is predicted before it is learnt from, so its bits are what a
// file would take. A model with more bits has learnt less than that. The weights of one window: RunningLeastSquares.swift.
internal import Glibc
internal import Signal

/// Bits of codes under linear predictors that adapt backwards.
///
/// Three predictors of 32 weights each forget over 16 ms, 64 ms and 1 s: speech changes within a syllable, a chord does not. The
/// prediction p of each makes distributions over codes, P(c) = F((upper(c) - p) / s) - F((lower(c) - p) / s), with F the logistic
/// function and lower, upper the borders of the code's interval in amplitude (infinite at the ends), of three scales s around
/// what its errors were of late. These nine are mixed by how well they did (Herbster and Warmuth 1998, fixed share); each code
/// is given 1e-4 / Q besides, so that no code is impossible.
struct LinearPredictor {
  static let taps = 32
  static let floor = 1e-4
  /// Seconds.
  static let windows = [0.016, 0.064, 1]
  /// Of the mean absolute error, which is 2 ln 2 scales of a logistic distribution.
  static let scales = [0.36, 0.72, 1.44]
  /// Share of the mixture that is spread evenly after each sample.
  static let share = 0.005
  /// Seconds over which an error is remembered.
  static let memory = 0.002
  /// Of the amplitude: the mean error to begin with, that of silence; the smallest scale.
  static let (firstError, smallestScale) = (1e-4, 1e-6)

  private let levels: Int
  private let sampleRate: Int
  /// [Q + 1], ascending: code c lies between borders c and c + 1.
  let borders: [Double]

  init(levels: Int, sampleRate: Int) {
    self.levels = levels
    self.sampleRate = sampleRate
    let mu = Double(levels - 1)
    borders = (0...levels).map { c in
      if c == 0 { return -.infinity }
      if c == levels { return .infinity }
      let y = (Double(c) - 0.5) * 2 / mu - 1
      let magnitude = expm1(abs(y) * log1p(mu)) / mu
      return y < 0 ? -magnitude : magnitude
    }
  }

  /// Bits of the last `count` codes of a clip, or of all of them; of the others it learns alone.
  /// - Parameters:
  ///   - signal: what is predicted from, sample by sample: the decoded codes, or the samples as they were
  ///   - before: the samples ahead of the clip: the level of silence for decoded codes, 0 for samples
  func bits(
    _ codes: [UInt16], last count: Int? = nil, from signal: (_ sample: Int) -> Float, before: Float
  ) -> Double {
    precondition(count ?? 0 <= codes.count, "the last \(count ?? 0) of \(codes.count)")
    let rate = Double(sampleRate)
    var predictors = LinearPredictor.windows.map {
      RunningLeastSquares(taps: LinearPredictor.taps, window: $0 * rate, before: Double(before))
    }
    var mixture = Mixture(
      experts: predictors.count, forgetting: 1 / max(16, LinearPredictor.memory * rate), borders: borders)
    var past = [Double](repeating: Double(before), count: LinearPredictor.taps)  // newest first
    var predictions = [Double](repeating: 0, count: predictors.count)
    let first = codes.count - (count ?? codes.count)
    var bits = 0.0
    for (n, code) in codes.enumerated() {
      for e in predictors.indices { predictions[e] = predictors[e].prediction(from: past) }
      let sample = Double(signal(n))
      let cost = mixture.bits(Int(code), sample, predictions)
      if n >= first { bits += cost }
      for e in predictors.indices { predictors[e].learn(sample, past) }
      for k in (1..<past.count).reversed() { past[k] = past[k - 1] }
      past[0] = sample
    }
    return bits
  }

  /// The bits of decoded codes.
  func bits(_ codes: [UInt16], last count: Int? = nil, _ law: MuLaw) -> Double {
    let amplitudes = law.decode((0..<UInt16(levels)).map { $0 })
    return bits(
      codes, last: count, from: { amplitudes[Int(codes[$0])] }, before: law.decode(law.silence))
  }

  /// Distributions around several predictions, weighted by how well they did.
  struct Mixture {
    private let borders: [Double]
    private let forgetting: Double
    private var errors: [Double]  // mean absolute one of each prediction
    private var weights: [Double]  // [experts, scales], their sum 1
    private var likelihoods: [Double]

    init(experts: Int, forgetting: Double, borders: [Double]) {
      (self.borders, self.forgetting) = (borders, forgetting)
      errors = Array(repeating: LinearPredictor.firstError, count: experts)
      let count = experts * LinearPredictor.scales.count
      weights = Array(repeating: 1 / Double(count), count: count)
      likelihoods = weights
    }

    /// Bits of the code; then takes note of it.
    mutating func bits(_ code: Int, _ sample: Double, _ predictions: [Double]) -> Double {
      let scales = LinearPredictor.scales
      var probability = 0.0
      for e in predictions.indices {
        for s in scales.indices {
          let scale = max(LinearPredictor.smallestScale, scales[s] * errors[e])
          let i = e * scales.count + s
          likelihoods[i] = weights[i] * Mixture.probability(code, predictions[e], scale, borders)
          probability += likelihoods[i]
        }
        errors[e] += forgetting * (abs(sample - predictions[e]) - errors[e])
      }
      let spread = LinearPredictor.share / Double(weights.count)
      for i in weights.indices {
        weights[i] = (1 - LinearPredictor.share) * likelihoods[i] / probability + spread
      }
      return -log2(probability)
    }

    static func probability(_ code: Int, _ prediction: Double, _ scale: Double, _ borders: [Double]) -> Double
    {
      let lower = (borders[code] - prediction) / scale
      let upper = (borders[code + 1] - prediction) / scale
      // On the side where the logistic function is small, so that the difference keeps its digits.
      let p =
        lower > 0
        ? 1 / (1 + exp(lower)) - 1 / (1 + exp(upper)) : 1 / (1 + exp(-upper)) - 1 / (1 + exp(-lower))
      return (1 - LinearPredictor.floor) * p + LinearPredictor.floor / Double(borders.count - 1)
    }
  }
}
