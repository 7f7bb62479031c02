// What the reference is told: two convolutions over frames and rows of labels, forward and backward, in plain loops. The proof
// that it is right is in ToldReferenceTests.swift: PyTorch's logits and gradients, and finite differences.
package import Signal

extension ReferenceWaveNet {
  /// What a sequence is told, step by step, and what that was made of.
  package struct Told {
    package var conditions: Conditions
    package var rows: [Int?]  // [N]: the row of `controls` that a step reads
    package var isTold: [Bool]  // [N]: false before the clip's first sample
    package var controls: [[Double]]  // [rows][F]
    package var hidden: [[Double]]  // [rows][C], before relu
    package var y: [[Double]]  // [N][C]
  }

  /// y of `count` steps.
  func told(_ conditions: Conditions, count: Int) -> Told {
    guard let shape = configuration.conditioning else {
      preconditionFailure("a model that can be told nothing")
    }
    let f = shape.controlChannels
    let controls = stride(from: 0, to: conditions.controls.count, by: max(1, f)).map { first in
      conditions.controls[first..<first + f].map(Double.init)
    }
    let hidden = controls.isEmpty ? [] : overFrames("conditioning.controls.0", controls)
    let outputs = controls.isEmpty ? [] : overFrames("conditioning.controls.1", hidden.map(relu))
    var result = Told(
      conditions: conditions, rows: [], isTold: [], controls: controls, hidden: hidden, y: [])
    for t in 0..<count {
      let place = conditions.start + t
      let row = place < 0 ? -1 : place / shape.frameSamples - conditions.firstFrame
      result.isTold.append(place >= 0)
      result.rows.append(outputs.indices.contains(row) ? row : nil)
      var y = [Double](repeating: 0, count: shape.channels)
      if place >= 0 {
        for (label, share) in conditions.labels.enumerated() {
          for channel in y.indices {
            y[channel] +=
              Double(share) * weights["conditioning.labels.weight"]![label * shape.channels + channel]
          }
        }
      }
      result.y.append(result.rows[t].map { sum(y, outputs[$0]) } ?? y)
    }
    return result
  }

  /// Back from dY [N][C]: adds the gradients of both layers and of the labels' rows.
  func backward(_ told: Told, _ dY: [[Double]], _ gradients: inout [String: [Double]]) {
    let channels = configuration.conditioning!.channels
    var dOutputs = told.hidden.map { _ in [Double](repeating: 0, count: channels) }
    for (t, dRow) in dY.enumerated() where told.isTold[t] {
      for (label, share) in told.conditions.labels.enumerated() {
        for channel in 0..<channels {
          gradients["conditioning.labels.weight"]![label * channels + channel] +=
            Double(share) * dRow[channel]
        }
      }
      if let row = told.rows[t] { dOutputs[row] = sum(dOutputs[row], dRow) }
    }
    if told.controls.isEmpty { return }
    let dRectified = backOverFrames("conditioning.controls.1", told.hidden.map(relu), dOutputs, &gradients)
    let dHidden = zip(dRectified, told.hidden).map { zip($0, $1).map { $1 > 0 ? $0 : 0 } }
    _ = backOverFrames("conditioning.controls.0", told.controls, dHidden, &gradients)
  }

  /// A convolution of 3 taps, zeros on both sides: [rows][inputs] to [rows][C].
  private func overFrames(_ name: String, _ x: [[Double]]) -> [[Double]] {
    let (weight, bias) = (weights[name + ".weight"]!, weights[name + ".bias"]!)
    return x.indices.map { row in
      bias.indices.map { channel in
        var total = bias[channel]
        for tap in 0..<3 where x.indices.contains(row + tap - 1) {
          let input = x[row + tap - 1]
          for i in input.indices { total += weight[(channel * input.count + i) * 3 + tap] * input[i] }
        }
        return total
      }
    }
  }

  /// Back through it: adds to both gradients and returns the input's.
  private func backOverFrames(
    _ name: String, _ x: [[Double]], _ dOutput: [[Double]], _ gradients: inout [String: [Double]]
  ) -> [[Double]] {
    let weight = weights[name + ".weight"]!
    var dX = x.map { $0.map { _ in 0.0 } }
    for row in x.indices {
      for channel in dOutput[row].indices {
        gradients[name + ".bias"]![channel] += dOutput[row][channel]
        for tap in 0..<3 where x.indices.contains(row + tap - 1) {
          for i in x[row].indices {
            let place = (channel * x[row].count + i) * 3 + tap
            gradients[name + ".weight"]![place] += dOutput[row][channel] * x[row + tap - 1][i]
            dX[row + tap - 1][i] += dOutput[row][channel] * weight[place]
          }
        }
      }
    }
    return dX
  }
}
