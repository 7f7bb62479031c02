// Notes as an instrument would play them, of known pitch, level and defects: what the tests of this target share.
import Glibc
import Instruments
import Signal
import TestSupport

/// A note with harmonics in front of noise.
struct PlayedNote {
  var key = 60
  var cents = 0.0
  /// Root mean square in dB of full scale.
  var level = -20.0
  var shape = NoteShape(hold: 1.5, release: 0.3)
  /// Cents to both sides, five times a second.
  var vibrato = 0.0
  /// Cents that it begins above, and the seconds that it takes to come down from there.
  var slide = (cents: 0.0, seconds: 0.0)
  /// dB below the tone.
  var noise = 45.0
  var sampleRate = 16_000
  var attack = NoteShape.attack

  /// At a sample, as a share of the level.
  func envelope(_ n: Int) -> Double {
    let time = Double(n) / Double(sampleRate) - NoteShape.lead
    if time < 0 { return 0 }
    let steepness = (level - NoteShape.floor) / shape.release
    let decibels = -steepness * max(0, time - attack - shape.hold)
    return level + decibels <= NoteShape.floor ? 0 : min(1, time / attack) * pow(10, decibels / 20)
  }

  func clip(seed: UInt64 = 1) -> Clip {
    var random = SeededValues(seed: seed)
    let hertz = 440 * exp2((Double(key - 69) + cents / 100) / 12)
    let strengths = (1...8).map { hertz * Double($0) < 0.45 * Double(sampleRate) ? 1 / Double($0) : 0 }
    let power = strengths.reduce(0) { $0 + $1 * $1 / 2 }
    let scale = pow(10, level / 20) / power.squareRoot()
    var turns = 0.0
    let samples = (0..<shape.samples(sampleRate)).map { n -> Float in
      let share = envelope(n)
      let time = Double(n) / Double(sampleRate)
      let above = time - NoteShape.lead < slide.seconds ? slide.cents : 0
      turns += hertz * exp2((above + vibrato * sin(2 * .pi * 5 * time)) / 1200) / Double(sampleRate)
      var sum = 0.0
      for (h, strength) in strengths.enumerated() {
        sum += strength * sin(2 * .pi * (turns * Double(h + 1) + 0.17 * Double(h * h)))
      }
      let grain = Double.random(in: -1...1, using: &random) * 3.0.squareRoot() * pow(10, (level - noise) / 20)
      return Float(share * (scale * sum + grain))
    }
    return Clip(samples: samples, sampleRate: sampleRate)
  }

  var held: Range<Int> { shape.held(cut: 0, sampleRate) }
}
