// What is heard of a note that a model was to play, in figures, and in one by which the best of several tries is chosen. Tests:
// NoteHearingTests.
import Glibc
package import Signal

/// A note beside what was asked for.
package struct NoteHearing: Hashable, Sendable {
  /// How much higher than the key it is heard, in the median of what has a pitch; nil if nothing has.
  package let cents: Double?
  /// Between the tenth and the ninetieth hundredth of that.
  package let spread: Double?
  /// Seconds from its beginning on in which it is more than 50 cents away from that median: a note may be found before it is
  /// held. Nil if nothing has a pitch.
  package let settling: Double?
  /// Share of the held part that has a pitch.
  package let voiced: Double
  /// dB of full scale of the held part.
  package let level: Double
  package let clicks: Int
  /// Of the level that was asked for; nil if none was.
  package let levelError: Double?

  /// - Parameters:
  ///   - key: that it was told
  ///   - level: that it was told
  ///   - held: samples in which it is to sound evenly
  package init(_ clip: Clip, key: Int, level wanted: Double?, held: Range<Int>) {
    let part = Clip(
      samples: Array(clip.samples[held.clamped(to: clip.samples.indices)]), sampleRate: clip.sampleRate)
    let nominal = 440 * exp2(Double(key - 69) / 12)
    var tracker = PitchTracker()
    // Two octaves to either side: an octave off is heard as what it is.
    tracker.lowest = min(tracker.lowest, nominal / 4)
    tracker.highest = max(tracker.highest, nominal * 4)
    let heard = tracker.track(part, frame: max(1, clip.sampleRate / 100)).hertz
    let cents = heard.filter { $0 > 0 }.map { 1200 * log2($0 / nominal) }.sorted()
    self.cents = cents.isEmpty ? nil : Distribution.quantile(ofSorted: cents, 0.5)
    spread =
      cents.isEmpty
      ? nil : Distribution.quantile(ofSorted: cents, 0.9) - Distribution.quantile(ofSorted: cents, 0.1)
    voiced = heard.isEmpty ? 0 : Double(cents.count) / Double(heard.count)
    settling = self.cents.map { Self.settling(clip, tracker, nominal * exp2($0 / 1200), before: held) }
    let level = max(-200, Loudness.level(part))
    (self.level, levelError) = (level, wanted.map { level - $0 })
    clicks = ClickDetector.clicks(in: clip).count
  }

  /// Of a sound that is to be no note.
  package init(oneShot clip: Clip) {
    (cents, spread, settling, voiced, levelError) = (nil, nil, nil, 1, nil)
    level = max(-200, Loudness.levels(clip, window: 0.1).max() ?? -200)
    clicks = ClickDetector.clicks(in: clip).count
  }

  /// - Parameters:
  ///   - hertz: where it stays
  ///   - held: where it does so at the latest
  private static func settling(
    _ clip: Clip, _ tracker: PitchTracker, _ hertz: Double, before held: Range<Int>
  ) -> Double {
    let frame = max(1, clip.sampleRate / 250)
    // The tracker hears some way ahead.
    let reach = Int(tracker.window * Double(clip.sampleRate))
    let end = min(clip.samples.count, held.lowerBound + reach)
    let start = min(NoteTrim.sounding(clip).lowerBound, end)
    let heard = tracker.track(
      Clip(samples: Array(clip.samples[start..<end]), sampleRate: clip.sampleRate), frame: frame
    ).hertz.prefix(max(0, held.lowerBound - start) / frame)
    let last = heard.lastIndex { $0 > 0 && abs(1200 * log2($0 / hertz)) > 50 }
    return last.map { Double(($0 + 1) * frame) / Double(clip.sampleRate) } ?? 0
  }

  /// Seconds of that which nobody hears, and about as exact as it is known.
  private static let chiff = 0.02

  /// What is wrong with it in all, in points; less is better. A point is a dB that the level is off, a hundredth of the held part
  /// without a pitch, 5 cents of spread, 5 ms in which it is not there yet, or 20 cents that it is off altogether, since those are
  /// put right by tuning; beyond half a semitone, where it is another note with another sound, a point is 2 cents. A click is 10.
  package var cost: Double {
    let off = abs(cents ?? 1200)
    return abs(levelError ?? 0) + 100 * (1 - voiced) + min(spread ?? 1200, 1200) / 5 + min(off, 50) / 20
      + max(0, (settling ?? 0) - Self.chiff) * 200
      + max(0, off - 50) / 2 + 10 * Double(clicks)
  }

  /// Whether there is something to be looped.
  package var isSteady: Bool { voiced >= 0.5 && level > Self.silence }

  /// The key that it is heard at, and the cents above it, -49 ... 50; what was asked for where nothing has a pitch.
  package func tuning(key: Int) -> (key: Int, cents: Int) {
    let total = 100 * key + Int((cents ?? 0).rounded())
    let heard = min(max(Int((Double(total - 1) / 100).rounded()), 0), 127)
    return (heard, min(max(total - 100 * heard, -49), 50))
  }

  /// Why it is no use as it is; empty of a good one.
  package var flaws: [String] {
    if level < Self.silence { return ["silent"] }
    var flaws: [String] = []
    if voiced < 0.5 { flaws.append("mostly without a pitch") }
    if let cents, abs(cents) > 50 {
      flaws.append("\(Int(abs(cents).rounded())) cents \(cents > 0 ? "sharp" : "flat")")
    }
    if let spread, spread > 50 { flaws.append("wavers by \(Int(spread.rounded())) cents") }
    if let settling, settling > 0.1 { flaws.append("is found after \(Int((1000 * settling).rounded())) ms") }
    if let levelError, abs(levelError) > 6 {
      flaws.append("\(Int(abs(levelError).rounded())) dB too \(levelError > 0 ? "loud" : "soft")")
    }
    if clicks > 0 { flaws.append(clicks == 1 ? "a click" : "\(clicks) clicks") }
    return flaws
  }

  /// dB of full scale below which nothing is to be heard.
  package static let silence = -60.0
}
