// The end of a command that failed: one message on standard error, in words or as JSON, and the exit code.
import ArgumentParser
import AudioIO
import Glibc

extension ExitStatus {
  /// Says what happened and ends the process. Help and version are not errors: standard output, code 0.
  static func exit(with error: any Error) -> Never {
    let json = CommandLine.arguments.contains("--json")
    if let code = code(of: error) {
      Terminal.clearProgress()
      if case SynthError.readerGone = error { Glibc.exit(code) }
      if case AudioIOError.brokenPipe = error { Glibc.exit(code) }
      report("\(error)", code, json)
    }
    let code = Synth.exitCode(for: error)
    if json && code == .validationFailure { report(Synth.message(for: error), code.rawValue, json) }
    if code.isSuccess || code == .validationFailure { Synth.exit(withError: error) }
    report("internal error: \(error)", 70, json)
  }

  private static func report(_ message: String, _ code: Int32, _ json: Bool) -> Never {
    if json {
      struct Report: Encodable {
        struct Details: Encodable {
          let code: Int32
          let message: String
        }
        let error: Details
      }
      Terminal.writeError(JSONReport.text(Report(error: .init(code: code, message: message))) + "\n")
    } else {
      Terminal.writeError("\(Terminal.red("Error:")) \(message)\n")
    }
    Glibc.exit(code)
  }
}
