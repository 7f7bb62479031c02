// Products of one row that a rectifier leaves sparse: only the weights of its inputs above zero are read. Which weights those
// are is known when the row is: they are packed input by input. Slow twin: the products over all inputs.
internal import CKernels

/// What a rectifier leaves of a row: its values above zero (or not a number), in order, and their indices; in memory that
/// somebody else owns, with room for 16 more than the row has.
package struct SparseRow {
  package let values: UnsafeMutablePointer<Float>
  package let indices: UnsafeMutablePointer<Int32>
  /// How many there are.
  package fileprivate(set) var count = 0

  @inline(__always)
  package init(values: UnsafeMutablePointer<Float>, indices: UnsafeMutablePointer<Int32>) {
    (self.values, self.indices) = (values, indices)
  }
}

extension Arithmetic {
  /// Whether there are `compress` and `productSparse`.
  package var hasSparse: Bool { functions.product_sparse != nil }

  /// max(x, 0) of one row x [count], count padded, as a sparse row, in the memory of `memory`. At int8 values are multiplied by
  /// `scale`, as in `encode`.
  @inline(__always)
  package func compress(
    count: Int, _ x: UnsafePointer<Float>, scale: Float, into memory: SparseRow
  ) -> SparseRow {
    precondition(count & 15 == 0, "compress: \(count) is not padded")
    var row = memory
    row.count = functions.compress!(count, x, scale, row.values, row.indices)
    return row
  }

  /// y [outputs] = initial + the sparse row x of `inputs` x weights packed by `packSparse`: the bits of `product` on max(x, 0).
  @inline(__always)
  package func productSparse(
    outputs: Int, inputs: Int, weights: UnsafePointer<Float>, _ x: SparseRow, initial: UnsafePointer<Float>,
    into y: UnsafeMutablePointer<Float>
  ) {
    precondition(
      outputs & 15 == 0 && x.count <= inputs,
      "productSparse: \(outputs) outputs are not padded, or \(x.count) of \(inputs) inputs")
    functions.product_sparse!(outputs, inputs, x.count, weights, x.values, x.indices, initial, y)
  }

  /// Floats that `packSparse` fills, a multiple of 16.
  package func sparsePackedCount(outputs: Int, inputs: Int) -> Int {
    let n = KernelTable.padded(outputs)
    return switch stored {
    case .f32: n * inputs
    case .bf16: KernelTable.padded(n * inputs / 2)
    case .int8: (n + 63) / 64 * 64 * ((inputs + 3) / 4 + 1)
    }
  }

  /// Packs `w` [outputs, inputs] for `productSparse`, an input's weights together: panels of at most 128 outputs, [inputs,
  /// width]. At int8 width is a multiple of 64, scales times `step` follow, and int8_sparse.inc says in which order outputs
  /// stand.
  package func packSparse(
    outputs: Int, inputs: Int, _ w: Rows, step: Float = 1, into weights: UnsafeMutablePointer<Float>
  ) {
    let n = KernelTable.padded(outputs)
    for first in Swift.stride(from: 0, to: n, by: Int(WN_WIDE)) {
      let panel = UnsafeMutableRawPointer(weights + sparsePackedCount(outputs: first, inputs: inputs))
      let width = min(Int(WN_WIDE), n - first)
      for j in 0..<width where first + j < outputs {
        let row = w[first + j]
        switch stored {
        case .f32:
          for i in 0..<inputs {
            panel.storeBytes(of: asFloat(row[i]), toByteOffset: (i * width + j) * 4, as: Float.self)
          }
        case .bf16:
          for i in 0..<inputs {
            panel.storeBytes(
              of: KernelTable.bf16Bits(row[i]), toByteOffset: (i * width + j) * 2, as: UInt16.self)
          }
        case .int8:
          let width = (width + 63) / 64 * 64
          let whole = QuantizedRow(row, inputs)
          let byte = j / 64 * 64 + j / 4 % 4 * 16 + j / 16 % 4 * 4 + j % 4
          for i in 0..<inputs {
            panel.storeBytes(of: whole[i], toByteOffset: i * width + byte, as: Int8.self)
          }
          panel.storeBytes(of: whole.scale * step, toByteOffset: inputs * width + j * 4, as: Float.self)
        }
      }
    }
  }
}
