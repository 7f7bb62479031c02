// metrics.jsonl: one JSON object a line, appended whole. After a resume, lines of steps that are done again are dropped.
package import Files
import FoundationEssentials

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
  /// Share of this session's time that training waited for batches, 0...1; nil of runs from before it was measured.
  package var waitingShare: Double?
  /// Share of this session's time in which rank 0 added up gradients with other ranks, 0...1; nil of a run by itself.
  package var exchangeShare: Double?
  /// The step of the lowest held-out loss up to here; nil in logs from before it was kept.
  package var bestStep: Int?

  enum CodingKeys: String, CodingKey {
    case schema, step
    case trainBits = "train_bits_per_sample"
    case heldOutBits = "held_out_bits_per_sample"
    case gradientNorm = "gradient_norm"
    case learningRate = "learning_rate"
    case jitter
    case audioSecondsPerSecond = "audio_seconds_per_second"
    case seconds, rollbacks
    case waitingShare = "waiting_share"
    case exchangeShare = "exchange_share"
    case bestStep = "best_step"
  }
}

package struct MetricsLog: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Appends one line with one write.
  func append(_ line: MetricsLine) throws(FileError) {
    try AppendedFile.append(Array((RunFiles.encode(line) + "\n").utf8), to: path)
  }

  /// Its lines; a torn last one is none.
  package func lines() throws(FileError) -> [MetricsLine] { try parsed().lines.map(\.line) }

  /// Keeps the whole lines of steps up to `step`; a torn last line goes too.
  /// - Throws: `FileError.notValid` for any other line that cannot be read: it would be gone for good.
  func truncate(after step: Int) throws(FileError) {
    if !Disk.exists(path) { return }
    let (lines, damaged) = try parsed()
    if let damaged { throw .notValid(path: path, reason: "line \(damaged) cannot be read") }
    try AtomicFile.write(lines.filter { $0.line.step <= step }.map { $0.text + "\n" }.joined(), to: path)
  }

  /// The lines, and the number of the first one before the last that cannot be read.
  private func parsed() throws(FileError) -> (lines: [(text: String, line: MetricsLine)], damaged: Int?) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile.contents(of: path, limit: RunFiles.textLimit)
    } catch {
      if case .notFound = error { return ([], nil) }
      throw error
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    // By bytes: an editor's carriage return makes one character of both.
    let texts = bytes.split { $0 == 0x0A || $0 == 0x0D }.map { String(decoding: $0, as: UTF8.self) }
    var lines: [(text: String, line: MetricsLine)] = []
    var damaged: Int?
    for (i, text) in texts.enumerated() {
      if let line = try? decoder.decode(MetricsLine.self, from: Data(text.utf8)) {
        lines.append((text, line))
      } else if i + 1 < texts.count && damaged == nil {
        damaged = i + 1
      }
    }
    return (lines, damaged)
  }
}
