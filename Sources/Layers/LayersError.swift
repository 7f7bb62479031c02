// What can be wrong with a layer's arguments or with what it is given.

/// Shapes and arguments that cannot be, one case per cause.
public enum LayersError: Error, Hashable, CustomStringConvertible {
  /// A size, stride or count below its minimum.
  case tooSmall(what: String, value: Int, minimum: Int)
  /// A width that the kernels cannot take.
  case notAMultiple(what: String, value: Int, of: Int)
  /// A list with another number of entries than there are spatial dimensions.
  case wrongDimensions(what: String, expected: Int, found: Int)
  /// An input whose shape the layer cannot take; `wanted` says in words what it takes.
  case wrongShape(_ wanted: String, found: [Int])
  /// The kernel with its dilation is longer than the padded input.
  case inputTooShort(length: Int, padded: Int, span: Int)
  /// Groups must divide both channel counts.
  case groupsDoNotDivide(groups: Int, channels: Int)
  /// 'same' padding with a stride is not defined by one formula: frameworks disagree.
  case sameNeedsStrideOne(stride: [Int])
  /// Reflecting needs less padding than input, wrapping no more than input.
  case paddingTooWide(mode: PaddingMode, padding: Int, length: Int)
  /// Some windows of a pooling would lie in the padding alone.
  case emptyWindow
  /// Pooling takes the maximum or mean of what is there: it has no use for mirrored input.
  case poolingCannotPad(mode: PaddingMode)
  /// Pooling padded by more than half of its window.
  case poolingPaddingOverHalf(padding: Int, span: Int)
  /// A class that is not among the logits.
  case targetOutOfRange(target: Int, classes: Int)
  /// A place that is not among the positions of the tensor.
  case indexOutOfRange(index: Int, positions: Int)

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .tooSmall(let what, let value, let minimum): "\(what) is \(value): it must be at least \(minimum)"
    case .notAMultiple(let what, let value, let unit): "\(what) is \(value): it must be a multiple of \(unit)"
    case .wrongDimensions(let what, let expected, let found):
      "\(what) has \(found) entries for \(expected) spatial dimensions: give one for each"
    case .wrongShape(let wanted, let found): "the shape is \(found): \(wanted) is needed"
    case .inputTooShort(let length, let padded, let span):
      "an input of \(length) positions, \(padded) with padding, is shorter than the window of \(span): "
        + "use a longer input, more padding or less dilation"
    case .groupsDoNotDivide(let groups, let channels):
      "\(groups) groups do not divide \(channels) channels: choose a divisor"
    case .sameNeedsStrideOne(let stride):
      "padding 'same' with stride \(stride) is ambiguous: use stride 1 or give the padding in numbers"
    case .paddingTooWide(let mode, let padding, let length):
      "padding \(padding) of \(length) positions by '\(mode)' would run out of input: use less padding or 'zeros'"
    case .emptyWindow: "a window would see nothing but padding: use less padding"
    case .poolingCannotPad(let mode): "pooling does not pad by '\(mode)': use 'zeros'"
    case .poolingPaddingOverHalf(let padding, let span):
      "padding \(padding) is more than half of the window's \(span) positions: use less padding"
    case .targetOutOfRange(let target, let classes):
      "the target \(target) is not one of \(classes) classes: targets count from 0"
    case .indexOutOfRange(let index, let positions):
      "the index \(index) is not one of \(positions) positions: give the lengths of what was pooled"
    }
  }
}
