// Models with random weights in all the shapes that the properties are checked on.

import Kernels
import Signal
import WaveNet

/// The shapes: every kernel size, odd and padded channel counts, dilations in any order.
let shapes: [Configuration] = [
  shape(1, 1, 1, 1, kernel: 2, [1]),
  shape(1, 5, 16, 3, kernel: 2, [1, 2, 4, 8]),
  shape(5, 1, 17, 16, kernel: 3, [4, 2, 1]),
  shape(16, 16, 16, 16, kernel: 2, [1, 2, 4, 1, 2, 4]),
  shape(17, 5, 33, 17, kernel: 4, [3, 1, 5]),
  shape(33, 17, 5, 33, kernel: 3, [7]),
  shape(16, 33, 130, 70, kernel: 2, [6, 3, 1, 1]),
  shape(32, 32, 64, 64, kernel: 2, [1, 2, 4, 8], levels: 512),
  shape(70, 70, 16, 5, kernel: 2, [2, 5], levels: 1024),
]

func shape(
  _ r: Int, _ d: Int, _ s: Int, _ h: Int, kernel: Int, _ dilations: [Int], levels: Int = 256
) -> Configuration {
  try! Configuration(
    quantizationLevels: levels, residualChannels: r, dilationChannels: d, skipChannels: s, headChannels: h,
    kernelSize: kernel, dilations: dilations)
}

/// Random weights, large enough that every sample depends on the history and all codes occur. Biases of the head are
/// positive, so that a head of one channel is not cut off by its ReLU.
func randomModel(_ configuration: Configuration, seed: UInt64 = 1) -> Model {
  var random = PhiloxGenerator(seed: seed, stream: 99)
  let layout = ParameterLayout(configuration)
  let parameters = AlignedBuffer(count: layout.count)
  for tensor in layout.tensors {
    let inputs = tensor.shape.dropFirst().reduce(1, *)
    let scale = tensor.shape.count < 3 ? 0.5 : 1.7 / Double(inputs).squareRoot()
    let low = tensor.name.hasSuffix("skip.bias") || tensor.name == "head.hidden.bias" ? 0.5 : -1
    for i in tensor.range { parameters[i] = Float(scale * (low + (1 - low) * random.uniform())) }
  }
  return Model(configuration: configuration, parameters: parameters)
}

/// Random codes.
func randomCodes(_ count: Int, levels: Int = 256, seed: UInt64 = 5) -> [UInt16] {
  var random = PhiloxGenerator(seed: seed, stream: 7)
  return (0..<count).map { _ in UInt16(random.uniform() * Double(levels)) }
}

/// Equal bit for bit: tells NaN and the two zeros apart. (Not `#expect(a == b)`: that prints both in full.)
func sameBits(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}
