// Functions applied to every element, and the gate of WaveNet, which is two of them multiplied.
import Glibc
internal import Kernels

/// max(x, 0). Any shape.
public struct ReLU: ParameterFree {
  /// The function.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] { input }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let y = elementwise(x, x) { x, _ in max(x, 0) }
    return Traced(y) { dy in Gradients(dx: elementwise(dy, y) { $1 > 0 ? $0 : 0 }, dParameters: []) }
  }
}

/// tanh(x). Any shape.
public struct Tanh: ParameterFree {
  /// The function.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] { input }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let y = elementwise(x, x) { x, _ in tanhf(x) }
    return Traced(y) { dy in Gradients(dx: elementwise(dy, y) { $0 * (1 - $1 * $1) }, dParameters: []) }
  }
}

/// 1 / (1 + exp(-x)). Any shape.
public struct Sigmoid: ParameterFree {
  /// The function.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] { input }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let y = elementwise(x, x) { x, _ in 1 / (1 + expf(-x)) }
    return Traced(y) { dy in Gradients(dx: elementwise(dy, y) { $0 * $1 * (1 - $1) }, dParameters: []) }
  }
}

/// WaveNet's gate (van den Oord et al. 2016, eq. 2): tanh of the first half of the channels times sigmoid of the second.
/// Input [N, 2D, spatial...], output [N, D, spatial...].
public struct Gate: ParameterFree {
  /// The function.
  public init() {}

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    guard input.count >= 2, input[1] % 2 == 0, input[1] > 0 else {
      throw .wrongShape("[clips, an even number of channels, ...]", found: input)
    }
    return [input[0], input[1] / 2] + input.dropFirst(2)
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let (n, half) = (shape[0], shape.dropFirst().reduce(1, *))
    let z = Matrix(n, half)
    // One row per clip: filter, padding, gate, padding.
    let parts = AlignedBuffer(count: n * 2 * z.stride)
    copy(x.values, to: parts, rows: 2 * n, half, z.stride)
    KernelTable.active.gateForward(rows: n, channels: z.stride, inPlace: parts.pointer, into: z.view())
    return Traced(Tensor(shape: shape, z.values)) { dy in
      let dParts = AlignedBuffer(count: parts.count)
      dParts.copy(from: parts)
      let dz = Matrix(n, half, dy.values)
      KernelTable.active.gateBackward(
        rows: n, channels: z.stride, inPlace: dParts.pointer, dz: Rows(dz.view()))
      var dx = Tensor(shape: x.shape)
      for r in 0..<2 * n {
        for i in 0..<half { dx.values[r * half + i] = dParts.pointer[r * z.stride + i] }
      }
      return Gradients(dx: dx, dParameters: [])
    }
  }

  private func copy(_ values: [Float], to buffer: AlignedBuffer, rows: Int, _ count: Int, _ stride: Int) {
    values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for r in 0..<rows { (buffer.pointer + r * stride).update(from: base + r * count, count: count) }
    }
  }
}

/// A function of two tensors of one shape.
@inline(__always)
private func elementwise(_ a: Tensor, _ b: Tensor, _ function: (Float, Float) -> Float) -> Tensor {
  precondition(a.shape == b.shape, "\(a.shape) and \(b.shape)")
  return Tensor(
    shape: a.shape,
    [Float](unsafeUninitializedCapacity: a.count) { target, count in
      a.values.withUnsafeBufferPointer { a in
        b.values.withUnsafeBufferPointer { b in
          for i in 0..<a.count { target.initializeElement(at: i, to: function(a[i], b[i])) }
        }
      }
      count = a.count
    })
}
