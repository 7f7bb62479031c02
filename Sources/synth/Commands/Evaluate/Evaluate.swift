// synth evaluate: how well a model predicts sound, and what the sound that it generates is like. Where the clips come
// from: EvaluationSources.swift; the table: EvaluationTable.swift; the measures: the target Evaluation.
import ArgumentParser
import AudioIO
import Corpus
import Evaluation
import Generation
import Reports
import Signal
import WaveNet

struct Evaluate: ParsableCommand, RunsOverRanks {
  static let configuration = CommandConfiguration(
    abstract: "Measure how well a model predicts sound, and what it generates.",
    discussion: """
      synth evaluate sines                        bits per sample of held-out chords; partials of generated clips
      synth evaluate runs/mine                    what the run held out; generated clips beside it; memorising
      synth evaluate runs/mine recordings/        bits per sample of these files, but for those trained on
      synth evaluate model --training a/ --held-out b/ --page report.html

      A model that is told what to play follows excerpts of the held-out recordings: how far off its pitch and level are
      stands beside what these recordings reach themselves, and what chance does.

      Beside bits per sample stands what simple predictors need for the same samples: no model at all, the frequencies
      of codes (unigram), of pairs (bigram), and linear prediction from 32 samples that follows the sound. Distances
      between generated and held-out sound stand beside those between real recordings, as much of them: the floor.

      Under mpirun the ranks share what the model has to compute: bits and clips. Rank 0 compares, and writes.
      """)

  @Argument(help: ArgumentHelp(ModelSource.help), completion: .directory)
  var model: String

  @Argument(help: "Held-out sound files, and folders (the whole tree of each).", completion: .file())
  var files: [String] = []

  @Option(help: "Held-out recordings: the same as naming them as arguments.", completion: .file())
  var heldOut: [String] = []

  @Option(
    help: "Recordings that the model was trained on, to look for copies of them (default: those of the run).",
    completion: .directory)
  var training: [String] = []

  @OptionGroup var corpus: CorpusFlags

  @Option(help: "Clips of the corpus to measure on (default: 16; of a folder every held-out file).")
  var count: Int?

  @Option(
    help: "Seconds of each clip of the corpus (default: 4; of a folder whole files, ten minutes in all).")
  var seconds: Double?

  @Option(help: "Seed of the corpus (default: the run's, or 1).")
  var seed: UInt64?

  @Option(
    help: ArgumentHelp(
      "Clips to generate and judge (default: 8, or 20 of a model that is told something; 0 if files are given without --training or --page).",
      valueName: "count"))
  var generate: Int?

  @Option(help: "Seconds of each generated clip (default: the model's, or 4).")
  var generateSeconds: Double?

  @Option(help: "Seed of the generated clips.")
  var generateSeed: UInt64 = 1

  @OptionGroup var sampling: SamplingFlags

  @OptionGroup var threads: ThreadsOption

  @Option(help: "Arithmetic, as in generate: \(Precision.list).")
  var precision = Precision.f32

