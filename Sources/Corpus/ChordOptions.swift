// The default corpus: sustained chords of equal-tempered notes. A finite set of pitches and levels gives a model
// something to lock onto, and what it makes is in tune. Free frequencies: SineMixtureOptions.swift.
import Glibc
import Signal

/// Pitch classes that chords may use, counted in semitones from the tonic.
package enum Scale: String, Codable, CaseIterable, Sendable {
  case chromatic, major, minor, pentatonic

  var steps: [Int] {
    switch self {
    case .chromatic: Array(0..<12)
    case .major: [0, 2, 4, 5, 7, 9, 11]
    case .minor: [0, 2, 3, 5, 7, 8, 10]
    case .pentatonic: [0, 2, 4, 7, 9]
    }
  }
}

/// How `levels_db` measures a chord.
package enum LevelRule: String, Codable, CaseIterable, Sendable {
  /// The sum of the partials' amplitudes: the highest peak possible.
  case peakSum = "peak_sum"
  /// The root of the mean square of the sustained chord.
  case rms
  /// The amplitude of a note of relative level 0 dB, however many others sound.
  case note
}

/// What a chord corpus consists of.
package struct ChordOptions: CorpusOptions, MixtureSource {
  /// Hz.
  package var sampleRate = 16000
  /// Q: mu-law codes.
  package var quantizationLevels = 256
  /// MIDI numbers, both included.
  package var lowestNote = 48
  package var highestNote = 84
  package var scale = Scale.major
  /// If not empty, every clip is one of these chords, each a list of MIDI numbers, and the other choices of notes do
  /// not matter. Few chords make strong attractors: two notes that sound imply the third.
  package var chords = ChordOptions.standardChords
  /// Pitch class of the tonic: 0 is C, 11 is B.
  package var tonic = 0
  /// Hz of the A above middle C.
  package var a4 = 440.0
  /// Notes per chord.
  package var minimumPartials = 1
  package var maximumPartials = 4
  /// Least distance between two notes of a chord, in semitones.
  package var minimumInterval = 3
  /// Each note's level is one of these, in dB, against the others.
  package var relativeLevelsDb: [Double] = [0]
  /// Each chord's level is one of these, in dB of full scale, measured by `level_rule`.
  package var levelsDb: [Double] = [-14]
  package var levelRule = LevelRule.note
  /// Milliseconds of the raised-cosine rise at the clip's start.
  package var attackMs = 20.0
  /// Time constant of the decay in seconds; 0 sustains.
  package var decaySeconds = 0.0
  /// Each note starts at one of this many phases, evenly spaced; 0 is any phase.
  package var phases = 0
  /// RMS of Gaussian noise under the chord, in dB of full scale; none without it.
  package var noiseFloorDb: Double?
  /// Share of the crops that start at the clip's first sample, with silence as history.
  package var startProbability = 0.5
  /// The other crops start anywhere in this many seconds; the chord itself does not end.
  package var clipSeconds = 10.0

  /// Each partial's level in the inputs (not in the targets) is off by up to this many dB, drawn once per clip: the
  /// model learns to pull wandering levels back.
  package var historyGainDb = 0.0

  package init() {}

  package static var fields: [OptionField<ChordOptions>] {
    sharedFields + [
      OptionField("lowest_note", \.lowestNote, 0...127), OptionField("highest_note", \.highestNote, 0...127),
      OptionField("scale", \.scale), OptionField("chords", \.chords), OptionField("tonic", \.tonic, 0...11),
      OptionField("a4", \.a4, 200...1000), OptionField("minimum_partials", \.minimumPartials, 1...16),
      OptionField("maximum_partials", \.maximumPartials, 1...16),
      OptionField("minimum_interval", \.minimumInterval, 1...24),
      OptionField("relative_levels_db", \.relativeLevelsDb, each: -60...0),
      OptionField("levels_db", \.levelsDb, each: -60...0), OptionField("level_rule", \.levelRule),
      OptionField("decay_seconds", \.decaySeconds, 0...1000), OptionField("phases", \.phases, 0...1024),
    ]
  }

  package func validateTogether() throws(CorpusError) {
    try check("highest_note", highestNote, lowestNote...127)
    try check("minimum_partials", minimumPartials, 1...maximumPartials)
    if decaySeconds > 0 { try check("decay_seconds", decaySeconds, 0.01...1000) }
    for chord in chords {
      try check("chords[].count", chord.count, 1...16)
      for note in chord { try check("chords[][]", note, 0...127) }
    }
    if levelRule == .note, let loudest = levelsDb.max() {
      let most = chords.map(\.count).max() ?? maximumPartials
      let peak = amplitude(loudest) * Double(most)
      if peak > 1 {
        throw .optionsDisagree(
          "\(most) notes of \(loudest) dB together can peak at \(peak), above 1")
      }
    }
    if levelRule == .rms, let loudest = levelsDb.max() {
      let peak = amplitude(loudest) * (2 * Double(maximumPartials)).squareRoot()
      if peak > 1 {
        throw .optionsDisagree(
          "\(maximumPartials) notes of \(loudest) dB RMS together can peak at \(peak), above 1")
      }
    }
    let notes = chords.isEmpty ? notes : chords.flatMap { $0 }.sorted()
    if let highest = notes.last, frequency(highest) >= 0.5 * Double(sampleRate) {
      throw .optionsDisagree(
        "note \(highest) is \(frequency(highest)) Hz, not below half of \(sampleRate) Hz")
    }
    if !chords.isEmpty { return }
    // However the first notes fall, the last one must find room.
    let taken = notes.map { note in notes.count { abs($0 - note) < minimumInterval } }.max() ?? 0
    if notes.count <= (maximumPartials - 1) * taken {
      throw .optionsDisagree(
        "\(maximumPartials) notes at least \(minimumInterval) semitones apart may not fit among the \(notes.count) "
          + "notes of \(scale.rawValue) from \(lowestNote) to \(highestNote)")
    }
  }

  /// The MIDI numbers that chords are made of, ascending.
  package var notes: [Int] {
    (lowestNote...highestNote).filter { scale.steps.contains(($0 - tonic + 12) % 12) }
  }

  /// Hz of a MIDI number.
  package func frequency(_ note: Int) -> Double { a4 * exp2(Double(note - 69) / 12) }

  package func mixture(_ random: inout ClipRandom) -> Mixture {
    var partials = [Partial]()
    for note in chords.isEmpty ? randomChord(&random) : random.element(chords) {
      let turn = random.uniform()
      partials.append(
        Partial(
          cycles: frequency(note) / Double(sampleRate),
          phase: phases == 0 ? turn : (turn * Double(phases)).rounded(.down) / Double(phases),
          amplitude: amplitude(random.element(relativeLevelsDb)),
          attack: Int((attackMs * 0.001 * Double(sampleRate)).rounded()),
          decay: decaySeconds == 0 ? 0 : 1 / (decaySeconds * Double(sampleRate))))
    }
    let measured =
      switch levelRule {
      case .peakSum: partials.reduce(0) { $0 + $1.amplitude }
      case .rms: (partials.reduce(0) { $0 + $1.amplitude * $1.amplitude } / 2).squareRoot()
      case .note: 1.0
      }
    let scale = amplitude(random.element(levelsDb)) / measured
    for i in partials.indices { partials[i].amplitude *= scale }
    return Mixture(partials: partials, noise: noiseFloorDb.map(amplitude) ?? 0)
  }
}

extension ChordOptions {
  /// One to four white keys from G2 to A5. No chord of several notes is another one with a note more, less or moved: such
  /// neighbours make weak attractors, between which a model drifts.
  package static let standardChords = [
    [60], [67], [72], [76], [81],
    [57, 64], [62, 69], [65, 77], [50, 74], [52, 79],
    [60, 64, 67], [53, 65, 69], [59, 62, 67], [57, 60, 69], [50, 62, 65], [52, 59, 76], [64, 72, 79],
    [48, 64, 67, 71], [53, 60, 64, 72], [45, 57, 67, 76], [55, 59, 65, 74], [48, 55, 72, 76],
    [45, 52, 60, 69],
    [50, 57, 65, 69], [43, 55, 62, 71],
  ]

  /// Distinct notes of the scale, at least `minimum_interval` apart.
  private func randomChord(_ random: inout ClipRandom) -> [Int] {
    var free = notes
    return (0..<random.integer(minimumPartials...maximumPartials)).map { _ in
      let note = random.element(free)
      free.removeAll { abs($0 - note) < minimumInterval }
      return note
    }
  }
}

/// dB to amplitude.
func amplitude(_ decibels: Double) -> Double { pow(10, decibels / 20) }
