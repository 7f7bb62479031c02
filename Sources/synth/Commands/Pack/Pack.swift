// synth pack: an instrument for samplers from a model. Which notes: PackPlanner.swift; what is made: PackPlan.swift; where it goes:
// PackFolder.swift.
import ArgumentParser
import AudioIO
import Benchmarks
import Files
import Generation
import Instruments
import Ranks
import Reports
import Signal
import WaveNet

struct Pack: ParsableCommand, RunsOverRanks {
  static let configuration = CommandConfiguration(
    abstract:
      "Make an instrument for samplers from a model: a folder of notes, and an SFZ file that maps them.",
    discussion: """
      synth pack flute/                                      the shipped recorder: keys and levels that it has learnt
      synth pack mine/ --model runs/mine --keys C3-C5 --step 2 --levels=-30,-20 --takes 2
      synth pack drums/ --model runs/drums --count 24        a model that is told no pitch: one-shots from C2 up

      A note is held, and falls silent; it is tried several times, and the best try is kept: by pitch, level and clicks. What
      is left of mistuning is in the instrument's tuning, and a loop in the file where one can be had without a seam. Notes
      that are no good are made all the same, and named. README.md in the folder has all figures.

      The same command makes the same files, for any --threads, and under mpirun for any number of ranks, which share the
      notes. After Ctrl-C or kill -9 it makes those that are missing. Earlier packs are replaced, which is said; other files
      only with --overwrite.
      """)

  @Argument(help: "The pack's folder, whose name is that of the instrument.", completion: .directory)
  var folder: String

  @Option(help: ArgumentHelp(ModelSource.help, valueName: "dir|name"), completion: .directory)
  var model = "recorder"

  @OptionGroup(title: "Notes") var notes: PackNotesFlags

  @Option(help: "Tries of each recording, of which the best is kept.")
  var tries = 4

  @Option(
    help: ArgumentHelp("One of the model's labels, or a mixture: flute:0.7,voice:0.3.", valueName: "name"))
  var label: String?

  @Option(help: "Sample format of the files: \(SampleWidth.list).")
  var format: SampleWidth?

  @Option(help: ArgumentHelp("Sample rate of the files (default: the model's).", valueName: "Hz"))
  var rate: Int?

  @Option(help: "Seed of the random numbers.")
  var seed: UInt64 = 1

  @OptionGroup(title: "Sampling") var sampling: SamplingFlags

  @OptionGroup var threads: ThreadsOption

  @Option(help: "Arithmetic: \(Precision.list).")
  var precision = Precision.f32

  @Flag(
    help: "Replace files that synth did not make or that were changed since, and make again what is there.")
  var overwrite = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors and warnings.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if folder.isEmpty || folder == "-" { throw ValidationError("name a folder, e.g. synth pack flute/") }
    if !(1...99).contains(tries) { throw ValidationError("--tries \(tries): give 1 to 99") }
    if let rate, !Clip.sampleRates.contains(rate) {
      throw ValidationError(
        "--rate \(rate): give \(Clip.sampleRates.lowerBound) to \(Clip.sampleRates.upperBound)")
    }
  }

  func run() throws {
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    let job = try World.gather(threads: threads.given)
    try job.requireOneArithmetic(precision.rawValue)
    let farm = Farm(World.ranks, job)
    let folder = PackFolder(folder)
    let loaded = try ModelSource.load(model)
    let recipe = try Recipe(loaded, overrides: sampling.overrides, precision: precision)
    var planner = PackPlanner(recipe, notes, label: label)
    let plan = plan(try planner.choose(name: folder.plainName), loaded, recipe)
    try requireRoom(plan)
    try share(plan, farm)
    let prepared = try prepare(plan, folder, farm)
    if farm.isFirst { for warning in planner.warnings { Terminal.warn(warning) } }
    if !quiet { for line in planner.remarks + prepared.notes { Terminal.note(line) } }
    let seconds = try plan.make(prepared.missing, in: folder, farm: farm)
    guard farm.isFirst else { return }
    let files = try plan.files(in: folder)
    let report = PackReport(plan, folder, files, made: prepared.missing.count, seconds: seconds)
    try plan.finish(files, report, in: folder)
    Terminal.list(report.warnings, of: "recordings that are not good", all: false, hint: folder.page) {
      Terminal.warn($0)
    }
    if json { try JSONReport.print(report) }
    if !quiet {
      if let line = report.withoutLoop { Terminal.note(line) }
      if !report.warnings.isEmpty { Terminal.note("another --seed or more --tries may do better there") }
      Terminal.note(report.sentence)
    }
  }

  private func plan(_ choice: PackPlanner.Choice, _ loaded: LoadedModel, _ recipe: Recipe) -> PackPlan {
    let rate = rate ?? recipe.sampleRate
    var command = ["--model", CommandText.quoted(model)] + choice.words
    command += ["--tries", "\(tries)", "--seed", "\(seed)"] + recipe.flags
    if precision != .f32 { command += ["--precision", precision.rawValue] }
    if rate != recipe.sampleRate { command += ["--rate", "\(rate)"] }
    if let format, format != .int16 { command += ["--format", format.rawValue] }
    return PackPlan(
      recipe: recipe, weights: String(loaded.model.checksum, radix: 16), seed: seed, kind: choice.kind,
      pieces: choice.pieces, layers: choice.layers, takes: choice.takes, tries: tries,
      width: format ?? .int16, sampleRate: rate, threads: threads.count, command: command)
  }

  private func requireRoom(_ plan: PackPlan) throws {
    // Numbers of a group's clips, of what they are made into, and of the transforms that look for a loop.
    let length = plan.samples * max(1, plan.sampleRate / plan.recipe.sampleRate)
    try Memory.require(
      plan.clipsAtOnce * plan.samples * 16 + plan.threads * length * 200,
      for: "\(plan.clipsAtOnce) clips of \(plan.samples) samples at once",
      remedy: "give smaller --seconds, --rate, --tries or --threads")
  }

  /// One model, and one set of notes.
  private func share(_ plan: PackPlan, _ farm: Farm) throws {
    if farm.isAlone { return }
    try Terminal.shareWarnings()
    let ends = [plan.pieces.first!, plan.pieces.last!].map { plan.comment($0) } + plan.pieces.map(\.name)
    try farm.requireSame(
      Checksum.of(Array(ends.joined().utf8)),
      "would make other notes than rank 0, from another model: copy it to all machines, or use a folder that they share"
    )
  }

  /// Rank 0 looks at what is there, and makes the folders; all ranks have to see them.
  private func prepare(_ plan: PackPlan, _ folder: PackFolder, _ farm: Farm) throws -> PackFolder.Preparation
  {
    if farm.isAlone { return try folder.prepare(plan, overwrites: overwrite) }
    let own = farm.isFirst ? try folder.prepare(plan, overwrites: overwrite) : nil
    let missing = try farm.broadcast(own?.missing ?? [])
    try farm.requireSharedFolder(folder.samples)
    return PackFolder.Preparation(
      missing: missing, notes: own?.notes ?? [])
  }
}
