// What a model is told so that it plays one note: silence, a beginning, a level that is held, an end. The curves are those that would
// be heard of a tone of that shape, since a model has learnt from what was heard. Tests: NoteShapeTests.
import Glibc
package import Signal

/// A note over time. Seconds; the same for all keys and levels.
package struct NoteShape: Hashable, Sendable {
  /// Silence in front: three times what the window of a level reaches ahead.
  package static let lead = 0.1
  /// From silence to the level, in a straight line. Of the beginnings behind silence in the gestures of the shipped recorder, 60 ms
  /// come nearest (0.8 dB off, where 40 are 1.7 and 80 are 1.5); told 40 it is as well in tune, within a cent.
  package static let attack = 0.06
  /// Silence behind.
  package static let tail = 0.15
  /// What sounds is above this; the floor of what a model is told.
  package static let floor = LevelCurve.floor

  /// At the level.
  package let hold: Double
  /// From the level to the floor, by as many dB in each moment.
  package let release: Double

  package init(hold: Double, release: Double) {
    precondition(hold > 0 && release > 0, "held for \(hold) s, released in \(release) s")
    (self.hold, self.release) = (hold, release)
  }

  /// Cents beside the key that a try is told. A network may stay on a neighbouring pitch whatever it draws, and leave it when it is told
  /// a little more or less; tuning puts that right. Of 87 notes of the shipped recorder (keys 62 to 90, three levels) 81 are in tune
  /// and steady (50 cents, 40 cents) in one of four tries that are all told the key, 85 with these first four, 86 with all.
  package static func detuning(try number: Int) -> Double { detunings[number % detunings.count] }
  private static let detunings = [0.0, 20, -20, 10, -10, 30, -30]

  /// Of all together.
  package var seconds: Double { Self.lead + Self.attack + hold + release + Self.tail }

  package func samples(_ sampleRate: Int) -> Int { Int((seconds * Double(sampleRate)).rounded()) }

  /// Samples in which the level is held, and what was unsteady at first is over.
  /// - cut: samples that are missing in front
  package func held(cut: Int, _ sampleRate: Int) -> Range<Int> {
    func place(_ seconds: Double) -> Int { max(0, Int((seconds * Double(sampleRate)).rounded()) - cut) }
    let start = Self.lead + Self.attack
    return place(start + min(0.1, hold / 4))..<place(start + hold)
  }

  /// - Parameters:
  ///   - pitch: MIDI number, with fractions
  ///   - level: dB of full scale
  ///   - frame: samples of a frame
  /// - Returns: pitch, voicing and loudness
  package func curves(pitch: Double, level: Double, frame: Int, sampleRate: Int) -> ControlCurves {
    // Mean squares are all that counts, so the shape itself will do for a tone.
    let shape = Clip(samples: envelope(level, sampleRate), sampleRate: sampleRate)
    let levels = LevelCurve.decibels(shape, frame: frame)
    let tracker = PitchTracker()
    let reach = Int((tracker.window / 2 * Double(sampleRate)).rounded())
    var values: [Float] = []
    for (k, decibels) in levels.enumerated() {
      let middle = k * frame + frame / 2
      let window = max(0, middle - reach)..<min(shape.samples.count, middle + reach)
      let sum = shape.samples[window].reduce(0.0) { $0 + Double($1) * Double($1) }
      let isVoiced = Signal.decibels(power: sum / Double(2 * reach)) >= tracker.floor
      values += [Float((pitch - 69) / 12), isVoiced ? 1 : 0, Float((decibels + 40) / 20)]
    }
    return ControlCurves(frame: frame, sampleRate: sampleRate, channels: ControlCurves.melody, values: values)
  }

  /// Root mean square at each sample.
  private func envelope(_ level: Double, _ sampleRate: Int) -> [Float] {
    let steepness = (level - Self.floor) / release
    return (0..<samples(sampleRate)).map { n in
      let time = Double(n) / Double(sampleRate) - Self.lead
      if time < 0 { return 0 }
      let decibels = level - steepness * max(0, time - Self.attack - hold)
      return decibels <= Self.floor
        ? 0 : Float(min(1, time / Self.attack) * powerRatio(decibels: decibels).squareRoot())
    }
  }
}
