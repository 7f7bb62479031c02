// synth inspect: what is in a model or a sound file.
import ArgumentParser
import AudioIO
import Benchmarks
import Files
import Glibc
import Signal
import WaveNet

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe a model or a sound file.",
    discussion: """
      synth inspect sines          a model: size, receptive field, speed on this machine
      synth inspect out.wav        sound: format, level, partials, and the settings that made it
      """)

  @Argument(
    help: "A sound file ('-' reads standard input), or a model: \(ModelSource.help)", completion: .file())
  var subject: String

  @Flag(help: "List the model's tensors.")
  var tensors = false

  @Option(
    help: ArgumentHelp("Draw a sound file's spectrogram into this PNG file.", valueName: "file"),
    completion: .file(extensions: ["png"]))
  var picture: String?

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func run() throws {
    if ModelSource.isModel(subject) {
      if picture != nil { throw ValidationError("--picture is for sound files") }
      let report = try ModelReport(try ModelSource.load(subject), tensors: tensors)
      return try json ? JSONReport.print(report) : report.print()
    }
    if tensors { throw ValidationError("--tensors is for models") }
    if subject != "-", access(subject, F_OK) != 0 { throw SynthError.noSuchInput(path: subject) }
    let info = try subject == "-" ? nil : SoundFile.info(subject)
    let clip = try SoundFile.read(subject)
    let report = SoundReport(clip, info, path: subject)
    if let picture { try AtomicFile.write(SpectrogramPicture().png(clip), to: picture) }
    try json ? JSONReport.print(report) : report.print()
  }
}

struct ModelReport: Encodable {
  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let rms: Double
  }
  let model: String
  let sampleRate, quantizationLevels: Int
  let blocks, kernelSize: Int
  let dilations: [Int]
  let residualChannels, dilationChannels, skipChannels, headChannels: Int
  let parameters: Int
  let receptiveFieldSamples: Int
  let receptiveFieldMs: Double
  let multiplyAddsPerSample: Int
  let samplesPerSecond, timesRealTime: Double
  let temperature: Double?
  let topK: Int?
  let topP, seconds, warmUpSeconds, leadInSeconds: Double?
  let tensors: [Tensor]?

  init(_ loaded: LoadedModel, tensors: Bool) throws {
    let c = loaded.model.configuration
    model = loaded.path
    (sampleRate, quantizationLevels) = (c.sampleRate, c.quantizationLevels)
    (blocks, kernelSize, dilations) = (c.blockCount, c.kernelSize, c.dilations)
    (residualChannels, dilationChannels) = (c.residualChannels, c.dilationChannels)
    (skipChannels, headChannels) = (c.skipChannels, c.headChannels)
    parameters = loaded.model.layout.count
    receptiveFieldSamples = c.receptiveField
    receptiveFieldMs = Double(c.receptiveField) / Double(c.sampleRate) * 1000
    multiplyAddsPerSample = c.multiplyAddsPerSample
    samplesPerSecond = try GenerationSpeed.samplesPerSecond(loaded.model)
    timesRealTime = samplesPerSecond / Double(c.sampleRate)
    let defaults = loaded.defaults
    (temperature, topK, topP) = (defaults.temperature, defaults.topK, defaults.topP)
    (seconds, warmUpSeconds, leadInSeconds) = (
      defaults.seconds, defaults.warmUpSeconds, defaults.leadInSeconds
    )
    self.tensors =
      tensors
      ? loaded.model.layout.tensors.map { tensor in
        let values = loaded.model.tensor(tensor.name)
        let power = values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, values.count))
        return Tensor(name: tensor.name, shape: tensor.shape, rms: power.squareRoot())
      } : nil
  }

  func print() throws {
    var rows = [
      ("model", model), ("sample rate", "\(sampleRate) Hz"),
      ("levels", "\(quantizationLevels) mu-law codes"),
      (
        "receptive field",
        "\(receptiveFieldSamples) samples, \(Format.short(receptiveFieldMs)) ms"
      ),
      (
        "blocks",
        "\(blocks), kernel \(kernelSize), dilations \(dilations.map { "\($0)" }.joined(separator: " "))"
      ),
      (
        "channels",
        "residual \(residualChannels), dilation \(dilationChannels), skip \(skipChannels), head \(headChannels)"
      ),
      ("parameters", "\(parameters)"), ("per sample", "\(multiplyAddsPerSample) multiply-adds"),
      (
        "generation here",
        "\(Format.short(samplesPerSecond)) samples/s, \(Format.short(timesRealTime)) x real time, one clip, one thread"
      ),
    ]
    var settings: [String] = []
    if let temperature { settings.append("temperature \(Format.short(temperature))") }
    if let topK { settings.append("top-k \(topK)") }
    if let topP { settings.append("top-p \(Format.short(topP))") }
    if let seconds { settings.append("\(Format.short(seconds)) s") }
    if let leadInSeconds { settings.append("lead-in \(Format.short(leadInSeconds)) s") }
    if let warmUpSeconds { settings.append("warm-up \(Format.short(warmUpSeconds)) s") }
    if !settings.isEmpty { rows.append(("recommended", settings.joined(separator: ", "))) }
    for (name, value) in rows { try Terminal.print(Format.column(name, 18) + value) }
    for tensor in tensors ?? [] {
      try Terminal.print(
        Format.column(tensor.name, 28) + Format.column("\(tensor.shape)", 16)
          + "rms \(Format.short(tensor.rms))")
    }
  }
}

