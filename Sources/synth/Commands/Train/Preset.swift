// The table of model sizes for `train`, at any sample rate: what a preset fixes is how far it hears back in time, and its
// channels. The one that is measured: RealtimePreset.swift. Each shape is checked by `Configuration` when it is made.
import ArgumentParser
import WaveNet

/// A size of model with the learning rate that suits it.
enum Preset: String, CaseIterable, ExpressibleByArgument {
  case tiny, small, medium, realtime

  /// A shape but for its rate and levels.
  struct Size: Hashable {
    let stacks: Int
    /// Of a stack at 16 kHz, with dilations 1, 2, 4 ...; elsewhere as many as reach as far back in time.
    let layers: Int
    let residual, dilation, skip, head: Int
    let learningRate: Double

    /// `channels` on the way, twice as many for skips and head.
    init(stacks: Int = 2, layers: Int = 10, channels: Int, learningRate: Double) {
      (self.stacks, self.layers, self.learningRate) = (stacks, layers, learningRate)
      (residual, dilation, skip, head) = (channels, channels, 2 * channels, 2 * channels)
    }

    func configuration(sampleRate: Int, levels: Int) throws(ConfigurationError) -> Configuration {
      // Rounded down: never further back than at 16 kHz, and by less than a sample of each stack.
      let reach = max(1, ((1 << layers) - 1) * sampleRate / 16_000)
      let stack = Configuration.dilations(reaching: reach)
      return try configuration(sampleRate, levels, (0..<stacks).flatMap { _ in stack })
    }

    /// As presets were before they had the rate in mind: runs that were started so go on so.
    func earlierConfiguration(sampleRate: Int, levels: Int) throws(ConfigurationError) -> Configuration {
      try configuration(sampleRate, levels, Configuration.stackedDilations(stacks: stacks, layers: layers))
    }

    private func configuration(
      _ rate: Int, _ levels: Int, _ dilations: [Int]
    ) throws(ConfigurationError) -> Configuration {
      try Configuration(
        sampleRate: rate, quantizationLevels: levels, residualChannels: residual, dilationChannels: dilation,
        skipChannels: skip, headChannels: head, kernelSize: 2, dilations: dilations)
    }
  }

  /// All sizes that it may come to, ascending: of all but `realtime` one.
  var sizes: [Size] {
    switch self {
    case .tiny: [Size(layers: 8, channels: 16, learningRate: 4e-3)]
    case .small: [Size(channels: 32, learningRate: 4e-3)]
    case .medium: [Size(channels: 64, learningRate: 2e-3)]
    case .realtime: RealtimePreset.ladder
    }
  }
}
