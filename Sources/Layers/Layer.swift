// What every layer is: a value with parameters, a forward pass and, from each forward pass, its backward pass.

/// The gradient of a loss with respect to a layer's input and to each of its parameters.
public struct Gradients: Sendable {
  /// [shape of the input]
  public var dx: Tensor
  /// One per parameter, same order and shapes as `Layer.parameters`.
  public var dParameters: [Tensor]

  /// Both, as a layer's backward pass makes them.
  public init(dx: Tensor, dParameters: [Tensor]) { (self.dx, self.dParameters) = (dx, dParameters) }
}

/// A forward pass that can be run backward.
public struct Traced: Sendable {
  /// The layer's output.
  public let y: Tensor
  private let pullback: @Sendable (Tensor) -> Gradients

  /// - backward: from the gradient of the output to those of input and parameters.
  public init(_ y: Tensor, backward: @escaping @Sendable (Tensor) -> Gradients) {
    self.y = y
    pullback = backward
  }

  /// - dy: the gradient of the loss with respect to `y`, same shape.
  public func backward(_ dy: Tensor) -> Gradients {
    precondition(dy.shape == y.shape, "gradient of shape \(dy.shape) for an output of shape \(y.shape)")
    return pullback(dy)
  }
}

/// A differentiable function with parameters. Layers are values: a copy learns on its own.
public protocol Layer: Sendable {
  /// What an optimizer changes.
  var parameters: [Tensor] { get set }
  /// The shape that comes out for the shape that goes in, or why none can.
  func outputShape(_ input: [Int]) throws(LayersError) -> [Int]
  /// The forward pass, with what the backward pass needs.
  func traced(_ x: Tensor) throws(LayersError) -> Traced
}

extension Layer {
  /// The forward pass alone.
  public func forward(_ x: Tensor) throws(LayersError) -> Tensor { try traced(x).y }

  /// How many numbers are learnt.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }
}

/// A layer without parameters.
public protocol ParameterFree: Layer {}

extension ParameterFree {
  /// None.
  public var parameters: [Tensor] {
    get { [] }
    set { precondition(newValue.isEmpty, "\(newValue.count) parameters for a layer without any") }
  }
}
