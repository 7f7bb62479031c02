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

  /// What `controls` are heard in.
  var clip: HeardClip { HeardClip(path: path, start: historyStart, fileSamples: tokens.count) }
  /// What `rangeControls` are heard in.
  var rangeClip: HeardClip { HeardClip(path: path, start: range.lowerBound, fileSamples: tokens.count) }
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

/// Segments that can be found by a position in their total length.
struct Segments: Sendable {
  let all: [Segment]
  /// Ends of the segments, laid end to end.
  private let ends: [Int]
  var samples: Int { ends.last ?? 0 }

  init(_ segments: [Segment]) {
    all = segments
    var end = 0
    ends = segments.map { segment in
      end += segment.range.count
      return end
    }
  }

  /// The segment that covers `position` of 0 ..< samples.
  func at(_ position: Int) -> Segment {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > position { high = middle } else { low = middle + 1 }
    }
    return all[low]
  }
}
