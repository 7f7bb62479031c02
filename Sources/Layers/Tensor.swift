// The array of numbers that layers exchange: a shape and its values, row-major. A value, without views or broadcasting.

/// float32 values of any shape. Spatial data is [N, C, spatial...] (clips, channels, positions), as in PyTorch.
public struct Tensor: Hashable, Sendable {
  /// Lengths of the axes, outermost first; empty for one number.
  public let shape: [Int]
  /// The values, last axis fastest.
  public var values: [Float]

  /// - values: as many as the product of `shape`.
  public init(shape: [Int], _ values: [Float]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "shape \(shape)")
    precondition(
      values.count == shape.reduce(1, *), "\(values.count) values for the shape \(shape)")
    self.shape = shape
    self.values = values
  }

  /// The same value everywhere.
  public init(shape: [Int], filledWith value: Float = 0) {
    self.init(shape: shape, [Float](repeating: value, count: shape.reduce(1, *)))
  }

  /// Number of values.
  public var count: Int { values.count }

  /// The value at one position, bounds-checked.
  public subscript(index: Int...) -> Float {
    precondition(index.count == shape.count, "\(index.count) indices into the shape \(shape)")
    var offset = 0
    for (i, length) in zip(index, shape) {
      precondition(i >= 0 && i < length, "index \(index) into the shape \(shape)")
      offset = offset * length + i
    }
    return values[offset]
  }

  /// The same values under another shape of as many elements.
  public func reshaped(_ shape: [Int]) throws(LayersError) -> Tensor {
    guard shape.allSatisfy({ $0 >= 0 }), shape.reduce(1, *) == count else {
      throw .wrongShape("reshape to \(shape)", found: self.shape)
    }
    return Tensor(shape: shape, values)
  }

  /// Uniform in [-bound, bound).
  public static func uniform(
    shape: [Int], bound: Float, using random: inout some RandomNumberGenerator
  ) -> Tensor {
    var values: [Float] = []
    values.reserveCapacity(shape.reduce(1, *))
    for _ in 0..<shape.reduce(1, *) {
      values.append((Float(random.next() >> 40) * 0x1p-24 * 2 - 1) * bound)
    }
    return Tensor(shape: shape, values)
  }

  /// Elementwise sum of two tensors of one shape.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    var sum = a
    sum += b
    return sum
  }

  /// Adds a tensor of the same shape.
  public static func += (a: inout Tensor, b: Tensor) {
    precondition(a.shape == b.shape, "sum of the shapes \(a.shape) and \(b.shape)")
    a.values.withUnsafeMutableBufferPointer { a in
      b.values.withUnsafeBufferPointer { b in
        for i in 0..<a.count { a[i] += b[i] }
      }
    }
  }
}
