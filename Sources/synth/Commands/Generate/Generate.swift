// synth generate: sound from a model, into files, a pipe or the loudspeaker. What to make: GenerationPlan.swift; where
// it goes: OutputTarget.swift.
import ArgumentParser
import AudioIO
import Benchmarks
import Files
import Generation
import Glibc
import Ranks
import Reports
import WaveNet

struct Generate: ParsableCommand, RunsOverRanks {
  static let configuration = CommandConfiguration(
    abstract: "Generate sound from a model.",
    discussion: """
      synth generate out.wav                      4 seconds from the shipped model
      synth generate - --seconds 30 | aplay       while it is being made
      synth generate takes/ --count 20 --seed 7   takes/clip-001.wav ...
      synth generate more.wav --prime start.wav   goes on from a recording
      synth generate out.wav --model runs/mine --like hummed.wav --transpose 12

      A model that was trained with controls is told what to play: the pitch, loudness and pauses of a recording
      (--like), of a table (--curve), or else of one of its gestures, excerpts of what it has learnt from; which one
      is drawn by seed and clip.

      The seed is printed and stored in the file's comment: the same seed, model and settings give the same samples
      on this machine, whatever --count and --threads are. --count numbers clips from 1; --clip 7 makes clip 7 alone.
      A clip ends with a fall of 4 ms, so that it does not click; --no-fade leaves it as it is, to be gone on from.
      Earlier takes are replaced, which is said; other files only with --overwrite. Ctrl-C keeps what there is.
      The same command again makes the clips of --count that are missing: a file's comment says what made it, down to
      the weights. Under mpirun the ranks share the clips.
      """)

  @Argument(
    help: "A .wav or .flac file; a folder/ with --count; '-' for a WAV stream on standard output.",
    completion: .file(extensions: ["wav", "flac"]))
  var output: String?

  @Option(help: ArgumentHelp(ModelSource.help, valueName: "dir|name"), completion: .directory)
  var model = ShippedModel.defaultName

  @Option(help: "Length of each clip (default: that of --like or --curve, the model's, or 4).")
  var seconds: Double?

  @Option(help: "Length of each clip in samples.")
  var samples: Int?

  @Option(help: "Seed of the random numbers (default: a new one, which is printed).")
  var seed: UInt64?

  @OptionGroup(title: "Sampling") var sampling: SamplingFlags

  @Flag(help: "End clips where they end, without the fall of 4 ms that keeps them from clicking.")
  var noFade = false

  @OptionGroup(title: "Direction") var direction: DirectionFlags

  @Option(
    help: ArgumentHelp(
      "Go on from the end of this recording instead of from silence; '-' is standard input.",
      valueName: "file"),
    completion: .file())
  var prime: String?

  @Flag(help: "Put the priming recording, as the model hears it, in front of what is generated.")
  var includePrime = false

  @Option(help: "Clips to generate, each to its own numbered file.")
  var count = 1

  @Option(help: "Number of the first clip, from 1.")
  var clip = 1

  @OptionGroup var threads: ThreadsOption

  @Option(
    help: """
      Arithmetic: \(PrecisionChoice.list); auto is the most exact one that this machine makes \
      \(NumberText.short(GenerationSpeed.margin)) times as fast as it is heard (default: f32; auto with --play and no file).
      """)
  var precision: PrecisionChoice?

  @Option(help: "Sample format of the file: \(SampleWidth.list).")
  var format: SampleWidth?

  @Flag(help: "Bare signed 16-bit little-endian samples instead of WAV.")
  var raw = false

  @Flag(
    help:
      "Replace files that synth did not make or that were changed since, and leave other ones among the new takes."
  )
  var overwrite = false

  @Flag(help: "Play it while it is being made; OUT may then be left out.")
  var play = false

