// Which inputs reach one output of a stack of convolutions, layer by layer: what the pictures of receptive fields draw.
// `IdentityTests` finds the same inputs by perturbing each one.

/// The positions, in every layer of a stack, from which output 0 is computed.
public struct ReceptiveFieldTrace: Sendable {
  /// How the layers are laid out.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Every dilation is 1; no padding; the output is drawn above its last input.
    case plain
    /// The dilations as given; no padding; the output is drawn above its last input.
    case dilated
    /// Zeros before the input: the same reach as dilated, with as many outputs as inputs.
    case causal
    /// Padding on both sides: sees the future.
    case same
  }

  /// Taps of every layer.
  public let kernel: Int
  /// Of the layers, first above the input first.
  public let dilations: [Int]
  /// How the layers are laid out.
  public let kind: Kind
  /// Positions relative to the output, ascending: [0] is the input, [dilations.count] the output alone.
  public let positions: [[Int]]

  /// - dilations: at least one layer.
  public init(kernel: Int, dilations: [Int], kind: Kind) throws(LayersError) {
    if kernel < 1 { throw .tooSmall(what: "kernel", value: kernel, minimum: 1) }
    if dilations.isEmpty { throw .tooSmall(what: "number of layers", value: 0, minimum: 1) }
    self.kernel = kernel
    self.dilations = kind == .plain ? dilations.map { _ in 1 } : dilations
    self.kind = kind
    var levels = [[0]]
    for dilation in self.dilations.reversed() {
      let window = try Window(
        kernel: [kernel], dilation: [dilation], padding: kind == .same ? .same : .causal)
      let before = window.pads(0).before
      var reached: Set<Int> = []
      for position in levels[levels.count - 1] {
        for tap in 0..<kernel { reached.insert(position + tap * dilation - before) }
      }
      levels.append(reached.sorted())
    }
    positions = levels.reversed()
  }

  /// 1 + (K-1) * sum of the dilations: from the first to the last input that is seen.
  public var receptiveField: Int { ReceptiveField.count(kernel: kernel, dilations: dilations) }

  /// Inputs before and after the output's own position that are seen.
  public var past: Int { -(positions[0].first ?? 0) }
  /// Inputs after the output's own position that are seen.
  public var future: Int { positions[0].last ?? 0 }

  /// Inputs within the receptive field that are jumped over (dilations that leave gaps).
  public var skipped: Int { receptiveField - positions[0].count }

  /// The positions that tap by tap feed `position` of the level above `level`.
  func sources(of position: Int, below level: Int) -> [Int] {
    let dilation = dilations[level - 1]
    let whole = (kernel - 1) * dilation
    let before = kind == .same ? whole / 2 : whole
    return (0..<kernel).map { position + $0 * dilation - before }
  }
}
