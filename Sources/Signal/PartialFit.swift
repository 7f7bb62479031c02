// Least squares with sines: how much of a clip is partials and how much is everything else. Either over the whole clip
// (frequencies, amplitudes, phases: any wandering counts as "else"), or in frames with the frequencies held and
// amplitude and phase free (slow decays and beats count as partials, noise and clicks do not).

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How partials fit a clip. Powers are means of squares.
package struct PartialFit: Hashable, Sendable {
  /// The partials, fitted; empty for a framed fit.
  package var partials: [Partial] = []
  /// Mean square of the fitted sum.
  package var signalPower = 0.0
  /// Mean square of the clip minus the fitted sum.
  package var residualPower = 0.0
  /// SNR in dB of each frame, for a framed fit; not a number where a frame is all zeros.
  package var frames: [Double] = []
  /// Partials against everything else, in dB: minus infinity without partials, infinity for a perfect fit.
  package var snr: Double { signalPower > 0 ? decibels(power: signalPower / residualPower) : -.infinity }
}

extension PartialAnalysis {
  /// Amplitudes and phases of sines of known frequencies over the whole clip.
  package static func fit(_ clip: Clip, partials: [Partial]) -> PartialFit {
    let samples = clip.samples.map { Double($0) }
    let omegas = partials.map { 2 * .pi * $0.frequency / Double(clip.sampleRate) }
    let linear = SineFit(samples[...], omegas: omegas)
    var result = PartialFit()
    result.partials = linear.partials(sampleRate: clip.sampleRate)
    result.signalPower = linear.signal / Double(max(1, samples.count))
    result.residualPower = linear.residual / Double(max(1, samples.count))
    return result
  }

  /// Partials against everything else over the whole clip, in dB.
  package static func snr(_ clip: Clip, partials: [Partial]) -> Double { fit(clip, partials: partials).snr }

  /// The same in frames: frequencies held, amplitude and phase free in each. A last frame of less than half is left out.
  package static func fitFrames(_ clip: Clip, partials: [Partial], frame seconds: Double = 0.1) -> PartialFit
  {
    let length = max(1, Int((seconds * Double(clip.sampleRate)).rounded()))
    let samples = clip.samples.map { Double($0) }
    let omegas = partials.map { 2 * .pi * $0.frequency / Double(clip.sampleRate) }
    var result = PartialFit()
    var used = 0
    for start in stride(from: 0, to: samples.count, by: length) {
      let frame = samples[start..<min(start + length, samples.count)]
      if frame.count * 2 < length { break }
      let linear = SineFit(frame, omegas: omegas)
      result.signalPower += linear.signal
      result.residualPower += linear.residual
      result.frames.append(decibels(power: linear.signal / linear.residual))
      used += frame.count
    }
    result.signalPower /= Double(max(1, used))
    result.residualPower /= Double(max(1, used))
    return result
  }

  /// Partials against everything else in frames, in dB.
  package static func framedSNR(_ clip: Clip, partials: [Partial], frame seconds: Double = 0.1) -> Double {
    fitFrames(clip, partials: partials, frame: seconds).snr
  }

  /// Gauss-Newton: frequencies, amplitudes and phases together, over the whole clip, from frequencies that are right to
  /// a fraction of 1 / length. A frequency moves by 2 / length at most; steps that make it worse are halved.
  static func refine(_ clip: Clip, frequencies: [Double]) -> [Partial] {
    guard !frequencies.isEmpty else { return [] }
    let samples = clip.samples.map { Double($0) }
    let start = frequencies.map { 2 * .pi * $0 / Double(clip.sampleRate) }
    let reach = 4 * .pi / Double(samples.count)
    var omegas = start
    var best = SineFit(samples[...], omegas: omegas)
    var scale = 1.0
    for _ in 0..<15 {
      let step = best.frequencyStep(samples).map { max(-reach / 4, min(reach / 4, $0)) * scale }
      let trial = zip(omegas, zip(start, step)).map { max($1.0 - reach, min($1.0 + reach, $0 + $1.1)) }
      let fitted = SineFit(samples[...], omegas: trial)
      let moved = zip(trial, omegas).map { abs($0 - $1) }.max()!
      if fitted.residual >= best.residual {
        scale /= 2
        if scale < 0.1 || moved < reach * 1e-4 { break }
        continue
      }
      (omegas, best) = (trial, fitted)
      if moved < reach * 1e-6 { break }
    }
    return best.partials(sampleRate: clip.sampleRate)
  }
}

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
  func partials(sampleRate: Int) -> [Partial] {
    omegas.indices.map { k in
      let phase = atan2(-b[k], a[k]) - omegas[k] * middle
      return Partial(
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
