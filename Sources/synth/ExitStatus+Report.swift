// The end of a command that failed: one message on standard error, in words or as JSON, and the exit code.
import ArgumentParser
import AudioIO
import Files
import Ranks
import WaveNet

extension ExitStatus {
  /// Says what happened and ends the process. Help and version are not errors: standard output, code 0. Nor is a stop that
  /// was asked for.
  /// - command: which was running, if it came so far.
  static func exit(with error: any Error, of command: any ParsableCommand.Type = Synth.self) -> Never {
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
      do { try Terminal.printData(Synth.fullMessage(for: error)) } catch { exit(with: error, of: command) }
      World.exit(0)
    }
    if code == .validationFailure {
      if json { report(Synth.message(for: error), code.rawValue, json) }
      Terminal.fail(usage(of: command, error))
      World.exit(code.rawValue)
    }
    report("internal error: \(error)", 70, json)
  }

  /// The message with the usage of the command that was running. The parser knows a command that runs by its last name alone.
  private static func usage(of command: any ParsableCommand.Type, _ error: any Error) -> String {
    let text = command.fullMessage(for: error)
    guard let names = names(of: command, below: Synth.self), let last = names.last else { return text }
    let full = names.joined(separator: " ")
    return text.replacing("Usage: \(last) ", with: "Usage: \(full) ")
      .replacing("See '\(last) --help'", with: "See '\(full) --help'")
  }

  /// What is typed for a command: "synth", "lab", "forecast".
  private static func names(
    of command: any ParsableCommand.Type, below root: any ParsableCommand.Type
  ) -> [String]? {
    if ObjectIdentifier(command) == ObjectIdentifier(root) { return [root._commandName] }
    for next in root.configuration.subcommands {
      if let names = names(of: command, below: next) { return [root._commandName] + names }
    }
    return nil
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
