// What was heard of one recording, in memory or in the cache, and the rows that a model is told, put together from it: channels that follow from
// others are not kept, but computed for the frames that are asked for.
import Files
import Signal

/// What one hearing found: float32, `[frames, width]`, row-major, little endian.
struct HeardControls: Hashable, Sendable {
  let frames: Int
  let width: Int
  private let bytes: CachedBytes

  /// - values: `[frames, width]`
  init(_ values: [Float], width: Int) {
    precondition(width > 0 && values.count % width == 0, "\(values.count) values, \(width) a frame")
    (frames, self.width) = (values.count / width, width)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * values.count)
    for value in values {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
    }
    self.bytes = .memory(bytes)
  }

  /// Nil if it has another number of bytes.
  init?(stored blob: Blob, frames: Int, width: Int) {
    guard blob.count == 4 * frames * width else { return nil }
    (self.frames, self.width, bytes) = (frames, width, .stored(blob))
  }

  /// What is damaged in the cache is forgotten.
  func check() { bytes.check() }

  var allBytes: [UInt8] { Array(bytes[0..<bytes.count]) }

  /// `[rows.count, width]`
  func values(_ rows: Range<Int>) -> [Float] {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= frames, "\(rows) of \(frames) frames")
    let stored = bytes[4 * width * rows.lowerBound..<4 * width * rows.upperBound]
    return stride(from: stored.startIndex, to: stored.endIndex, by: 4).map { at in
      let low = UInt32(stored[at]) | UInt32(stored[at + 1]) << 8
      let high = UInt32(stored[at + 2]) | UInt32(stored[at + 3]) << 8
      return Float(bitPattern: low | high << 16)
    }
  }
}

/// The controls of a clip as a model is told them, F values a frame, read from what was heard.
struct ControlRows: Hashable, Sendable {
  /// Those of the clip.
  let frames: Int
  /// F.
  let width: Int
  private let sampleRate: Int
  private let frame: Int

  /// Controls of one hearing, one after the other.
  private struct Part: Hashable {
    let heard: HeardControls
    let hearing: Hearing
    /// Among the hearing's channels.
    let columns: [Int]
  }
  private let parts: [Part]

  /// - heard: of the clip, everything that `controls` are heard by.
  /// - frame: samples a frame
  init(_ controls: [Control], frame: Int, sampleRate: Int, _ heard: (Hearing) -> HeardControls) {
    precondition(!controls.isEmpty, "no controls")
    var parts: [Part] = []
    for control in controls {
      let hearing = Hearing(of: control)
      var columns = Hearing.columns(of: control)
      if let last = parts.last, last.hearing == hearing { columns = parts.removeLast().columns + columns }
      parts.append(Part(heard: heard(hearing), hearing: hearing, columns: columns))
    }
    self.parts = parts
    width = controls.reduce(0) { $0 + $1.width }
    (self.frame, self.sampleRate) = (frame, sampleRate)
    frames = parts[0].heard.frames
    precondition(parts.allSatisfy { [frames] in $0.heard.frames == frames }, "hearings of different lengths")
  }

  /// What is damaged in the cache is forgotten.
  func check() {
    for part in parts { part.heard.check() }
  }

  /// `[frames.count, F]`, row-major.
  func values(_ frames: Range<Int>) -> [Float] {
    var values = [Float](repeating: 0, count: frames.count * width)
    var first = 0
    for part in parts {
      let rows = self.rows(part, frames)
      let all = part.hearing.channels.count
      for row in 0..<frames.count {
        for (i, column) in part.columns.enumerated() {
          values[row * width + first + i] = rows[row * all + column]
        }
      }
      first += part.columns.count
    }
    return values
  }

  /// All channels of a hearing. `[at least frames.count, channels]`
  private func rows(_ part: Part, _ frames: Range<Int>) -> [Float] {
    let channels = part.hearing.channels
    if !channels.contains(where: \.isComputed) { return part.heard.values(frames) }
    // What is ahead lies behind these frames.
    let lead = ControlChannel.lead(frame: frame, sampleRate: sampleRate)
    let known = frames.lowerBound..<min(self.frames, frames.upperBound + lead)
    return ControlChannel.complete(part.heard.values(known), channels, frame: frame, sampleRate: sampleRate)
  }
}
