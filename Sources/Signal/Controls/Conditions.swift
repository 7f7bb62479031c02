// What a stretch of a clip is told: a training crop, a clip to be generated. A value; the network's part is in WaveNet.

/// Labels and controls over time. Times are places: samples after the clip's first one, which is at place 0. The step that
/// predicts the sample at place p reads frame p / `frame_samples`, rounded down; where p is below 0 there is no clip yet, and
/// nothing is told.
public struct Conditions: Hashable, Sendable {
  /// How much of each label, `[labels]` of the model; empty: none is given.
  public var labels: [Float]
  /// Values of the controls, `[frames, F]`, row-major; empty: none are given. Behind the last frame they are absent too.
  public var controls: [Float]
  /// The frame of the first row of `controls`. If it is not 0, the two frames before the first one that is read must be there
  /// too, since the network looks that far to both sides.
  public var firstFrame: Int
  /// The place of the sample that the first step predicts.
  public var start: Int

  /// Nothing is told, unless it is given.
  public init(labels: [Float] = [], controls: [Float] = [], firstFrame: Int = 0, start: Int = 0) {
    (self.labels, self.controls) = (labels, controls)
    (self.firstFrame, self.start) = (firstFrame, start)
  }

  /// Whether nothing is told, whatever the time.
  public var isEmpty: Bool { labels.isEmpty && controls.isEmpty }
}

extension Conditions {
  /// Frames to each side of its own that a step is told of: one for each of a network's two layers over frames.
  package static let lookAhead = 2

  /// Of `frames` rows of controls, those that the steps read that predict the samples at `places`, and those beside them that
  /// they are told of.
  package static func rows(_ places: Range<Int>, frameSamples: Int, of frames: Int) -> (first: Int, end: Int)
  {
    (
      max(0, max(0, places.lowerBound) / frameSamples - lookAhead),
      min(frames, max(0, places.upperBound - 1) / frameSamples + 1 + lookAhead)
    )
  }

  /// What a stretch of the same clip is told, whose first step predicts the sample at place `places.lowerBound`: the rows that it
  /// reads, and two to both sides.
  /// - Parameters:
  ///   - places: that its steps predict; only those from 0 on are told anything
  ///   - frameSamples: of the model
  ///   - width: F
  package func part(_ places: Range<Int>, frameSamples: Int, width: Int) -> Conditions {
    precondition(firstFrame == 0, "a part of a part")
    var part = Conditions(labels: labels, start: places.lowerBound)
    if controls.isEmpty || places.upperBound <= 0 { return part }
    let (first, end) = Self.rows(places, frameSamples: frameSamples, of: controls.count / width)
    if first >= end { return part }  // behind its end
    (part.firstFrame, part.controls) = (first, Array(controls[first * width..<end * width]))
    return part
  }
}
