// The weights before the first step. One thing differs from the usual "small random numbers": codes are ordered, and the
// embedding is told so. (An ordinal head was tried too: ahead for the first hundred steps, behind after that.)
// Levels and normal numbers are computed here as they always were, not by Signal's MuLaw and PhiloxGenerator, which round
// differently: with them no training could be repeated bit for bit from its seed any more.
internal import Glibc
package import Kernels

package enum Initialization {
  /// Fresh parameters in `ParameterLayout` order.
  ///
  /// Embedding rows are smooth functions of the code: the decoded level, the companded level, then cosines and sines of
  /// it at growing frequency, plus a little noise; so neighbouring codes start as neighbours. Dilated, residual and skip
  /// weights are normal with variance 1 / fan-in; the residual branch is halved and the skip branch divided by sqrt(L),
  /// so that sums over blocks keep their size. What is told is drawn last, so that everything else is as in a model of the
  /// same seed that is told nothing.
  package static func parameters(
    _ c: Configuration, using random: inout some RandomNumberGenerator
  ) -> AlignedBuffer {
    let layout = ParameterLayout(c)
    let buffer = AlignedBuffer(count: layout.count)
    func normal(_ name: String, _ deviation: Double) {
      for i in layout[name].range { buffer[i] = Float(deviation * gaussian(using: &random)) }
    }
    embed(c, layout["embedding.weight"].range, buffer, using: &random)
    let blocks = Double(c.blockCount)
    for i in 0..<c.blockCount {
      normal("blocks.\(i).dilated.weight", (1 / Double(c.residualChannels * c.kernelSize)).squareRoot())
      if i < c.blockCount - 1 {
        normal("blocks.\(i).residual.weight", 0.5 * (1 / Double(c.dilationChannels)).squareRoot())
      }
      normal("blocks.\(i).skip.weight", (1 / (Double(c.dilationChannels) * blocks)).squareRoot())
    }
    normal("head.hidden.weight", (2 / Double(c.skipChannels)).squareRoot())
    normal("head.output.weight", (1 / Double(c.headChannels)).squareRoot())
    if let told = c.conditioning {
      let channels = Double(told.channels)
      for i in 0..<c.blockCount { normal("blocks.\(i).condition.weight", (1 / channels).squareRoot()) }
      if !told.labels.isEmpty { normal("conditioning.labels.weight", 1) }
      if !told.controls.isEmpty {
        normal("conditioning.controls.0.weight", (2 / Double(3 * told.controlChannels)).squareRoot())
        normal("conditioning.controls.1.weight", (1 / (3 * channels)).squareRoot())
      }
    }
    return buffer
  }

  private static func embed(
    _ c: Configuration, _ range: Range<Int>, _ buffer: AlignedBuffer,
    using random: inout some RandomNumberGenerator
  ) {
    let (q, r) = (c.quantizationLevels, c.residualChannels)
    let mu = Double(q - 1)
    for code in 0..<q {
      let y = 2 * Double(code) / mu - 1  // companded level, -1...1
      let level = (y < 0 ? -1.0 : 1.0) * (exp(abs(y) * log1p(mu)) - 1) / mu
      for channel in 0..<r {
        let value: Double
        switch channel {
        case 0: value = level
        case 1: value = y
        case let n:
          let turns = Double(n / 2) * 0.5
          value = 0.5 * (n % 2 == 0 ? cos(.pi * turns * y) : sin(.pi * turns * y))
        }
        buffer[range.lowerBound + code * r + channel] = Float(value + 0.02 * gaussian(using: &random))
      }
    }
  }

  /// One standard normal number (Box & Muller).
  private static func gaussian(using random: inout some RandomNumberGenerator) -> Double {
    let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)
    let v = Double.random(in: 0..<1, using: &random)
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}
