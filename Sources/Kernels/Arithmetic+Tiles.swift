// Tile units: their measures, and 8 bits on one or beside it: the same bits, since the sums are exact, and neither is always the
// faster, since few channels leave most of a tile empty. So it is measured, for a few thousandths of a second, on a model's own
// shapes.
internal import CKernels

/// A product of generation by its shape.
package struct ProductShape: Sendable {
  package let outputs, inputs: Int
  /// Whether its inputs are gated outputs.
  package let isGated: Bool

  /// - Parameter outputs: padded
  package init(outputs: Int, inputs: Int, isGated: Bool) {
    (self.outputs, self.inputs, self.isGated) = (outputs, inputs, isGated)
  }
}

extension Arithmetic {
  /// Fewest rows of which anything is done by tiles.
  package static let rowsOfTile = 16
  /// Inputs of bfloat16 that a tile adds up at once.
  package static let inputsOfTile = 32

  /// `int8` without tiles, the same bits; nil where there are none.
  package static func untiled(_ kernels: KernelTable) -> Arithmetic? {
    guard kernels.table.pointee.int8_untiled.product != nil else { return nil }
    var untiled = Arithmetic(.int8, kernels)
    untiled.functions = kernels.table.pointee.int8_untiled
    return untiled
  }

  /// Whichever of `int8` with and without tiles does all of `shapes` sooner, for `rows` rows.
  package static func fasterInt8(rows: Int, _ shapes: [ProductShape], _ kernels: KernelTable) -> Arithmetic {
    let tiled = Arithmetic(.int8, kernels)
    guard rows >= rowsOfTile, let untiled = untiled(kernels) else { return tiled }
    let trial = Trial(shapes, rows: rows, packedFor: tiled)
    // Rounds that alternate, so that a busy moment hits both; the first, which warms the caches, does not count.
    let ratios = (0..<8).map { _ in trial.seconds(untiled) / trial.seconds(tiled) }.dropFirst().sorted()
    let prefersTiles = ratios[ratios.count / 2] >= 1
    var faster = prefersTiles ? tiled : untiled
    faster.prefersTiles = prefersTiles
    return faster
  }

  /// Operands of zeros: integers take their time whatever they are.
  private struct Trial {
    private let shapes: [ProductShape]
    private let rows: Int
    private let weights, x, y: AlignedBuffer

    init(_ shapes: [ProductShape], rows: Int, packedFor arithmetic: Arithmetic) {
      (self.shapes, self.rows) = (shapes, rows)
      func most(_ size: (ProductShape) -> Int) -> Int { shapes.map(size).max() ?? 0 }
      weights = AlignedBuffer(count: most { arithmetic.packedCount(outputs: $0.outputs, inputs: $0.inputs) })
      x = AlignedBuffer(count: rows * most { KernelTable.padded($0.inputs) })
      y = AlignedBuffer(count: rows * most(\.outputs))
    }

    func seconds(_ arithmetic: Arithmetic) -> Double {
      let repetitions = 8
      let time = ContinuousClock().measure {
        for _ in 0..<repetitions {
          for shape in shapes { run(shape, arithmetic) }
        }
      }
      return time / .seconds(1)
    }

    private func run(_ shape: ProductShape, _ arithmetic: Arithmetic) {
      let x = Rows(x.pointer, stride: KernelTable.padded(shape.inputs))
      let y = MutableRows(y.pointer, stride: shape.outputs)
      if shape.isGated {
        arithmetic.productGated(
          rows: rows, outputs: shape.outputs, inputs: shape.inputs, weights: weights.pointer, x,
          initial: Rows(y),
          into: y)
      } else {
        arithmetic.product(
          rows: rows, outputs: shape.outputs, inputs: shape.inputs, weights: weights.pointer, x,
          initial: Rows(y),
          into: y)
      }
    }
  }
}

extension KernelTable {
  /// Whether tiles multiply bfloat16.
  package var hasTiles: Bool { table.pointee.bf16.block_rows != nil }
}
