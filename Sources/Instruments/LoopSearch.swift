// A part of a held note that can be played over and over without a seam: its end goes on as its beginning does, so that it is a whole
// number of periods long, and 10 ms around the seam are made alike. Tests: LoopTests, which play it ten times.
import Glibc
package import Signal

/// A part to be repeated.
package struct SampleLoop: Hashable, Sendable {
  /// Samples; what follows the last is the first.
  package let range: Range<Int>
  /// What differs between the sound around its two ends, in dB of that sound.
  package let mismatch: Double

  /// The sound with the loop's end made like its beginning: 10 ms in front of the end turn into what is in front of the beginning,
  /// and behind the end, where a released note goes on, from what is behind the beginning back into itself.
  package func baked(into clip: Clip) -> Clip {
    let x = clip.samples
    var baked = clip
    let fade = Int((LoopSearch.fade * Double(clip.sampleRate)).rounded())
    let (start, end) = (range.lowerBound, range.upperBound)
    precondition(start >= fade && end + fade <= x.count, "a loop of \(range) in \(x.count) samples")
    for i in 0..<fade {
      let t = (Double(i) + 0.5) / Double(fade)
      // Equal in sum, since both sides are nearly the same wave.
      let part = Float(t * t * (3 - 2 * t))
      baked.samples[end - fade + i] = x[end - fade + i] + part * (x[start - fade + i] - x[end - fade + i])
      baked.samples[end + i] = x[start + i] + part * (x[end + i] - x[start + i])
    }
    return baked
  }
}

/// A namespace.
package enum LoopSearch {
  /// Seconds: a shorter loop sounds like a machine; what is compared around the two ends; what is made alike.
  package static let shortest = 0.5
  static let window = 0.03
  package static let fade = 0.01
  /// Seconds from the end of the held part in which a loop ends: a released note is to come to its end soon.
  static let ending = 0.2
  /// Ends that are tried there.
  static let ends = 24
  /// A mismatch above this would be heard, in dB.
  package static let limit = -16.0

  /// The best loop, of about equally good ones the longest; nil if none is good enough.
  /// - held: samples in which the note is steady
  package static func best(in clip: Clip, held: Range<Int>) -> SampleLoop? {
    let rate = Double(clip.sampleRate)
    let reach = Int((window / 2 * rate).rounded())
    let held = held.clamped(to: reach..<max(reach, clip.samples.count - reach))
    let least = Int((min(shortest, Double(held.count) / rate / 2) * rate).rounded())
    let room = min(Int((ending * rate).rounded()), held.count / 4)
    if least < 4 * reach || room < 1 { return nil }
    let search = Matching(clip.samples[held.lowerBound - reach..<held.upperBound + reach], reach: reach)
    var found: [(start: Int, end: Int, part: Double)] = []
    for i in 0..<ends {
      // Places count from the beginning of the held part.
      let end = held.count - room + i * room / ends
      let parts = search.mismatches(at: end, upTo: end - least)
      guard let best = parts.min() else { continue }
      // Whole periods further down fit nearly as well, and are longer.
      let start = parts.firstIndex { $0 <= 1.25 * best + 1e-6 }!
      found.append((start, end, parts[start]))
    }
    guard let best = found.min(by: { $0.part < $1.part }) else { return nil }
    let mismatch = decibels(power: max(best.part, 1e-12))
    if !(mismatch <= limit) { return nil }
    return SampleLoop(
      range: held.lowerBound + best.start..<held.lowerBound + best.end, mismatch: mismatch)
  }

  /// The sound around one place beside that around others, by one transform for all.
  private struct Matching {
    private let x: [Double]
    private let reach: Int
    private let fft: FFT
    private let re, im: [Double]
    /// Sums of squares before each sample.
    private let sums: [Double]

    /// - samples: with `reach` of them on both sides of all places
    init(_ samples: ArraySlice<Float>, reach: Int) {
      x = samples.map(Double.init)
      self.reach = reach
      fft = FFT(size: FFT.size(atLeast: x.count))
      var re = x + [Double](repeating: 0, count: fft.size - x.count)
      var im = [Double](repeating: 0, count: fft.size)
      fft.transform(re: &re, im: &im)
      (self.re, self.im) = (re, im)
      sums = x.reduce(into: [0]) { $0.append($0.last! + $1 * $1) }
    }

    private func energy(_ place: Int) -> Double { sums[place + 2 * reach] - sums[place] }

    /// Of the sound around `place` and that around each place below `last`: the square of the difference by the mean of both squares.
    func mismatches(at place: Int, upTo last: Int) -> [Double] {
      if last <= 0 { return [] }
      var re = Array(x[place..<place + 2 * reach])
      re += [Double](repeating: 0, count: fft.size - re.count)
      var im = [Double](repeating: 0, count: fft.size)
      fft.transform(re: &re, im: &im)
      // Correlation: the sound's spectrum by the conjugate of the template's, and back. The transform of the conjugate's conjugate is
      // `size` times the inverse; of real sums the real part is all.
      for k in 0..<fft.size {
        let (a, b, c, d) = (self.re[k], self.im[k], re[k], im[k])
        (re[k], im[k]) = (a * c + b * d, -(b * c - a * d))
      }
      fft.transform(re: &re, im: &im)
      let own = energy(place)
      return (0..<last).map { other in
        let theirs = energy(other)
        let mean = (own + theirs) / 2
        return mean > 0 ? max(0, (own + theirs - 2 * re[other] / Double(fft.size)) / mean) : 2
      }
    }
  }
}
