internal import Glibc
// The weights before the first step. Two things differ from the usual "small random numbers", each because of a
// measurement (see the model card of `sines`): codes are ordered, and both ends of the network are told so.
package import Kernels

/// How the head starts.
public enum HeadInitialization: String, Codable, Sendable, CaseIterable {
  /// Random, He-scaled.
  case random
  /// An ordinal distribution around a value that the skip sum carries; see `Initialization.ordinalHead`.
  case ordinal
}

package enum Initialization {
  /// Fresh parameters in `ParameterLayout` order.
  ///
  /// Embedding rows are smooth functions of the code: the decoded level, the companded level, then cosines and sines of
  /// it at growing frequency, plus a little noise; so neighbouring codes start as neighbours. Dilated, residual and skip
  /// weights are normal with variance 1 / fan-in; the residual branch is halved and the skip branch divided by sqrt(L),
  /// so that sums over blocks keep their size.
  package static func parameters(
    _ c: Configuration, head: HeadInitialization, using random: inout some RandomNumberGenerator
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
    if head == .ordinal && c.skipChannels >= 2 && c.headChannels >= 8 { ordinalHead(c, layout, buffer) }
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

  /// The head as an ordinal distribution: logits = -G c |k/(Q-1) - m|, a Laplace around the value m with confidence c.
  ///
  /// Skip channel 0 carries c*m (bias 1/2) and channel 1 carries c (bias 1). Hidden unit 0 passes c, unit 1 passes c*m,
  /// and the others are hinges relu(c*m - c*h_j) at H - 2 points h_j: so -c|y - m| = -c y + c m - 2 relu(c m - c y) is
  /// within reach of the output rows. Without this, a softmax over 256 codes spends most of a run on building slopes of
  /// this size from nothing.
  package static func ordinalHead(_ c: Configuration, _ layout: ParameterLayout, _ buffer: AlignedBuffer) {
    let (q, s, h) = (c.quantizationLevels, c.skipChannels, c.headChannels)
    let slope = 0.25 * Double(q - 1)  // G: a quarter of a nat per code at confidence 1
    let first = layout["blocks.0.skip.bias"].range.lowerBound
    buffer[first] = 0.5
    buffer[first + 1] = 1
    let hidden = layout["head.hidden.weight"].range.lowerBound
    let output = layout["head.output.weight"].range.lowerBound
    let hinges = h - 2
    func hinge(_ j: Int) -> Double { (Double(j) + 0.5) / Double(hinges) }
    for j in 0..<h {
      for i in 2..<s { buffer[hidden + j * s + i] *= 0.1 }
      buffer[hidden + j * s] = j == 0 ? 0 : 1
      buffer[hidden + j * s + 1] = j == 0 ? 1 : j == 1 ? 0 : Float(-hinge(j - 2))
    }
    for k in 0..<q {
      let y = Double(k) / Double(q - 1)
      let row = output + k * h
      for j in 0..<h { buffer[row + j] *= 0.1 }
      buffer[row] += Float(-slope * y)
      buffer[row + 1] += Float(slope)
      let place = min(max(y * Double(hinges) - 0.5, 0), Double(hinges - 1))
      let lower = min(Int(place), hinges - 2)
      let fraction = place - Double(lower)
      buffer[row + 2 + lower] -= Float(2 * slope * (1 - fraction))
      buffer[row + 3 + lower] -= Float(2 * slope * fraction)
    }
  }

  /// One standard normal number (Box & Muller).
  private static func gaussian(using random: inout some RandomNumberGenerator) -> Double {
    let u = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)
    let v = Double.random(in: 0..<1, using: &random)
    return (-2 * log(u)).squareRoot() * cos(2 * .pi * v)
  }
}
