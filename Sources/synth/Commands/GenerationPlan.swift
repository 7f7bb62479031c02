// What `generate` makes: model, sampling, seed, length and history, all resolved; and the two ways to make it, one clip
// in small pieces (to be heard, streamed, interrupted) or many at once.
import AudioIO
import Generation
import Signal
import WaveNet

struct GenerationPlan {
  /// What one command may ask for: a WAV file holds no more.
  static let mostSamples = 1_000_000_000
  static let longestSeconds = 86_400.0

  let loaded: LoadedModel
  let sampling: SamplingOptions
  /// None after a prime: the model has heard what it goes on from.
  let leadIn: LeadIn
  let seed: UInt64
  /// Samples of each clip, without the prime.
  let samples: Int
  /// Codes of the priming recording, all of it.
  let prime: [UInt16]?
  /// What goes in front of each clip.
  private let prelude: [Float]

  var configuration: Configuration { loaded.model.configuration }
  var sampleRate: Int { configuration.sampleRate }
  /// Seconds of the prime that the model can hear.
  var primeSeconds: Double? {
    prime.map { Double(min($0.count, configuration.receptiveField)) / Double(sampleRate) }
  }

  init(_ flags: Generate) throws {
    loaded = try ModelSource.load(flags.model)
    sampling = try flags.sampling.options(loaded)
    // 32 bits are easier to type again than 64.
    seed = flags.seed ?? UInt64(UInt32.random(in: 0 ... .max))
    let configuration = loaded.model.configuration
    let seconds = flags.seconds ?? loaded.defaults.seconds ?? 4
    samples = flags.samples ?? max(1, Int((seconds * Double(configuration.sampleRate)).rounded()))
    let law = MuLaw(levels: configuration.quantizationLevels)
    prime = try flags.prime.map {
      law.encode(try SoundFile.read($0, sampleRate: configuration.sampleRate).samples)
    }
    leadIn = prime == nil ? flags.sampling.leadIn(loaded) : LeadIn(seconds: 0, sampleRate: 1)
    prelude = flags.includePrime ? law.decode(prime ?? []) : []
  }

  /// The settings that make a clip again, for the file's comment.
  func comment(clip: Int, _ flags: Generate) -> String {
    var words = ["synth \(Version.text):", "model=\(loaded.path)", "seed=\(seed)", "clip=\(clip)"]
    words.append("temperature=\(sampling.temperature)")
    if let topK = sampling.topK { words.append("top_k=\(topK)") }
    if let topP = sampling.topP { words.append("top_p=\(topP)") }
    if sampling.warmUpSamples > 0 { words.append("warm_up_samples=\(sampling.warmUpSamples)") }
    if leadIn.samples > 0 { words.append("lead_in_samples=\(leadIn.samples)") }
    if let prime = flags.prime { words.append("prime=\(prime)") }
    if flags.precision != .f32 { words.append("precision=\(flags.precision.rawValue)") }
    words.append("samples=\(samples)")
    return words.joined(separator: " ")
  }

  // MARK: one clip

  func generateOne(_ target: OutputTarget, _ flags: Generate) throws -> GenerationReport {
    let generator = Generator(
      loaded.model, sampling: sampling, seed: seed, clip: UInt64(flags.clip - 1),
      precision: flags.precision, threads: flags.threads.count)
    if let prime { generator.prime(prime) }
    let law = MuLaw(levels: configuration.quantizationLevels)
    let sink = try ClipSink(target, self, flags, clip: flags.clip)
    try sink.write(prelude)
    let total = leadIn.samples + samples
    let speed = Speedometer(total: total, sampleRate: sampleRate)
    var generating = 0.0
    // 20 ms: what a listener at the other end of a pipe waits for.
    let piece = max(1, sampleRate / 50)
    var codes = [UInt16](repeating: 0, count: piece)
    while generator.position < total {
      if let signal = Interrupt.signal {
        sink.abandon()
        throw SynthError.interrupted(signal: signal, hint: sink.abandonedHint)
      }
      let position = generator.position
      let count = min(piece, total - position)
      let before = speed.seconds
      try generator.next(into: &codes, count: count)
      generating += speed.seconds - before
      try sink.write(leadIn.kept(codes[..<count].map { law.decode($0) }, at: position))
      ProgressLine.draw { speed.line(generator.position) }
    }
    try sink.finish()
    return report(files: target.isFile ? [target.path(clip: flags.clip)] : [], clips: 1, generating, flags)
  }

