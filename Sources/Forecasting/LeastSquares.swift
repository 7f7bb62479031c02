// The linear forecast with the smallest squared error on the training part, exactly: what `linear` walks towards step by
// step. Normal equations of centred columns in Double, solved by Cholesky. Slow twin: the orthogonal columns of
// Tests/ForecastingTests/LeastSquaresTests.swift.
internal import Kernels
package import Layers

/// The solution of one least-squares problem.
package struct LeastSquares: Sendable {
  /// Window to answers: weight [H, W], bias [H].
  package let dense: Dense
  /// What was added to the diagonal, as a fraction of its mean: 0 unless columns of the windows depend on each other.
  package let ridge: Double

  /// Variance of a column that the columns before it leave unexplained, as a fraction of its own, below which it
  /// counts as dependent: windows are float32, whose rounding has a variance of about 1e-15.
  private static let dependent = 1e-12

  /// - horizon: answers, at most the part's targets
  package init(_ part: ForecastData.Part, horizon: Int, threads: Int) throws(LayersError) {
    precondition(part.count > 0 && horizon <= part.targets, "\(part.count) examples, horizon \(horizon)")
    let (w, width) = (part.window, part.window + horizon)
    let means = Self.means(part, width)
    let sums = Self.products(part, horizon, means, threads)
    let gram = (0..<w).map { Array(sums[$0].prefix($0 + 1)) }
    let mean = (0..<w).reduce(0) { $0 + gram[$1][$1] } / Double(w)
    var ridge = 0.0
    var factor = Self.cholesky(gram, adding: 0)
    while factor == nil {
      ridge = ridge == 0 ? Self.dependent : 10 * ridge
      factor = Self.cholesky(gram, adding: ridge * (mean > 0 ? mean : 1))
    }
    var (weight, bias): ([Float], [Float]) = ([], [])
    for h in 0..<horizon {
      let row = Self.solve(factor!, (0..<w).map { sums[$0][$0 + 1 + h] }).map { Float($0) }
      weight += row
      bias.append(Float((0..<w).reduce(means[w + h]) { $0 - Double(row[$1]) * means[$1] }))
    }
    dense = try Dense(
      weight: Tensor(shape: [horizon, w], weight), bias: Tensor(shape: [horizon], bias))
    self.ridge = ridge
  }

  /// Of each place of windows and answers: [width].
  private static func means(_ part: ForecastData.Part, _ width: Int) -> [Double] {
    var sums = [Double](repeating: 0, count: width)
    for start in part.starts {
      for c in 0..<width { sums[c] += Double(part.values[start + c]) }
    }
    return sums.map { $0 / Double(part.count) }
  }

  /// Row r: products of column r with the columns 0...r, then with the answers. [W] of [r + 1 + H]
  private static func products(
    _ part: ForecastData.Part, _ horizon: Int, _ means: [Double], _ threads: Int
  ) -> [[Double]] {
    let (w, block) = (part.window, 16)
    let blocks = Parallel.map(jobs: (w + block - 1) / block, threads: threads) { job, _ -> [[Double]] in
      let rows = job * block..<min((job + 1) * block, w)
      let known = rows.upperBound
      let width = known + horizon
      var sums = [Double](repeating: 0, count: rows.count * width)
      var values = [Double](repeating: 0, count: width)
      for start in part.starts {
        for c in 0..<known { values[c] = Double(part.values[start + c]) - means[c] }
        for h in 0..<horizon { values[known + h] = Double(part.values[start + w + h]) - means[w + h] }
        for i in 0..<rows.count {
          let x = values[rows.lowerBound + i]
          for c in 0..<width { sums[i * width + c] += x * values[c] }
        }
      }
      return rows.enumerated().map { i, r in
        Array(sums[i * width...i * width + r]) + sums[i * width + known..<(i + 1) * width]
      }
    }
    return blocks.flatMap { $0 }
  }

  /// The lower triangle L with L L^T = gram + ridge, row by row; nil if a column depends on those before it.
  private static func cholesky(_ gram: [[Double]], adding ridge: Double) -> [[Double]]? {
    var l = gram
    for r in l.indices {
      for c in 0...r {
        var sum = gram[r][c] + (r == c ? ridge : 0)
        for k in 0..<c { sum -= l[r][k] * l[c][k] }
        if r == c {
          if !(sum > dependent * gram[r][r]) { return nil }
          l[r][c] = sum.squareRoot()
        } else {
          l[r][c] = sum / l[c][c]
        }
      }
    }
    return l
  }

  /// x of L L^T x = right.
  private static func solve(_ l: [[Double]], _ right: [Double]) -> [Double] {
    var x = right
    for r in l.indices {
      for k in 0..<r { x[r] -= l[r][k] * x[k] }
      x[r] /= l[r][r]
    }
    for r in l.indices.reversed() {
      for k in r + 1..<l.count { x[r] -= l[k][r] * x[k] }
      x[r] /= l[r][r]
    }
    return x
  }
}
