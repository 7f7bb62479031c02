// Everything that `synth evaluate` finds out about a model: what --json prints and what the page shows.

/// A report. `bitsPerSample` is the mean over all samples of all files, to the base 2.
package struct EvaluationReport: Sendable, Encodable {
  /// A file that could not be read.
  package struct Skipped: Sendable, Encodable {
    /// Nil for a folder.
    package let path: String?
    package let reason: String

    package init(path: String?, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  package let model: String
  package let precision: String
  package let bits: BitsReport
  package let skipped: [Skipped]
  /// In words.
  package var warnings: [String]
  /// How clips were generated; nil if none were.
  package var generated: GeneratedClips.Settings?
  /// Of a model of chords or sines.
  package var tones: ToneReport?
  /// Of a model of recordings.
  package var comparison: SoundComparison?
  package var memorization: MemorizationReport?
  /// Of a conditioned model: how it does what it is told, and its bits per sample when it is told nothing.
  package var controls: ControlReport?
  package var untoldBitsPerSample: Double?

  package init(model: String, precision: String, bits: BitsReport, skipped: [Skipped], warnings: [String]) {
    self.model = model
    self.precision = precision
    self.bits = bits
    self.skipped = skipped
    self.warnings = warnings
  }

  private enum Key: String, CodingKey {
    case model, precision, bitsPerSample, interval, intervalNote, samples, seconds, baselines,
      versusLinearPredictor
    case controls, untoldBitsPerSample
    case verdict, labels, labelVerdict, files, tooShort, skipped, warnings, generated, tones, distances
    /// As these stand in reports that are there already.
    case memorization = "memory", memorizationVerdict = "memoryVerdict"
  }

  /// One flat object: the figures of `bits` stand at its top.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(model, forKey: .model)
    try values.encode(precision, forKey: .precision)
    try values.encode(bits.bitsPerSample, forKey: .bitsPerSample)
    try values.encode(bits.interval, forKey: .interval)
    try values.encode(bits.intervalNote, forKey: .intervalNote)
    try values.encode(bits.samples, forKey: .samples)
    try values.encode(bits.seconds, forKey: .seconds)
    try values.encode(bits.baselines, forKey: .baselines)
    try values.encode(bits.comparison, forKey: .versusLinearPredictor)
    try values.encode(bits.verdict, forKey: .verdict)
    if !bits.labels.isEmpty { try values.encode(bits.labels, forKey: .labels) }
    try values.encodeIfPresent(bits.labelVerdict, forKey: .labelVerdict)
    try values.encode(bits.files, forKey: .files)
    try values.encode(bits.tooShort.map(\.path), forKey: .tooShort)
    try values.encode(skipped, forKey: .skipped)
    try values.encode(warnings, forKey: .warnings)
    try values.encodeIfPresent(generated, forKey: .generated)
    try values.encodeIfPresent(tones, forKey: .tones)
    try values.encodeIfPresent(controls, forKey: .controls)
    try values.encodeIfPresent(untoldBitsPerSample, forKey: .untoldBitsPerSample)
    try values.encodeIfPresent(comparison, forKey: .distances)
    try values.encodeIfPresent(memorization, forKey: .memorization)
    try values.encodeIfPresent(memorizationVerdict, forKey: .memorizationVerdict)
  }

  /// What the search for copies means, and what it does not say.
  package var memorizationVerdict: String? {
    guard let verdict = memorization?.verdict else { return nil }
    if controls == nil { return verdict }
    return verdict
      + " These clips follow held-out curves: one that follows a gesture of the model's own is led through an excerpt of its "
      + "training, and may come nearer."
  }
}
