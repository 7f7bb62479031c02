// Parts of recordings that crops are taken from, and recordings whole.
import Signal

/// Part of one file: training and held-out parts never share a sample, not even as history.
struct Segment: Hashable, Sendable {
  let path: String
  let tokens: Tokens
  /// nil: none.
  let label: String?
  /// Before this position the history is silence: here the clip begins that crops are taken from, whose first sample is the
  /// one at place 0 of what they are told.
  let historyStart: Int
  /// Targets are taken from here.
  let range: Range<Int>
  /// Controls of the clip from `historyStart` on; nil: none.
  var controls: ControlRows?
  /// The same of the clip that the range by itself is.
  var rangeControls: ControlRows?

  /// Nil for a range of no samples.
  init?(_ recording: Recording, _ range: Range<Int>, historyStart: Int) {
    if range.isEmpty { return nil }
    (path, tokens, label) = (recording.path, recording.tokens, recording.label)
    (self.range, self.historyStart) = (range, historyStart)
  }

  /// `range` among the file's samples.
  var fileRange: Range<Int> { tokens.start + range.lowerBound..<tokens.start + range.upperBound }

  /// What `controls` are heard in.
  var clip: HeardClip { heardClip(from: historyStart) }
  /// What `rangeControls` are heard in.
  var rangeClip: HeardClip { heardClip(from: range.lowerBound) }

  private func heardClip(from start: Int) -> HeardClip {
    HeardClip(
      path: path, tokens.start + start..<tokens.start + tokens.count, fileSamples: tokens.fileCount)
  }
}

/// A recording by its file's name.
package struct CodedRecording: Sendable {
  package let name: String
  package let codes: [UInt16]
  /// What all of it is told, from its first sample on; nil: nothing.
  package let conditions: Conditions?

  package init(name: String, codes: [UInt16], conditions: Conditions? = nil) {
    self.name = name
    self.codes = codes
    self.conditions = conditions
  }
}

/// Segments that can be found by a position in their total length, and by a block that sounds.
struct Segments: Sendable {
  let all: [Segment]
  /// Ends of the segments, laid end to end: in samples, and in blocks that sound.
  private let ends: [Int]
  private let soundingEnds: [Int]
  var samples: Int { ends.last ?? 0 }
  var soundingBlocks: Int { soundingEnds.last ?? 0 }

  init(_ segments: [Segment]) {
    all = segments
    func ends(_ size: (Segment) -> Int) -> [Int] {
      var end = 0
      return segments.map { segment in
        end += size(segment)
        return end
      }
    }
    self.ends = ends { $0.range.count }
    soundingEnds = ends { $0.tokens.blocks.sounding($0.fileRange) }
  }

  /// The segment that covers `position` of 0 ..< samples.
  func at(_ position: Int) -> Segment { all[Segments.place(position, in: ends)] }

  /// The samples of a block that sounds, of 0 ..< soundingBlocks, and the segment that it lies in.
  func sounding(_ block: Int) -> (Segment, Range<Int>) {
    let place = Segments.place(block, in: soundingEnds)
    let segment = all[place]
    let before = place == 0 ? 0 : soundingEnds[place - 1]
    let range = segment.tokens.blocks.sounding(block - before, of: segment.fileRange)
    let start = segment.tokens.start
    return (segment, range.lowerBound - start..<range.upperBound - start)
  }

  private static func place(_ position: Int, in ends: [Int]) -> Int {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > position { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
