// Shapes of models that can be told something, and sequences that are told all kinds of things.
package import Signal
internal import Testing
package import WaveNet

/// A shape, and what it can be told.
package struct ToldShape: Sendable, CustomTestStringConvertible {
  package var shape: Shape
  package var conditioning: Conditioning

  package init(
    _ shape: Shape, labels: Int = 0, controls: [Control] = [], frame: Int, channels: Int
  ) throws {
    self.shape = shape
    conditioning = try Conditioning(
      labels: (0..<labels).map { "label \($0)" }, controls: controls, frameSamples: frame, channels: channels)
  }

  package var testDescription: String {
    "\(conditioning.labels.count) labels, \(conditioning.controls.map(\.name)), frames of "
      + "\(conditioning.frameSamples), C \(conditioning.channels), " + shape.testDescription
  }

  /// Controls and labels of a whole clip of `frames` frames.
  package func conditions(frames: Int, _ random: inout SeededValues) -> Conditions {
    Conditions(
      labels: conditioning.labels.map { _ in Float(random.value()) },
      controls: random.values(frames * conditioning.controlChannels).map { Float($0) })
  }

  /// The reference with random weights, and clips: from before a clip's first sample on, all of it told; a crop in the
  /// middle of a clip whose controls end before it does; labels alone; controls alone; nothing; all of it before the clip's
  /// first sample.
  package func make() throws -> (reference: ReferenceWaveNet, clips: [ReferenceClip]) {
    let configuration = try shape.make().reference.configuration.conditioned(on: conditioning)
    var random = SeededValues(seed: shape.seed + UInt64(conditioning.channels))
    let reference = ReferenceWaveNet(configuration, random.weights(for: configuration))
    let (past, crop, frame) = (configuration.receptiveField - 1, shape.crop, conditioning.frameSamples)
    let steps = past + crop
    var told: [Conditions] = []
    var first = conditions(frames: crop / frame + 1, &random)
    first.start = -past
    told.append(first)
    // From within the fourth frame of the clip on; controls from the second on, half as long.
    var middle = conditions(frames: 3 + steps / frame / 2, &random)
    (middle.start, middle.firstFrame) = (3 * frame + frame / 2, 1)
    told.append(middle)
    var labels = first
    labels.controls = []
    var controls = middle
    controls.labels = []
    told += [labels, controls, Conditions()]
    var early = first
    early.start = -steps
    told.append(early)
    let clips = told.map {
      ReferenceClip(
        inputs: random.codes(steps, levels: shape.levels), targets: random.codes(crop, levels: shape.levels),
        told: $0)
    }
    return (reference, clips)
  }

  /// Labels, controls and both; counts around the vector's 16; frames from one sample to more than a tile of time.
  package static let all: [ToldShape] = {
    let few = Shape(kernel: 2, dilations: [1, 2, 4], channels: (5, 3, 6, 4), crop: 20)
    let odd = Shape(kernel: 3, dilations: [3, 1, 2], channels: (3, 17, 5, 9), crop: 31)
    let long = Shape(kernel: 2, dilations: [90, 110, 1], channels: (3, 5, 4, 2), crop: 385)
    return try! [
      ToldShape(few, labels: 3, frame: 4, channels: 5),
      ToldShape(few, controls: [.loudness], frame: 4, channels: 1),
      ToldShape(few, labels: 1, controls: [.pitch, .voicing, .loudness], frame: 1, channels: 16),
      ToldShape(odd, labels: 17, controls: [.pitch, .pitchPhase], frame: 3, channels: 33),
      ToldShape(odd, controls: [.mel(17)], frame: 7, channels: 17),
      ToldShape(odd, labels: 2, frame: 100, channels: 2),
      ToldShape(long, labels: 2, controls: [.pitch, .loudness], frame: 64, channels: 6),
      ToldShape(long, controls: [.mel(3)], frame: 250, channels: 3),
    ]
  }()
}
