// Speed as a number: what is measured and how long. Generation is in Benchmark+Generation.swift, training and priming in
// Benchmark+Training.swift. Models have random weights (the work does not depend on them). Peers that do the same work,
// and the script that alternates with them: Tests/Peers.
internal import Corpus
package import Kernels
internal import Signal
package import WaveNet

package enum Benchmark {
  /// What is measured: a shape by name, with the ceilings of the machine if they are known.
  package struct Subject: Sendable {
    package var name: String
    package var configuration: Configuration
    package var ceilings: Ceilings?

    package init(name: String, configuration: Configuration, ceilings: Ceilings? = nil) {
      self.name = name
      self.configuration = configuration
      self.ceilings = ceilings
    }

    /// The same shape, told what a model of melodies is told, in frames of 64 samples, through 64 channels.
    package var conditioned: Subject {
      var other = self
      let told = try? Conditioning(controls: ControlChoice.melodic, frameSamples: 64, channels: 64)
      other.name += "+"
      other.configuration = configuration.conditioned(on: told)
      return other
    }

    /// What a clip of `samples` samples is told, if the model can be told something: its first label, random curves.
    func conditions(samples: Int, seed: UInt64 = 1) -> Conditions? {
      guard let told = configuration.conditioning else { return nil }
      var random = PhiloxGenerator(seed: seed, stream: 2)
      let frames = samples / told.frameSamples + 1
      return Conditions(
        labels: told.labels.indices.map { $0 == 0 ? 1 : 0 },
        controls: (0..<frames * told.controlChannels).map { _ in Float(2 * random.uniform() - 1) })
    }

    func randomModel() -> Model {
      var random = PhiloxGenerator(seed: 1, stream: 0)
      return Model(
        configuration: configuration, parameters: Initialization.parameters(configuration, using: &random))
    }
  }

  /// How often and how long.
  package struct Effort: Sendable {
    /// Rounds per number; the median is reported.
    package var rounds: Int
    /// About how long a round of generation lasts, in seconds.
    package var roundSeconds: Double

    package init(rounds: Int = 5, roundSeconds: Double = 0.4) {
      self.rounds = rounds
      self.roundSeconds = roundSeconds
    }
  }

  /// The shapes that numbers are given for: mu-law 256, all biases.
  package static let shapeNames = ["C1", "C2", "C3", "C4"]

  /// C1: small. C2: nv-wavenet's reference class. C3: the best-known open WaveNet's default. C4: kernel 3, wide.
  package static func shape(_ name: String) -> Configuration? {
    func make(_ stacks: Int, _ kernel: Int, _ r: Int, _ s: Int) -> Configuration? {
      try? Configuration(
        residualChannels: r, dilationChannels: r, skipChannels: s, headChannels: s, kernelSize: kernel,
        dilations: Configuration.stackedDilations(stacks: stacks, layers: 10))
    }
    switch name {
    case "C1": return make(2, 2, 32, 64)
    case "C2": return make(2, 2, 64, 256)
    case "C3": return make(5, 2, 32, 512)
    case "C4": return make(3, 3, 128, 128)
    default: return nil
    }
  }

  static func time(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body) / .seconds(1)
  }

  /// Heap allocations during `body`; nil if nobody counts.
  static func allocations(_ body: () throws -> Void) rethrows -> Int? {
    let before = AllocationCounter.count
    try body()
    return before.flatMap { before in AllocationCounter.count.map { $0 - before } }
  }
}
