// Names of equal-tempered pitches: MIDI number 69 = "A4" = 440 Hz, middle C = "C4" = 60. Not tunings or scales.

import Glibc

/// One of the 128 MIDI pitches, "C-1" to "G9".
public struct Pitch: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// MIDI number, 0 ... 127.
  public let midi: Int

  /// - Parameter midi: MIDI number; `nil` comes back if it is not in 0 ... 127.
  public init?(midi: Int) {
    guard (0...127).contains(midi) else { return nil }
    self.midi = midi
  }

  /// The key nearest to a MIDI number between keys, or beyond them.
  package init(nearest midi: Double) { self.midi = Int(min(max(midi.rounded(), 0), 127)) }

  /// A name such as "A4", "c#3", "Bb-1" or "F♯5": letter, accidentals, octave. `nil` if it is none or out of range.
  public init?(_ name: String) {
    let semitones: [Character: Int] = ["C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11]
    guard let letter = name.first, let step = semitones[Character(letter.uppercased())] else { return nil }
    var rest = name.dropFirst()
    var shift = 0
    while let mark = rest.first, let by = ["#": 1, "♯": 1, "b": -1, "♭": -1][mark] {
      shift += by
      rest = rest.dropFirst()
    }
    guard abs(shift) <= 2, let octave = Int(rest), (-2...11).contains(octave), rest.first != "+" else {
      return nil
    }
    self.init(midi: 12 * (octave + 1) + step + shift)
  }

  /// The name with sharps, such as "C#4".
  public var description: String {
    let names = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    return "\(names[midi % 12])\(midi / 12 - 1)"
  }

  /// Frequency in Hz.
  /// - Parameter a4: the concert pitch in Hz
  public func frequency(a4: Double = 440) -> Double { a4 * exp2(Double(midi - 69) / 12) }

  /// The pitch nearest to a frequency in Hz, and how many cents the frequency lies above it. `nil` out of range.
  public static func nearest(to frequency: Double, a4: Double = 440) -> (pitch: Pitch, cents: Double)? {
    guard frequency > 0, frequency.isFinite else { return nil }
    let position = 69 + 12 * log2(frequency / a4)
    guard position > -1, position < 129, let pitch = Pitch(midi: Int(position.rounded())) else { return nil }
    return (pitch, 100 * (position - Double(pitch.midi)))
  }

  /// Order by height.
  public static func < (a: Pitch, b: Pitch) -> Bool { a.midi < b.midi }
}
