// What a model has learnt to play, by the curves of its gestures: the keys and levels that a pack of it has if nothing else is asked
// for, and those beyond which it is on its own. Tests: LearntRangeTests.
package import Signal

package struct LearntRange: Hashable, Sendable {
  /// MIDI numbers between which nine tenths of what has a pitch lie, and all of it but one frame in 200 at either end: pitches that
  /// were misheard.
  package let usual, all: ClosedRange<Double>
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
  package func isStrange(_ key: Int) -> Bool { isBeyond(Double(key)) }

  private func isBeyond(_ pitch: Double) -> Bool {
    pitch < all.lowerBound - 0.5 || pitch > all.upperBound + 0.5
  }

  /// What lies beyond like that in curves that are to be followed.
  package struct Beyond: Hashable, Sendable {
    /// Of the frames with a pitch, 0...1.
    package let share: Double
    /// MIDI numbers.
    package let range: ClosedRange<Double>
    /// By how many octaves to transpose so that least lies beyond; 0 where that is no help.
    package let octaves: Int
  }

  /// - Returns: nil if nothing lies beyond
  package func beyond(_ curves: ControlCurves) -> Beyond? {
    let pitches = Self.pitches(curves).map(\.pitch)
    let strange = pitches.filter(isBeyond)
    guard let low = strange.min(), let high = strange.max() else { return nil }
    func count(_ octaves: Int) -> Int { pitches.count { isBeyond($0 + 12 * Double(octaves)) } }
    // The nearest of the best.
    let octaves = [0, 1, -1, 2, -2, 3, -3, 4, -4].map { ($0, count($0)) }.min { $0.1 < $1.1 }?.0
    return Beyond(
      share: Double(strange.count) / Double(pitches.count), range: low...high, octaves: octaves ?? 0)
  }

  /// MIDI numbers of the frames with a pitch.
  private static func pitches(_ curves: ControlCurves) -> [(frame: Int, pitch: Double)] {
    guard let pitch = curves.curve(of: .pitch), let voicing = curves.curve(of: .voicing) else { return [] }
    return pitch.indices.filter { voicing[$0] >= 0.5 }.map { ($0, 69 + 12 * Double(pitch[$0])) }
  }
}
