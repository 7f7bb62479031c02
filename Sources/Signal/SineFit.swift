// The linear algebra under the partial analysis: sines of given frequencies fitted to samples, and the Gauss-Newton
// step that improves the frequencies. Known answers: Tests/SignalTests/PartialTests.swift.

import Glibc

/// Sines of given frequencies fitted to samples: sum of a cos(omega t) + b sin(omega t), t from the middle.
struct SineFit {
  let omegas: [Double]
  private(set) var a: [Double]
  private(set) var b: [Double]
  /// Sum of squares of the fitted sines.
  private(set) var signal = 0.0
  /// Sum of squares of what remains.
  private(set) var residual = 0.0
  private let middle: Double

  init(_ samples: ArraySlice<Double>, omegas: [Double]) {
    self.omegas = omegas
    middle = Double(samples.count - 1) / 2
    let p = omegas.count
    var system = NormalEquations(unknowns: 2 * p)
    var row = [Double](repeating: 0, count: 2 * p)
    var waves = Oscillators(omegas, middle: middle)
    for x in samples {
      for k in 0..<p {
        row[2 * k] = waves.cosine[k]
        row[2 * k + 1] = waves.sine[k]
      }
      system.add(row, x)
      waves.advance()
    }
    let solution = system.solve()
    a = (0..<p).map { solution[2 * $0] }
    b = (0..<p).map { solution[2 * $0 + 1] }
    waves = Oscillators(omegas, middle: middle)
    for x in samples {
      var y = 0.0
      for k in 0..<p { y += a[k] * waves.cosine[k] + b[k] * waves.sine[k] }
      signal += y * y
      residual += (x - y) * (x - y)
      waves.advance()
    }
  }

  /// The change of each omega that one Gauss-Newton step asks for, with amplitudes and phases free to follow.
  func frequencyStep(_ samples: [Double]) -> [Double] {
    let p = omegas.count
    var system = NormalEquations(unknowns: 3 * p)
    var row = [Double](repeating: 0, count: 3 * p)
    let unit = 2 / Double(samples.count)  // t in -1 ... 1, for the sake of conditioning
    var waves = Oscillators(omegas, middle: middle)
    for n in samples.indices {
      let t = (Double(n) - middle) * unit
      var y = 0.0
      for k in 0..<p {
        let (c, s) = (waves.cosine[k], waves.sine[k])
        y += a[k] * c + b[k] * s
        row[3 * k] = c
        row[3 * k + 1] = s
        row[3 * k + 2] = t * (b[k] * c - a[k] * s)
      }
      system.add(row, samples[n] - y)
      waves.advance()
    }
    let solution = system.solve()
    return (0..<p).map { solution[3 * $0 + 2] * unit }
  }

  /// As amplitudes, with the phase at the first sample.
  func partials(sampleRate: Int) -> [SinePartial] {
    omegas.indices.map { k in
      let phase = atan2(-b[k], a[k]) - omegas[k] * middle
      return SinePartial(
        frequency: omegas[k] * Double(sampleRate) / (2 * .pi),
        amplitude: (a[k] * a[k] + b[k] * b[k]).squareRoot(),
        phase: remainder(phase, 2 * .pi))
    }
  }
}

/// cos and sin of omega t for t = -middle, 1 - middle, ...: turned from sample to sample, set anew every 256.
private struct Oscillators {
  private(set) var cosine: [Double]
  private(set) var sine: [Double]
  private let turn: [(cosine: Double, sine: Double)]
  private let omegas: [Double]
  private let middle: Double
  private var position = 0

  init(_ omegas: [Double], middle: Double) {
    self.omegas = omegas
    self.middle = middle
    turn = omegas.map { (cos($0), sin($0)) }
    cosine = omegas.map { cos($0 * -middle) }
    sine = omegas.map { sin($0 * -middle) }
  }

  mutating func advance() {
    position += 1
    if position & 255 == 0 {
      for k in omegas.indices {
        let phase = omegas[k] * (Double(position) - middle)
        (cosine[k], sine[k]) = (cos(phase), sin(phase))
      }
    } else {
      for k in omegas.indices {
        let (c, s) = (cosine[k], sine[k])
        cosine[k] = c * turn[k].cosine - s * turn[k].sine
        sine[k] = s * turn[k].cosine + c * turn[k].sine
      }
    }
  }
}

/// Least squares by the normal equations and Cholesky. An unknown that the others already explain gets 0.
struct NormalEquations {
  let unknowns: Int
  private var matrix: [Double]  // [unknowns, unknowns], lower triangle
  private var right: [Double]

  init(unknowns: Int) {
    self.unknowns = unknowns
    matrix = [Double](repeating: 0, count: unknowns * unknowns)
    right = [Double](repeating: 0, count: unknowns)
  }

  /// One equation: sum of row[i] * unknown[i] = target.
  mutating func add(_ row: [Double], _ target: Double) {
    for i in 0..<unknowns {
      for j in 0...i { matrix[i * unknowns + j] += row[i] * row[j] }
      right[i] += row[i] * target
    }
  }

  func solve() -> [Double] {
    var l = matrix
    var x = right
    let n = unknowns
    var isFree = [Bool](repeating: true, count: n)
    for i in 0..<n {
      for j in 0...i {
        var sum = matrix[i * n + j]
        for k in 0..<j where isFree[k] { sum -= l[i * n + k] * l[j * n + k] }
        if i != j {
          l[i * n + j] = isFree[j] ? sum / l[j * n + j] : 0
        } else if sum > 1e-11 * matrix[i * n + i] {
          l[i * n + i] = sum.squareRoot()
        } else {
          isFree[i] = false
        }
      }
    }
    for i in 0..<n {
      for k in 0..<i where isFree[k] { x[i] -= l[i * n + k] * x[k] }
      x[i] = isFree[i] ? x[i] / l[i * n + i] : 0
    }
    for i in (0..<n).reversed() {
      for k in i + 1..<max(i + 1, n) where isFree[k] { x[i] -= l[k * n + i] * x[k] }
      x[i] = isFree[i] ? x[i] / l[i * n + i] : 0
    }
    return x
  }
}
