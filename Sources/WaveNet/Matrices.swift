// From the flat parameters to the kernels' matrices, and from their gradients back.
package import Kernels

/// The weights of one model as matrices: forward, and (for training) transposed. Immutable between two `load`s.
package final class Matrices: Sendable {
  package let layout: MatrixLayout
  private let parameterLayout: ParameterLayout
  package let forward: AlignedBuffer  // MatrixLayout's forward part
  package let backward: AlignedBuffer?  // its transposes
  /// What `forwardFactors` and `backwardFactors` are rounded to.
  package let precision: ProductPrecision
  // [(k + 1) / 2, n] of words where [k, n] of floats begins.
  private let roundedForward, roundedBackward: AlignedBuffer?

  /// Matrices of `configuration`, all zero until `load`.
  package init(_ configuration: Configuration, training: Bool, precision: ProductPrecision = .f32) {
    layout = MatrixLayout(configuration)
    self.precision = precision
    let isRounded = precision == .bf16
    roundedForward = isRounded ? AlignedBuffer(count: layout.forwardCount) : nil
    roundedBackward = isRounded && training ? AlignedBuffer(count: layout.backwardCount) : nil
    parameterLayout = ParameterLayout(configuration)
    forward = AlignedBuffer(count: layout.forwardCount)
    backward = training ? AlignedBuffer(count: layout.backwardCount) : nil
  }

  /// The matrices of a finished model.
  package convenience init(_ model: Model) {
    self.init(model.configuration, training: false)
    load(model.parameters)
  }

  /// Fills the matrices from flat parameters.
  package func load(_ parameters: AlignedBuffer) {
    precondition(parameters.count == parameterLayout.count, "\(parameters.count) parameters")
    let m = layout
    let p = UnsafePointer(parameters.pointer)
    let f = forward.pointer
    f.advanced(by: m.skipBias).update(repeating: 0, count: m.sp)
    forEachWeight { flat, matrix, transposed in
      // The skip biases of all blocks add up to one.
      if matrix >= m.skipBias && matrix < m.skipBias + m.sp {
        f[matrix] += p[flat]
      } else {
        f[matrix] = p[flat]
      }
      if let backward, transposed >= 0 { backward.pointer[transposed] = p[flat] }
    }
    if let roundedForward { round(forward, layout.forwardMatrices, into: roundedForward) }
    if let backward, let roundedBackward { round(backward, layout.backwardMatrices, into: roundedBackward) }
  }

  // MARK: - factors

  /// The forward matrices as products read them; embedding and biases are in `forward` alone.
  var forwardFactors: UnsafePointer<Float> { UnsafePointer((roundedForward ?? forward).pointer) }

  /// The transposes as products read them.
  var backwardFactors: UnsafePointer<Float> {
    guard let backward else { preconditionFailure("matrices without transposes") }
    return UnsafePointer((roundedBackward ?? backward).pointer)
  }

  /// Rounds each matrix to words along its rows.
  private func round(_ source: AlignedBuffer, _ matrices: [MatrixLayout.Place], into words: AlignedBuffer) {
    let kernels = KernelTable.active
    let rows = AlignedBuffer(count: matrices.reduce(0) { max($0, $1.rows * $1.columns) } / 2)
    for matrix in matrices {
      let half = matrix.columns / 2
      kernels.roundRows(
        matrix.rows, matrix.columns, source.pointer + matrix.start, matrix.columns, rows.pointer, half)
      kernels.pairRows(
        matrix.rows, matrix.columns, rows.pointer, half, words.pointer + matrix.start, matrix.columns)
    }
  }

  /// Writes gradients that have the layout of `forward` into a flat buffer that has the parameters' layout.
  package func unpack(gradients: AlignedBuffer, into flatGradients: AlignedBuffer) {
    precondition(gradients.count == layout.forwardCount && flatGradients.count == parameterLayout.count)
    let (g, out) = (gradients.pointer, flatGradients.pointer)
    forEachWeight { flat, matrix, _ in out[flat] = g[matrix] }
  }

  /// Visits every parameter with its index in the flat buffer, in `forward`, and in `backward` (-1: it has no place there).
  @inline(__always)
  private func forEachWeight(_ visit: (_ flat: Int, _ matrix: Int, _ transposed: Int) -> Void) {
    let m = layout
    var flat = 0
    // A [outputs, inputs] tensor: element (o, i) goes to forward[i, o] and backward[o, i].
    @inline(__always)
    func dense(_ outputs: Int, _ inputs: Int, _ matrix: Int, _ width: Int, _ transposed: Int, _ widthT: Int) {
      for o in 0..<outputs {
        for i in 0..<inputs {
          visit(flat, matrix + i * width + o, transposed + o * widthT + i)
          flat += 1
        }
      }
    }
    @inline(__always)
    func row(_ count: Int, _ matrix: Int) {
      for i in 0..<count {
        visit(flat, matrix + i, -1)
        flat += 1
      }
    }
    for code in 0..<m.q { row(m.r, m.embedding + code * m.rp) }
    for block in 0..<m.blocks {
      for o in 0..<2 * m.d {
        let column = o < m.d ? o : m.dp + o - m.d
        for i in 0..<m.r {
          for tap in 0..<m.k {
            visit(
              flat, m.dilated[block][tap] + i * 2 * m.dp + column,
              m.dilatedT[block][tap] + column * m.rp + i)
            flat += 1
          }
        }
      }
      row(m.d, m.dilatedBias[block])
      row(m.d, m.dilatedBias[block] + m.dp)
      if block < m.blocks - 1 {
        dense(m.r, m.d, m.residual[block], m.rp, m.residualT[block], m.dp)
        row(m.r, m.residualBias[block])
      }
      dense(m.s, m.d, m.skip + block * m.dp * m.sp, m.sp, m.skipT[block], m.dp)
      row(m.s, m.skipBias)
    }
    dense(m.h, m.s, m.hidden, m.hp, m.hiddenT, m.sp)
    row(m.h, m.hiddenBias)
    dense(m.q, m.h, m.output, m.q, m.outputT, m.hp)
    row(m.q, m.outputBias)
    precondition(flat == parameterLayout.count, "visited \(flat) of \(parameterLayout.count) parameters")
  }
}
