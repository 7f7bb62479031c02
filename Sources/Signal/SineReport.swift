// One clip judged as a sum of sines: what a model that should play clean partials is measured by. Long clips are taken
// in parts, since a tone that wanders by less than one hears is many lines in a minute's spectrum.

/// Partials, signal-to-noise ratios, clicks, levels.
package struct SineReport: Hashable, Sendable {
  /// Length of the parts in seconds, at most.
  package static let part = 4.0

  /// Partials of each part, in order of frequency. `[part][partial]`
  package private(set) var partials: [[SinePartial]] = []
  /// Partials against everything else in dB, fitted over each part whole: wandering counts as noise.
  package let snr: Double
  /// The same in frames of 100 ms with free amplitude and phase.
  package let framedSNR: Double
  /// Things that do not belong to the sound around them.
  package let clicks: [Click]
  /// RMS in dB of full scale.
  package let level: Double
  /// Loudest second minus softest second, in dB.
  package let drift: Double
  /// Nothing to be heard.
  package let isSilent: Bool

  package init(_ clip: Clip, options: PartialOptions = PartialOptions()) {
    let parts = max(1, Int((clip.seconds / SineReport.part).rounded(.up)))
    var whole = (signal: 0.0, residual: 0.0)
    var framed = (signal: 0.0, residual: 0.0)
    for index in 0..<parts {
      let part = clip.part(
        from: Double(index) * clip.seconds / Double(parts), seconds: clip.seconds / Double(parts))
      let found = PartialAnalysis.detect(part, options)
      partials.append(found)
      let fit = PartialAnalysis.fit(part, partials: found)
      whole = (whole.signal + fit.signalPower, whole.residual + fit.residualPower)
      let frames = PartialAnalysis.fitFrames(part, partials: found)
      framed = (framed.signal + frames.signalPower, framed.residual + frames.residualPower)
    }
    snr = whole.signal > 0 ? decibels(power: whole.signal / whole.residual) : -.infinity
    framedSNR = framed.signal > 0 ? decibels(power: framed.signal / framed.residual) : -.infinity
    clicks = ClickDetector.clicks(in: clip)
    level = Loudness.level(clip)
    drift = Loudness.drift(clip)
    isSilent = Loudness.isSilent(clip)
  }
}
