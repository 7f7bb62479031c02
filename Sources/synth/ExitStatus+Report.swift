// The end of a command that failed: one message on standard error, in words or as JSON, and the exit code.
import ArgumentParser
import AudioIO
import Files
import Ranks
import WaveNet

extension ExitStatus {
  /// Says what happened and ends the process. Help and version are not errors: standard output, code 0. Nor is a stop that
  /// was asked for.
  static func exit(with error: any Error) -> Never {
    let json = CommandLine.arguments.contains("--json")
    Terminal.letTheFirstSpeak()
    if let code = code(of: error) {
      Terminal.clearProgress()
      // Which is true of all, and without MPI nobody ends the others in time.
      if case RankError.builtWithout = error, !Terminal.isFirst { World.exit(code) }
      if case SynthError.readerGone = error { World.exit(code) }
      if case AudioIOError.brokenPipe = error { World.exit(code) }
      report("\(error)", code, json, isStop: code > 128, isText: isText(error))
    }
    let code = Synth.exitCode(for: error)
    if code.isSuccess {
      if World.isAlone { Synth.exit(withError: error) }
      try? Terminal.printText(Synth.message(for: error))
      World.exit(0)
    }
    if code == .validationFailure {
      if json { report(Synth.message(for: error), code.rawValue, json) }
      Terminal.fail(Synth.fullMessage(for: error))
      World.exit(code.rawValue)
    }
    report("internal error: \(error)", 70, json)
  }

  /// Whether the message has lines of its own: one for each tensor that does not fit.
  private static func isText(_ error: any Error) -> Bool {
    if case CheckpointError.tensors = error { true } else { false }
  }

  private static func report(
    _ message: String, _ code: Int32, _ json: Bool, isStop: Bool = false, isText: Bool = false
  ) -> Never {
    if isStop && !Terminal.isFirst { World.exit(code) }
    if json {
      struct Report: Encodable {
        struct Details: Encodable {
          let code: Int32
          let message: String
        }
        let error: Details
      }
      let details = Report.Details(code: code, message: Terminal.rankName + message)
      Terminal.writeError(JSONReport.text(Report(error: details)) + "\n")
    } else if isStop {
      Terminal.note(message)
    } else {
      Terminal.fail(isText ? message : FileName.shown(message), mark: Terminal.red("Error:"))
    }
    World.exit(code)
  }
}
