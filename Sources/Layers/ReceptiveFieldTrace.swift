// Which inputs reach one output of a stack of convolutions, layer by layer: what the pictures of receptive fields draw.
// `ReceptiveFieldTraceTests` find the same inputs by moving each one of the real layers' inputs.

/// The positions, in every layer of a stack, from which output 0 is computed.
public struct ReceptiveFieldTrace: Sendable {
  /// How a layer is laid out.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The dilation is 1; no padding; the output is drawn above its last input.
    case plain
    /// The dilation as given; no padding; the output is drawn above its last input.
    case dilated
    /// Zeros before the input: the same reach as dilated, with as many outputs as inputs.
    case causal
    /// Padding on both sides: sees the future.
    case same
  }

  /// One layer of the stack: a convolution or a pooling.
  public struct Level: Hashable, Sendable {
    /// Taps, steps between taps (1 where the kind is plain), steps between outputs.
    public let kernel: Int, dilation: Int, stride: Int
    /// How it is laid out.
    public let kind: Kind

    /// One layer.
    public init(kernel: Int, dilation: Int = 1, stride: Int = 1, kind: Kind) {
      (self.kernel, self.stride, self.kind) = (kernel, stride, kind)
      self.dilation = kind == .plain ? 1 : dilation
    }

    /// The positions below that output `position` reads, tap by tap.
    func sources(_ position: Int) -> [Int] {
      let whole = (kernel - 1) * dilation
      let before = kind == .same ? whole / 2 : whole
      return (0..<kernel).map { position * stride + $0 * dilation - before }
    }
  }

  /// First above the input first.
  public let layers: [Level]
  /// Per level, each counted in its own positions from the one above which output 0 stands, ascending: [0] is the input,
  /// [layers.count] the output alone.
  public let positions: [[Int]]
  /// Inputs from one position of each level to the next: the strides below it, multiplied.
  public let jumps: [Int]

  /// - layers: at least one.
  public init(_ layers: [Level]) throws(LayersError) {
    if layers.isEmpty { throw .tooSmall(what: "number of layers", value: 0, minimum: 1) }
    for layer in layers {
      _ = try Window(
        kernel: [layer.kernel], stride: [layer.stride], dilation: [layer.dilation],
        padding: layer.kind == .same ? .same : .causal)
    }
    self.layers = layers
    var levels = [[0]]
    for layer in layers.reversed() {
      levels.append(Set(levels[levels.count - 1].flatMap { layer.sources($0) }).sorted())
    }
    positions = levels.reversed()
    jumps = layers.reduce(into: [1]) { $0.append($0[$0.count - 1] * $1.stride) }
  }

  /// One kernel and one kind for all layers, stride 1.
  ///
  /// - dilations: at least one layer.
  public init(kernel: Int, dilations: [Int], kind: Kind) throws(LayersError) {
    try self.init(dilations.map { Level(kernel: kernel, dilation: $0, kind: kind) })
  }

  /// Of the layers, first above the input first.
  public var dilations: [Int] { layers.map(\.dilation) }

  /// From the first to the last input that is seen: 1 + the sum over layers of (kernel-1) * dilation * the strides of the
  /// layers below.
  public var receptiveField: Int {
    zip(layers, jumps).reduce(1) { $0 + ($1.0.kernel - 1) * $1.0.dilation * $1.1 }
  }

  /// Inputs from one output to the next.
  public var jump: Int { jumps[layers.count] }

  /// Inputs before and after the output's own position that are seen.
  public var past: Int { -(positions[0].first ?? 0) }
  /// Inputs after the output's own position that are seen.
  public var future: Int { positions[0].last ?? 0 }

  /// Inputs within the receptive field that are jumped over (dilations or strides that leave gaps).
  public var skipped: Int { receptiveField - positions[0].count }

  /// The kernel of all layers; nil if they differ or strides make steps of different worth.
  var commonKernel: Int? {
    let kernel = layers[0].kernel
    return layers.allSatisfy { $0.kernel == kernel } && jump == 1 ? kernel : nil
  }

  /// The formula with its numbers: "1 + (2-1) * (1+2+4)", or with strides "1 + (2-1)*1*1 + (3-1)*2*2".
  public var formula: String {
    if let kernel = commonKernel {
      return "1 + (\(kernel)-1) * (" + dilations.map { "\($0)" }.joined(separator: "+") + ")"
    }
    return zip(layers, jumps).reduce("1") { $0 + " + (\($1.0.kernel)-1)*\($1.0.dilation)*\($1.1)" }
  }
}
