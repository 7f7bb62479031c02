// The slow twin of the WaveNet: double precision, plain loops over nested arrays, written from the paper's formulas and
// the checkpoint's layout alone. It shares no maths with the product and is never optimised.
// Backward: ReferenceWaveNet+Backward.swift; what it is told: +Told. Proofs: ReferenceTests.swift (PyTorch fixtures, finite differences).
import Glibc
package import Signal
package import WaveNet

/// A WaveNet in double precision. Shapes are those of the checkpoint (PyTorch's `Conv1d`: out, in, K), row-major.
package struct ReferenceWaveNet {
  package let configuration: Configuration
  /// All tensors by their checkpoint names.
  package var weights: [String: [Double]]
  /// Whether the factors of every product are rounded to bfloat16, as in training with `Precision.bf16`.
  package var roundsFactors = false

  /// Takes exactly the tensors that the shape asks for, no more and no less.
  package init(_ configuration: Configuration, _ weights: [String: [Double]]) {
    self.configuration = configuration
    self.weights = weights
    let c = configuration
    var sizes = ["embedding.weight": c.quantizationLevels * c.residualChannels]
    for i in c.dilations.indices {
      sizes["blocks.\(i).dilated.weight"] = 2 * c.dilationChannels * c.residualChannels * c.kernelSize
      sizes["blocks.\(i).dilated.bias"] = 2 * c.dilationChannels
      sizes["blocks.\(i).skip.weight"] = c.skipChannels * c.dilationChannels
      sizes["blocks.\(i).skip.bias"] = c.skipChannels
      if i == c.dilations.count - 1 { continue }
      sizes["blocks.\(i).residual.weight"] = c.residualChannels * c.dilationChannels
      sizes["blocks.\(i).residual.bias"] = c.residualChannels
    }
    sizes["head.hidden.weight"] = c.headChannels * c.skipChannels
    sizes["head.hidden.bias"] = c.headChannels
    sizes["head.output.weight"] = c.quantizationLevels * c.headChannels
    sizes["head.output.bias"] = c.quantizationLevels
    if let told = c.conditioning {
      for i in c.dilations.indices {
        sizes["blocks.\(i).condition.weight"] = 2 * c.dilationChannels * told.channels
      }
      if !told.labels.isEmpty { sizes["conditioning.labels.weight"] = told.labels.count * told.channels }
      for (layer, inputs) in [told.controlChannels, told.channels].enumerated() where !told.controls.isEmpty {
        sizes["conditioning.controls.\(layer).weight"] = told.channels * inputs * 3
        sizes["conditioning.controls.\(layer).bias"] = told.channels
      }
    }
    precondition(weights.mapValues(\.count) == sizes, "the tensors do not belong to the configuration")
  }

  /// Every intermediate of a forward pass over N codes. The first index is the time of a code; a row is empty where
  /// the codes at hand do not determine it (block i needs the (K-1) * (d_0 + ... + d_i) codes before it).
  package struct Activations {
    package var codes: [UInt16]  // [N]
    package var x: [[[Double]]]  // [L][N][R], what block i reads
    package var a: [[[Double]]]  // [L][N][2D], filter then gate, before tanh and sigmoid
    package var z: [[[Double]]]  // [L][N][D]
    package var skips: [[Double]]  // [N][S], the sum over all blocks, before relu
    package var hidden: [[Double]]  // [N][H], before relu
    package var logits: [[Double]]  // [N][Q], row t is about code t + 1
    package var told: Told?
  }

  /// The code of silence: mu-law of zero.
  package var silence: UInt16 { UInt16(configuration.quantizationLevels / 2) }

  /// 1 + (K - 1) * sum of the dilations.
  package var receptiveField: Int {
    1 + (configuration.kernelSize - 1) * configuration.dilations.reduce(0, +)
  }

  /// Runs over `codes` alone: nothing is assumed before the first. Logits exist from time RF - 1 on.
  package func activations(_ codes: [UInt16], told conditions: Conditions? = nil) -> Activations {
    let c = configuration
    let (n, r, d, k) = (codes.count, c.residualChannels, c.dilationChannels, c.kernelSize)
    let embedding = weights["embedding.weight"]!
    let nothing = [[Double]](repeating: [], count: n)
    var x = codes.map { code in (0..<r).map { embedding[Int(code) * r + $0] } }
    var result = Activations(
      codes: codes, x: [], a: [], z: [], skips: nothing, hidden: nothing, logits: nothing,
      told: conditions.map { told($0, count: n) })
    for t in 0..<n where t >= receptiveField - 1 {
      result.skips[t] = [Double](repeating: 0, count: c.skipChannels)
    }

    var first = 0  // the first time that this block can compute
    for (i, dilation) in c.dilations.enumerated() {
      first += (k - 1) * dilation
      var (a, z, next) = (nothing, nothing, nothing)
      let dilated = weights["blocks.\(i).dilated.weight"]!
      for t in 0..<n where t >= first {
        a[t] = weights["blocks.\(i).dilated.bias"]!
        for (channel, y) in (result.told?.y[t] ?? []).enumerated() {
          for row in 0..<2 * d {
            a[t][row] +=
              weights["blocks.\(i).condition.weight"]![row * c.conditioning!.channels + channel] * y
          }
        }
        for row in 0..<2 * d {
          for channel in 0..<r {
            for tap in 0..<k {  // tap k - 1 is the current sample
              let past = x[t - (k - 1 - tap) * dilation][channel]
              a[t][row] += factor(dilated[(row * r + channel) * k + tap]) * factor(past)
            }
          }
        }
        z[t] = (0..<d).map { tanh(a[t][$0]) * sigmoid(a[t][d + $0]) }
        if t >= receptiveField - 1 {
          result.skips[t] = sum(result.skips[t], matrix("blocks.\(i).skip", z[t]))
        }
        if i < c.dilations.count - 1 { next[t] = sum(x[t], matrix("blocks.\(i).residual", z[t])) }
      }
      result.x.append(x)
      result.a.append(a)
      result.z.append(z)
      x = next
    }
    for t in 0..<n where t >= receptiveField - 1 {
      result.hidden[t] = matrix("head.hidden", relu(result.skips[t]))
      result.logits[t] = matrix("head.output", relu(result.hidden[t]))
    }
    return result
  }

  /// Logits after each of `codes`, which follow `history`, which follows silence: [codes.count][Q].
  package func logits(_ codes: [UInt16], history: [UInt16] = []) -> [[Double]] {
    let before = [UInt16](repeating: silence, count: receptiveField - 1) + history
    return Array(activations(before + codes).logits.suffix(codes.count))
  }

  /// The most likely code, `count` times, each fed back, by running the whole receptive field every time.
  package func mostLikely(after history: [UInt16] = [], count: Int) -> [UInt16] {
    var codes = [UInt16](repeating: silence, count: receptiveField) + history
    for _ in 0..<count {
      let row = activations(Array(codes.suffix(receptiveField))).logits.last!
      codes.append(UInt16(row.indices.max { row[$0] < row[$1] }!))
    }
    return Array(codes.suffix(count))
  }

  /// weight * input + bias, of a 1x1 convolution.
  private func matrix(_ name: String, _ input: [Double]) -> [Double] {
    let weight = weights[name + ".weight"]!
    var output = weights[name + ".bias"]!
    for row in output.indices {
      for column in input.indices {
        output[row] += factor(weight[row * input.count + column]) * factor(input[column])
      }
    }
    return output
  }

  /// What a product takes for x: the nearest bfloat16, which has 8 significant bits, or x itself.
  func factor(_ x: Double) -> Double {
    if !roundsFactors || x == 0 { return x }
    let unit = scalbn(1, Int(x.exponent) - 7)
    return (x / unit).rounded(.toNearestOrEven) * unit
  }

  func sum(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + $1 } }
  func relu(_ a: [Double]) -> [Double] { a.map { max($0, 0) } }
}
