// What a model has learnt to play, by the curves of its gestures: the keys and levels that a pack of it has if nothing else is asked
// for, and those beyond which it is on its own. Tests: NoteShapeTests.
package import Signal

package struct LearntRange: Hashable, Sendable {
  /// MIDI numbers between which nine tenths of what has a pitch lie, and all of it but one frame in 200 at either end: pitches that
  /// were misheard.
  package let usual, all: ClosedRange<Double>
  /// dB of full scale of what has a pitch, likewise without one frame in 200 at either end.
  package let loudness: ClosedRange<Double>
  /// dB of full scale: the quartiles of what has a pitch, to a whole dB, each once. Ascending.
  package let levels: [Double]

  /// - Returns: nil if no frame has a pitch
  package init?(_ curves: [ControlCurves]) {
    var pitches: [Double] = []
    var decibels: [Double] = []
    for curves in curves {
      guard let levels = curves.decibels else { continue }
      for (frame, pitch) in Self.pitches(curves) {
        pitches.append(pitch)
        decibels.append(levels[frame])
      }
    }
    if pitches.isEmpty { return nil }
    pitches.sort()
    decibels.sort()
    func pitch(_ part: Double) -> Double { Distribution.quantile(ofSorted: pitches, part) }
    usual = pitch(0.05)...pitch(0.95)
    all = pitch(0.005)...pitch(0.995)
    loudness =
      Distribution.quantile(ofSorted: decibels, 0.005)...Distribution.quantile(ofSorted: decibels, 0.995)
    levels = [0.25, 0.5, 0.75].map { Distribution.quantile(ofSorted: decibels, $0).rounded() }
      .reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// Whole keys within the usual ones; the nearest one where there is none.
  package var keys: ClosedRange<Int> {
    let low = Int(usual.lowerBound.rounded(.up))
    let high = Int(usual.upperBound.rounded(.down))
    let range = low <= high ? low...high : high...high
    return range.clamped(to: Zones.allKeys)
  }

  /// Whether a key lies beyond all that was heard, by more than half a semitone.
  package func isStrange(_ key: Int) -> Bool { Self.isBeyond(Double(key), all, by: 0.5) }

  /// Likewise of a level in dB, by more than 3 dB.
  package func isStrange(level: Double) -> Bool { Self.isBeyond(level, loudness, by: 3) }

  private static func isBeyond(_ value: Double, _ known: ClosedRange<Double>, by slack: Double) -> Bool {
    value < known.lowerBound - slack || value > known.upperBound + slack
  }

  /// What lies beyond in curves that are to be followed.
  package struct Beyond: Hashable, Sendable {
    /// Of the frames with a pitch, 0...1.
    package let share: Double
    /// MIDI numbers or dB.
    package let range: ClosedRange<Double>
    /// Semitones or dB more, so that little lies beyond; 0 where that is no help.
    package let nearer: Double

    /// The first of `steps` after which next to nothing lies beyond; of none the first of the best.
    fileprivate init?(_ values: [Double], _ known: ClosedRange<Double>, by slack: Double, steps: [Double]) {
      func isBeyond(_ value: Double) -> Bool { LearntRange.isBeyond(value, known, by: slack) }
      let strange = values.filter(isBeyond)
      guard let low = strange.min(), let high = strange.max() else { return nil }
      share = Double(strange.count) / Double(values.count)
      range = low...high
      let counts = steps.map { step in (step, values.count { isBeyond($0 + step) }) }
      nearer = (counts.first { 50 * $0.1 <= values.count } ?? counts.min { $0.1 < $1.1 }!).0
    }
  }

  /// By more than half a semitone; `nearer` is whole octaves.
  /// - Returns: nil if no pitch lies beyond
  package func beyond(_ curves: ControlCurves) -> Beyond? {
    Beyond(
      Self.pitches(curves).map(\.pitch), all, by: 0.5, steps: [0, 12, -12, 24, -24, 36, -36, 48, -48])
  }

  /// Levels of what has a pitch, by more than 3 dB.
  /// - Returns: nil if none lies beyond
  package func beyondInLevel(_ curves: ControlCurves) -> Beyond? {
    guard let decibels = curves.decibels else { return nil }
    let steps: [Double] = [0] + (1...60).flatMap { decibel in [Double(decibel), -Double(decibel)] }
    return Beyond(Self.pitches(curves).map { decibels[$0.frame] }, loudness, by: 3, steps: steps)
  }

  /// MIDI numbers of the frames with a pitch.
  private static func pitches(_ curves: ControlCurves) -> [(frame: Int, pitch: Double)] {
    guard let pitch = curves.curve(of: .pitch), let voicing = curves.curve(of: .voicing) else { return [] }
    return pitch.indices.filter { voicing[$0] >= 0.5 }.map { ($0, 69 + 12 * Double(pitch[$0])) }
  }
}
