// The one table of tensors: name, shape and place of each in the flat parameter buffer. Checkpoints, initialisation,
// optimizer state and both engines ask it by name; nothing else knows the order.

/// Names, shapes and ranges of all tensors of a model, in checkpoint order. Shapes are PyTorch's (`Conv1d`: out, in, K):
/// ```
/// embedding.weight            [Q, R]       a row per code: the 1x1 convolution over a one-hot input, as a table
/// blocks.{i}.dilated.weight   [2D, R, K]   rows 0 ..< D filter, D ..< 2D gate; tap K-1 is the current sample
/// blocks.{i}.dilated.bias     [2D]
/// blocks.{i}.residual.weight  [R, D, 1]    .bias [R]    not of the last block
/// blocks.{i}.skip.weight      [S, D, 1]    .bias [S]
/// head.hidden.weight          [H, S, 1]    .bias [H]
/// head.output.weight          [Q, H, 1]    .bias [Q]
/// ```
/// and of a model that is told something, C channels of it, F values a frame:
/// ```
/// blocks.{i}.condition.weight      [2D, C, 1]
/// conditioning.labels.weight       [labels, C]             only with labels
/// conditioning.controls.0.weight   [C, F, 3]   .bias [C]   only with controls; taps: the frame before, the frame, the next
/// conditioning.controls.1.weight   [C, C, 3]   .bias [C]
/// ```
public struct ParameterLayout: Sendable {
  /// One tensor of the table.
  public struct Tensor: Hashable, Sendable {
    /// Name in the checkpoint, e.g. `blocks.3.dilated.weight`.
    public let name: String
    /// Row-major shape.
    public let shape: [Int]
    /// Elements in the flat buffer.
    public let range: Range<Int>
  }

  /// All tensors, in order, without gaps.
  public let tensors: [Tensor]
  /// Number of parameters.
  public let count: Int
  private let indexByName: [String: Int]

  /// The layout that belongs to a configuration.
  public init(_ configuration: Configuration) {
    let c = configuration
    let (r, d, s, h, q) = (
      c.residualChannels, c.dilationChannels, c.skipChannels, c.headChannels, c.quantizationLevels
    )
    var tensors: [Tensor] = []
    var offset = 0
    func add(_ name: String, _ shape: [Int]) {
      let size = shape.reduce(1, *)
      tensors.append(Tensor(name: name, shape: shape, range: offset..<offset + size))
      offset += size
    }
    add("embedding.weight", [q, r])
    for i in 0..<c.blockCount {
      add("blocks.\(i).dilated.weight", [2 * d, r, c.kernelSize])
      add("blocks.\(i).dilated.bias", [2 * d])
      if let told = c.conditioning { add("blocks.\(i).condition.weight", [2 * d, told.channels, 1]) }
      if i < c.blockCount - 1 {  // nothing reads the last block's residual output
        add("blocks.\(i).residual.weight", [r, d, 1])
        add("blocks.\(i).residual.bias", [r])
      }
      add("blocks.\(i).skip.weight", [s, d, 1])
      add("blocks.\(i).skip.bias", [s])
    }
    add("head.hidden.weight", [h, s, 1])
    add("head.hidden.bias", [h])
    add("head.output.weight", [q, h, 1])
    add("head.output.bias", [q])
    if let told = c.conditioning {
      if !told.labels.isEmpty { add("conditioning.labels.weight", [told.labels.count, told.channels]) }
      if !told.controls.isEmpty {
        add("conditioning.controls.0.weight", [told.channels, told.controlChannels, 3])
        add("conditioning.controls.0.bias", [told.channels])
        add("conditioning.controls.1.weight", [told.channels, told.channels, 3])
        add("conditioning.controls.1.bias", [told.channels])
      }
    }
    self.tensors = tensors
    count = offset
    indexByName = Dictionary(uniqueKeysWithValues: tensors.enumerated().map { ($1.name, $0) })
  }

  /// The tensor of that name; a programmer error if there is none.
  public subscript(name: String) -> Tensor {
    guard let index = indexByName[name] else { preconditionFailure("no tensor named \(name)") }
    return tensors[index]
  }
}
