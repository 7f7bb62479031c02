// How large a block's input can become, whatever is generated: what integers of a fixed step have to hold.
internal import Kernels
internal import WaveNet

/// Bounds that follow from the weights: gated outputs are within -1 ... 1, so a residual product is at most the sum of its
/// weights' magnitudes.
struct InputBounds {
  /// Largest magnitude of each block's input [L]; at least 2^-60. Not finite if a weight is not.
  let ofBlocks: [Float]

  init(_ model: Model) {
    let c = model.configuration
    let (r, d) = (c.residualChannels, c.dilationChannels)
    let embedding = model.tensor("embedding.weight")
    var channels = [Float](repeating: 0, count: r)
    for code in 0..<c.quantizationLevels {
      for channel in 0..<r { channels[channel] = max(channels[channel], abs(embedding[code * r + channel])) }
    }
    var bounds: [Float] = []
    for block in 0..<c.blockCount {
      bounds.append(max(0x1p-60, channels.max()!))
      if block == c.blockCount - 1 { break }
      let weight = model.tensor("blocks.\(block).residual.weight")
      let bias = model.tensor("blocks.\(block).residual.bias")
      for channel in 0..<r {
        var (sum, largest) = (abs(bias[channel]), Float(0))
        for i in 0..<d {
          sum += abs(weight[channel * d + i])
          largest = max(largest, abs(weight[channel * d + i]))
        }
        // Rounding the weights adds half a step to each.
        channels[channel] += sum + largest / 127 / 2 * Float(d)
      }
    }
    ofBlocks = bounds
  }
}
