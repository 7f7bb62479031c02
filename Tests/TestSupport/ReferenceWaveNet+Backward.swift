// Loss and gradients of the reference, by the chain rule, one formula per line. The proof that it is right is in
// ReferenceTests.swift: PyTorch's gradients and finite differences.
import Glibc
package import Signal

/// One clip of a batch: RF - 1 + T codes and the T codes that follow the last T of them.
package struct ReferenceClip {
  package var inputs: [UInt16]  // [RF - 1 + T]
  package var targets: [UInt16]  // [T]; inputs[RF - 1 + t] is the code just before targets[t]
  package var told: Conditions?

  package init(inputs: [UInt16], targets: [UInt16], told: Conditions? = nil) {
    self.inputs = inputs
    self.targets = targets
    self.told = told
  }
}

extension ReferenceWaveNet {
  /// Mean cross-entropy over all targets of all clips, in nats.
  package func loss(_ clips: [ReferenceClip]) -> Double {
    var total = 0.0
    var count = 0
    for clip in clips {
      precondition(
        clip.inputs.count == receptiveField - 1 + clip.targets.count, "clip of \(clip.inputs.count) codes")
      let rows = activations(clip.inputs, told: clip.told).logits.suffix(clip.targets.count)
      for (row, target) in zip(rows, clip.targets) { total += logSumExp(row) - row[Int(target)] }
      count += clip.targets.count
    }
    return total / Double(count)
  }

  /// The gradient of `loss` for every tensor, by name.
  package func gradients(_ clips: [ReferenceClip]) -> [String: [Double]] {
    var gradients = weights.mapValues { [Double](repeating: 0, count: $0.count) }
    let positions = clips.reduce(0) { $0 + $1.targets.count }
    for clip in clips {
      let activations = activations(clip.inputs, told: clip.told)
      var dLogits = activations.logits  // becomes softmax minus one-hot, over the number of positions
      for (row, target) in clip.targets.enumerated() {
        let t = receptiveField - 1 + row
        let logits = activations.logits[t]
        let normaliser = logSumExp(logits)
        dLogits[t] = logits.map { exp($0 - normaliser) / Double(positions) }
        dLogits[t][Int(target)] -= 1 / Double(positions)
      }
      backward(activations, dLogits, &gradients)
    }
    return gradients
  }

  /// Adds to `gradients` what flows back from `dLogits` ([N][Q], empty rows as in `activations.logits`).
  package func backward(
    _ activations: Activations, _ dLogits: [[Double]], _ gradients: inout [String: [Double]]
  ) {
    let c = configuration
    let (n, r, d, k) = (activations.codes.count, c.residualChannels, c.dilationChannels, c.kernelSize)
    var dSkips = [[Double]](repeating: [], count: n)
    for t in 0..<n where !dLogits[t].isEmpty {
      let dHidden = back("head.output", relu(activations.hidden[t]), dLogits[t], &gradients)
      let masked = zip(dHidden, activations.hidden[t]).map { $1 > 0 ? $0 : 0 }
      let dSum = back("head.hidden", relu(activations.skips[t]), masked, &gradients)
      dSkips[t] = zip(dSum, activations.skips[t]).map { $1 > 0 ? $0 : 0 }
    }

    let silent = [[Double]](repeating: [Double](repeating: 0, count: r), count: n)
    var dX = silent  // of what the block above reads, [N][R]
    var dY = activations.told?.y.map { $0.map { _ in 0.0 } }  // [N][C]
    for (i, dilation) in c.dilations.enumerated().reversed() {
      let weight = weights["blocks.\(i).dilated.weight"]!
      var dWeight = gradients["blocks.\(i).dilated.weight"]!
      var below = i == c.dilations.count - 1 ? silent : dX  // the residual path passes unchanged
      for t in 0..<n where !activations.z[i][t].isEmpty {
        let z = activations.z[i][t]
        var dZ = [Double](repeating: 0, count: d)
        if i < c.dilations.count - 1 { dZ = sum(dZ, back("blocks.\(i).residual", z, dX[t], &gradients)) }
        if !dSkips[t].isEmpty { dZ = sum(dZ, back("blocks.\(i).skip", z, dSkips[t], &gradients)) }
        var dA = [Double](repeating: 0, count: 2 * d)
        for j in 0..<d {
          let (filter, gate) = (tanh(activations.a[i][t][j]), sigmoid(activations.a[i][t][d + j]))
          dA[j] = dZ[j] * gate * (1 - filter * filter)
          dA[d + j] = dZ[j] * filter * gate * (1 - gate)
        }
        for row in 0..<2 * d {
          gradients["blocks.\(i).dilated.bias"]![row] += dA[row]
          for (channel, y) in (activations.told?.y[t] ?? []).enumerated() {
            let place = row * c.conditioning!.channels + channel
            gradients["blocks.\(i).condition.weight"]![place] += dA[row] * y
            dY![t][channel] += dA[row] * weights["blocks.\(i).condition.weight"]![place]
          }
          for channel in 0..<r {
            for tap in 0..<k {
              let past = t - (k - 1 - tap) * dilation
              let place = (row * r + channel) * k + tap
              dWeight[place] += factor(dA[row]) * factor(activations.x[i][past][channel])
              below[past][channel] += factor(dA[row]) * factor(weight[place])
            }
          }
        }
      }
      gradients["blocks.\(i).dilated.weight"] = dWeight
      dX = below
    }
    if let told = activations.told, let dY { backward(told, dY, &gradients) }
    for t in 0..<n {
      for channel in 0..<r {
        gradients["embedding.weight"]![Int(activations.codes[t]) * r + channel] += dX[t][channel]
      }
    }
  }

  /// Back through weight * input + bias: adds to both gradients and returns the input's.
  private func back(
    _ name: String, _ input: [Double], _ dOutput: [Double], _ gradients: inout [String: [Double]]
  ) -> [Double] {
    let weight = weights[name + ".weight"]!
    var dWeight = gradients[name + ".weight"]!
    var dInput = [Double](repeating: 0, count: input.count)
    for row in dOutput.indices {
      gradients[name + ".bias"]![row] += dOutput[row]
      for column in input.indices {
        dWeight[row * input.count + column] += factor(dOutput[row]) * factor(input[column])
        dInput[column] += factor(dOutput[row]) * factor(weight[row * input.count + column])
      }
    }
    gradients[name + ".weight"] = dWeight
    return dInput
  }
}

/// ln of the sum of exp, without overflow.
func logSumExp(_ row: [Double]) -> Double {
  let top = row.max()!
  return top + log(row.reduce(0) { $0 + exp($1 - top) })
}

/// 1 / (1 + e^-x)
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
