// How far a stack of layers sees. The formula; `ReceptiveFieldTrace` finds the same by trial.

/// Counts inputs that reach one output of a stack of convolutions or poolings.
public enum ReceptiveField {
  /// 1 + (K-1) * sum of the dilations: one kernel size, stride 1 throughout (van den Oord et al. 2016, sec. 2.1).
  ///
  /// Widely repeated forms are off by something: 2^layers holds for kernel 2 and dilations 1, 2, 4, ... alone, and
  /// (K-1) * sum leaves out the current input.
  public static func count(kernel: Int, dilations: [Int]) -> Int {
    precondition(kernel >= 1 && dilations.allSatisfy { $0 >= 1 }, "kernel \(kernel), dilations \(dilations)")
    return 1 + (kernel - 1) * dilations.reduce(0, +)
  }

  /// With strides: each layer adds (K-1) * dilation steps of its input, and a step of its input is worth all earlier
  /// strides multiplied. First layer first; along the first spatial dimension.
  public static func count(_ stack: [Window]) -> Int {
    var field = 1
    var step = 1
    for window in stack {
      field += (window.span(0) - 1) * step
      step *= window.stride[0]
    }
    return field
  }
}
