// Exit codes (sysexits), all of them and nowhere else: 64 usage, 65 bad data, 66 no input, 69 no audio device, 70 a defect
// of ours or a training that diverged, 73 cannot create, 74 input or output broke off, 128 + n signal n. How an error is
// said: ExitStatus+Report.swift.
import AudioIO
import Corpus
import Files
import Forecasting
import Generation
import Glibc
import Listening
import Ranks
import SafeTensors
import Training
import WaveNet

enum ExitStatus {
  /// The code of an error of ours; nil for those of ArgumentParser and for what should not happen.
  static func code(of error: any Error) -> Int32? {
    switch error {
    case let error as SynthError: code(error)
    case let error as FileError: code(error)
    case let error as AudioIOError: code(error)
    case let error as SafeTensorsError: code(error)
    case let error as CheckpointError: code(error)
    case let error as CorpusError: code(error)
    case let error as GenerationError: code(error)
    case let error as TrainingError: code(error)
    case let error as ForecastError: code(error)
    case let error as ListeningError: code(error)
    case let error as RankError: code(error)
    case is ConfigurationError: 64
    default: nil
    }
  }

  static func code(_ error: SynthError) -> Int32 {
    switch error {
    case .outputIsTerminal, .environment, .memory, .otherEnding: 64
    case .nothingHeldOut: 64
    case .nothingReadable, .nothingToTuneOn: 65
    case .noSuchModel, .noSuchInput, .unreadable: 66
    case .cannotCreate, .wouldReplace, .wouldReplaceCurve, .otherKind, .wouldMix: 73
    case .outputFailed, .readerGone, .noRoom: 74
    case .interrupted(let signal, _): 128 + signal
    case .checksFailed: 1
    }
  }

  static func code(_ error: FileError) -> Int32 {
    switch error {
    case .notFound, .notReadable, .notRegular: 66
    case .tooLarge, .notValid, .badTable, .notText: 65
    case .readFailed, .shrank, .writeFailed: 74
    case .cannotCreate, .wouldReplaceNonFile, .busy: 73
    }
  }

  static func code(_ error: AudioIOError) -> Int32 {
    switch error {
    case .unknownExtension, .formatMismatch: 64
    case .missing, .isFolder, .unreadable: 66
    case .noDevice, .noDevices, .deviceRefused: 69
    case .cannotCreate: 73
    case .file(let error): code(error)
    case .readFailed, .writeFailed, .brokenPipe, .deviceFailed: 74
    case .cancelled: 128 + (Interrupt.signal ?? SIGINT)
    default: 65  // everything that can be wrong with a file's content
    }
  }

  static func code(_ error: SafeTensorsError) -> Int32 {
    if case .file(let error) = error { return code(error) }
    return 65
  }

  static func code(_ error: CheckpointError) -> Int32 {
    switch error {
    case .file(let error): code(error)
    case .weights(let error): code(error)
    case .notAModel: 66
    default: 65
    }
  }

  static func code(_ error: CorpusError) -> Int32 {
    switch error {
    case .unknownOption, .optionOutOfRange, .optionsDisagree, .optionsUnreadable, .notAnAssignment: 64
    case .noFiles, .unreadableFolder, .corpusGone, .onlyMadeHere: 66
    case .labelTable(let error): code(error)
    case .cacheUnwritable: 73
    case .cacheDamaged: 74
    default: 65  // what the files hold
    }
  }

  static func code(_ error: GenerationError) -> Int32 {
    switch error {
    case .cancelled: 128 + (Interrupt.signal ?? SIGINT)
    case .nonFiniteLogits: 65
    default: 64  // settings out of range
    }
  }

  static func code(_ error: TrainingError) -> Int32 {
    switch error {
    case .runExists, .holdsModel, .notAFolder: 73
    case .noRun, .corpusUnknown: 66
    case .stateUnreadable(_, let error): code(error)
    case .diverged: 70
    default: 65  // what a run's folder holds
    }
  }

  static func code(_ error: ForecastError) -> Int32 {
    switch error {
    case .file(let error): code(error)
    case .emptyTable, .table, .namedTwice, .tooLarge, .notANumber, .whichDecimal, .tooShort, .constant,
      .farOff:
      65
    case .noSuchColumn, .window: 64
    case .diverged: 70
    }
  }

  static func code(_ error: ListeningError) -> Int32 {
    switch error {
    case .usage: 64
    case .noSounds, .notATest, .unreadable, .noSessions: 66
    case .exists, .cannotCreate, .cannotListen: 73
    case .writeFailed, .inUse, .stoppedListening: 74
    case .file(let error): code(error)
    default: 65  // what sounds and sessions hold
    }
  }

  static func code(_ error: RankError) -> Int32 {
    switch error {
    case .builtWithout, .strangers, .wrongCount, .differ: 64
    case .cannotStart, .failed: 74
    case .diverged: 70
    }
  }
}