struct SoundReport: Encodable {
  let path: String
  /// Nil for standard input, which can be read only once.
  let container, encoding: String?
  let channels: Int?
  let sampleRate, samples: Int
  let seconds: Double
  /// Of the mean of the channels, in dB of full scale; nil is silence.
  let peakDb, rmsDb: Double?
  let dc: Double
  let silent: Bool
  /// Sines that the sound consists of, strongest first; of its first ten seconds.
  let partials: [Partial]
  /// Partials against everything else, in dB; nil without partials.
  let snrDb: Double?
  /// Samples at which it clicks.
  let clicks: [Int]
  let comment, title: String?

  struct Partial: Encodable {
    let hz, db: Double
    /// The nearest equal-tempered note.
    let note: String?
    let cents: Double?

    /// "A4 +3.1 cents".
    var pitch: String {
      guard let note, let cents else { return "" }
      return "\(note) \(cents < 0 ? "" : "+")\(Format.fixed(cents, 1)) cents"
    }
  }

  init(_ clip: Clip, _ info: SoundFileInfo?, path: String) {
    self.path = path
    (container, encoding) = (info?.container, info?.encoding)
    (sampleRate, channels, samples) = (clip.sampleRate, info?.channels, clip.samples.count)
    seconds = clip.seconds
    (comment, title) = (info?.comment, info?.title)
    let peak = Loudness.peak(clip)
    let level = Loudness.level(clip)
    peakDb = peak > 0 ? 20 * log10(peak) : nil
    rmsDb = level.isFinite ? level : nil
    dc = Loudness.dc(clip)
    silent = Loudness.isSilent(clip)
    let part = clip.part(from: 0, seconds: 10)
    let found = PartialAnalysis.detect(part)
    let ratio = PartialAnalysis.snr(part, partials: found)
    snrDb = ratio.isFinite ? ratio : nil
    partials = found.sorted { $0.amplitude > $1.amplitude }.map { partial in
      let near = Pitch.nearest(to: partial.frequency)
      return Partial(
        hz: partial.frequency, db: 20 * log10(partial.amplitude), note: near.map { "\($0.pitch)" },
        cents: near?.cents)
    }
    clicks = ClickDetector.clicks(in: clip).map(\.position)
  }

  func print() throws {
    func decibels(_ value: Double?) -> String { value.map { Format.fixed($0, 1) + " dB" } ?? "silence" }
    var rows = [("file", path)]
    if let container, let encoding, let channels {
      rows += [("format", "\(container), \(encoding)"), ("channels", "\(channels)")]
    }
    rows += [
      ("sample rate", "\(sampleRate) Hz"), ("length", "\(Format.fixed(seconds, 3)) s, \(samples) samples"),
      ("peak", decibels(peakDb)), ("rms", decibels(rmsDb)), ("dc", Format.short(dc)),
    ]
    if silent { rows.append(("sound", "silent: below -60 dB")) }
    for (i, partial) in partials.enumerated() {
      rows.append(
        (
          i == 0 ? "partials" : "",
          "\(Format.right(Format.fixed(partial.hz, 2), 9)) Hz  \(Format.right(Format.fixed(partial.db, 1), 6)) dB  "
            + partial.pitch
        ))
    }
    if let snrDb { rows.append(("against the rest", "\(Format.fixed(snrDb, 1)) dB")) }
    if !clicks.isEmpty {
      let first = Format.fixed(Double(clicks[0]) / Double(sampleRate), 3)
      rows.append(("clicks", "\(clicks.count), the first at \(first) s"))
    }
    if let title { rows.append(("title", title)) }
    if let comment { rows.append(("comment", comment)) }
    for (name, value) in rows { try Terminal.print(Format.column(name, 18) + value) }
  }
}