  @OptionGroup var playback: PlaybackOption

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let seconds { try ClipLength.check(seconds: seconds) }
    if let samples { try ClipLength.check(samples: samples) }
    if seconds != nil && samples != nil { throw ValidationError("give --seconds or --samples, not both") }
    if !(1...100_000).contains(count) { throw ValidationError("--count \(count): give 1 to 100000") }
    if !(1...Int.max - count + 1).contains(clip) {
      throw ValidationError(
        "--clip \(clip): give 1 to \(Int.max - count + 1), where \(count) clips can follow")
    }
    if includePrime && prime == nil { throw ValidationError("--include-prime needs --prime FILE") }
    let inputs = [("--prime", prime), ("--like", direction.like), ("--curve", direction.curve)].filter {
      $0.1 == "-"
    }
    if inputs.count > 1 {
      throw ValidationError(
        "\(NumberText.list(inputs.map { $0.0 + " -" })): standard input can be read once: name a file for one of them"
      )
    }
    if output == nil && !play {
      throw ValidationError("name an output file, e.g. synth generate out.wav (or '-', or --play)")
    }
    if output == "" { throw ValidationError("the output's name is empty") }
    if output == "-" {
      if count > 1 { throw ValidationError("--count \(count) needs files: name one instead of '-'") }
      if json { throw ValidationError("--json and sound cannot both go to standard output: write to a file") }
      if let format, format != .int16 { throw ValidationError("a stream is 16 bit: leave --format out") }
    }
    if raw, let output, (try? SoundFormat(path: output)) != nil {
      throw ValidationError(
        "\(output): --raw has no header, and players would look for one by this name: call it .raw")
    }
    if raw, let format, format != .int16 { throw ValidationError("--raw is 16 bit: leave --format out") }
    if playback.device != nil && !play { throw ValidationError("--device is for --play") }
    if prime != nil && (sampling.warmUp ?? 0 > 0 || sampling.leadIn ?? 0 > 0) {
      throw ValidationError(
        "--warm-up and --lead-in are for clips that start from silence: leave them out with --prime")
    }
    if play && count > 1 { throw ValidationError("--play plays one clip: leave --count out") }
  }

  func run() throws {
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    if output == "-" && Terminal.outputIsTerminal { throw SynthError.outputIsTerminal }
    if !World.isAlone && count == 1 {
      throw RankError.wrongCount(
        "one clip is made by one process: give --count and a folder, or start it without mpirun")
    }
    let job = try World.gather(threads: threads.given)
    let farm = Farm(World.ranks, job)
    var precisionRemark: String?
    var plan = try plan { precisionRemark = $0 }
    try job.requireOneArithmetic(plan.recipe.precision.rawValue)
    let target = try OutputTarget(output, isRaw: raw, width: format, clips: count)
    let begun = seed == nil && !overwrite ? target.begunSeed(of: plan) : nil
    if let begun { plan.seed = begun }
    try share(&plan, farm)
    let inFile = plan.samples + (includePrime ? plan.prime?.sound.codes.count ?? 0 : 0)
    try ClipLength.check(samples: inFile, sampleRate: plan.recipe.sampleRate, for: target)
    try Memory.require(
      min(count, threads.count) * Generator.queueBytes(plan.recipe.model.configuration),
      for: "generating \(NumberText.count(count, "clip")) at once", remedy: "give --threads 1")
    let player = try play ? player(plan, samples: inFile) : nil
    // May make a folder: nothing else can fail on the way.
    let prepared = try prepare(plan, target, farm)
    try target.requireRoom(clips: prepared.missing.count, samples: inFile)
    if !quiet {
      if let replaced = prepared.replaced { Terminal.note(replaced) }
      if let begun, !prepared.missing.isEmpty {
        Terminal.note(
          "goes on with seed \(begun), of which \(count - prepared.missing.count) of \(count) clips are there; --seed makes others"
        )
      }
      if let precisionRemark { Terminal.note(precisionRemark) }
      note(plan.prime, plan.recipe.sampleRate)
      if let following = plan.following { Terminal.note(following) }
      let untold = plan.directions.untoldLabels
      if !untold.isEmpty {
        Terminal.note(
          "is told no label: --label says which, of \(NumberText.list(untold.map(FileName.shown)))")
      }
      if let length = plan.directions.samples, length < plan.samples {
        let seconds = NumberText.fixed(Double(length) / Double(plan.recipe.sampleRate), 3)
        Terminal.note("behind \(seconds) s, where that ends, the model is told nothing and goes on by itself")
      }
    }
    if farm.isFirst { for beyond in plan.beyondLearnt { Terminal.warn(beyond) } }
    let report: GenerationReport
    if count == 1 {
      report = try plan.generateOne(
        try ClipSink(
          target, clip: clip, sampleRate: plan.recipe.sampleRate, totalSamples: inFile, player: player))
    } else {
      report = try plan.generateMany(
        target, missing: prepared.missing, farm: farm,
        ranksHere: job.facts.count { $0.host == job.facts[job.rank].host })
    }
    guard farm.isFirst else { return }
    if let warning = report.silenceWarning { Terminal.warn(warning) }
    if json { try JSONReport.print(report) }
    if !quiet { Terminal.note(report.sentence) }
  }

  /// - say: is told why the precision is what it is, where that was tried
  private func plan(say: (String) -> Void) throws -> GenerationPlan {
    var overrides = sampling.overrides
    overrides.fades = !noFade
    let loaded = try ModelSource.load(model)
    // A file is the same with and without --play.
    let choice = precision ?? (play && output == nil ? .auto : .fixed(.f32))
    let recipe = try Recipe(
      loaded, overrides: overrides,
      precision: try choice.precision(
        for: loaded.model, threads: count == 1 ? threads.count : 1, say: say))
    let prime = try prime.map { path in
      let sound = try Interrupt.whileNothingIsMade {
        try SoundFile.readMixed(path, sampleRate: recipe.sampleRate)
      }
      for warning in sound.warnings(path: path) { Terminal.warn(warning) }
      return GenerationPlan.Prime(path: path, clip: sound.clip, sound: recipe.prime(sound.clip.samples))
    }
    let length = samples ?? seconds.map { recipe.samples(seconds: $0) }
    let directions = try Directions(
      direction, recipe, prime: prime.map { ($0.clip, $0.sound.codes) }, most: length)
    return GenerationPlan(
      recipe: recipe, weights: String(loaded.model.checksum, radix: 16),
      seed: seed ?? UInt64(UInt32.random(in: 0 ... .max)),  // 32 bits are easier to type again than 64
      samples: length ?? directions.samples ?? recipe.samples(seconds: nil),
      numbers: clip...clip + (count - 1), prime: prime, directions: directions, includesPrime: includePrime,
      width: format ?? .int16, threads: threads.count)
  }

  /// One seed for all ranks, and one model and direction.
  private func share(_ plan: inout GenerationPlan, _ farm: Farm) throws {
    if farm.isAlone { return }
    try Terminal.shareWarnings()
    plan.seed = UInt64(try farm.ranks.broadcast("\(plan.seed)")) ?? plan.seed
    let ends = [plan.numbers.lowerBound, plan.numbers.upperBound].map {
      plan.comment(clip: $0, samples: plan.samples)
    }
    try farm.requireSame(
      Checksum.of(Array(ends.joined().utf8)),
      "would make other clips than rank 0, from another model or recording: copy them to all machines, or use a folder that they share"
    )
  }

  /// Rank 0 looks at what is there, and makes the folder; all ranks have to see it.
  private func prepare(
    _ plan: GenerationPlan, _ target: OutputTarget, _ farm: Farm
  ) throws -> OutputTarget.Preparation {
    func prepare() throws -> OutputTarget.Preparation {
      try target.prepare(plan.numbers, overwrites: overwrite) {
        plan.comment(clip: $0, samples: plan.samples)
      }
    }
    if farm.isAlone { return try prepare() }
    let own = farm.isFirst ? try prepare() : nil
    let missing = try farm.broadcast(own?.missing ?? [])
    try farm.requireSharedFolder(target.folder)
    return OutputTarget.Preparation(
      missing: missing, replaced: own?.replaced)
  }

  private func player(_ plan: GenerationPlan, samples: Int) throws -> Player {
    let rate = Double(plan.recipe.sampleRate)
    return try playback.open(
      sampleRate: plan.recipe.sampleRate, seconds: Double(samples) / rate,
      speed: 0.8 * GenerationSpeed.samplesPerSecond(plan.recipe.model, precision: plan.recipe.precision)
        / rate)
  }

  private func note(_ prime: GenerationPlan.Prime?, _ sampleRate: Int) {
    guard let prime else { return }
    let heard = NumberText.fixed(Double(prime.sound.heard) / Double(sampleRate), 3)
    if prime.sound.isSilent {
      Terminal.warn(
        "\(prime.path): its last \(heard) s, which is all that the model can hear, are silent: clips start as from "
          + "silence; cut the end of the recording to go on from its sound")
    } else {
      Terminal.note("\(prime.path): goes on from its last \(heard) s, which is what the model can hear")
    }
  }
}

extension Precision: ExpressibleByArgument {
  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}

/// Width of the samples in a file; the container comes from its name.
enum SampleWidth: String, CaseIterable, ExpressibleByArgument {
  case int16 = "16"
  case int24 = "24"
  case float
  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}
