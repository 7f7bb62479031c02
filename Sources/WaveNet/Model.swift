// A configuration and its weights: what a checkpoint holds and what training and generation share.
public import Kernels

/// An immutable WaveNet: configuration, layout and weights. Cheap to copy; share it freely between threads.
public struct Model: Sendable {
  /// The shape.
  public let configuration: Configuration
  /// Where each tensor lies in `parameters`.
  public let layout: ParameterLayout
  /// All weights, flat, in `layout`'s order. Never written after the model is handed out.
  public let parameters: AlignedBuffer

  /// Adopts `parameters`, which the caller must not write any more.
  public init(configuration: Configuration, parameters: AlignedBuffer) {
    self.configuration = configuration
    layout = ParameterLayout(configuration)
    self.parameters = parameters
    precondition(parameters.count == layout.count, "\(parameters.count) parameters for \(layout.count)")
  }

  /// The weights of one tensor, row-major in the shape that `layout` says, as a view that must not outlive the model. A
  /// programmer error if there is no tensor of that name.
  public func tensor(_ name: String) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: UnsafeBufferPointer(parameters.elements)[layout[name].range])
  }
}
