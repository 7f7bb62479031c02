// Excerpts of what a model has learnt from, to be followed or begun with: curves of its controls, and the codes in front of
// them, so that a clip starts in sound and not in a silence that the model never leaves. On disk: GestureFile.swift.
public import Signal

/// An excerpt. Its codes are the first `codes.count` samples of it; its controls go over all of it, codes included.
public struct Gesture: Hashable, Sendable {
  /// Where it is from, for people: the file's name and the second in it.
  public let source: String
  /// Index of the recording's label among the model's, if it has one.
  public let label: Int?
  /// What was heard before the part to be followed: a whole number of frames, a receptive field or more, except at a
  /// recording's beginning.
  public let codes: [UInt16]
  /// Values of the controls, `[frames, F]`, row-major; empty for a model without controls.
  public let controls: [Float]
  /// Samples of the excerpt, codes included.
  public let samples: Int

  /// See the properties; nothing is checked here.
  public init(source: String, label: Int?, codes: [UInt16], controls: [Float], samples: Int) {
    (self.source, self.label, self.codes) = (source, label, codes)
    (self.controls, self.samples) = (controls, samples)
  }

  /// Samples to be followed.
  public var length: Int { samples - codes.count }

  /// What a clip that follows it is told: everything from the codes on, and its label.
  public func conditions(_ conditioning: Conditioning) -> Conditions {
    var labels: [Float] = []
    if let label { labels = conditioning.labels.indices.map { $0 == label ? 1 : 0 } }
    return Conditions(labels: labels, controls: controls, start: codes.count)
  }
}
