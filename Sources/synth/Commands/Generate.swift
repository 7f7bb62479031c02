// synth generate: sound from a model, into files, a pipe or the loudspeaker. What to make: GenerationPlan.swift; where
// it goes: ClipSink.swift.
import ArgumentParser
import AudioIO
import Generation
import Signal
import WaveNet

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Generate sound from a model.",
    discussion: """
      synth generate out.wav                      4 seconds from the shipped model
      synth generate - --seconds 30 | aplay       while it is being made
      synth generate takes/ --count 20 --seed 7   takes/clip-001.wav ...
      synth generate more.wav --prime start.wav   goes on from a recording

      The seed is printed and stored in the file's comment: the same seed, model and settings give the same samples
      on this machine, whatever --count and --threads are. --count numbers clips from 1; --clip 7 makes clip 7 alone.
      """)

  @Argument(
    help: "A .wav or .flac file; a folder/ with --count; '-' for a WAV stream on standard output.",
    completion: .file(extensions: ["wav", "flac"]))
  var output: String?

  @Option(help: ArgumentHelp(ModelSource.help, valueName: "dir|name"), completion: .directory)
  var model = ShippedModel.defaultName

  @Option(help: "Length of each clip (default: the model's, or 4).")
  var seconds: Double?

  @Option(help: "Length of each clip in samples.")
  var samples: Int?

  @Option(help: "Seed of the random numbers (default: a new one, which is printed).")
  var seed: UInt64?

  @OptionGroup(title: "Sampling") var sampling: SamplingFlags

  @Option(
    help: ArgumentHelp("Go on from the end of this recording instead of from silence.", valueName: "file"),
    completion: .file())
  var prime: String?

  @Flag(help: "Put the priming recording, as the model hears it, in front of what is generated.")
  var includePrime = false

  @Option(help: "Clips to generate, each to its own numbered file.")
  var count = 1

  @Option(help: "Number of the first clip, from 1.")
  var clip = 1

  @OptionGroup var threads: ThreadsOption

  @Option(help: "Arithmetic: \(Precision.list).")
  var precision = Precision.f32

  @Option(help: "Sample format of the file: \(SampleWidth.list).")
  var format: SampleWidth?

  @Flag(help: "Bare signed 16-bit little-endian samples instead of WAV.")
  var raw = false

  @Flag(help: "Play it while it is being made; OUT may then be left out.")
  var play = false

  @OptionGroup var playback: PlaybackOption

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let seconds, !(seconds > 0 && seconds <= GenerationPlan.longestSeconds) {
      throw ValidationError(
        "--seconds \(seconds): give more than 0 and at most \(Int(GenerationPlan.longestSeconds))")
    }
    if let samples, !(1...GenerationPlan.mostSamples).contains(samples) {
      throw ValidationError("--samples \(samples): give 1 to \(GenerationPlan.mostSamples)")
    }
    if seconds != nil && samples != nil { throw ValidationError("give --seconds or --samples, not both") }
    if !(1...100_000).contains(count) { throw ValidationError("--count \(count): give 1 to 100000") }
    if clip < 1 { throw ValidationError("--clip \(clip): clips are numbered from 1") }
    if precision != .f32 {
      throw ValidationError(
        "--precision \(precision.rawValue) is not in this version: leave it out, or give f32")
    }
    if includePrime && prime == nil { throw ValidationError("--include-prime needs --prime FILE") }
    if output == nil && !play {
      throw ValidationError("name an output file, e.g. synth generate out.wav (or '-', or --play)")
    }
    if output == "" { throw ValidationError("the output's name is empty") }
    if output == "-" {
      if count > 1 { throw ValidationError("--count \(count) needs files: name one instead of '-'") }
      if json { throw ValidationError("--json and sound cannot both go to standard output: write to a file") }
      if let format, format != .int16 { throw ValidationError("a stream is 16 bit: leave --format out") }
    }
    if raw, let format, format != .int16 { throw ValidationError("--raw is 16 bit: leave --format out") }
    if play && count > 1 { throw ValidationError("--play plays one clip: leave --count out") }
  }

  func run() throws {
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    if output == "-" && Terminal.outputIsTerminal { throw SynthError.outputIsTerminal }
    let plan = try GenerationPlan(self)
    let target = try OutputTarget(self)  // may make a folder: nothing else can fail on the way
    if !quiet, let prime, let heard = plan.primeSeconds {
      Terminal.note(
        "\(prime): goes on from its last \(Format.fixed(heard, 3)) s, which is what the model can hear")
    }
    let report = count == 1 ? try plan.generateOne(target, self) : try plan.generateMany(target, self)
    if json { try JSONReport.print(report) }
    if !quiet { Terminal.note(report.sentence) }
  }
}

/// Arithmetic of generation.
enum Precision: String, CaseIterable, ExpressibleByArgument {
  case f32, bf16, int8
  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}

/// Width of the samples in a file; the container comes from its name.
enum SampleWidth: String, CaseIterable, ExpressibleByArgument {
  case int16 = "16"
  case int24 = "24"
  case float
  static let list = allCases.map(\.rawValue).joined(separator: ", ")
}
