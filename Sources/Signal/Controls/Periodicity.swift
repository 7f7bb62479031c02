// How periodic a piece of sound is at each lag: the normalised square difference function (McLeod & Wyvill 2005, section 4).
// 1 where the piece repeats exactly after that lag, about 0 for noise. Which lag is the pitch: PitchTracker.swift. Slow twin:
// the sums written out in Tests/SignalTests/Controls/PitchTests.swift.

/// Periodicity of windows of one length, by fast correlation. `n(lag) = 2 sum x[j] x[j + lag] / sum (x[j]^2 + x[j + lag]^2)`
/// over all j for which both are in the window; the pairs lie symmetrically around the window's middle at every lag.
struct Periodicity {
  /// Samples of the window.
  let length: Int
  /// Greatest lag, in samples; less than `length`.
  let longest: Int
  private let fft: FFT

  init(length: Int, longest: Int) {
    precondition(longest >= 1 && longest < length, "lags up to \(longest) in \(length) samples")
    self.length = length
    self.longest = longest
    fft = FFT(size: FFT.size(atLeast: length + longest))
  }

  /// Values at lags 0 ... `longest`, and the window's mean square. All zero for digital silence.
  /// - samples: `length` of them
  func callAsFunction(_ samples: [Double]) -> (values: [Double], meanSquare: Double) {
    precondition(samples.count == length, "\(samples.count) samples for a window of \(length)")
    let power = fft.power(samples)
    // The power spectrum is real and even: its transform is the correlation.
    var re = power + power.dropFirst().dropLast().reversed()
    var im = [Double](repeating: 0, count: fft.size)
    fft.transform(re: &re, im: &im)
    var energy = samples.reduce(0) { $0 + $1 * $1 }
    let meanSquare = energy / Double(length)
    energy *= 2
    var values = [Double](repeating: 0, count: longest + 1)
    // What the correlation cannot tell from rounding is silence.
    let least = 1e-12 * energy
    for lag in 0...longest {
      if lag > 0 {
        let (first, last) = (samples[lag - 1], samples[length - lag])
        energy -= first * first + last * last
      }
      if energy > least { values[lag] = 2 * re[lag] / Double(fft.size) / energy }
    }
    return (values, meanSquare)
  }
}
