// The table of model sizes for `train`. Each row is checked by `Configuration` when it is used.
import ArgumentParser
import WaveNet

/// A size of model with the learning rate that suits it.
enum Preset: String, CaseIterable, ExpressibleByArgument {
  case tiny, small, medium

  private struct Row {
    let stacks, layers: Int
    let residual, dilation, skip, head: Int
    let learningRate: Double
  }

  private var row: Row {
    switch self {
    case .tiny: Row(stacks: 2, layers: 8, residual: 16, dilation: 16, skip: 32, head: 32, learningRate: 4e-3)
    case .small:
      Row(stacks: 2, layers: 10, residual: 32, dilation: 32, skip: 64, head: 64, learningRate: 4e-3)
    case .medium:
      Row(stacks: 2, layers: 10, residual: 64, dilation: 64, skip: 128, head: 128, learningRate: 2e-3)
    }
  }

  func configuration(sampleRate: Int, levels: Int) throws(ConfigurationError) -> Configuration {
    try Configuration(
      sampleRate: sampleRate, quantizationLevels: levels, residualChannels: row.residual,
      dilationChannels: row.dilation, skipChannels: row.skip, headChannels: row.head, kernelSize: 2,
      dilations: Configuration.stackedDilations(stacks: row.stacks, layers: row.layers))
  }

  var learningRate: Double { row.learningRate }
}
