// The end of a command that failed: one message on standard error, in words or as JSON, and the exit code.
import ArgumentParser
import AudioIO
import Glibc
import WaveNet

extension ExitStatus {
  /// Says what happened and ends the process. Help and version are not errors: standard output, code 0. Nor is a stop that
  /// was asked for.
  static func exit(with error: any Error) -> Never {
    let json = CommandLine.arguments.contains("--json")
    if let code = code(of: error) {
      Terminal.clearProgress()
      if case SynthError.readerGone = error { Glibc.exit(code) }
      if case AudioIOError.brokenPipe = error { Glibc.exit(code) }
      report("\(error)", code, json, isStop: code > 128, isText: isText(error))
    }
    let code = Synth.exitCode(for: error)
    if code.isSuccess { Synth.exit(withError: error) }
    if code == .validationFailure {
      if json { report(Synth.message(for: error), code.rawValue, json) }
      Terminal.noteText(Synth.fullMessage(for: error))
      Glibc.exit(code.rawValue)
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
    if json {
      struct Report: Encodable {
        struct Details: Encodable {
          let code: Int32
          let message: String
        }
        let error: Details
      }
      Terminal.writeError(JSONReport.text(Report(error: .init(code: code, message: message))) + "\n")
    } else if isStop {
      Terminal.note(message)
    } else if isText {
      Terminal.noteText(message, mark: Terminal.red("Error:"))
    } else {
      Terminal.note(message, mark: Terminal.red("Error:"))
    }
    Glibc.exit(code)
  }
}
