// From an error to one message on stderr and an exit code (sysexits): 64 usage, 65 bad data, 66 no input, 69 no audio
// device, 70 a defect of ours, 73 cannot create, 74 input or output, 128 + n signal n.
import ArgumentParser
import AudioIO
import Corpus
import Files
import Forecasting
import FoundationEssentials
import Generation
import Glibc
import Listening
import SafeTensors
import Training
import WaveNet

enum ExitStatus {
  /// Code and words of an error of ours; nil for those of ArgumentParser.
  static func code(of error: any Error) -> Int32? {
    switch error {
    case let error as SynthError: error.exitCode
    case let error as AudioIOError: error.exitCode
    case let error as ListeningError: error.exitCode
    case let error as CheckpointError: error.exitCode
    case let error as TrainingError: error.exitCode
    case let error as ForecastError: error.exitCode
    case let error as CorpusError: corpusCode(error)
    case let error as GenerationError: generationCode(error)
    case is ConfigurationError: 64
    case let error as SafeTensorsError: error.exitCode
    case let error as FileError: error.exitCode
    default: nil
    }
  }

  private static func corpusCode(_ error: CorpusError) -> Int32 {
    switch error {
    case .unknownOption, .optionOutOfRange, .optionsDisagree, .optionsUnreadable, .notAnAssignment: 64
    case .noFiles, .unreadableFolder: 66
    case .nothingReadable, .tooShortToSplit: 65
    }
  }

  private static func generationCode(_ error: GenerationError) -> Int32 {
    switch error {
    case .temperature, .topK, .topP, .warmUpSamples: 64
    case .nonFiniteLogits: 65
    case .cancelled: 128 + SIGINT
    }
  }

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
