// synth inspect: what is in a model (ModelReport.swift) or a sound file (SoundReport.swift).
import ArgumentParser
import AudioIO
import Files
import Reports
import Signal

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
    if subject != "-", !Disk.exists(subject) { throw SynthError.noSuchInput(path: subject) }
    if let picture { try Replacing.prepare(picture) }
    let info = try subject == "-" ? nil : SoundFile.info(subject)
    let sound = try SoundFile.readMixed(subject)
    for warning in sound.warnings(path: subject) { Terminal.warn(warning) }
    let clip = sound.clip
    let report = SoundReport(clip, info, path: subject)
    if let picture { try AtomicFile.write(SpectrogramPicture().png(clip), to: picture) }
    try json ? JSONReport.print(report) : report.print()
  }
}
