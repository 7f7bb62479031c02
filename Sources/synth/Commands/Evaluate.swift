// synth evaluate: bits per sample of a model on sound files or on held-out synthetic clips.
import ArgumentParser
import AudioIO
import Corpus
import Generation
import Signal
import Training
import WaveNet

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a model predicts sound, in bits per sample.",
    discussion: """
      synth evaluate runs/mine recordings/        the mean over every sample of every file, silence before each
      synth evaluate runs/mine                    what the run held out
      synth evaluate sines --corpus chords        synthetic clips that training never meets

      Beside it stands what simple predictors need for the same samples: no model at all, the frequencies of codes
      (unigram), of pairs (bigram), and linear prediction from 32 samples refitted each second.
      """)

  @Argument(help: ArgumentHelp(ModelSource.help), completion: .directory)
  var model: String

  @Argument(help: "Sound files, and folders (the whole tree of each).", completion: .file())
  var files: [String] = []

  @OptionGroup var corpus: CorpusFlags

  @Option(help: "Clips of the corpus to measure on (default: 16; of a folder every held-out file).")
  var count: Int?

  @Option(
    help: "Seconds of each clip of the corpus (default: 4; of a folder whole files, ten minutes in all).")
  var seconds: Double?

  @Option(help: "Seed of the corpus (default: the run's, or 1).")
  var seed: UInt64?

  @OptionGroup var threads: ThreadsOption

  @Option(help: "Arithmetic, as in generate: \(Precision.list).")
  var precision = Precision.f32

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let count, !(1...10_000).contains(count) { throw ValidationError("--count \(count): give 1 to 10000") }
    if let seconds, !(seconds > 0 && seconds <= 3600) {
      throw ValidationError("--seconds \(seconds): give more than 0, at most 3600")
    }
    if !files.isEmpty && corpus.isGiven {
      throw ValidationError("give sound files or --corpus and --set, not both")
    }
  }

  func run() throws {
    Interrupt.catchSignals()
    let loaded = try ModelSource.load(model)
    let found = try files.isEmpty ? heldOut(loaded) : read(loaded.model.configuration)
    let measured = try Measurement(
      model: loaded.model, clips: found.clips.map(\.codes), precision: precision, threads: threads.count)
    let rate = loaded.model.configuration.sampleRate
    let report = EvaluationReport(
      model: loaded.path, precision: precision.rawValue, bitsPerSample: measured.bitsPerSample,
      samples: measured.samples,
      seconds: Double(measured.samples) / Double(rate), baselines: measured.baselines,
      verdict: measured.verdict,
      files: zip(found.clips, measured.clipBits).map { clip, bits in
        .init(
          path: clip.name, bitsPerSample: bits, samples: clip.codes.count,
          baselines: Baselines(
            clips: [clip.codes], levels: loaded.model.configuration.quantizationLevels, sampleRate: rate))
      }, skipped: found.skipped)
    json ? try JSONReport.print(report) : try report.print()
  }

  private struct Found {
    var clips: [(name: String, codes: [UInt16])] = []
    var skipped: [EvaluationReport.Skipped] = []
  }

  /// Files that were named must be readable; in folders, those that are not are skipped and named.
  private func read(_ configuration: Configuration) throws -> Found {
    let law = MuLaw(levels: configuration.quantizationLevels)
    let folder = try SoundFolder(under: files)
    var found = Found()
    found.skipped = folder.skipped.map { .init(path: nil, reason: "\($0)") }
    for path in folder.files {
      try Interrupt.check()
      ProgressLine.draw { "reading \(path)" }
      do {
        let clip = try SoundFile.read(path, sampleRate: configuration.sampleRate)
        found.clips.append((path, law.encode(clip.samples)))
      } catch {
        if files.contains(path) { throw error }
        found.skipped.append(.init(path: path, reason: "\(error)"))
      }
    }
    for file in found.skipped { Terminal.warn("skipped \(file.reason)") }
    if found.clips.isEmpty {
      if let first = found.skipped.first {
        throw SynthError.nothingReadable(count: found.skipped.count, first: first.reason)
      }
      throw CorpusError.noFiles(paths: files)
    }
    return found
  }

  /// Held-out clips of the corpus that was asked for, else of the run's own, else chords.
  private func heldOut(_ loaded: LoadedModel) throws -> Found {
    let configuration = loaded.model.configuration
    let run = RunFiles(folder: loaded.path)
    let description: CorpusDescription
    var seed = seed ?? 1
    if !corpus.isGiven && run.holdsRun {
      let saved = try RunDescription.load(run)
      description = saved.corpus
      seed = self.seed ?? saved.training.seed
    } else {
      description = try corpus.description(
        folders: [], sampleRate: configuration.sampleRate, levels: configuration.quantizationLevels)
    }
    let opened = try description.open(seed: seed, receptiveField: configuration.receptiveField) { report in
      for file in report.skipped { Terminal.warn("skipped \(file.path): \(file.reason)") }
    }
    let length = max(1, Int(((seconds ?? 4) * Double(configuration.sampleRate)).rounded()))
    let clips =
      count == nil && seconds == nil
      ? opened.validationClips() : opened.validationClips(count: count ?? 16, samples: length)
    var found = Found()
    for (i, codes) in clips.enumerated() where !codes.isEmpty {
      found.clips.append(("\(description.name), held-out clip \(i + 1)", codes))
    }
    return found
  }
}

/// What `evaluate --json` prints. `bits_per_sample` is the mean over all samples of all files, to the base 2.
struct EvaluationReport: Encodable {
  struct File: Encodable {
    let path: String
    let bitsPerSample: Double
    let samples: Int
    let baselines: Baselines
  }
  struct Skipped: Encodable {
    /// Nil for a folder.
    let path: String?
    let reason: String
  }
  let model: String
  let precision: String
  let bitsPerSample: Double
  let samples: Int
  let seconds: Double
  let baselines: Baselines
  let verdict: String
  let files: [File]
  let skipped: [Skipped]

  /// The same as a table.
  func print() throws {
    func row(_ name: String, _ bits: Double, _ b: Baselines) -> String {
      [bits, b.linearPredictor, b.bigram, b.unigram].map { Format.right(Format.fixed($0, 3), 11) }.joined()
        + "  " + name
    }
    try Terminal.print("bits per sample:")
    try Terminal.print(
      ["model", "linear 32", "bigram", "unigram"].map { Format.right($0, 11) }.joined() + "  clip")
    for file in files where files.count > 1 {
      try Terminal.print(row(file.path, file.bitsPerSample, file.baselines))
    }
    let all = files.count == 1 ? files[0].path : "all \(files.count), \(Format.clock(seconds))"
    try Terminal.print(row(all, bitsPerSample, baselines))
    try Terminal.print(verdict)
  }
}
