// From gradients to better parameters.
import Glibc
internal import Kernels

/// Changes parameters step by step; keeps whatever state it needs between the steps.
public protocol Optimizer: Sendable {
  /// One step. Same count and shapes of both in every call.
  mutating func update(_ parameters: inout [Tensor], _ gradients: [Tensor])
}

extension Optimizer {
  /// One step for all parameters of a layer.
  public mutating func update(_ layer: inout some Layer, _ gradients: Gradients) {
    var parameters = layer.parameters
    update(&parameters, gradients.dParameters)
    layer.parameters = parameters
  }
}

/// v = momentum * v + gradient; p -= learningRate * v (PyTorch's form of momentum; 0 is plain gradient descent).
public struct SGD: Optimizer {
  /// Length of a step.
  public var learningRate: Float
  /// Share of the last step that is kept.
  public var momentum: Float
  private var velocity: [Tensor] = []

  /// - momentum: 0 for plain gradient descent.
  public init(learningRate: Float, momentum: Float = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
  }

  /// One step. Same count and shapes of both in every call.
  public mutating func update(_ parameters: inout [Tensor], _ gradients: [Tensor]) {
    precondition(parameters.map(\.shape) == gradients.map(\.shape), "gradients of other shapes")
    if velocity.isEmpty { velocity = gradients.map { Tensor(shape: $0.shape) } }
    for t in parameters.indices {
      for i in 0..<parameters[t].count {
        let v = momentum * velocity[t].values[i] + gradients[t].values[i]
        velocity[t].values[i] = v
        parameters[t].values[i] -= learningRate * v
      }
    }
  }
}

/// Adam (Kingma & Ba 2015, algorithm 1).
public struct Adam: Optimizer {
  /// Length of a step.
  public var learningRate: Float
  /// Decay of the mean of gradients and of their squares.
  public let beta1: Float, beta2: Float
  /// Added to the denominator.
  public let epsilon: Float
  private var step = 0
  private var first: [Tensor] = []
  private var second: [Tensor] = []

  /// The paper's values unless given.
  public init(learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
  }

  /// One step. Same count and shapes of both in every call.
  public mutating func update(_ parameters: inout [Tensor], _ gradients: [Tensor]) {
    precondition(parameters.map(\.shape) == gradients.map(\.shape), "gradients of other shapes")
    if step == 0 {
      first = gradients.map { Tensor(shape: $0.shape) }
      second = first
    }
    step += 1
    let size = learningRate / Float(1 - pow(Double(beta1), Double(step)))
    let vScale = 1 / Float(1 - pow(Double(beta2), Double(step)))
    for t in parameters.indices {
      parameters[t].values.withUnsafeMutableBufferPointer { p in
        first[t].values.withUnsafeMutableBufferPointer { m in
          second[t].values.withUnsafeMutableBufferPointer { v in
            gradients[t].values.withUnsafeBufferPointer { g in
              guard let p = p.baseAddress, let m = m.baseAddress, let v = v.baseAddress,
                let dp = g.baseAddress
              else { return }
              KernelTable.active.adam(
                count: g.count, parameters: p, gradients: dp, gradientScale: 1, m: m, v: v, beta1: beta1,
                beta2: beta2,
                step: size, vScale: vScale, epsilon: epsilon)
            }
          }
        }
      }
    }
  }
}