  @Option(
    help: ArgumentHelp(
      "Write a page with everything, to be opened in a browser, and the JSON beside it: a name ending in .html, or a folder.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var page: String?

  @Flag(help: "Measure files that the run was trained on as well, instead of leaving them out.")
  var all = false

  @Flag(help: "Show the figures of every file, however many there are.")
  var list = false

  /// What --list was called.
  @Flag(help: .hidden)
  var listFiles = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let count, !(1...10_000).contains(count) { throw ValidationError("--count \(count): give 1 to 10000") }
    if let seconds, !(seconds > 0 && seconds <= 3600) {
      throw ValidationError("--seconds \(seconds): give more than 0, at most 3600")
    }
    if let generate, !(0...1000).contains(generate) {
      throw ValidationError("--generate \(generate): give 0 to 1000")
    }
    if let generateSeconds, !(generateSeconds > 0 && generateSeconds <= 3600) {
      throw ValidationError("--generate-seconds \(generateSeconds): give more than 0, at most 3600")
    }
    if !recordings.isEmpty && corpus.isGiven {
      throw ValidationError("give sound files or --corpus and --set, not both")
    }
    if !recordings.isEmpty && (count != nil || seconds != nil || seed != nil) {
      throw ValidationError(
        "--count, --seconds and --seed choose clips of a corpus; sound files are measured whole")
    }
    if clipsWanted == 0 && (generateSeconds != nil || sampling.isGiven) {
      throw ValidationError(
        "--generate-seconds and settings of sampling are of generated clips, of which there are none: give --generate too"
      )
    }
    if page?.isEmpty == true { throw ValidationError("--page: give a file name or a folder") }
  }

  /// Clips of a model that is told something: each follows an excerpt, and labels share them.
  private static let followedClips = 20

  /// The words of this command line that say what the model is measured on.
  private var sourceWords: [String] {
    func option(_ name: String, _ value: Any?) -> [String] { value.map { [name, "\($0)"] } ?? [] }
    return recordings + training.flatMap { ["--training", $0] } + option("--count", count)
      + option("--seconds", seconds) + option("--seed", seed) + (all ? ["--all"] : [])
  }

  /// Clips to generate.
  private var clipsWanted: Int {
    generate ?? (recordings.isEmpty || !training.isEmpty || page != nil ? 8 : 0)
  }

  /// What was named as held out.
  private var recordings: [String] { files + heldOut }

  func run() throws {
    Interrupt.catchSignals()
    let loaded = try ModelSource.load(model)
    // Measured as the model makes it: the fall at a clip's end is not its own, and would count as something beside its partials.
    var overrides = sampling.overrides
    overrides.fades = false
    let recipe = try Recipe(loaded, overrides: overrides, precision: precision)
    let job = try World.gather(threads: threads.given)
    try job.requireOneArithmetic(precision.rawValue)
    let farm = Farm(World.ranks, job)
    // Before the work: a name that cannot be written should not cost it.
    let files = farm.isFirst ? try page.map { try EvaluationFiles($0) } : nil
    // Until its page is written, evaluating leaves nothing behind.
    let made = try Interrupt.whileNothingIsMade { try makeReport(recipe, loaded, farm) }
    guard let (report, clips, beside) = made else { return }
    try files?.write(report, generated: clips, beside: beside)
    json ? try JSONReport.print(report) : try EvaluationTable.print(report, listsFiles: list || listFiles)
  }

  /// The report, the generated clips, and what they are shown beside: held-out clips, or the excerpts that they follow. Nil on
  /// other ranks than the first, whose part is done then.
  private func makeReport(
    _ recipe: Recipe, _ loaded: LoadedModel, _ farm: Farm
  ) throws -> (EvaluationReport, [Clip], [MemorizationReport.Named])? {
    let wanted = clipsWanted
    let sources = try sources(loaded, generates: wanted > 0)
    try farm.requireSame(loaded, sources.heldOut)
    let bits = try Measurement.clipBits(
      loaded.model, sources.heldOut, precision: precision, farm: farm, tells: true)
    let untold =
      loaded.model.configuration.conditioning == nil
      ? nil
      : try Measurement.clipBits(
        loaded.model, sources.heldOut, precision: precision, farm: farm, tells: false)
    let followed = wanted > 0 ? try follow(recipe, wanted, sources, farm) : nil
    let made = wanted > 0 && followed == nil ? try makeClips(recipe, wanted, farm) : nil
    guard farm.isFirst else { return nil }
    var report = EvaluationReport(
      model: loaded.path, precision: precision.rawValue,
      bits: Measurement.report(bits, loaded.model, sources.heldOut), skipped: sources.skipped,
      warnings: sources.warnings)
    var clips: [Clip] = []
    var beside = sources.heldOutSounds
    report.untoldBitsPerSample = untold.map { bits in
      bits.reduce(0, +) / Double(sources.heldOut.reduce(0) { $0 + $1.codes.count })
    }
    if let followed {
      clips = followed.map(\.clip)
      let law = MuLaw(levels: recipe.model.configuration.quantizationLevels)
      beside = followed.map { pair in
        let sound = Clip(samples: law.decode(pair.excerpt.original), sampleRate: recipe.sampleRate)
        return (pair.excerpt.gesture.source, sound)
      }
      report.generated = GeneratedClips.Settings(
        recipe, followed, options: sourceWords, count: generate ?? Self.followedClips, seed: generateSeed,
        seconds: generateSeconds ?? GestureSelection.seconds)
      report.controls = ControlReport(followed, recipe.model.configuration, threads: threads.count)
      try judge(clips, sources, &report)
    } else if let made {
      clips = made.clips
      report.generated = made.settings
      try judge(clips, sources, &report)
    }
    return (report, clips, beside)
  }

  private func sources(_ loaded: LoadedModel, generates: Bool) throws -> EvaluationSources {
    let c = loaded.model.configuration
    var request = EvaluationSources.Request(heldOut: recordings, training: training, measuresAll: all)
    request.listsFiles = list || listFiles
    request.wantsTraining = generates
    if corpus.isGiven {
      request.corpus = try corpus.description(
        folders: [], sampleRate: c.sampleRate, levels: c.quantizationLevels)
    }
    (request.seed, request.count) = (seed, count)
    request.samples = seconds.map { max(1, Int(($0 * Double(c.sampleRate)).rounded())) }
    if recordings.isEmpty, let samples = request.samples {
      try Memory.require(
        12 * (count ?? 16) * samples, for: "\(count ?? 16) clips of \(samples) samples",
        remedy: "give smaller --count or --seconds")
    }
    request.remedyForAll = "--all measures everything"
    return try EvaluationSources(request, loaded, threads: threads.count)
  }

  /// Clips that follow held-out excerpts; nil where the model is told nothing, or no excerpt is long enough.
  private func follow(
    _ recipe: Recipe, _ count: Int, _ sources: EvaluationSources, _ farm: Farm
  ) throws -> [ControlReport.Pair]? {
    let c = recipe.model.configuration
    guard let conditioning = c.conditioning else { return nil }
    let excerpts = GestureSelection.excerpts(
      sources.heldOut.map { DescribedRecording($0) }, c, seed: generateSeed,
      count: generate ?? Self.followedClips,
      seconds: generateSeconds ?? GestureSelection.seconds)
    if excerpts.isEmpty {
      if farm.isFirst {
        Terminal.warn(
          "no held-out recording is long enough to be followed: clips are made as synth generate makes them")
      }
      return nil
    }
    let speed = Speedometer(
      total: excerpts.reduce(0) { $0 + $1.gesture.length }, sampleRate: recipe.sampleRate)
    do {
      let clips = try farm.clips(
        recipe, lengths: excerpts.map(\.gesture.length), seed: generateSeed,
        directions: FollowedClips.directions(excerpts, conditioning)
      ) { done in
        ProgressLine.draw { speed.parts(done, of: "generating: ") }
        return !Interrupt.isRequested
      }
      return zip(excerpts, clips).map { ControlReport.Pair($0, $1) }
    } catch GenerationError.cancelled {
      throw Interrupt.stopped()
    }
  }

  private func makeClips(_ recipe: Recipe, _ count: Int, _ farm: Farm) throws -> GeneratedClips {
    let samples = recipe.samples(seconds: generateSeconds)
    // As codes, as samples, and as what is measured of them.
    try Memory.require(
      12 * count * (recipe.leadIn.samples + samples), for: "judging \(count) clips of \(samples) samples",
      remedy: "give smaller --generate or --generate-seconds")
    let speed = Speedometer(
      total: count * (recipe.leadIn.samples + samples), sampleRate: recipe.sampleRate)
    do {
      let clips = try farm.clips(
        recipe, lengths: Array(repeating: samples, count: count), seed: generateSeed
      ) { done in
        ProgressLine.draw { speed.parts(done, of: "generating: ") }
        return !Interrupt.isRequested
      }
      return GeneratedClips(clips, recipe, samples: samples, seed: generateSeed)
    } catch GenerationError.cancelled {
      throw Interrupt.stopped()
    }
  }

  private func judge(_ clips: [Clip], _ sources: EvaluationSources, _ report: inout EvaluationReport) throws {
    if let target = sources.target {
      ProgressLine.draw { ["looking for partials ..."] }
      report.tones = ToneReport(clips, target: target)
      return ProgressLine.clear()
    }
    ProgressLine.draw { ["comparing spectra ..."] }
    let held = sources.heldOutSounds
    let training = sources.trainingSounds
    report.comparison = SoundComparison(
      generated: clips, heldOut: held.map(\.clip),
      training: training,
      seed: Measurement.seed, threads: threads.count)
    if let training {
      try Interrupt.check()
      let made = clips.enumerated().map { (name: "generated clip \($0 + 1)", clip: $1) }
      report.memorization = MemorizationReport(
        generated: made, heldOut: held, training: training, threads: threads.count
      ) { done, all in
        ProgressLine.draw {
          [
            "\(NumberText.share(done, all)), looking for copies of training recordings",
            "\(done) of \(all) parts",
          ]
        }
        return !Interrupt.isRequested
      }
      try Interrupt.check()
      if report.memorization == nil {
        let seconds = MemorizationReport.excerptSeconds(training, sampleRate: clips[0].sampleRate)
        let warning =
          "the generated clips hold no \(NumberText.plain(seconds)) s that are not silent: not searched for copies"
        Terminal.warn(warning)
        report.warnings.append(warning)
      }
    }
    ProgressLine.clear()
  }
}