  // MARK: many clips

  /// In groups, so that the first files appear early and memory stays small.
  func generateMany(_ target: OutputTarget, _ flags: Generate) throws -> GenerationReport {
    let threads = flags.threads.count
    let total = leadIn.samples + samples
    let group = min(64 * threads, max(threads, 400_000_000 / total))
    let speed = Speedometer(total: total * flags.count, sampleRate: sampleRate)
    let law = MuLaw(levels: configuration.quantizationLevels)
    var files: [String] = []
    for first in stride(from: 0, to: flags.count, by: group) {
      let clips = min(group, flags.count - first)
      let done = first * total
      let codes: [[UInt16]]
      do {
        codes = try BatchGenerator.generate(
          loaded.model, lengths: Array(repeating: total, count: clips), sampling: sampling, seed: seed,
          firstClip: UInt64(flags.clip - 1 + first), threads: threads,
          prime: prime.map { Array(repeating: $0, count: clips) }, precision: flags.precision,
          progress: { count in
            ProgressLine.draw { speed.line(done + count) }
            return !Interrupt.isRequested
          })
      } catch GenerationError.cancelled {
        throw SynthError.interrupted(
          signal: Interrupt.signal ?? 2,
          hint: "\(Format.count(files.count, "file")) of \(flags.count) written")
      }
      for (i, clip) in codes.enumerated() {
        let number = flags.clip + first + i
        let path = target.path(clip: number)
        let sound = Clip(samples: prelude + leadIn.kept(law.decode(clip)), sampleRate: sampleRate)
        try target.write(sound, to: path, comment: comment(clip: number, flags))
        files.append(path)
      }
      try Interrupt.check(hint: "\(Format.count(files.count, "file")) of \(flags.count) written")
    }
    return report(files: files, clips: flags.count, speed.seconds, flags)
  }

  private func report(files: [String], clips: Int, _ seconds: Double, _ flags: Generate) -> GenerationReport {
    let speed = Double((leadIn.samples + samples) * clips) / seconds
    return GenerationReport(
      files: files, model: loaded.path, seed: seed, firstClip: flags.clip, clips: clips, samples: samples,
      sampleRate: sampleRate, temperature: sampling.temperature, topK: sampling.topK, topP: sampling.topP,
      warmUpSamples: sampling.warmUpSamples, leadInSamples: leadIn.samples,
      precision: flags.precision.rawValue, primeSeconds: primeSeconds,
      samplesPerSecond: speed,
      timesRealTime: speed / Double(sampleRate))
  }
}

/// What `generate --json` prints.
struct GenerationReport: Encodable {
  let files: [String]
  let model: String
  let seed: UInt64
  let firstClip: Int
  let clips: Int
  let samples: Int
  let sampleRate: Int
  let temperature: Double
  let topK: Int?
  let topP: Double?
  let warmUpSamples: Int
  let leadInSamples: Int
  let precision: String
  let primeSeconds: Double?
  let samplesPerSecond: Double
  let timesRealTime: Double

  /// The same in words.
  var sentence: String {
    let place: String
    switch files.count {
    case 0: place = ""
    case 1: place = files[0] + ": "
    default: place = "\(files[0]) ... \(files.last!): \(clips) clips of "
    }
    let length = Format.fixed(Double(samples) / Double(sampleRate), 3)
    return "\(place)\(length) s from \(model), seed \(seed), temperature \(Format.short(temperature)); "
      + "\(Format.short(samplesPerSecond)) samples/s, \(Format.short(timesRealTime)) x real time"
  }
}
