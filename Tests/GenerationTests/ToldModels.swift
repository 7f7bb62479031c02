// Models that are told something, and what they are told: random, in all the shapes that the properties are checked on.

import Signal
import WaveNet

@testable import Generation

/// Labels only, controls only, both; frames of one sample, of a few, longer than a clip; queues that read ahead and in turns.
let toldShapes: [Configuration] = [
  told(shape(16, 16, 16, 16, kernel: 2, [1, 2, 4, 1, 2, 4]), 3, [.pitch, .voicing, .loudness], frame: 3, 5),
  told(shape(17, 5, 33, 17, kernel: 4, [3, 1, 5]), 0, [.pitch, .loudness], frame: 1, 32),
  told(shape(5, 1, 17, 16, kernel: 3, [4, 2, 1]), 1, [], frame: 64, 1),
  told(shape(32, 32, 64, 64, kernel: 2, [1, 2, 4, 8], levels: 512), 2, [.mel(20)], frame: 64, 17),
  told(shape(16, 33, 130, 70, kernel: 2, [6, 3, 1, 1]), 0, [.loudness, .pitch, .pitchPhase], frame: 7, 16),
  told(shape(16, 16, 16, 16, kernel: 2, [1, 2, 4, 8, 16, 32, 24]), 2, [.pitch], frame: 5, 16),
]

private func told(
  _ shape: Configuration, _ labels: Int, _ controls: [Control], frame: Int, _ channels: Int
) -> Configuration {
  shape.conditioned(
    on: try! Conditioning(
      labels: (0..<labels).map { "label \($0)" }, controls: controls, frameSamples: frame, channels: channels)
  )
}

/// Shares of the labels, and curves of `frames` frames, as far as the model has them.
func randomConditions(
  _ configuration: Configuration, frames: Int, start: Int = 0, labels: Bool = true, seed: UInt64 = 3
) -> Conditions {
  var random = PhiloxGenerator(seed: seed, stream: 13)
  func values(_ count: Int) -> [Float] { (0..<count).map { _ in Float(2 * random.uniform() - 1) } }
  let told = configuration.conditioning!
  return Conditions(
    labels: labels ? values(told.labels.count) : [], controls: values(frames * told.controlChannels),
    start: start)
}

/// Everything that a clip of a model may be told: labels and controls, one of them, nothing.
func variants(_ c: Configuration, frames: Int, start: Int) -> [Conditions?] {
  [
    randomConditions(c, frames: frames, start: start), randomConditions(c, frames: 0, start: start),
    randomConditions(c, frames: frames, start: start, labels: false), Conditions(start: start), nil,
  ]
}

/// Frames of about so many samples.
func frames(_ configuration: Configuration, samples: Int) -> Int {
  samples / configuration.conditioning!.frameSamples + 1
}

extension Generator {
  /// A generator that is told something.
  convenience init(
    _ packed: PackedModel, told: Conditions?, sampling: SamplingOptions = .init(), seed: UInt64 = 0,
    clip: UInt64 = 0
  ) {
    self.init(packed, sampling: sampling, seed: seed, clip: clip)
    tell(told)
  }
}
