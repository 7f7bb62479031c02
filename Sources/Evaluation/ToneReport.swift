// Generated clips of a model of chords or sines, judged one by one and together: tuning, levels, partials missing and
// too much, noise, drift, clicks, silence, DC. Measures: Signal.SineReport; what is right: TonalTarget.
internal import Glibc
package import Signal

/// One generated clip. Decibels that would be infinite are nil: there are no partials, or there is silence.
package struct ToneClip: Sendable, Encodable {
  package struct Partial: Sendable, Encodable {
    package let hz: Double
    /// Amplitude, full scale 0 dB.
    package let db: Double
    /// The nearest equal-tempered note.
    package let note: String?
    /// From the tone that it stands for; nil if it is too much, or if any frequency is right.
    package let cents: Double?
    package let levelErrorDb: Double?
    package let isExtra: Bool
    /// Which stretch of the clip, of at most four seconds, counted from 0.
    package let part: Int
  }

  /// As in `synth generate --clip`.
  package let clip: Int
  package let seconds: Double
  package let partials: [Partial]
  /// Frequencies in Hz; nil where nothing has to be there.
  package let missing: [Double]?
  /// Partials against everything else, over whole stretches: wandering counts as noise.
  package let snrDb: Double?
  /// The same in frames of 100 ms.
  package let framedSnrDb: Double?
  package let levelDb: Double?
  /// Loudest second minus softest second.
  package let driftDb: Double?
  /// Samples at which it clicks.
  package let clicks: [Int]
  package let isSilent: Bool
  package let dc: Double

  /// - clip: number of the clip, from 1
  package init(_ sound: Clip, clip: Int, target: TonalTarget) {
    let report = SineReport(sound)
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    let matches = report.partials.map { PartialMatch($0, target) }
    self.clip = clip
    seconds = sound.seconds
    partials = matches.enumerated().flatMap { part, match in
      match.pairs.map { pair in
        Partial(
          hz: pair.partial.frequency, db: 20 * log10(pair.partial.amplitude),
          note: Pitch.nearest(to: pair.partial.frequency).map { "\($0.pitch)" }, cents: pair.cents,
          levelErrorDb: pair.levelErrorDb, isExtra: target != .free && pair.tone == nil, part: part)
      }
    }
    let absent = matches.compactMap(\.missing)
    missing = absent.isEmpty ? nil : absent.flatMap { $0 }.map(\.hertz)
    snrDb = finite(report.snr)
    framedSnrDb = finite(report.framedSNR)
    levelDb = finite(report.level)
    driftDb = finite(report.drift)
    clicks = report.clicks.map(\.position)
    isSilent = report.isSilent
    dc = Loudness.dc(sound)
  }

  package var extra: [Partial] { partials.filter(\.isExtra) }
}

/// All clips together.
package struct ToneReport: Sendable, Encodable {
  /// Median and worst of a figure, over partials or clips; nil if there is none.
  package struct Figure: Sendable, Encodable {
    package let median: Double?
    package let worst: Double?
    /// How many values there were.
    package let count: Int

    init(_ values: [Double], worst: ([Double]) -> Double?) {
      median = Distribution.median(values)
      self.worst = worst(values)
      count = values.count
    }
  }

  /// Sizes of the errors of all partials that stand for a tone.
  package let cents: Figure
  package let levelErrorDb: Figure
  /// Over clips that have partials.
  package let snrDb: Figure
  package let framedSnrDb: Figure
  package let driftDb: Figure
  /// Sizes, full scale 1.
  package let dc: Figure
  /// Tones that were not found, in all clips; nil where nothing has to be there.
  package let missing: Int?
  /// Partials that belong to nothing, in all clips.
  package let extra: Int
  package let clicks: Int
  /// Clips with a fault of each kind.
  package let clipsWithMissing: Int
  package let clipsWithExtra: Int
  package let clipsWithClicks: Int
  package let silentClips: Int
  package let clipsWithoutPartials: Int
  /// What cents, levels, missing and extra are counted against.
  package let against: String
  package let clips: [ToneClip]

  package init(_ sounds: [Clip], firstClip: Int = 1, target: TonalTarget) {
    self.init(sounds.enumerated().map { ToneClip($1, clip: firstClip + $0, target: target) }, target: target)
  }

  package init(_ clips: [ToneClip], target: TonalTarget) {
    let partials = clips.flatMap(\.partials)
    cents = Figure(partials.compactMap { $0.cents.map { abs($0) } }) { $0.max() }
    levelErrorDb = Figure(partials.compactMap { $0.levelErrorDb.map { abs($0) } }) { $0.max() }
    snrDb = Figure(clips.compactMap(\.snrDb)) { $0.min() }
    framedSnrDb = Figure(clips.compactMap(\.framedSnrDb)) { $0.min() }
    driftDb = Figure(clips.compactMap(\.driftDb)) { $0.max() }
    dc = Figure(clips.map { abs($0.dc) }) { $0.max() }
    let absent = clips.compactMap(\.missing)
    missing = absent.isEmpty ? nil : absent.reduce(0) { $0 + $1.count }
    extra = clips.reduce(0) { $0 + $1.extra.count }
    clicks = clips.reduce(0) { $0 + $1.clicks.count }
    clipsWithMissing = absent.count { !$0.isEmpty }
    clipsWithExtra = clips.count { !$0.extra.isEmpty }
    clipsWithClicks = clips.count { !$0.clicks.isEmpty }
    silentClips = clips.count(where: \.isSilent)
    clipsWithoutPartials = clips.count(where: \.partials.isEmpty)
    against =
      switch target {
      case .chords(let chords):
        "the nearest of \(chords.count) chords; a partial within \(Int(PartialMatch.reach)) cents stands for its tone, \(Int(PartialMatch.faint)) dB below the strongest at most"
      case .notes(let notes): "the nearest of \(notes.count) notes; how many sound together is open"
      case .free: "nothing: the corpus has tones of any frequency and level"
      }
    self.clips = clips
  }
}
