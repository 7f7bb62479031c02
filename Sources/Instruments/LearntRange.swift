// What a model has learnt to play, by the curves of its gestures: the keys and levels that a pack of it has if nothing else is asked
// for, and those beyond which it is on its own. Tests: LearntRangeTests.
package import Signal

package struct LearntRange: Hashable, Sendable {
  /// MIDI numbers between which nine tenths of what has a pitch lie, and all of it.
  package let usual, all: ClosedRange<Double>
  /// dB of full scale: the quartiles of what has a pitch, to a whole dB, each once. Ascending.
  package let levels: [Double]

  /// - Returns: nil if no frame has a pitch
  package init?(_ curves: [ControlCurves]) {
    var pitches: [Double] = []
    var decibels: [Double] = []
    for curves in curves {
      guard let pitch = curves.curve(of: .pitch), let voicing = curves.curve(of: .voicing),
        let levels = curves.decibels
      else { continue }
      for k in pitch.indices where voicing[k] >= 0.5 {
        pitches.append(69 + 12 * Double(pitch[k]))
        decibels.append(levels[k])
      }
    }
    if pitches.isEmpty { return nil }
    pitches.sort()
    decibels.sort()
    func pitch(_ part: Double) -> Double { Distribution.quantile(ofSorted: pitches, part) }
    usual = pitch(0.05)...pitch(0.95)
    all = pitches.first!...pitches.last!
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
  package func isStrange(_ key: Int) -> Bool {
    Double(key) < all.lowerBound - 0.5 || Double(key) > all.upperBound + 0.5
  }
}
