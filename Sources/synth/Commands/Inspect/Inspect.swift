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
      synth inspect tune.wav --controls curve.csv --picture curve.png
                                   its pitch, voicing and loudness over time, as a table and as a picture
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

  @Option(
    help: ArgumentHelp(
      "Write a sound file's pitch, voicing and loudness into this CSV file, and draw them into the picture.",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var controls: String?

  @Option(help: ArgumentHelp("Samples of a frame of --controls.", valueName: "samples"))
  var frame = 64

  @Flag(help: "Replace another curve that --controls finds in its place.")
  var overwrite = false

  @Flag(help: "Print a report as one JSON object on standard output.")
  var json = false

  func validate() throws {
    if !(1...65_536).contains(frame) { throw ValidationError("--frame \(frame): give 1 to 65536 samples") }
  }

  func run() throws {
    if ModelSource.isModel(subject) {
      if picture != nil || controls != nil {
        throw ValidationError("--picture and --controls are for sound files")
      }
      let report = try ModelReport(try ModelSource.load(subject), tensors: tensors)
      return try json ? JSONReport.print(report) : report.print()
    }
    if tensors { throw ValidationError("--tensors is for models") }
    if subject != "-", !Disk.exists(subject) { throw SynthError.noSuchInput(path: subject) }
    for (file, kind) in [(picture, Replacing.Kind.png), (controls, .table(""))] {
      guard let file else { continue }
      if Disk.realPath(file).map({ $0 == Disk.realPath(subject) }) ?? false {
        throw ValidationError("\(file): is the sound that is inspected: name another file")
      }
      try Replacing.check(file, kind)
    }
    try Replacing.requireApart(picture, "--picture", controls, "--controls")
    let info = try subject == "-" ? nil : SoundFile.info(subject)
    let sound = try SoundFile.readMixed(subject)
    for warning in sound.warnings(path: subject) { Terminal.warn(warning) }
    let clip = sound.clip
    let report = SoundReport(sound, info, path: subject)
    let curves = controls.map { _ in
      ControlCurves(clip, channels: [.pitch, .voicing, .loudness], frame: frame)
    }
    if let picture { try Replacing.prepare(picture, .png) }
    if let controls, let curves { try write(curves.csv, to: controls) }
    if let picture { try AtomicFile.write(SpectrogramPicture().png(clip, curves: curves), to: picture) }
    try json ? JSONReport.print(report) : report.print()
  }

  /// The same curve may stand there; another could be one that somebody drew.
  private func write(_ csv: String, to path: String) throws {
    let bytes = Array(csv.utf8)
    if let there = Disk.status(path), there.size > 0 {
      if there.size == bytes.count, try InputFile.contents(of: path, limit: bytes.count) == bytes { return }
      try Replacing.prepare(path, .table(csv))
      if !overwrite { throw SynthError.wouldReplaceCurve(path: path) }
    }
    try AtomicFile.write(bytes, to: path)
  }
}
