// Which steps of a sequence are told the same: runs of positions that read one frame, and those before the clip's first
// sample, which are told nothing. Counting only; what is told: Conditioner.swift.

/// The frames of a sequence of input codes. The step at position t predicts the sample at place `start + t`.
struct FrameRuns {
  /// Place that the first step predicts; negative before a clip begins.
  let start: Int
  /// Samples of a frame.
  let frameSamples: Int
  /// Frames that are read; empty where all places are before the clip.
  let frames: Range<Int>

  init(start: Int, steps: Int, frameSamples: Int) {
    (self.start, self.frameSamples) = (start, frameSamples)
    let end = start + steps
    let first = max(0, start) / frameSamples
    frames = first..<(end <= 0 ? first : (end - 1) / frameSamples + 1)
  }

  /// Most frames that `steps` steps read, wherever they start.
  static func most(steps: Int, frameSamples: Int) -> Int { (steps + frameSamples - 2) / frameSamples + 1 }

  /// Calls `body` for each run within `positions`, in order: its positions and its frame, counted from the first of `frames`;
  /// nil for those before the clip.
  @inline(__always)
  func forEach(in positions: Range<Int>, _ body: (_ run: Range<Int>, _ frame: Int?) -> Void) {
    var first = positions.lowerBound
    while first < positions.upperBound {
      let place = start + first
      let frame = place < 0 ? nil : place / frameSamples
      let end = min(positions.upperBound, (frame.map { ($0 + 1) * frameSamples } ?? 0) - start)
      body(first..<end, frame.map { $0 - frames.lowerBound })
      first = end
    }
  }
}
