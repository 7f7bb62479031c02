// Before anybody listens: versions of an item that are one and the same sound, and versions that are shifted against each
// other. All sounds of a trial run in step, so a shift jumps at every switch and tells them apart by itself.
internal import Glibc
internal import Signal

enum Likeness {
  /// Smallest shift that is named, in seconds: a filter's or a codec's delay, not a phase.
  static let leastShift = 0.001

  /// Differences below this are what rounding to float32 leaves: there is none. In dB.
  static let nothing = -120.0
  /// The same for rounding to 24 bits, however soft the sound is: the power of one step.
  private static let step = 0x1p-46
  /// Differences below this are named.
  static let hardlyAnything = -60.0

  /// Power of the difference of two sounds over all channels, against their mean power, in dB.
  static func difference(_ a: ChannelClip, _ b: ChannelClip) -> Double {
    precondition(
      a.frames == b.frames && a.channels.count == b.channels.count,
      "\(a.channels.count) x \(a.frames) and \(b.channels.count) x \(b.frames) samples")
    var (difference, power) = (0.0, 0.0)
    for (x, y) in zip(a.channels.joined(), b.channels.joined()) {
      let (x, y) = (Double(x), Double(y))
      difference += (x - y) * (x - y)
      power += x * x + y * y
    }
    let count = Double(a.frames * a.channels.count)
    return difference <= count * step ? -.infinity : 10 * log10(2 * difference / power)
  }

  /// How much later `b` is than `a`, in frames; nil if they are in step, or too unlike to tell. By cross-correlation,
  /// first of both at about 8 kHz, then around the best place of that at full rate. Of two channels their sum or their
  /// difference decides, whichever `a` has more of, since one of them may cancel.
  static func shift(_ a: ChannelClip, _ b: ChannelClip) -> Int? {
    let sign = sideIsStronger(a) ? -1.0 : 1
    return shift(folded(a, sign), folded(b, sign), sampleRate: a.sampleRate)
  }

  /// The same to the sample, for bringing the two into step: shifts that are too small to be named, too, where the sounds
  /// are alike enough; 0 if they are in step, or too unlike to tell.
  static func lag(_ a: ChannelClip, _ b: ChannelClip) -> Int {
    if let lag = shift(a, b) { return lag }
    let sign = sideIsStronger(a) ? -1.0 : 1
    let fine = Correlation(folded(a, sign), folded(b, sign))
    let reach = Int(leastShift * Double(a.sampleRate))
    if min(fine.a.count, fine.b.count) < 2 * reach { return 0 }
    // From the middle outwards, so that of equal places the nearest is taken.
    let lags = (-reach...reach).sorted { abs($0) < abs($1) }.map { (lag: $0, likeness: fine.at($0)) }
    let best = lags.max { $0.likeness + 1e-9 < $1.likeness }!
    return best.likeness > 0.9 ? best.lag : 0
  }

  private static func folded(_ sound: ChannelClip, _ sign: Double) -> [Double] {
    if sound.channels.count == 1 { return sound.channels[0].map(Double.init) }
    return zip(sound.channels[0], sound.channels[1]).map { (Double($0) + sign * Double($1)) / 2 }
  }

  private static func sideIsStronger(_ sound: ChannelClip) -> Bool {
    if sound.channels.count == 1 { return false }
    return zip(sound.channels[0], sound.channels[1]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } < 0
  }

  private static func shift(_ a: [Double], _ b: [Double], sampleRate: Int) -> Int? {
    let fine = Correlation(a, b)
    if let lag = lead(fine, sampleRate) { return lag }
    let step = max(1, sampleRate / 8000)
    let coarse = Correlation(thinned(a, step), thinned(b, step))
    let reach = min(coarse.a.count, coarse.b.count) / 2
    if reach < 8 { return nil }
    let all = coarse.all(reach: reach)  // lags -reach...reach
    guard let best = all.max(), best > 0.7, abs(all[reach]) < 0.95 * best else { return nil }
    // A steady tone matches itself period by period, and says nothing about where it begins.
    let places = (-reach...reach).filter { all[$0 + reach] > best - 0.05 }
    if Double((places.last! - places[0]) * step) > 0.004 * Double(sampleRate) { return nil }
    let place = places.max { all[$0 + reach] < all[$1 + reach] }!
    let lag = (place * step - step...place * step + step).max { fine.at($0) < fine.at($1) }!
    return Double(abs(lag)) < leastShift * Double(sampleRate) ? nil : lag
  }

