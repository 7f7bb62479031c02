// metrics.jsonl: one JSON object a line, appended whole. After a resume, lines of steps that are done again are dropped.
internal import Files
import FoundationEssentials
import Glibc

/// One line of the log.
package struct MetricsLine: Codable, Hashable, Sendable {
  /// Version of this line's meaning.
  package var schema = 1
  package var step: Int
  /// Mean training loss since the last line, in bits per sample (noisy inputs, weights in training).
  package var trainBits: Double
  /// Held-out loss in bits per sample (clean inputs, averaged weights).
  package var heldOutBits: Double
  package var gradientNorm: Double
  package var learningRate: Double
  package var jitter: Double
  /// Seconds of audio predicted per second of training.
  package var audioSecondsPerSecond: Double
  /// Seconds spent training so far, over all sessions.
  package var seconds: Double
  package var rollbacks: Int

  enum CodingKeys: String, CodingKey {
    case schema, step
    case trainBits = "train_bits_per_sample"
    case heldOutBits = "held_out_bits_per_sample"
    case gradientNorm = "gradient_norm"
    case learningRate = "learning_rate"
    case jitter
    case audioSecondsPerSecond = "audio_seconds_per_second"
    case seconds, rollbacks
  }
}

struct MetricsLog {
  let path: String

  /// Appends one line with one write.
  func append(_ line: MetricsLine) throws(FileError) {
    let bytes = Array((RunFiles.encode(line) + "\n").utf8)
    let file = Disk.open(path, O_WRONLY | O_CREAT | O_APPEND)
    if file < 0 { throw .cannotCreate(path: path, errno: errno) }
    defer { close(file) }
    if write(file, bytes, bytes.count) != bytes.count { throw .writeFailed(path: path, errno: errno) }
  }

  /// Keeps the whole lines of steps up to `step`; a torn last line goes too.
  func truncate(after step: Int) throws(FileError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile.contents(of: path, limit: RunFiles.textLimit)
    } catch {
      if case .notFound = error { return }
      throw error
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let kept = lines.filter { text in
      guard let line = try? decoder.decode(MetricsLine.self, from: Data(text.utf8)) else {
        return false
      }
      return line.step <= step
    }
    try AtomicFile.write(kept.map { $0 + "\n" }.joined(), to: path)
  }
}
