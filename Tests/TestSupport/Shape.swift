// The list of shapes that the tests of the engine and of generation run over.
internal import Testing
internal import WaveNet

/// A shape with its seed, printed in the test's name.
package struct Shape: Sendable, CustomTestStringConvertible {
  package var kernel: Int
  package var dilations: [Int]
  package var channels: (r: Int, d: Int, s: Int, h: Int)
  package var levels: Int
  package var crop: Int

  package init(
    kernel: Int, dilations: [Int], channels: (r: Int, d: Int, s: Int, h: Int), levels: Int = 256,
    crop: Int = 7
  ) {
    (self.kernel, self.dilations, self.channels) = (kernel, dilations, channels)
    (self.levels, self.crop) = (levels, crop)
  }

  package var testDescription: String {
    "K \(kernel), dilations \(dilations), R D S H \(channels), Q \(levels), T \(crop), seed \(seed)"
  }
  /// Of each tensor's own largest gradient: float32 sums over time and channels, with cancellation. 30 blocks that squeeze
  /// through two channels cancel more, above all in the biases.
  package var gradientTolerance: Tolerance { .relativeToScale(dilations.count < 30 ? 2e-5 : 5e-4) }
  package var seed: UInt64 {
    UInt64(kernel + 10 * dilations.count + 100 * channels.r + 10_000 * channels.s + crop)
  }

  /// The reference with random weights, and two clips of different length.
  package func make() throws -> (reference: ReferenceWaveNet, clips: [ReferenceClip]) {
    let configuration = try Configuration(
      quantizationLevels: levels, residualChannels: channels.r, dilationChannels: channels.d,
      skipChannels: channels.s, headChannels: channels.h, kernelSize: kernel, dilations: dilations)
    var random = SeededValues(seed: seed)
    let reference = ReferenceWaveNet(configuration, random.weights(for: configuration))
    let clips = [crop, max(1, crop / 2)].map {
      ReferenceClip(
        inputs: random.codes(configuration.receptiveField - 1 + $0, levels: levels),
        targets: random.codes($0, levels: levels))
    }
    return (reference, clips)
  }

  /// Kernel sizes 2 to 4; dilations that double, repeat, descend or follow no rule; channel counts around the vector's
  /// 16, each in each role; every alphabet; crops below, at and above the tile of 192 rows.
  package static let all: [Shape] = {
    let dilations = [
      [1], [1, 2, 4, 8], [1, 2, 4, 1, 2, 4], [3, 1, 2], [8, 4, 2, 1], [5, 7], [2, 2, 2], [100, 60],
    ]
    let counts = [1, 3, 5, 16, 17, 33]
    var shapes: [Shape] = []
    for kernel in 2...3 {
      for (i, list) in dilations.enumerated() {
        for turn in 0..<3 {
          let pick = { (step: Int) in counts[(i + turn * 2 + step * (kernel - 1)) % counts.count] }
          shapes.append(
            Shape(
              kernel: kernel, dilations: list, channels: (pick(0), pick(1), pick(2), pick(3)),
              crop: [7, 20, 1][turn]))
        }
      }
    }
    shapes.append(Shape(kernel: 4, dilations: [1, 3], channels: (5, 3, 17, 16)))
    shapes.append(Shape(kernel: 2, dilations: [1, 2], channels: (3, 5, 7, 9), levels: 512))
    shapes.append(Shape(kernel: 2, dilations: [2, 1], channels: (9, 7, 5, 3), levels: 1024))
    for crop in [191, 192, 193, 385] {
      shapes.append(Shape(kernel: 2, dilations: [90, 110, 1], channels: (3, 5, 4, 2), crop: crop))
    }
    // Many blocks, few channels.
    for crop in [47, 48, 49, 97] {
      shapes.append(
        Shape(kernel: 2, dilations: (0..<30).map { 1 + $0 % 4 }, channels: (2, 33, 3, 1), crop: crop))
    }
    return shapes
  }()
}
