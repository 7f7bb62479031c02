// synth play: a sound file, or a model while it generates.
import ArgumentParser
import AudioIO
import Files
import Reports

struct Play: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play a sound file, or what a model generates.",
    discussion: """
      synth play out.wav
      synth play sines --seconds 30       the shipped model, while it generates; all of generate's settings: see
                                          synth generate --play
      """)

  @Argument(
    help: "A sound file ('-' reads standard input), or a model: \(ModelSource.help)", completion: .file())
  var subject: String

  @Option(help: "For a model: length (default: the model's, or 4). For a file: play no more than this.")
  var seconds: Double?

  @Option(help: "For a model: seed of the random numbers.")
  var seed: UInt64?

  @OptionGroup var playback: PlaybackOption

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if let seconds { try ClipLength.check(seconds: seconds) }
  }

  func run() throws {
    if ModelSource.isModel(subject) { return try generation().run() }
    if seed != nil { throw ValidationError("--seed is for models") }
    if subject != "-", !Disk.exists(subject) { throw SynthError.noSuchInput(path: subject) }
    Interrupt.catchSignals()
    if quiet { ProgressLine.isEnabled = false }
    var clip = try Interrupt.whileNothingIsMade { try SoundFile.read(subject) }
    if let seconds { clip = clip.part(from: 0, seconds: seconds) }
    let player = try playback.open(sampleRate: clip.sampleRate, seconds: clip.seconds, speed: .infinity)
    let piece = max(1, clip.sampleRate / 20)
    for start in stride(from: 0, to: clip.samples.count, by: piece) {
      if Interrupt.isRequested { player.drop() }
      try Interrupt.check()
      try player.write(Array(clip.samples[start...].prefix(piece)))
      ProgressLine.draw {
        ["\(NumberText.clock(player.playedSeconds)) of \(NumberText.clock(clip.seconds))", subject]
      }
    }
    try player.drainUnlessInterrupted()
    ProgressLine.clear()
    player.report()
    if json {
      try JSONReport.print(
        PlayReport(
          path: subject, sampleRate: clip.sampleRate, seconds: clip.seconds, gaps: player.underruns.count,
          gapSeconds: player.underruns.reduce(0) { $0 + $1.seconds }))
    }
  }

  /// The same as `synth generate --play`.
  private func generation() throws -> Generate {
    var arguments = ["--play", "--model", subject]
    if let seconds { arguments.append("--seconds=\(seconds)") }
    if let seed { arguments.append("--seed=\(seed)") }
    if let device = playback.device { arguments.append("--device=\(device)") }
    if quiet { arguments.append("--quiet") }
    if json { arguments.append("--json") }
    return try Generate.parse(arguments)
  }
}

/// What `play --json` prints of a file; of a model it prints the report of `generate`.
struct PlayReport: Encodable {
  let path: String
  let sampleRate: Int
  let seconds: Double
  /// Places where the machine did not keep up, and their length in all.
  let gaps: Int
  let gapSeconds: Double
}
