// The optimizer: global-norm clipping, Adam, and the moving average of the weights. All state is flat, in
// ParameterLayout's order.
import Glibc
package import Kernels

/// Adam (Kingma & Ba 2015, algorithm 1) with its moments, and the exponential moving average of the weights.
package final class Adam {
  package let parameters: AlignedBuffer
  package let m: AlignedBuffer
  package let v: AlignedBuffer
  /// Moving average of the parameters; starts as the initial parameters.
  package let average: AlignedBuffer
  /// Updates done; also the t of the bias corrections.
  package var step: Int
  private let kernels: KernelTable

  package init(parameters: AlignedBuffer, kernels: KernelTable = .active) {
    self.parameters = parameters
    self.kernels = kernels
    m = AlignedBuffer(count: parameters.count)
    v = AlignedBuffer(count: parameters.count)
    average = AlignedBuffer(count: parameters.count)
    average.copy(from: parameters)
    step = 0
  }

  /// One update; returns the gradient's global norm before clipping. A norm that is not finite changes nothing.
  ///
  /// `averageDecay` warms up as (1 + t) / (10 + t), so that the average forgets the initial weights at once.
  package func update(gradients: AlignedBuffer, rate: Double, options: TrainingOptions) -> Double {
    let n = parameters.count
    precondition(gradients.count == n, "\(gradients.count) gradients for \(n) parameters")
    let norm = kernels.sumOfSquares(count: n, gradients.pointer).squareRoot()
    guard norm.isFinite else { return norm }
    step += 1
    let t = Double(step)
    kernels.adam(
      count: n, parameters: parameters.pointer, gradients: gradients.pointer,
      gradientScale: Float(norm > options.clipNorm ? options.clipNorm / norm : 1), m: m.pointer, v: v.pointer,
      beta1: Float(options.beta1), beta2: Float(options.beta2),
      step: Float(rate / (1 - pow(options.beta1, t))), vScale: Float(1 / (1 - pow(options.beta2, t))),
      epsilon: Float(options.epsilon))
    let decay = min(options.averageDecay, (1 + t) / (10 + t))
    kernels.lerp(count: n, inPlace: average.pointer, toward: parameters.pointer, by: Float(1 - decay))
    return norm
  }

  /// A copy of all state, to return to when a run diverges.
  package func snapshot() -> Adam {
    let copy = Adam(parameters: AlignedBuffer(count: parameters.count), kernels: kernels)
    copy.restore(self)
    return copy
  }

  /// Takes over another one's state.
  package func restore(_ other: Adam) {
    parameters.copy(from: other.parameters)
    m.copy(from: other.m)
    v.copy(from: other.v)
    average.copy(from: other.average)
    step = other.step
  }
}
