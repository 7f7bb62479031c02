// Convolution as a product of matrices: every window of the input becomes a column (im2col), and back (col2im), the
// exact transpose of the first.

/// The windows of x as the columns of a matrix.
///
/// - x: [N, C, spatial...]
/// - Returns: [C * taps, N * positions]; rows by channel and then tap, columns by clip and then position.
package func im2col(_ x: Tensor, _ map: WindowMap) -> Matrix {
  let (n, c) = (x.shape[0], x.shape[1])
  let columns = Matrix(c * map.taps, n * map.positions)
  x.values.withUnsafeBufferPointer { values in
    guard let input = values.baseAddress else { return }
    for tap in 0..<map.taps {
      let runs = map.runs(tap)
      for channel in 0..<c {
        let row = columns.buffer.pointer + (channel * map.taps + tap) * columns.stride
        for clip in 0..<n {
          let source = input + (clip * c + channel) * map.inputs
          let target = row + clip * map.positions
          for run in runs {
            (target + run.position).update(from: source + run.source, count: run.count)
          }
        }
      }
    }
  }
  return columns
}

/// The gradient of `im2col`: each input gets the sum over all windows and taps that read it.
///
/// - columns: [C * taps, N * positions]
/// - shape: [N, C, spatial...] of the result
package func col2im(_ columns: Matrix, _ map: WindowMap, shape: [Int]) -> Tensor {
  let (n, c) = (shape[0], shape[1])
  precondition(
    columns.rows == c * map.taps && columns.columns == n * map.positions,
    "col2im of [\(columns.rows), \(columns.columns)] into \(shape)")
  var x = Tensor(shape: shape)
  x.values.withUnsafeMutableBufferPointer { values in
    guard let output = values.baseAddress else { return }
    for tap in 0..<map.taps {
      let runs = map.runs(tap)
      for channel in 0..<c {
        let row = columns.buffer.pointer + (channel * map.taps + tap) * columns.stride
        for clip in 0..<n {
          let target = output + (clip * c + channel) * map.inputs
          let source = row + clip * map.positions
          for run in runs {
            let (to, from) = (target + run.source, source + run.position)
            for i in 0..<run.count { to[i] += from[i] }
          }
        }
      }
    }
  }
  return x
}

/// [N, C, positions] from [C, N * positions].
package func clipsFirst(_ matrix: Matrix, clips n: Int, shape: [Int]) -> Tensor {
  let c = matrix.rows
  let positions = n == 0 ? 0 : matrix.columns / n
  return Tensor(
    shape: shape,
    [Float](unsafeUninitializedCapacity: n * c * positions) { target, count in
      if let base = target.baseAddress {
        for clip in 0..<n {
          for channel in 0..<c {
            (base + (clip * c + channel) * positions).initialize(
              from: matrix.buffer.pointer + channel * matrix.stride + clip * positions, count: positions)
          }
        }
      }
      count = n * c * positions
    })
}

/// [C, N * positions] from [N, C, positions...].
package func channelsFirst(_ x: Tensor) -> Matrix {
  let (n, c) = (x.shape[0], x.shape[1])
  let positions = x.shape.dropFirst(2).reduce(1, *)
  let matrix = Matrix(c, n * positions)
  x.values.withUnsafeBufferPointer { values in
    guard let base = values.baseAddress else { return }
    for clip in 0..<n {
      for channel in 0..<c {
        (matrix.buffer.pointer + channel * matrix.stride + clip * positions).update(
          from: base + (clip * c + channel) * positions, count: positions)
      }
    }
  }
  return matrix
}
