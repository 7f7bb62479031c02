// synth listen run: a listening test in the terminal, through ALSA.
import ArgumentParser
import AudioIO
import Listening
import Signal

struct ListenRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Take a listening test in the terminal.",
    discussion: """
      For machines without a browser: plays through ALSA and reads answers line by line. The session's file is the same as
      a browser's. In a browser sounds can be switched while they play: prefer synth listen serve where there is one.
      Every session is a listener of its own, unless --returning gives the code that an earlier one showed at its end.
      """)

  @Argument(help: "The folder that synth listen prepare made.", completion: .directory)
  var folder: String

  @Flag(help: ArgumentHelp("Taken as before; there is no other way.", visibility: .hidden))
  var tty = false

  @Option(help: "Name of the listener.")
  var listener = "tty"

  @Option(help: "I was here before: the code that was shown at the end of an earlier session.")
  var returning: String?

  @Option(help: "Go on with this session instead of beginning one.")
  var session: String?

  @Flag(help: "Print a report as one JSON object on standard output at the end.")
  var json = false

  @OptionGroup var playback: PlaybackOption

  private struct Report: Encodable {
    let folder, session, listener, code: String
    let isComplete: Bool
  }

  func validate() throws {
    if listener.isEmpty || listener.count > 40 { throw ValidationError("--listener: 1 to 40 characters") }
    if let session, !SessionLog.isID(session) {
      throw ValidationError("--session: 32 hexadecimal digits, the name of a file in \(folder)/sessions")
    }
    if let returning {
      if session != nil { throw ValidationError("--returning is for a new session, not beside --session") }
      if SessionHeader.code(typed: returning) == nil {
        throw ValidationError(
          "--returning \(returning): the 8 digits and letters a to f that were shown at the end")
      }
    }
  }

  func run() throws {
    let test = try PreparedTest.open(folder)
    let before = try test.returning(typed: returning ?? "")
    // Better now than after the first trial has begun.
    try playback.open(sampleRate: test.plan.sampleRate, seconds: 0.1, speed: .infinity).drop()
    let log: SessionLog
    if let session {
      guard let found = try SessionLog.open(in: test, id: session) else {
        throw SynthError.noSuchInput(path: "\(test.sessionsFolder)/\(session).jsonl")
      }
      log = found
    } else {
      log = try SessionLog.create(in: test, listener: listener, kind: .person, returning: before)
    }
    if test.plan.needsHeadphones == true {
      Terminal.warn(
        "\(folder): by its rule only sessions that pass the headphone check count, and only the page of synth listen serve has one"
      )
    }
    Interrupt.catchSignals()
    let hint = "go on with --session \(log.header.session)"
    let rate = test.plan.sampleRate
    let terminal = TerminalListener(
      test, log, say: { Terminal.note($0) },
      readLine: {
        try Interrupt.check(hint: hint)
        let line = readLine()
        try Interrupt.check(hint: hint)
        return line
      },
      play: { sound in
        let player = try playback.open(
          sampleRate: rate, channels: sound.channels.count, seconds: sound.seconds, speed: .infinity)
        try player.write(sound.interleaved)
        try player.drainUnlessInterrupted()
      })
    let isPaused = try terminal.run() == .paused
    if isPaused { Terminal.note("paused: \(hint)") }
    if json {
      try JSONReport.print(
        Report(
          folder: test.folder, session: log.header.session, listener: log.header.listener,
          code: log.header.code, isComplete: !isPaused))
    }
  }
}
