// The weights of the last samples that predicted the samples of a window with the least squared error, a window that forgets
// evenly. What is made of them: LinearPredictor.swift. Slow twin: Tests/EvaluationTests/RunningLeastSquaresTests.swift.

/// sum over n of d^(t-n) (x[n] - sum(w[k] x[n - k]))^2 is smallest, d = 1 - 1 / window, t the newest sample; weights are found
/// again every sixteenth of a window, after 16 samples at the least and 256 at the most. A window is 4 times the taps at the least.
struct RunningLeastSquares {
  /// Relative to the mean power of the taps: below what Float samples can show.
  static let ridge = 1e-12

  private let taps: Int
  private let decay: Double
  private let interval: Int
  /// Row r % (taps + 1), of the newest taps + 1 samples m: sum over n <= m of d^(m-n) x[n] x[n - k], k = 0 ... taps. An element of
  /// the normal equations' matrix is one of them: that of x[n - i] and x[n - j] is x[n] and x[n - (j - i)], i samples ago.
  private var products: [Double]
  private var newest = 0
  private var learnt = 0
  /// Of the sample before, of the one before that, ...; to begin with, of the sample before alone.
  private(set) var weights: [Double]

  /// - Parameters:
  ///   - window: samples
  ///   - before: what all samples ahead of the first were
  init(taps: Int, window: Double, before: Double) {
    self.taps = taps
    decay = 1 - 1 / max(Double(4 * taps), window)
    interval = max(16, min(256, Int(window / 16)))
    products = Array(repeating: before * before / (1 - decay), count: (taps + 1) * (taps + 1))
    weights = [1] + Array(repeating: 0, count: taps - 1)
  }

  /// - past: the samples before, newest first: [taps]
  func prediction(from past: [Double]) -> Double {
    var sum = 0.0
    for k in 0..<taps { sum += weights[k] * past[k] }
    return sum
  }

  mutating func learn(_ sample: Double, _ past: [Double]) {
    let last = newest * (taps + 1)
    newest = newest == taps ? 0 : newest + 1
    let row = newest * (taps + 1)
    products[row] = decay * products[last] + sample * sample
    for k in 0..<taps { products[row + k + 1] = decay * products[last + k + 1] + sample * past[k] }
    learnt += 1
    if learnt % interval == 0 { fit() }
  }

  private mutating func fit() {
    let size = taps + 1
    func at(_ ago: Int, _ lag: Int) -> Double { products[(newest + size - ago) % size * size + lag] }
    var power = 0.0
    for i in 1...taps { power += at(i, 0) }
    if power <= 0 { return }
    let small = RunningLeastSquares.ridge * power / Double(taps)
    var matrix = [Double](repeating: 0, count: taps * taps)  // the lower half
    for i in 1...taps {
      for j in 1...i { matrix[(i - 1) * taps + j - 1] = at(j, i - j) + (i == j ? small : 0) }
    }
    weights = RunningLeastSquares.solve(matrix, (1...taps).map { at(0, $0) }, lift: small)
  }

  /// Solves a symmetric positive semi-definite system by Cholesky decomposition of the matrix's lower half; pivots below
  /// `lift` are raised to it.
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
}
