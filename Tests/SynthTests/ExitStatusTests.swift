// The one table of exit codes, asked directly; that commands end with them is tested with each command.
import AudioIO
import Files
import Forecasting
import Generation
import Glibc
import Listening
import SafeTensors
import Testing
import Training
import WaveNet

@testable import synth

@Suite struct ExitStatusTests {
  @Test(
    arguments: [
      (FileError.notFound(path: "x"), 66), (.notReadable(path: "x", errno: EACCES), 66),
      (.notRegular(path: "x"), 66),
      (.tooLarge(path: "x", bytes: 2, limit: 1), 65), (.notValid(path: "x", reason: "r"), 65),
      (.badTable(path: "x", reason: "r"), 65),
      (.readFailed(path: "x", errno: EIO), 74), (.shrank(path: "x"), 74),
      (.writeFailed(path: "x", errno: ENOSPC), 74),
      (.cannotCreate(path: "x", errno: ENOENT), 73), (.wouldReplaceNonFile(path: "x"), 73),
      (.busy(path: "x", process: 1), 73),
    ] as [(FileError, Int32)]) func filesAndWhatWrapsThem(error: FileError, code: Int32)
  {
    #expect(ExitStatus.code(of: error) == code)
    #expect(ExitStatus.code(of: AudioIOError.file(error)) == code)
    #expect(ExitStatus.code(of: SafeTensorsError.file(error)) == code)
    #expect(ExitStatus.code(of: CheckpointError.file(error)) == code)
    #expect(ExitStatus.code(of: CheckpointError.weights(.file(error))) == code)
    #expect(ExitStatus.code(of: ListeningError.file(error)) == code)
  }

  @Test(
    arguments: [
      (AudioIOError.unknownExtension(path: "x"), 64), (.formatMismatch(path: "x", format: "f"), 64),
      (.empty(path: "x"), 65), (.notSound(path: "x", reason: "r"), 65), (.nonFinite(path: "x", frame: 0), 65),
      (.unwritableSample(path: "x", index: 0), 65), (.missing(path: "x"), 66), (.isFolder(path: "x"), 66),
      (.unreadable(path: "x", reason: "r"), 66), (.noDevice(device: "x", reason: "r"), 69), (.noDevices, 69),
      (.deviceRefused(device: "x", reason: "r"), 69), (.cannotCreate(path: "x", reason: "r"), 73),
      (.readFailed(path: "x", reason: "r"), 74), (.writeFailed(path: "x", reason: "r"), 74),
      (.brokenPipe(path: "x"), 74), (.deviceFailed(device: "x", reason: "r"), 74),
    ] as [(AudioIOError, Int32)]) func sound(error: AudioIOError, code: Int32)
  { #expect(ExitStatus.code(of: error) == code) }

  @Test func models() {
    #expect(ExitStatus.code(of: CheckpointError.notAModel(path: "x")) == 66)
    #expect(ExitStatus.code(of: CheckpointError.notAnObject(path: "x")) == 65)
    #expect(ExitStatus.code(of: SafeTensorsError.trailingBytes(path: "x", count: 1)) == 65)
    #expect(ExitStatus.code(of: ConfigurationError.quantizationLevels(100)) == 64)
    #expect(ExitStatus.code(of: GenerationError.temperature(-1)) == 64)
    #expect(ExitStatus.code(of: GenerationError.nonFiniteLogits(clip: 0, sample: 0)) == 65)
    #expect(ExitStatus.code(of: GenerationError.cancelled) == 130)
  }

  @Test func trainingAndForecasting() {
    #expect(ExitStatus.code(of: TrainingError.runExists(path: "x")) == 73)
    #expect(ExitStatus.code(of: TrainingError.noRun(path: "x")) == 66)
    #expect(ExitStatus.code(of: TrainingError.notATrainingState(path: "x")) == 65)
    #expect(
      ExitStatus.code(of: TrainingError.stateUnreadable(folder: "x", .tooShort(path: "x/s", bytes: 1))) == 65)
    #expect(
      ExitStatus.code(of: TrainingError.stateUnreadable(folder: "x", .file(.notFound(path: "x/s")))) == 66)
    #expect(ExitStatus.code(of: TrainingError.diverged(step: 1, rollbacks: 3)) == 70)
    #expect(ExitStatus.code(of: ForecastError.file(.notFound(path: "x"))) == 66)
    #expect(ExitStatus.code(of: ForecastError.emptyTable(path: "x")) == 65)
    #expect(ExitStatus.code(of: ForecastError.noSuchColumn(path: "x", column: "c", columns: [])) == 64)
    #expect(ExitStatus.code(of: ForecastError.diverged(model: "m", epoch: 1)) == 70)
  }

  @Test func listening() {
    #expect(ExitStatus.code(of: ListeningError.usage("u")) == 64)
    #expect(ExitStatus.code(of: ListeningError.silent(path: "x")) == 65)
    #expect(ExitStatus.code(of: ListeningError.notATest(path: "x")) == 66)
    #expect(ExitStatus.code(of: ListeningError.exists(path: "x")) == 73)
    #expect(ExitStatus.code(of: ListeningError.inUse(path: "x")) == 74)
  }
}