  /// Silence in front of an exact copy, in samples: also where a whole number of a tone's periods makes the two alike as
  /// they are.
  private static func lead(_ fine: Correlation, _ sampleRate: Int) -> Int? {
    let lead = onset(fine.b) - onset(fine.a)
    if Double(abs(lead)) < leastShift * Double(sampleRate) { return nil }
    let lag = (lead - 2...lead + 2).max { fine.at($0) < fine.at($1) }!
    return fine.at(lag) > 0.999 && fine.at(lag) > abs(fine.at(0)) + 0.001 ? lag : nil
  }

  /// Means of `step` samples.
  private static func thinned(_ samples: [Double], _ step: Int) -> [Double] {
    (0..<samples.count / step).map { n in
      samples[n * step..<(n + 1) * step].reduce(0, +) / Double(step)
    }
  }

  /// The first sample within 20 dB of the loudest.
  private static func onset(_ samples: [Double]) -> Int {
    let peak = samples.map(abs).max() ?? 0
    return samples.firstIndex { abs($0) >= 0.1 * peak } ?? 0
  }
}

/// Normalised cross-correlation of two sounds over the part where they overlap.
private struct Correlation {
  let a, b: [Double]
  /// Sums of squares before each sample. `[count + 1]`
  private let powerA, powerB: [Double]

  init(_ a: [Double], _ b: [Double]) {
    (self.a, self.b) = (a, b)
    func sums(_ samples: [Double]) -> [Double] {
      var sums = [0.0]
      sums.reserveCapacity(samples.count + 1)
      for sample in samples { sums.append(sums[sums.count - 1] + sample * sample) }
      return sums
    }
    (powerA, powerB) = (sums(a), sums(b))
  }

  /// The samples of `a` that have a partner when `b` is `lag` samples late.
  private func overlap(_ lag: Int) -> Range<Int> {
    let first = min(a.count, max(0, -lag))
    return first..<max(first, min(a.count, b.count - lag))
  }

  /// Of a sum of products over the overlap.
  private func normalised(_ sum: Double, _ lag: Int) -> Double {
    let range = overlap(lag)
    if range.isEmpty { return 0 }
    let power =
      (powerA[range.upperBound] - powerA[range.lowerBound])
      * (powerB[range.upperBound + lag] - powerB[range.lowerBound + lag])
    // An overlap in which one of them is all but silent says nothing.
    let enough = 1e-4 * (powerA.last ?? 0) * (powerB.last ?? 0)
    return power > enough && power > 0 ? sum / power.squareRoot() : 0
  }

  /// At one lag, by the sum written out.
  func at(_ lag: Int) -> Double {
    normalised(overlap(lag).reduce(0.0) { $0 + a[$1] * b[$1 + lag] }, lag)
  }

  /// At the lags -reach...reach, by the transform.
  func all(reach: Int) -> [Double] {
    let fft = FFT(size: FFT.size(atLeast: a.count + b.count))
    func spectrum(_ samples: [Double]) -> (re: [Double], im: [Double]) {
      var re = samples + [Double](repeating: 0, count: fft.size - samples.count)
      var im = [Double](repeating: 0, count: fft.size)
      fft.transform(re: &re, im: &im)
      return (re, im)
    }
    let (x, y) = (spectrum(a), spectrum(b))
    // conj(X) Y, conjugated: a forward transform of it is the inverse of the product, conjugated again.
    var re = fft.indices.map { x.re[$0] * y.re[$0] + x.im[$0] * y.im[$0] }
    var im = fft.indices.map { x.im[$0] * y.re[$0] - x.re[$0] * y.im[$0] }
    fft.transform(re: &re, im: &im)
    return (-reach...reach).map { lag in
      normalised(re[(lag + fft.size) % fft.size] / Double(fft.size), lag)
    }
  }
}

extension FFT {
  fileprivate var indices: Range<Int> { 0..<size }
}
