// The weights of SequencePass: from the flat parameters to the kernels' matrices, and from their gradients back.
package import Kernels

/// The weights of one model as matrices: forward, and (for training) transposed. Immutable between two `load`s.
package final class SequenceWeights: Sendable {
  package let layout: MatrixLayout
  private let parameters: [MatrixLayout.Parameters]
  private let parameterCount: Int
  package let forward: AlignedBuffer  // MatrixLayout's forward part
  package let backward: AlignedBuffer?  // its transposes
  /// What `forwardOperands` and `backwardOperands` are made for.
  let products: MatrixProducts
  // [k, n] of rounded floats, or [(k + 1) / 2, n] of pairs, where [k, n] of floats begins.
  private let roundedForward, roundedBackward: AlignedBuffer?

  /// SequenceWeights of `configuration`, all zero until `load`.
  package init(
    _ configuration: Configuration, training: Bool, precision: Precision = .f32,
    kernels: KernelTable = .active
  ) {
    layout = MatrixLayout(configuration)
    products = MatrixProducts(kernels: kernels, precision: precision)
    let isRounded = products.isRounded
    roundedForward = isRounded ? AlignedBuffer(count: layout.forwardCount) : nil
    roundedBackward = isRounded && training ? AlignedBuffer(count: layout.backwardCount) : nil
    let parameterLayout = ParameterLayout(configuration)
    parameters = layout.parameters(parameterLayout)
    parameterCount = parameterLayout.count
    forward = AlignedBuffer(count: layout.forwardCount)
    backward = training ? AlignedBuffer(count: layout.backwardCount) : nil
  }

  /// The matrices of a finished model.
  package convenience init(_ model: Model) {
    self.init(model.configuration, training: false)
    load(model.parameters)
  }

  /// Fills the matrices from flat parameters.
  package func load(_ flat: AlignedBuffer) {
    precondition(flat.count == parameterCount, "\(flat.count) parameters for \(parameterCount)")
    let (p, f) = (UnsafePointer(flat.pointer), forward.pointer)
    let skipBias = layout.skipBias
    (f + skipBias).update(repeating: 0, count: layout.dims.sp)
    for part in parameters {
      let adds = part.matrix == skipBias
      for o in 0..<part.outputs {
        for i in 0..<part.inputs {
          let value = p[part.flat + o * part.outputStride + i * part.inputStride]
          let place = part.matrix + i * part.width + o
          f[place] = adds ? f[place] + value : value
        }
      }
      guard let backward, let (start, width) = part.transposed else { continue }
      for o in 0..<part.outputs {
        for i in 0..<part.inputs {
          backward.pointer[start + o * width + i] =
            p[
              part.flat + o * part.outputStride + i * part.inputStride]
        }
      }
    }
    if let roundedForward { round(forward, layout.forwardMatrices, into: roundedForward) }
    if let backward, let roundedBackward { round(backward, layout.backwardMatrices, into: roundedBackward) }
  }

  /// Writes gradients that have the layout of `forward` into a flat buffer that has the parameters' layout.
  package func unpack(gradients: AlignedBuffer, into flatGradients: AlignedBuffer) {
    precondition(
      gradients.count == layout.forwardCount && flatGradients.count == parameterCount,
      "gradients of \(gradients.count) and \(flatGradients.count) floats for \(layout.forwardCount) and \(parameterCount)"
    )
    let (g, flat) = (UnsafePointer(gradients.pointer), flatGradients.pointer)
    for part in parameters {
      for o in 0..<part.outputs {
        for i in 0..<part.inputs {
          flat[part.flat + o * part.outputStride + i * part.inputStride] = g[part.matrix + i * part.width + o]
        }
      }
    }
  }

  // MARK: - operands

  /// The forward matrices as products read them; embedding and biases are in `forward` alone.
  var forwardOperands: UnsafePointer<Float> { UnsafePointer((roundedForward ?? forward).pointer) }

  /// The transposes as products read them.
  var backwardOperands: UnsafePointer<Float> {
    guard let backward else { preconditionFailure("weights without transposes") }
    return UnsafePointer((roundedBackward ?? backward).pointer)
  }

  /// Rounds each matrix, its rows as they lie or to pairs of them.
  private func round(_ source: AlignedBuffer, _ matrices: [MatrixLayout.Place], into operands: AlignedBuffer)
  {
    let most = matrices.reduce(0) { max($0, $1.rows * $1.columns) }
    let rows = AlignedBuffer(count: products.isPaired ? most / 2 : 0)
    for matrix in matrices {
      let (count, n) = (matrix.rows, matrix.columns)
      let from = Rows(source.pointer + matrix.start, stride: n)
      let place = MutableRows(operands.pointer + matrix.start, stride: n)
      if products.isPaired {
        let rounded = products.rounded(rows: count, n, from, into: rows)
        products.kernels.pairRows(rows: count, columns: n, rounded, into: place)
      } else {
        products.round(rows: count, n, from, into: place)
      }
    }
  }
}
