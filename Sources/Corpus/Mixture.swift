// A clip as a sum of partials plus noise, rendered over any range of samples without what lies before it. Sines come
// from a complex rotation in Double, eight samples a step, set anew from sin and cos at every multiple of 1024 samples;
// since blocks start at absolute positions, a sample has the same bits whatever range it is rendered in. Slow twin: the
// closed form `value(at:)`.
import Glibc
import Signal

/// One sine: a sin(2 pi (cycles n + phase)) times its envelope, n counted from the clip's first sample.
package struct Partial: Hashable, Sendable {
  /// Frequency divided by the sample rate.
  package var cycles: Double
  /// Fraction of a cycle at n = 0.
  package var phase: Double
  package var amplitude: Double
  /// First sample that sounds.
  package var onset = 0
  /// Samples of the raised-cosine rise from the onset on; 0 is a hard start.
  package var attack = 0
  /// 1 / time constant in samples, counted from the onset; 0 sustains.
  package var decay = 0.0

  /// The sample at position n by sin() and exp(), for tests and for looking things up.
  package func value(at n: Int) -> Double {
    guard n >= onset else { return 0 }
    let angle = cycles * Double(n) + phase
    let sine = sin(2 * .pi * (angle - angle.rounded(.down)))
    return amplitude * sine * exp(-decay * Double(n - onset)) * rise(at: n)
  }

  /// The attack's envelope: 0 before the onset, 1 after the attack.
  func rise(at n: Int) -> Double {
    if n >= onset + attack { return n >= onset ? 1 : 0 }
    if n < onset { return 0 }
    return 0.5 - 0.5 * cos(.pi * (Double(n - onset) + 0.5) / Double(attack))
  }
}

/// Partials and a noise floor: an endless clip, every sample of which can be asked for by its position.
package struct Mixture: Hashable, Sendable {
  package var partials: [Partial]
  /// RMS of the Gaussian noise under the partials, full scale 1; 0 is none.
  package var noise = 0.0

  static let lanes = 8
  static let block = 1024
  typealias Lanes = SIMD8<Double>

  /// Samples `range` of the clip, not clamped.
  /// - noiseStream: where the noise comes from; not read if there is none.
  package func render(_ range: Range<Int>, noiseStream: Philox) -> [Float] {
    precondition(range.lowerBound >= 0, "a clip has no sample \(range.lowerBound)")
    var samples = [Float]()
    samples.reserveCapacity(range.count)
    if range.isEmpty { return samples }
    let first = range.lowerBound / Mixture.block
    let last = (range.upperBound - 1) / Mixture.block
    var sum = [Lanes](repeating: .zero, count: Mixture.block / Mixture.lanes)
    for block in first...last {
      let start = block * Mixture.block
      for i in sum.indices { sum[i] = .zero }
      for partial in partials { partial.add(blockAt: start, to: &sum) }
      let wanted = range.clamped(to: start..<start + Mixture.block)
      for n in wanted { samples.append(Float(sum[(n - start) / Mixture.lanes][(n - start) % Mixture.lanes])) }
    }
    if noise > 0 {
      GaussianTable.shared.forEach(range, of: noiseStream) { i, value in samples[i] += Float(noise) * value }
    }
    return samples
  }
}

extension Partial {
  /// Adds samples start ..< start + 1024, eight to an element of `sum`.
  func add(blockAt start: Int, to sum: inout [Mixture.Lanes]) {
    let end = start + Mixture.block
    // Below -180 dB nothing is left to hear or to encode.
    if end <= onset || (start > onset && exp(-decay * Double(start - onset)) < 1e-9) { return }
    var re = Mixture.Lanes()
    var im = Mixture.Lanes()
    for lane in 0..<Mixture.lanes {
      let n = start + lane
      let angle = cycles * Double(n) + phase
      let turn = 2 * Double.pi * (angle - angle.rounded(.down))
      let level = amplitude * exp(-decay * Double(n - onset))
      re[lane] = level * cos(turn)
      im[lane] = level * sin(turn)
    }
    let step = Double(Mixture.lanes)
    let shrink = exp(-decay * step)
    let cr = Mixture.Lanes(repeating: shrink * cos(2 * .pi * cycles * step))
    let ci = Mixture.Lanes(repeating: shrink * sin(2 * .pi * cycles * step))
    let rising = start < onset + attack || start < onset
    for i in sum.indices {
      if rising {
        var envelope = Mixture.Lanes()
        for lane in 0..<Mixture.lanes { envelope[lane] = rise(at: start + i * Mixture.lanes + lane) }
        sum[i] += envelope * im
      } else {
        sum[i] += im
      }
      let next = re * cr - im * ci
      im = re * ci + im * cr
      re = next
    }
  }
}
