// Values between samples of a band-limited sequence, for peaks whose place matters to a hundredth of a sample.
import Glibc

/// Interpolation by a sinc under a Hann window of 8 samples to each side. A namespace.
enum Interpolation {
  private static let reach = 8
  /// Of pi k / reach, k = 1 - reach ... reach: by the sum of angles the window takes one cosine and one sine of a place, not one for each sample.
  private static let turns = ((1 - reach)...reach).map { .pi * Double($0) / Double(reach) }
  private static let cosines = turns.map { cos($0) }
  private static let sines = turns.map { sin($0) }

  /// The value at `place`; samples beyond the ends count as those mirrored at them.
  static func value(_ x: [Double], at place: Double) -> Double {
    let base = Int(place.rounded(.down))
    let part = place - Double(base)
    if part == 0 { return x[min(max(base, 0), x.count - 1)] }
    var (sum, weights) = (0.0, 0.0)
    let sine = sin(.pi * part) / .pi
    let (c, s) = (cos(.pi * part / Double(reach)), sin(.pi * part / Double(reach)))
    for offset in (1 - reach)...reach {
      let distance = part - Double(offset)
      let sinc = (offset & 1 == 0 ? sine : -sine) / distance
      let turn = offset + reach - 1
      let weight = sinc * (0.5 + 0.5 * (c * cosines[turn] + s * sines[turn]))
      sum += weight * x[mirrored(base + offset, x.count)]
      weights += weight
    }
    return sum / weights
  }

  /// The peak beside `index`, which is at least as high as its neighbours: by a parabola through samples, then by one through
  /// interpolated values around it.
  static func peak(_ x: [Double], near index: Int) -> (place: Double, value: Double) {
    var place = Double(index) + vertex(x[index - 1], x[index], x[index + 1])
    var step = 0.25
    for _ in 0..<2 {
      let (a, b, c) = (value(x, at: place - step), value(x, at: place), value(x, at: place + step))
      place += step * vertex(a, b, c)
      step /= 4
    }
    return (place, value(x, at: place))
  }

  /// Where the parabola through (-1, a), (0, b), (1, c) has its highest point; within one step.
  private static func vertex(_ a: Double, _ b: Double, _ c: Double) -> Double {
    let bend = a - 2 * b + c
    return bend < 0 ? min(1, max(-1, 0.5 * (a - c) / bend)) : 0
  }

  private static func mirrored(_ index: Int, _ count: Int) -> Int {
    let folded = abs(index)
    return folded < count ? folded : max(0, 2 * (count - 1) - folded)
  }
}
