// What mu-law is for: how far a quiet and a loud sine stand above the noise of their own rounding, with mu-law and with as
// many even steps. `synth lab mu-law` prints it. Coding itself: MuLaw.
import Glibc

/// Two ways to write a sample with few levels.
package enum Companding: Hashable, Sendable {
  case muLaw(MuLaw)
  /// As many levels, evenly from -1 to 1.
  case even(levels: Int)

  /// The code of a sample, and the level that it stands for.
  package func rounded(_ x: Float) -> (code: Int, level: Float) {
    switch self {
    case .muLaw(let law):
      let code = law.encode(x)
      return (Int(code), law.decode(code))
    case .even(let levels):
      let top = Float(levels - 1)
      let code = ((min(max(x, -1), 1) + 1) / 2 * top).rounded()
      return (Int(code), 2 * code / top - 1)
    }
  }

  /// Power of a sine over the power of its rounding error, in dB. The sine's phases are spread evenly.
  /// - amplitude: more than 0, at most 1
  package func signalToNoise(amplitude: Double) -> Double {
    let count = 1 << 14
    var (signal, noise) = (0.0, 0.0)
    for n in 0..<count {
      let x = Float(amplitude * sin(2 * .pi * (Double(n) + 0.5) / Double(count)))
      let error = Double(rounded(x).level) - Double(x)
      signal += Double(x) * Double(x)
      noise += error * error
    }
    return decibels(power: signal / noise)
  }
}
