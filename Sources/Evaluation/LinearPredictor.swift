// The baseline to beat: linear prediction from the last 32 samples with a logistic error. It is fitted to the very
// second that it predicts, and what it would cost to send its 33 numbers is not counted: a bound for linear
// prediction, generous to it by about 0.03 bits at 16 kHz. A model with more bits has learnt less than that.

internal import Glibc
internal import Signal

/// Bits of codes under a linear predictor refitted each second.
///
/// In each frame of one second (a rest of under 128 samples joins the frame before it) the 32 weights minimise the
/// squared error of sum(w[k] x[n - k]) against x[n] over the frame, by the covariance method: no window, the samples
/// before the frame are used as they are, `before` ahead of the clip. The prediction p makes a distribution over codes:
/// P(c) = F((upper(c) - p) / s) - F((lower(c) - p) / s), with F the logistic function and lower, upper the borders of
/// the code's interval in amplitude (infinite at the ends). The scale s of each frame minimises the bits of the frame.
/// Each code is given 1e-4 / Q besides, so that no code is impossible.
struct LinearPredictor {
  static let taps = 32
  /// Relative to the mean power of the taps: below what Float samples can show.
  static let ridge = 1e-12
  static let floor = 1e-4

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

  /// Bits of all codes of a clip.
  /// - from: what is predicted from: the decoded codes, or the samples as they were.
  /// - before: the samples ahead of the clip: the level of silence for decoded codes, 0 for samples.
  func bits(_ codes: [UInt16], from signal: [Float], before: Float) -> Double {
    precondition(codes.count == signal.count, "\(codes.count) codes of \(signal.count) samples")
    let x = signal.map(Double.init)
    let before = Double(before)
    var bits = 0.0
    var start = 0
    while start < codes.count {
      var end = min(start + sampleRate, codes.count)
      if codes.count - end < 128 { end = codes.count }
      let predictions = LinearPredictor.predictions(x, start..<end, before: before)
      bits += least(Array(codes[start..<end]), predictions).bits
      start = end
    }
    return bits
  }

  /// Bits of the last `count` codes under a predictor that is fitted to all: to an excerpt and what was in front of it.
  func bits(ofLast count: Int, _ codes: [UInt16], from signal: [Float], before: Float) -> Double {
    precondition(codes.count == signal.count, "\(codes.count) codes of \(signal.count) samples")
    precondition(count <= codes.count, "the last \(count) of \(codes.count)")
    let predictions = LinearPredictor.predictions(
      signal.map(Double.init), 0..<codes.count, before: Double(before))
    let scale = least(codes, predictions).scale
    return bits(Array(codes.suffix(count)), Array(predictions.suffix(count)), scale: scale, every: 1)
  }

  /// Of the samples of a frame, each from those before it, by the weights that fit the frame.
  private static func predictions(_ x: [Double], _ frame: Range<Int>, before: Double) -> [Double] {
    let weights = fit(x, frame, before: before)
    return frame.map { n in
      var sum = 0.0
      for k in 1...taps { sum += weights[k - 1] * (n < k ? before : x[n - k]) }
      return sum
    }
  }

  /// Weights of the last 32 samples, newest first, that predict x over `frame` with the least squared error.
  static func fit(_ x: [Double], _ frame: Range<Int>, before: Double) -> [Double] {
    func at(_ n: Int) -> Double { n < 0 ? before : x[n] }
    // c[i][j] = sum over the frame of x[n - i] x[n - j]; the first row by summing, the others along the diagonals.
    let size = taps + 1
    var c = [Double](repeating: 0, count: size * size)
    for j in 0..<size {
      var sum = 0.0
      for n in frame { sum += x[n] * at(n - j) }
      c[j] = sum
    }
    for i in 1..<size {
      for j in i..<size {
        c[i * size + j] =
          c[(i - 1) * size + j - 1] + at(frame.lowerBound - i) * at(frame.lowerBound - j)
          - at(frame.upperBound - i) * at(frame.upperBound - j)
      }
    }
    var power = 0.0
    for i in 1..<size { power += c[i * size + i] }
    if power <= 0 { return Array(repeating: 0, count: taps) }
    let small = ridge * power / Double(taps)
    var matrix = [Double](repeating: 0, count: taps * taps)
    for i in 0..<taps {
      for j in 0..<taps { matrix[i * taps + j] = c[(min(i, j) + 1) * size + max(i, j) + 1] }
      matrix[i * taps + i] += small
    }
    return solve(matrix, (1...taps).map { c[$0] }, lift: small)
  }

  /// Solves a symmetric positive semi-definite system by Cholesky decomposition; pivots below `lift` are raised to it.
  static func solve(_ matrix: [Double], _ right: [Double], lift: Double) -> [Double] {
    let n = right.count
    var l = matrix
    for i in 0..<n {
      for j in 0...i {
        var sum = l[i * n + j]
        for k in 0..<j { sum -= l[i * n + k] * l[j * n + k] }
        l[i * n + j] = i == j ? max(sum, lift).squareRoot() : sum / l[j * n + j]
      }
    }
    var y = right
    for i in 0..<n {
      for k in 0..<i { y[i] -= l[i * n + k] * y[k] }
      y[i] /= l[i * n + i]
    }
    for i in (0..<n).reversed() {
      for k in (i + 1)..<max(n, i + 1) { y[i] -= l[k * n + i] * y[k] }
      y[i] /= l[i * n + i]
    }
    return y
  }

  /// The best scale and the bits of the codes with it: octaves from 2^-24 to 1 on every eighth sample, then golden sections.
  private func least(_ codes: [UInt16], _ predictions: [Double]) -> (bits: Double, scale: Double) {
    let every = codes.count >= 1024 ? 8 : 1
    let octave = (-24...0).map { ($0, bits(codes, predictions, scale: exp2(Double($0)), every: every)) }
      .min { $0.1 < $1.1 }!.0
    func at(_ log2Scale: Double) -> Double { bits(codes, predictions, scale: exp2(log2Scale), every: 1) }
    let golden = (5.0.squareRoot() - 1) / 2
    var (low, high) = (Double(octave) - 1, Double(octave) + 1)
    var (a, b) = (high - golden * (high - low), low + golden * (high - low))
    var (atA, atB) = (at(a), at(b))
    while high - low > 0.02 {
      if atA < atB {
        (high, b, atB) = (b, a, atA)
        a = high - golden * (high - low)
        atA = at(a)
      } else {
        (low, a, atA) = (a, b, atB)
        b = low + golden * (high - low)
        atB = at(b)
      }
    }
    return atA <= atB ? (atA, exp2(a)) : (atB, exp2(b))
  }

  /// Bits of every n-th code, given predictions and scale.
  func bits(_ codes: [UInt16], _ predictions: [Double], scale: Double, every: Int) -> Double {
    var bits = 0.0
    for n in stride(from: 0, to: codes.count, by: every) {
      let code = Int(codes[n])
      let lower = (borders[code] - predictions[n]) / scale
      let upper = (borders[code + 1] - predictions[n]) / scale
      // On the side where the logistic function is small, so that the difference keeps its digits.
      let p =
        lower > 0
        ? 1 / (1 + exp(lower)) - 1 / (1 + exp(upper)) : 1 / (1 + exp(-upper)) - 1 / (1 + exp(-lower))
      bits -= log2((1 - LinearPredictor.floor) * p + LinearPredictor.floor / Double(levels))
    }
    return bits
  }
}
