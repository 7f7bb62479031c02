// How long a clip may be, whichever way its length was asked for: by flags, by the model's recommendation, with a prime in
// front. Found out before anything is generated.
import ArgumentParser
import AudioIO
import Reports

enum ClipLength {
  static let longestSeconds = 86_400.0
  /// Of any model's rate.
  static let mostSamples = 86_400 * 384_000

  static func check(seconds: Double) throws {
    if !(seconds > 0 && seconds <= longestSeconds) {
      throw ValidationError("--seconds \(seconds): give more than 0 and at most \(Int(longestSeconds))")
    }
  }

  static func check(samples: Int) throws {
    if !(1...mostSamples).contains(samples) {
      throw ValidationError("--samples \(samples): give 1 to \(mostSamples)")
    }
  }

  /// - samples: of the whole file, the prime among them
  static func check(samples: Int, sampleRate: Int, for target: OutputTarget) throws {
    guard target.isFile else { return }
    if let most = target.mostSamples, samples > most {
      throw ValidationError(
        "\(samples) samples (\(NumberText.clock(Double(samples) / Double(sampleRate)))) are more than the \(most) that a WAV "
          + "file can hold: write FLAC (a name ending in .flac), --raw, or a stream (- as output)")
    }
    // As numbers, and once more as bytes of the file.
    try Memory.require(
      samples * 8, for: "a clip of \(samples) samples", remedy: "write a stream (- as output)")
  }
}
