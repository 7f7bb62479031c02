// synth inspect: what is in a model or a sound file.
import ArgumentParser
import AudioIO
import Signal
import WaveNet

import Glibc

struct Inspect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe a model or a sound file.",
    discussion: """
      synth inspect sines          a model: size, receptive field, speed on this machine
      synth inspect out.wav        sound: format, level, partials, and the settings that made it
      """)

  @Argument(help: "A sound file ('-' reads standard input), or a model: \(ModelSource.help)", completion: .file())
  var subject: String

  @Flag(help: "List the model's tensors.")
  var tensors = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func run() throws {
    if ModelSource.isModel(subject) {
      let report = try ModelReport(try ModelSource.load(subject), tensors: tensors)
      return try json ? JSONReport.print(report) : report.print()
    }
    if tensors { throw ValidationError("--tensors is for models") }
    if subject != "-", access(subject, F_OK) != 0 { throw SynthError.noSuchInput(path: subject) }
    let report = try SoundReport(subject)
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
  let topP, seconds, warmUpSeconds: Double?
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
    multiplyAddsPerSample = ModelFacts.multiplyAddsPerSample(c)
    samplesPerSecond = try ModelFacts.samplesPerSecond(loaded.model)
    timesRealTime = samplesPerSecond / Double(c.sampleRate)
    let defaults = loaded.defaults
    (temperature, topK, topP) = (defaults.temperature, defaults.topK, defaults.topP)
    (seconds, warmUpSeconds) = (defaults.seconds, defaults.warmUpSeconds)
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
      ("blocks", "\(blocks), kernel \(kernelSize), dilations \(dilations.map { "\($0)" }.joined(separator: " "))"),
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
    if let warmUpSeconds { settings.append("warm-up \(Format.short(warmUpSeconds)) s") }
    if !settings.isEmpty { rows.append(("recommended", settings.joined(separator: ", "))) }
    for (name, value) in rows { try Terminal.print(Format.column(name, 18) + value) }
    for tensor in tensors ?? [] {
      try Terminal.print(
        Format.column(tensor.name, 28) + Format.column("\(tensor.shape)", 16) + "rms \(Format.short(tensor.rms))")
    }
  }
}

struct SoundReport: Encodable {
  let path, container, encoding: String
  let sampleRate, channels, samples: Int
  let seconds: Double
  /// Of the mean of the channels, in dB of full scale; nil is silence.
  let peakDb, rmsDb: Double?
  let dc: Double
  let comment, title: String?

  init(_ path: String) throws {
    let info = try SoundFile.info(path)
    let clip = try SoundFile.read(path)
    self.path = path
    (container, encoding) = (info.container, info.encoding)
    (sampleRate, channels, samples) = (info.sampleRate, info.channels, clip.samples.count)
    seconds = clip.seconds
    (comment, title) = (info.comment, info.title)
    let count = Double(max(1, clip.samples.count))
    let peak = clip.samples.reduce(0) { max($0, Double(abs($1))) }
    let power = clip.samples.reduce(0.0) { $0 + Double($1) * Double($1) } / count
    peakDb = peak > 0 ? 20 * log10(peak) : nil
    rmsDb = power > 0 ? 10 * log10(power) : nil
    dc = clip.samples.reduce(0.0) { $0 + Double($1) } / count
  }

  func print() throws {
    func decibels(_ value: Double?) -> String { value.map { Format.fixed($0, 1) + " dB" } ?? "silence" }
    var rows = [
      ("file", path), ("format", "\(container), \(encoding)"), ("sample rate", "\(sampleRate) Hz"),
      ("channels", "\(channels)"), ("length", "\(Format.fixed(seconds, 3)) s, \(samples) samples"),
      ("peak", decibels(peakDb)), ("rms", decibels(rmsDb)), ("dc", Format.short(dc)),
    ]
    if let title { rows.append(("title", title)) }
    if let comment { rows.append(("comment", comment)) }
    for (name, value) in rows { try Terminal.print(Format.column(name, 18) + value) }
  }
}
