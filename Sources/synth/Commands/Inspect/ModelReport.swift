// What `synth inspect` says of a model.
import Benchmarks
import Reports
import WaveNet

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
  let weights: CachedWeights
  let temperature: Double?
  let topK: Int?
  let topP, seconds, warmUpSeconds, leadInSeconds: Double?
  /// What it can be told; nil of a model that is told nothing. Labels in the order of its inputs.
  let labels, controls: [String]?
  let controlFrameSamples: Int?
  /// Curves that come with it, which it follows where it is told nothing else: where they are from.
  let gestures: [String]?
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
    weights = CachedWeights(loaded.path, c)
    let defaults = loaded.defaults
    (temperature, topK, topP) = (defaults.temperature, defaults.topK, defaults.topP)
    (seconds, warmUpSeconds, leadInSeconds) = (
      defaults.seconds, defaults.warmUpSeconds, defaults.leadInSeconds
    )
    let told = c.conditioning
    (labels, controls) = (told?.labels, told?.controls.map(\.name))
    (controlFrameSamples, gestures) = (told?.frameSamples, told.map { _ in loaded.gestures.map(\.source) })
    self.tensors =
      tensors
      ? loaded.model.layout.tensors.map { tensor in
        let values = unsafe loaded.model.tensor(tensor.name)
        let power = unsafe values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(max(1, values.count))
        return Tensor(name: tensor.name, shape: tensor.shape, rms: power.squareRoot())
      } : nil
  }

  func print() throws {
    var rows = [
      ("model", model), ("sample rate", "\(sampleRate) Hz"),
      ("levels", "\(quantizationLevels) mu-law codes"),
      (
        "receptive field",
        "\(receptiveFieldSamples) samples, \(NumberText.short(receptiveFieldMs)) ms"
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
      ("weights", weights.sentence),
      (
        "generation here",
        "\(NumberText.short(samplesPerSecond)) samples/s, \(NumberText.short(timesRealTime)) x real time, one clip, one thread"
      ),
    ]
    if let labels, !labels.isEmpty { rows.append(("labels", labels.joined(separator: ", "))) }
    if let controls, !controls.isEmpty, let controlFrameSamples {
      let names = controls.joined(separator: ", ")
      rows.append(("controls", "\(names); frames of \(controlFrameSamples) samples"))
    }
    if let gestures {
      let first = gestures.first.map { "\(gestures.count), the first from \($0)" }
      rows.append(("gestures", first ?? "none"))
    }
    var settings: [String] = []
    if let temperature { settings.append("temperature \(NumberText.short(temperature))") }
    if let topK { settings.append("top-k \(topK)") }
    if let topP { settings.append("top-p \(NumberText.short(topP))") }
    if let seconds { settings.append("\(NumberText.short(seconds)) s") }
    if let leadInSeconds { settings.append("lead-in \(NumberText.short(leadInSeconds)) s") }
    if let warmUpSeconds { settings.append("warm-up \(NumberText.short(warmUpSeconds)) s") }
    if !settings.isEmpty { rows.append(("recommended", settings.joined(separator: ", "))) }
    for (name, value) in rows { try Terminal.print(NumberText.column(name, 18) + value) }
    for tensor in tensors ?? [] {
      try Terminal.print(
        NumberText.column(tensor.name, 28) + NumberText.column("\(tensor.shape)", 16)
          + "rms \(NumberText.short(tensor.rms))")
    }
  }
}
