// One layer of a causal stack on the positions of a CausalPlan. Rows are [position, clip], columns are channels, so that
// one position of all clips is one block of memory and a tap copies whole blocks. Slow twin: Convolution.
internal import Kernels

/// The product of one layer, kept for its backward pass. N clips, P positions, C channels in, O out, K taps.
struct GatheredConvolution {
  let sources: [Int]  // [P * K]
  let kernel: Int, clips: Int, channels: Int
  let isWhole: Bool  // every position of x in order, one tap: x itself is read
  let taps: Matrix  // [P * N, K * C]: what each output reads, oldest tap first
  let weight: Matrix  // [O, K * C]
  let y: Matrix  // [P * N, O]

  /// - Parameters:
  ///   - x: [positions below * N, C]
  ///   - weight: [O, C, K]
  ///   - bias: [O]
  init(_ x: Matrix, clips: Int, sources: [Int], kernel: Int, weight: Tensor, bias: Tensor) {
    let (o, c, k) = (weight.shape[0], weight.shape[1], kernel)
    precondition(
      weight.shape == [o, c, k] && x.columns == c, "weight \(weight.shape) for \(x.columns) channels")
    (self.sources, self.kernel, self.clips, channels) = (sources, k, clips, c)
    let rows = sources.count / k * clips
    isWhole = k == 1 && rows == x.rows && sources.indices.allSatisfy { sources[$0] == $0 }
    if isWhole {
      taps = x
    } else {
      taps = Matrix(rows, k * c)
      for (i, source) in sources.enumerated() where source >= 0 {
        let from = x.buffer.pointer + source * clips * x.stride
        let to = taps.buffer.pointer + i / k * clips * taps.stride + i % k * c
        for n in 0..<clips { (to + n * taps.stride).update(from: from + n * x.stride, count: c) }
      }
    }
    self.weight = Self.byTap(weight)
    y = Matrix(rows, o)
    y.set(Matrix(1, o, bias.values), plus: taps, self.weight.transposed)
  }

  /// Gradients given dy [P * N, O]. Adds to `dx` [positions below * N, C].
  func backward(_ dy: Matrix, addingTo dx: Matrix) -> (dWeight: Tensor, dBias: Tensor) {
    if isWhole {
      dx.add(dy, weight)
    } else {
      let dTaps = Matrix(taps.rows, taps.columns)
      dTaps.add(dy, weight)
      for (i, source) in sources.enumerated() where source >= 0 {
        let to = dx.buffer.pointer + source * clips * dx.stride
        let from = dTaps.buffer.pointer + i / kernel * clips * dTaps.stride + i % kernel * channels
        for n in 0..<clips {
          KernelTable.active.add(count: channels, from + n * dTaps.stride, to: to + n * dx.stride)
        }
      }
    }
    let dWeight = Matrix(dy.columns, taps.columns)  // [O, K * C]
    dWeight.add(dy, transposingA: true, taps)
    return (fromTaps(dWeight), Tensor(shape: [dy.columns], dy.columnSums))
  }

  /// [O, K * C] from [O, C, K].
  private static func byTap(_ weight: Tensor) -> Matrix {
    let (o, c, k) = (weight.shape[0], weight.shape[1], weight.shape[2])
    if k == 1 { return Matrix(o, c, weight.values) }
    let matrix = Matrix(o, k * c)
    weight.values.withUnsafeBufferPointer { values in
      guard let base = values.baseAddress else { return }
      for out in 0..<o {
        for tap in 0..<k {
          let (from, to) = (base + out * c * k + tap, matrix.buffer.pointer + out * matrix.stride + tap * c)
          for channel in 0..<c { to[channel] = from[channel * k] }
        }
      }
    }
    return matrix
  }

  /// [O, C, K] from [O, K * C].
  private func fromTaps(_ matrix: Matrix) -> Tensor {
    let (o, c, k) = (matrix.rows, channels, kernel)
    if k == 1 { return Tensor(shape: [o, c, 1], matrix.values) }
    return Tensor(
      shape: [o, c, k],
      [Float](unsafeUninitializedCapacity: o * c * k) { values, count in
        guard let base = values.baseAddress else { return }
        for out in 0..<o {
          for tap in 0..<k {
            let (from, to) = (matrix.buffer.pointer + out * matrix.stride + tap * c, base + out * c * k + tap)
            for channel in 0..<c { (to + channel * k).initialize(to: from[channel]) }
          }
        }
        count = o * c * k
      })
  }
}

extension Matrix {
  /// Rows [position, clip] of some positions of x [N, C, length].
  init(_ x: Tensor, positions: [Int]) {
    let (n, c, length) = (x.shape[0], x.shape[1], x.shape[2])
    self.init(positions.count * n, c)
    for (p, position) in positions.enumerated() {
      for clip in 0..<n {
        for channel in 0..<c {
          buffer.pointer[(p * n + clip) * stride + channel] =
            x.values[(clip * c + channel) * length + position]
        }
      }
    }
  }

  /// The way back: [N, C, length], zero at all other positions.
  func tensor(clips n: Int, positions: [Int], length: Int) -> Tensor {
    var x = Tensor(shape: [n, columns, length])
    for (p, position) in positions.enumerated() {
      for clip in 0..<n {
        for channel in 0..<columns {
          x.values[(clip * columns + channel) * length + position] =
            buffer.pointer[(p * n + clip) * stride + channel]
        }
      }
    }
    return x
  }

  /// max(x, 0) in place.
  func rectify() { KernelTable.active.relu(count: buffer.count, buffer.pointer, into: buffer.pointer) }

  /// This gradient of `y = max(x, 0)` becomes that of x, in place.
  func rectifyBackward(_ y: Matrix) {
    precondition(rows == y.rows && stride == y.stride, "[\(rows), \(columns)] and [\(y.rows), \(y.columns)]")
    KernelTable.active.reluBackward(count: buffer.count, y.buffer.pointer, inPlace: buffer.pointer)
  }
}
