// Adam (Kingma & Ba 2015, algorithm 1) and clipping by the global norm, in double precision, from the paper.
import Glibc

/// The slow twin of the optimizer: named tensors, no layout, no fusion.
package struct ReferenceAdam {
  package var learningRate: Double
  package var beta1: Double
  package var beta2: Double
  package var epsilon: Double
  private var steps = 0
  private var mean: [String: [Double]] = [:]
  private var square: [String: [Double]] = [:]

  package init(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double) {
    (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
  }

  /// One step: theta -= lr * m' / (sqrt(v') + epsilon), with both moments corrected for their start at zero.
  package mutating func step(_ weights: inout [String: [Double]], _ gradients: [String: [Double]]) {
    steps += 1
    for (name, gradient) in gradients {
      var m = mean[name] ?? gradient.map { _ in 0 }
      var v = square[name] ?? gradient.map { _ in 0 }
      for i in gradient.indices {
        m[i] = beta1 * m[i] + (1 - beta1) * gradient[i]
        v[i] = beta2 * v[i] + (1 - beta2) * gradient[i] * gradient[i]
        let meanNow = m[i] / (1 - pow(beta1, Double(steps)))
        let squareNow = v[i] / (1 - pow(beta2, Double(steps)))
        weights[name]![i] -= learningRate * meanNow / (squareNow.squareRoot() + epsilon)
      }
      mean[name] = m
      square[name] = v
    }
  }
}

/// The Euclidean norm over all tensors together.
package func globalNorm(_ tensors: [String: [Double]]) -> Double {
  tensors.values.reduce(0) { $1.reduce($0) { $0 + $1 * $1 } }.squareRoot()
}

/// The tensors scaled down to `limit` if their global norm is above it.
package func clipped(_ tensors: [String: [Double]], toNorm limit: Double) -> [String: [Double]] {
  let norm = globalNorm(tensors)
  return norm <= limit ? tensors : tensors.mapValues { $0.map { $0 * limit / norm } }
}
