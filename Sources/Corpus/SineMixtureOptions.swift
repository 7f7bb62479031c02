// Mixtures of sines of free frequency, level, phase, onset and decay: the hardest kind of tone for a small model, since
// nothing is on a grid. Equal-tempered chords: ChordOptions.swift.
import Glibc
import Signal

/// What a corpus of free sine mixtures consists of.
package struct SineMixtureOptions: CorpusOptions, MixtureSource {
  /// Hz.
  package var sampleRate = 16000
  /// Q: mu-law codes.
  package var quantizationLevels = 256
  /// Hz; frequencies are uniform in their logarithm.
  package var lowestHz = 55.0
  package var highestHz = 4000.0
  /// Tones per clip, harmonics not counted.
  package var minimumPartials = 1
  package var maximumPartials = 4
  /// Each tone's amplitude in dB of full scale, uniform in between. A sum above `peak_db` is brought down to it.
  package var lowestLevelDb = -24.0
  package var highestLevelDb = -6.0
  package var peakDb = -1.0
  /// Each tone starts up to this many seconds after the clip's start; the first one at the start.
  package var latestOnsetSeconds = 0.5
  /// Milliseconds of the raised-cosine rise at each onset.
  package var attackMs = 5.0
  /// Share of the tones that do not decay.
  package var sustainProbability = 0.5
  /// Time constants of the others, uniform in the logarithm.
  package var shortestDecaySeconds = 0.3
  package var longestDecaySeconds = 3.0
  /// Harmonics 2 ... 1 + this many over each tone, where below half the sample rate.
  package var harmonics = 0
  /// How far harmonics fall, in dB per octave above the tone.
  package var harmonicRolloffDb = 6.0
  /// RMS of Gaussian noise under the tones, in dB of full scale; none without it.
  package var noiseFloorDb: Double?
  /// Share of the crops that start at the clip's first sample, with silence as history.
  package var startProbability = 0.25
  /// The other crops start anywhere in this many seconds.
  package var clipSeconds = 4.0

  /// Each partial's level in the inputs (not in the targets) is off by up to this many dB, drawn once per clip: the
  /// model learns to pull wandering levels back.
  package var historyGainDb = 0.0

  package init() {}

  package static var fields: [OptionField<SineMixtureOptions>] {
    sharedFields + [
      OptionField("lowest_hz", \.lowestHz), OptionField("highest_hz", \.highestHz),
      OptionField("minimum_partials", \.minimumPartials, 1...16),
      OptionField("maximum_partials", \.maximumPartials, 1...16),
      OptionField("lowest_level_db", \.lowestLevelDb, -90...0),
      OptionField("highest_level_db", \.highestLevelDb, -90...0), OptionField("peak_db", \.peakDb, -60...0),
      OptionField("latest_onset_seconds", \.latestOnsetSeconds, 0...60),
      OptionField("sustain_probability", \.sustainProbability, 0...1),
      OptionField("shortest_decay_seconds", \.shortestDecaySeconds, 0.01...1000),
      OptionField("longest_decay_seconds", \.longestDecaySeconds, 0.01...1000),
      OptionField("harmonics", \.harmonics, 0...64),
      OptionField("harmonic_rolloff_db", \.harmonicRolloffDb, 0...60),
    ]
  }

  package func validateTogether() throws(CorpusError) {
    let nyquist = 0.5 * Double(sampleRate)
    try check("highest_hz", highestHz, 1...(nyquist * 0.999))
    try check("lowest_hz", lowestHz, 1...highestHz)
    try check("minimum_partials", minimumPartials, 1...maximumPartials)
    try check("lowest_level_db", lowestLevelDb, -90...highestLevelDb)
    try check("shortest_decay_seconds", shortestDecaySeconds, 0.01...longestDecaySeconds)
  }

  package func mixture(_ random: inout ClipRandom) -> Mixture {
    let rate = Double(sampleRate)
    var partials = [Partial]()
    for i in 0..<random.integer(minimumPartials...maximumPartials) {
      let hertz = random.logReal(lowestHz...highestHz)
      let level = random.real(lowestLevelDb...highestLevelDb)
      let phase = random.uniform()
      let onset = random.real(0...latestOnsetSeconds)
      let sustained = random.uniform() < sustainProbability
      let decay = random.logReal(shortestDecaySeconds...longestDecaySeconds)
      for k in 1...(1 + harmonics) where hertz * Double(k) < 0.5 * rate {
        let octaves = k == 1 ? 0 : log2(Double(k))
        partials.append(
          Partial(
            cycles: hertz * Double(k) / rate, phase: k == 1 ? phase : random.uniform(),
            amplitude: amplitude(level - harmonicRolloffDb * octaves),
            onset: i == 0 ? 0 : Int(onset * rate),
            attack: Int((attackMs * 0.001 * rate).rounded()), decay: sustained ? 0 : 1 / (decay * rate)))
      }
    }
    let sum = partials.reduce(0) { $0 + $1.amplitude }
    let greatest = amplitude(peakDb)
    if sum > greatest { for i in partials.indices { partials[i].amplitude *= greatest / sum } }
    return Mixture(partials: partials, noise: noiseFloorDb.map(amplitude) ?? 0)
  }
}
