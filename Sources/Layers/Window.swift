// The geometry that convolution and pooling share: how a window moves over the input, and what lies beyond the edges.

/// How much is added around the input.
public enum Padding: Hashable, Sendable {
  /// Nothing: windows stay inside.
  case valid
  /// (kernel-1) * dilation in all, the smaller half before, so that the output is as long as the input. Sees the future.
  case same
  /// (kernel-1) * dilation before and nothing after, along every axis: output t sees inputs up to t alone.
  case causal
  /// As many before as after, one number per spatial dimension.
  case numbers([Int])
  /// Different numbers before and after, one each per spatial dimension.
  case sides(before: [Int], after: [Int])
}

/// What the added positions hold.
public enum PaddingMode: String, Hashable, Sendable, CaseIterable {
  /// Zeros (for pooling: nothing).
  case zeros
  /// The input mirrored at its edge value, which is not repeated.
  case reflect
  /// The edge value.
  case replicate
  /// The input's other end.
  case circular

  /// Which of `length` inputs stands at `index`, counted from the first input: the input itself, or what the padding repeats;
  /// nil where there are zeros. Padding is at most as wide as `Window.outputLengths` allows.
  public func source(_ index: Int, _ length: Int) -> Int? {
    if index >= 0 && index < length { return index }
    return switch self {
    case .zeros: nil
    case .replicate: min(max(index, 0), length - 1)
    case .reflect: index < 0 ? -index : 2 * (length - 1) - index
    case .circular: index < 0 ? index + length : index - length
    }
  }
}

/// A window of `kernel` taps per spatial dimension, `dilation` apart, that moves by `stride`.
public struct Window: Hashable, Sendable {
  /// Taps, per spatial dimension.
  public let kernel: [Int]
  /// Steps between windows, per spatial dimension.
  public let stride: [Int]
  /// Steps between taps, per spatial dimension.
  public let dilation: [Int]
  /// What is added around the input.
  public let padding: Padding
  /// What the added positions hold.
  public let mode: PaddingMode

  /// Everything per spatial dimension; stride and dilation are 1 unless given.
  public init(
    kernel: [Int], stride: [Int]? = nil, dilation: [Int]? = nil, padding: Padding = .valid,
    mode: PaddingMode = .zeros
  ) throws(LayersError) {
    let ones = [Int](repeating: 1, count: kernel.count)
    (self.kernel, self.stride, self.dilation) = (kernel, stride ?? ones, dilation ?? ones)
    (self.padding, self.mode) = (padding, mode)
    if kernel.isEmpty { throw .tooSmall(what: "number of spatial dimensions", value: 0, minimum: 1) }
    for (what, list) in [("kernel", kernel), ("stride", self.stride), ("dilation", self.dilation)] {
      try Self.check(what, list, kernel.count, minimum: 1)
    }
    switch padding {
    case .valid, .causal: break
    case .same:
      if self.stride.contains(where: { $0 != 1 }) { throw .sameNeedsStrideOne(stride: self.stride) }
    case .numbers(let numbers): try Self.check("padding", numbers, kernel.count, minimum: 0)
    case .sides(let before, let after):
      try Self.check("padding before", before, kernel.count, minimum: 0)
      try Self.check("padding after", after, kernel.count, minimum: 0)
    }
  }

  private static func check(_ what: String, _ list: [Int], _ count: Int, minimum: Int) throws(LayersError) {
    if list.count != count { throw .wrongDimensions(what: what, expected: count, found: list.count) }
    for value in list where value < minimum {
      throw .tooSmall(what: what, value: value, minimum: minimum)
    }
  }

  /// Number of spatial dimensions.
  public var dimensions: Int { kernel.count }

  /// Positions that a window spans along dimension `d`: 1 + (kernel-1) * dilation.
  public func span(_ d: Int) -> Int { 1 + (kernel[d] - 1) * dilation[d] }

  /// Padding along dimension `d`.
  public func pads(_ d: Int) -> (before: Int, after: Int) {
    let whole = span(d) - 1
    switch padding {
    case .valid: return (0, 0)
    case .same: return (whole / 2, whole - whole / 2)
    case .causal: return (whole, 0)
    case .numbers(let numbers): return (numbers[d], numbers[d])
    case .sides(let before, let after): return (before[d], after[d])
    }
  }

  /// The output-length formula: floor((length + before + after - (kernel-1) * dilation - 1) / stride) + 1.
  public static func outputLength(
    _ length: Int, kernel: Int, stride: Int = 1, before: Int = 0, after: Int = 0, dilation: Int = 1
  ) throws(LayersError) -> Int {
    for (what, value, minimum) in [
      ("length of the input", length, 1), ("kernel", kernel, 1), ("stride", stride, 1),
      ("dilation", dilation, 1), ("padding", min(before, after), 0),
    ] where value < minimum {
      throw .tooSmall(what: what, value: value, minimum: minimum)
    }
    let (reach, isTooFar) = (kernel - 1).multipliedReportingOverflow(by: dilation)
    let span = isTooFar || reach == .max ? .max : 1 + reach
    let padded = length + before + after
    if padded < span { throw .inputTooShort(length: length, padded: padded, span: span) }
    return (padded - span) / stride + 1
  }

  /// Output lengths for the input's spatial lengths.
  public func outputLengths(_ input: [Int]) throws(LayersError) -> [Int] {
    if input.count != dimensions {
      throw .wrongDimensions(what: "input", expected: dimensions, found: input.count)
    }
    var output: [Int] = []
    for (d, length) in input.enumerated() {
      let (before, after) = pads(d)
      output.append(
        try Self.outputLength(
          length, kernel: kernel[d], stride: stride[d], before: before, after: after, dilation: dilation[d]))
      let most = mode == .reflect ? length - 1 : mode == .circular ? length : .max
      if max(before, after) > most {
        throw .paddingTooWide(mode: mode, padding: max(before, after), length: length)
      }
    }
    return output
  }
}
