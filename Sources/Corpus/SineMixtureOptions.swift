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

  enum CodingKeys: String, CodingKey, CaseIterable {
    case sampleRate = "sample_rate"
    case quantizationLevels = "quantization_levels"
    case lowestHz = "lowest_hz"
    case highestHz = "highest_hz"
    case minimumPartials = "minimum_partials"
    case maximumPartials = "maximum_partials"
    case lowestLevelDb = "lowest_level_db"
    case highestLevelDb = "highest_level_db"
    case peakDb = "peak_db"
    case latestOnsetSeconds = "latest_onset_seconds"
    case attackMs = "attack_ms"
    case sustainProbability = "sustain_probability"
    case shortestDecaySeconds = "shortest_decay_seconds"
    case longestDecaySeconds = "longest_decay_seconds"
    case harmonics
    case harmonicRolloffDb = "harmonic_rolloff_db"
    case noiseFloorDb = "noise_floor_db"
    case startProbability = "start_probability"
    case clipSeconds = "clip_seconds"
    case historyGainDb = "history_gain_db"
  }

  package init(from decoder: any Decoder) throws {
    let read = try FlatDecoder(decoder, CodingKeys.self)
    try read(.sampleRate, &sampleRate)
    try read(.quantizationLevels, &quantizationLevels)
    try read(.lowestHz, &lowestHz)
    try read(.highestHz, &highestHz)
    try read(.minimumPartials, &minimumPartials)
    try read(.maximumPartials, &maximumPartials)
    try read(.lowestLevelDb, &lowestLevelDb)
    try read(.highestLevelDb, &highestLevelDb)
    try read(.peakDb, &peakDb)
    try read(.latestOnsetSeconds, &latestOnsetSeconds)
    try read(.attackMs, &attackMs)
    try read(.sustainProbability, &sustainProbability)
    try read(.shortestDecaySeconds, &shortestDecaySeconds)
    try read(.longestDecaySeconds, &longestDecaySeconds)
    try read(.harmonics, &harmonics)
    try read(.harmonicRolloffDb, &harmonicRolloffDb)
    try read(.noiseFloorDb, &noiseFloorDb)
    try read(.startProbability, &startProbability)
    try read(.clipSeconds, &clipSeconds)
    try read(.historyGainDb, &historyGainDb)
    try validate()
  }

  package func validate() throws(CorpusError) {
    try validateShared()
    let nyquist = 0.5 * Double(sampleRate)
    try check("highest_hz", highestHz, 1...(nyquist * 0.999))
    try check("lowest_hz", lowestHz, 1...highestHz)
    try check("maximum_partials", maximumPartials, 1...16)
    try check("minimum_partials", minimumPartials, 1...maximumPartials)
    try check("highest_level_db", highestLevelDb, -90...0)
    try check("lowest_level_db", lowestLevelDb, -90...highestLevelDb)
    try check("peak_db", peakDb, -60...0)
    try check("latest_onset_seconds", latestOnsetSeconds, 0...60)
    try check("sustain_probability", sustainProbability, 0...1)
    try check("longest_decay_seconds", longestDecaySeconds, 0.01...1000)
    try check("shortest_decay_seconds", shortestDecaySeconds, 0.01...longestDecaySeconds)
    try check("harmonics", harmonics, 0...64)
    try check("harmonic_rolloff_db", harmonicRolloffDb, 0...60)
  }

  package func mixture(_ draws: inout Draws) -> Mixture {
    let rate = Double(sampleRate)
    var partials = [Partial]()
    for i in 0..<draws.integer(minimumPartials...maximumPartials) {
      let hertz = draws.logReal(lowestHz...highestHz)
      let level = draws.real(lowestLevelDb...highestLevelDb)
      let phase = draws.uniform()
      let onset = draws.real(0...latestOnsetSeconds)
      let sustained = draws.uniform() < sustainProbability
      let decay = draws.logReal(shortestDecaySeconds...longestDecaySeconds)
      for k in 1...(1 + harmonics) where hertz * Double(k) < 0.5 * rate {
        let octaves = k == 1 ? 0 : log2(Double(k))
        partials.append(
          Partial(
            cycles: hertz * Double(k) / rate, phase: k == 1 ? phase : draws.uniform(),
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
