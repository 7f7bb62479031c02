// The control channels of one recording, heard together, in memory or mapped from the cache, and the rows that a model is
// told, put together from them.
import FoundationEssentials
import Signal

/// What one hearing found: float32, `[frames, width]`, row-major, little endian, from `offset` on.
struct HeardControls: Hashable, Sendable {
  let frames: Int
  let width: Int
  /// FNV-1a over the stored bytes.
  let checksum: UInt64
  let bytes: Data
  let offset: Int

  init(_ curves: ControlCurves) {
    (frames, width, offset) = (curves.frames, curves.channels.count, 0)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * curves.values.count)
    for value in curves.values {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
    }
    checksum = fnv1a(bytes.span)
    self.bytes = Data(bytes)
  }

  /// Bytes from elsewhere. Nil if their number or the checksum is wrong.
  init?(bytes: Data, offset: Int, frames: Int, width: Int, checksum: UInt64) {
    guard bytes.startIndex == 0, frames <= bytes.count, bytes.count == offset + 4 * frames * width else {
      return nil
    }
    (self.bytes, self.offset, self.frames, self.width, self.checksum) = (
      bytes, offset, frames, width, checksum
    )
    let stored = bytes.span
    guard fnv1a(stored.extracting(offset..<stored.count)) == checksum else { return nil }
  }

  /// Copies columns of some frames into the rows of `values`, `[rows.count, stride]`, from column `first` on.
  func copy(_ columns: [Int], of rows: Range<Int>, into values: inout [Float], stride: Int, from first: Int) {
    precondition(rows.lowerBound >= 0 && rows.upperBound <= frames, "\(rows) of \(frames) frames")
    let stored = bytes.span
    for (i, row) in rows.enumerated() {
      for (j, column) in columns.enumerated() {
        let at = offset + 4 * (row * width + column)
        let low = UInt32(stored[at]) | UInt32(stored[at + 1]) << 8
        let high = UInt32(stored[at + 2]) | UInt32(stored[at + 3]) << 8
        values[i * stride + first + j] = Float(bitPattern: low | high << 16)
      }
    }
  }
}

/// The controls of a clip as a model is told them, F values a frame, read from what was heard.
struct ControlRows: Hashable, Sendable {
  /// Those of the clip.
  let frames: Int
  /// F.
  let width: Int
  private struct Part: Hashable {
    let heard: HeardControls
    let columns: [Int]
  }
  private let parts: [Part]

  /// - heard: of the clip, everything that `controls` are heard by.
  init(_ controls: [Control], _ heard: (Hearing) -> HeardControls) {
    precondition(!controls.isEmpty, "no controls")
    parts = controls.map { Part(heard: heard(Hearing(of: $0)), columns: Hearing.columns(of: $0)) }
    width = controls.reduce(0) { $0 + $1.width }
    frames = parts[0].heard.frames
    precondition(parts.allSatisfy { $0.heard.frames == frames }, "hearings of different lengths")
  }

  /// `[frames.count, F]`, row-major.
  func values(_ frames: Range<Int>) -> [Float] {
    var values = [Float](repeating: 0, count: frames.count * width)
    var column = 0
    for part in parts {
      part.heard.copy(part.columns, of: frames, into: &values, stride: width, from: column)
      column += part.columns.count
    }
    return values
  }
}
