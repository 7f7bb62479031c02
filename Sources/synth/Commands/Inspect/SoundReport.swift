// What `synth inspect` says of a sound file.
import AudioIO
import Glibc
import Reports
import Signal

struct SoundReport: Encodable {
  let path: String
  /// Nil for standard input, which can be read only once.
  let container, encoding: String?
  /// All that is measured is measured of their mean.
  let channels: Int
  let sampleRate, samples: Int
  let seconds: Double
  /// Of the mean of the channels, in dB of full scale; nil is silence.
  let peakDb, rmsDb: Double?
  let dc: Double
  let silent: Bool
  /// Sines that the sound consists of, strongest first; of ten seconds at most, from where it first sounds.
  let partials: [Partial]
  /// Where these seconds are.
  let partialsFrom, partialsSeconds: Double
  /// Partials against everything else, in dB; nil without partials.
  let snrDb: Double?
  /// Samples at which it clicks.
  let clicks: [Int]
  let comment, title: String?
  /// What the file says to samplers: its MIDI note, and a loop, its first sample and its last.
  let key, cents, loopStart, loopEnd: Int?

  struct Partial: Encodable {
    let hz, db: Double
    /// The nearest equal-tempered note.
    let note: String?
    let cents: Double?

    /// "A4 +3.1 cents".
    var pitch: String {
      guard let note, let cents else { return "" }
      return "\(note) \(cents < 0 ? "" : "+")\(NumberText.fixed(cents, 1)) cents"
    }
  }

  init(_ sound: MixedSound, _ info: SoundFileInfo?, path: String) {
    let clip = sound.clip
    self.path = path
    (container, encoding) = (info?.container, info?.encoding)
    (sampleRate, channels, samples) = (clip.sampleRate, sound.channels, clip.samples.count)
    seconds = clip.seconds
    (comment, title) = (info?.comment, info?.title)
    let sampler = info?.sampler
    (key, cents) = (sampler?.key, sampler?.cents)
    (loopStart, loopEnd) = (sampler?.loop?.lowerBound, sampler?.loop.map { $0.upperBound - 1 })
    let peak = Loudness.peak(clip)
    let level = Loudness.level(clip)
    peakDb = peak > 0 ? 20 * log10(peak) : nil
    rmsDb = level.isFinite ? level : nil
    dc = Loudness.dc(clip)
    silent = Loudness.isSilent(clip)
    let part = Self.sounding(clip, peak: peak)
    (partialsFrom, partialsSeconds) = (part.start, part.clip.seconds)
    let found = PartialAnalysis.detect(part.clip)
    let ratio = PartialAnalysis.snr(part.clip, partials: found)
    snrDb = ratio.isFinite ? ratio : nil
    partials = found.sorted { $0.amplitude > $1.amplitude }.map { partial in
      let near = Pitch.nearest(to: partial.frequency)
      return Partial(
        hz: partial.frequency, db: 20 * log10(partial.amplitude), note: near.map { "\($0.pitch)" },
        cents: near?.cents)
    }
    clicks = ClickDetector.clicks(in: clip).map(\.position)
  }

  /// Ten seconds at most: the whole of a short sound, of a longer one from where it is within 20 dB of its peak.
  private static func sounding(_ clip: Clip, peak: Double) -> (clip: Clip, start: Double) {
    let most = 10.0
    if clip.seconds <= most { return (clip, 0) }
    let first = clip.samples.firstIndex { Double(abs($0)) >= peak / 10 } ?? 0
    let start = min(Double(first) / Double(clip.sampleRate), clip.seconds - 1)
    return (clip.part(from: start, seconds: most), start)
  }

  func print() throws {
    func decibels(_ value: Double?) -> String { value.map { NumberText.fixed($0, 1) + " dB" } ?? "silence" }
    var rows = [("file", path)]
    if let container, let encoding { rows.append(("format", "\(container), \(encoding)")) }
    rows += [
      ("channels", channels == 1 ? "1" : "\(channels); what follows is of their mean"),
      ("sample rate", "\(sampleRate) Hz"),
      ("length", "\(NumberText.fixed(seconds, 3)) s, \(samples) samples"),
      ("peak", decibels(peakDb)), ("rms", decibels(rmsDb)), ("dc", NumberText.short(dc)),
    ]
    if silent { rows.append(("sound", "silent: below -60 dB")) }
    for (i, partial) in partials.enumerated() {
      rows.append(
        (
          i == 0 ? "partials" : "",
          "\(NumberText.right(NumberText.fixed(partial.hz, 2), 9)) Hz  \(NumberText.right(NumberText.fixed(partial.db, 1), 6)) dB  "
            + partial.pitch
        ))
    }
    if partialsSeconds < seconds {
      let times = [partialsFrom, partialsFrom + partialsSeconds].map { NumberText.fixed($0, 1) }
      rows.append(
        (
          partials.isEmpty ? "no partials" : "",
          "from \(times[0]) to \(times[1]) s, where they were looked for"
        ))
    }
    if let snrDb { rows.append(("against the rest", "\(NumberText.fixed(snrDb, 1)) dB")) }
    if !clicks.isEmpty {
      let first = NumberText.fixed(Double(clicks[0]) / Double(sampleRate), 3)
      rows.append(("clicks", "\(clicks.count), the first at \(first) s"))
    }
    if let key, let cents, let pitch = Pitch(midi: key) {
      rows.append(("key", "\(pitch) (\(key)) \(cents < 0 ? "" : "+")\(cents) cents"))
    }
    if let loopStart, let loopEnd {
      let length = NumberText.fixed(Double(loopEnd + 1 - loopStart) / Double(sampleRate), 3)
      rows.append(("loop", "samples \(loopStart) to \(loopEnd), \(length) s"))
    }
    if let title { rows.append(("title", title)) }
    if let comment { rows.append(("comment", comment)) }
    for (name, value) in rows { try Terminal.print(NumberText.column(name, 18) + value) }
  }
}
