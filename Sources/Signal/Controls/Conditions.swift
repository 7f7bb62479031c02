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
