// False starts: crops whose history is not what they are told, with the way back. A model that has only heard histories that agree
// with its controls goes by the history, which tells the next sample so much better: begun on a wrong note, it holds it for as
// long as that note should last, and what has fallen silent stays so. Here the history is put wrong, and within a few milliseconds
// of the crop's beginning the sound glides to what it should be; what is learnt is to get back. Noise on inputs: InputJitter.swift.
//
// Measured on 20 minutes of a recorder (Audio/make_melodies.sh), 33 million samples, 20 held-out clips of 4 s at temperature 0.7: of
// all frames that should have a pitch 12 % are within 50 cents of it, and the level is 13 dB off in the median; with three quarters
// of the crops begun falsely, and those a quarter as long, 70 % and 2 dB.
import Glibc
import Signal

enum FalseStart: CaseIterable {
  /// As recorded, but higher or lower.
  case detuned
  /// As recorded, but an octave higher or lower, which most of a sound's partials agree with.
  case octave
  /// As recorded, but softer or louder.
  case levelled
  /// Another sound.
  case foreign

  /// As often as they are here: a neighbouring note is what a model goes wrong by most.
  static let drawn: [FalseStart] = [.detuned, .detuned, .detuned, .octave, .levelled, .foreign]
  /// Seconds from the crop's first sample until all is right.
  static let seconds = 0.004...0.02
  /// How far off the pitch is, in semitones, up or down, small ones as likely as large ones by ratio, and how far the level, in dB.
  static let semitones = 0.3...3.0
  static let decibels = -40.0...6.0

  /// A crop's sound with its history, changed.
  /// - Parameters:
  ///   - samples: of which the first `history` are in front of the crop
  ///   - other: as many samples of another place, asked for by `.foreign` alone
  /// - Returns: how many samples of the crop are not as they were.
  static func apply(
    to samples: inout [Float], history: Int, sampleRate: Int, random: inout ClipRandom,
    other: (inout ClipRandom) -> [Float]
  ) -> Int {
    let kind = random.element(drawn)
    let glide = min(Int(random.logReal(seconds) * Double(sampleRate)), samples.count - history)
    /// 0 in the history, 1 behind the glide; half a cosine between.
    func right(_ i: Int) -> Double {
      i < history ? 0 : 0.5 * (1 - cos(.pi * Double(i - history + 1) / Double(glide + 1)))
    }
    let changed = 0..<history + glide
    switch kind {
    case .detuned, .octave:
      let off = (kind == .octave ? 12 : random.logReal(semitones)) * (random.uniform() < 0.5 ? -1 : 1)
      let recorded = samples
      var place = Double(changed.upperBound)
      for i in changed.reversed() {
        place -= exp2(off / 12 * (1 - right(i)))
        samples[i] = sample(recorded, at: place)
      }
    case .levelled:
      let gain = pow(10, random.real(decibels) / 20)
      for i in changed { samples[i] *= Float(gain + (1 - gain) * right(i)) }
    case .foreign:
      let others = other(&random)
      precondition(others.count == samples.count, "\(others.count) samples beside \(samples.count)")
      for i in changed { samples[i] = others[i] + (samples[i] - others[i]) * Float(right(i)) }
    }
    return glide
  }

  /// Between samples, by the cubic through four (Catmull and Rom 1974). Before the first one the sound is mirrored: no edge.
  private static func sample(_ samples: [Float], at place: Double) -> Float {
    let whole = place.rounded(.down)
    let t = Float(place - whole)
    func at(_ offset: Int) -> Float { samples[min(abs(Int(whole) + offset), samples.count - 1)] }
    let (a, b, c, d) = (at(-1), at(0), at(1), at(2))
    return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
  }
}
