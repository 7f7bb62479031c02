// Gaussian noise for inputs and noise floors, from a table of quantiles, and the jitter of input codes: a model that
// has only ever seen clean histories amplifies its own sampling errors, so it is shown slightly wrong ones.
import Glibc
import Signal

/// 4096 equally likely values of a standard normal variable: the quantiles at (i + 0.5) / 4096, scaled to variance 1.
/// Reaches to 3.7 sigma. One Philox block gives eight values (12 of each 16 bits), a few nanoseconds each.
struct GaussianTable: Sendable {
  static let shared = GaussianTable()
  let values: [Float]  // [4096], ascending, odd about the middle

  init() {
    let count = 4096
    var half = [Double](repeating: 0, count: count / 2)
    for i in half.indices {
      // Newton's method on the normal distribution function, from 0 outwards: 0.5 erfc(-x / sqrt 2) = p.
      let p = (Double(count / 2 + i) + 0.5) / Double(count)
      var x = i == 0 ? 0 : half[i - 1]
      for _ in 0..<50 {
        let error = 0.5 * erfc(-x / 2.0.squareRoot()) - p
        let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        let step = error / density
        x -= step
        if abs(step) < 1e-14 { break }
      }
      half[i] = x
    }
    let variance = half.reduce(0) { $0 + $1 * $1 } / Double(half.count)
    let upper = half.map { Float($0 / variance.squareRoot()) }
    values = upper.reversed().map { -$0 } + upper
  }

  /// Calls `body(i, value)` for the i-th position of the range; the value belongs to the position, not to the range.
  @inline(__always)
  func forEach(_ positions: Range<Int>, of philox: Philox, _ body: (Int, Float) -> Void) {
    var words = SIMD4<UInt32>()
    var loaded = -1
    for n in positions {
      if n / 8 != loaded {
        loaded = n / 8
        let (a, b, c, d) = philox.words(at: UInt64(loaded))
        words = [a, b, c, d]
      }
      let word = words[(n % 8) / 2] >> (n % 2 == 0 ? 0 : 16)
      body(n - positions.lowerBound, values[Int(word & 4095)])
    }
  }
}

/// Noise on input codes. The strength sigma is drawn once per clip, uniformly from 0 ... `maximum` codes; each code
/// becomes code + round(sigma * normal), clamped to 0 ..< levels. Targets stay clean, and so does the silence before
/// the clip's first sample and after its last.
enum InputJitter {
  /// - codes: input codes; `sounding` are the indices of them that are samples of the clip.
  /// - firstPosition: position in the clip of `codes[sounding.lowerBound]`, which keys the noise.
  static func apply(
    to codes: inout [UInt16], sounding: Range<Int>, firstPosition: Int, maximum: Double, levels: Int,
    seed: UInt64, split: Split, clip: UInt64
  ) {
    guard maximum > 0, !sounding.isEmpty else { return }
    let philox = ClipRandom.philox(seed: seed, purpose: .jitter, split: split, clip: clip)
    // The strength's own number: an index that no position reaches.
    let sigma = Float(maximum * philox.uniform(at: UInt64.max))
    let positions = firstPosition..<firstPosition + sounding.count
    GaussianTable.shared.forEach(positions, of: philox) { i, value in
      let noisy = Int(codes[sounding.lowerBound + i]) + Int((sigma * value).rounded())
      codes[sounding.lowerBound + i] = UInt16(min(max(noisy, 0), levels - 1))
    }
  }
}
