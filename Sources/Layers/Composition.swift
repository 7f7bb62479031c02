// Layers made of layers: one after the other, around a shortcut, beside their own input.

/// Layers one after the other.
public struct Sequential: Layer {
  /// First to last.
  public var layers: [any Layer]

  /// - layers: first to last.
  public init(_ layers: [any Layer]) { self.layers = layers }

  /// Those of the first layer first.
  public var parameters: [Tensor] {
    get { layers.flatMap(\.parameters) }
    set {
      var rest = newValue[...]
      for i in layers.indices {
        let count = layers[i].parameters.count
        layers[i].parameters = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
      precondition(rest.isEmpty, "\(rest.count) parameters too many")
    }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    var shape = input
    for layer in layers { shape = try layer.outputShape(shape) }
    return shape
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    var y = x
    var passes: [Traced] = []
    for layer in layers {
      let pass = try layer.traced(y)
      y = pass.y
      passes.append(pass)
    }
    return Traced(y) { [passes] dy in
      var dy = dy
      var dParameters: [[Tensor]] = []
      for pass in passes.reversed() {
        let gradients = pass.backward(dy)
        dy = gradients.dx
        dParameters.append(gradients.dParameters)
      }
      return Gradients(dx: dy, dParameters: dParameters.reversed().flatMap { $0 })
    }
  }
}

/// y = x + body(x) (He et al. 2016). Any shape that the body leaves as it is.
public struct Residual: Layer {
  /// What is added to the input.
  public var body: any Layer

  /// - body: must keep the shape.
  public init(_ body: any Layer) { self.body = body }

  /// The body's.
  public var parameters: [Tensor] {
    get { body.parameters }
    set { body.parameters = newValue }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    let shape = try body.outputShape(input)
    guard shape == input else {
      throw .wrongShape("\(shape), for the sum with the body's output", found: input)
    }
    return shape
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    _ = try outputShape(x.shape)
    let pass = try body.traced(x)
    return Traced(pass.y + x) { dy in
      var gradients = pass.backward(dy)
      gradients.dx += dy
      return gradients
    }
  }
}

/// y = x and body(x), one after the other along the channels (DenseNet, Huang et al. 2017).
/// Input [N, C, ...], output [N, C + the body's channels, ...].
public struct Concatenation: Layer {
  /// What is appended to the input.
  public var body: any Layer

  /// - body: must keep everything but the channels.
  public init(_ body: any Layer) { self.body = body }

  /// The body's.
  public var parameters: [Tensor] {
    get { body.parameters }
    set { body.parameters = newValue }
  }

  /// The shape that comes out for the shape `input`, or why none can.
  public func outputShape(_ input: [Int]) throws(LayersError) -> [Int] {
    let shape = try body.outputShape(input)
    guard shape.count >= 2, shape.count == input.count, shape[0] == input[0],
      shape.dropFirst(2) == input.dropFirst(2)
    else {
      throw .wrongShape("\(shape) in all but the channels, to stand beside the body's output", found: input)
    }
    return [input[0], input[1] + shape[1]] + input.dropFirst(2)
  }

  /// The forward pass, ready to be run backward.
  public func traced(_ x: Tensor) throws(LayersError) -> Traced {
    let shape = try outputShape(x.shape)
    let pass = try body.traced(x)
    let clips = x.shape[0]
    let (own, added) = (x.count / clips, pass.y.count / clips)
    var values: [Float] = []
    values.reserveCapacity(x.count + pass.y.count)
    for n in 0..<clips {
      values += x.values[n * own..<(n + 1) * own]
      values += pass.y.values[n * added..<(n + 1) * added]
    }
    return Traced(Tensor(shape: shape, values)) { dy in
      var (dOwn, dAdded): ([Float], [Float]) = ([], [])
      for n in 0..<clips {
        let start = n * (own + added)
        dOwn += dy.values[start..<start + own]
        dAdded += dy.values[start + own..<start + own + added]
      }
      var gradients = pass.backward(Tensor(shape: pass.y.shape, dAdded))
      gradients.dx += Tensor(shape: x.shape, dOwn)
      return gradients
    }
  }
}
