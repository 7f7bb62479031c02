// Tile units: their measures, and the choices between ways to the same bits: 8 bits on a unit or beside it, by block or by step;
// one row of bfloat16 by tiles or by vectors. None is always the fastest, since few channels and few rows leave most of a tile
// empty, and scaling sums outlasts their products. So it is measured, for a few thousandths of a second, on a model's own shapes.
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

  /// Whichever of `int8` with and without tiles does all of `shapes` sooner, for `rows` rows; and with tiles, a block in one call or
  /// step by step.
  package static func fasterInt8(
    rows: Int, _ shapes: [ProductShape], _ block: BlockShape, _ kernels: KernelTable
  ) -> Arithmetic {
    var tiled = Arithmetic(.int8, kernels)
    guard rows >= rowsOfTile, let untiled = untiled(kernels) else { return tiled }
    let products = ProductTrial(shapes, rows: rows, packedFor: tiled)
    let prefersTiles = isFaster({ products.run(tiled) }, than: { products.run(untiled) })
    if prefersTiles {
      let wholeTiles = rows / rowsOfTile * rowsOfTile
      if tiled.hasBlockRows(rows: wholeTiles, residual: block.residual, dilation: block.dilation) {
        let trial = BlockTrial(block, rows: wholeTiles, packedFor: tiled, kernels)
        if !isFaster({ trial.inOneCall(tiled) }, than: { trial.steps(tiled) }) {
          tiled.functions.block_rows = nil
        }
      }
    } else {
      tiled = untiled
    }
    tiled.prefersTiles = prefersTiles
    return tiled
  }

  /// `bf16`, one row by tiles or by vectors, whichever goes through all blocks sooner.
  package static func fasterBF16(rows: Int, _ block: BlockShape, _ kernels: KernelTable) -> Arithmetic {
    var byVectors = Arithmetic(.bf16, rows: rows, kernels)
    guard rows == 1, kernels.table.pointee.bf16_row_tiled.product != nil else { return byVectors }
    var byTiles = byVectors
    byTiles.functions = kernels.table.pointee.bf16_row_tiled
    let trial = BlockTrial(block, rows: 1, packedFor: byVectors, kernels)
    byTiles.prefersTiles = true
    byVectors.prefersTiles = false
    return isFaster({ trial.row(byTiles) }, than: { trial.row(byVectors) }) ? byTiles : byVectors
  }

  /// By the median of rounds that alternate, so that a busy moment hits both; the first, which warms the caches, does not count.
  private static func isFaster(_ one: () -> Void, than other: () -> Void) -> Bool {
    func seconds(_ work: () -> Void) -> Double {
      let repetitions = 8
      return ContinuousClock().measure { for _ in 0..<repetitions { work() } } / .seconds(1)
    }
    let ratios = (0..<8).map { _ in seconds(other) / seconds(one) }.dropFirst().sorted()
    return ratios[ratios.count / 2] >= 1
  }

  /// Operands of zeros: integers take their time whatever they are.
  private struct ProductTrial {
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

    func run(_ arithmetic: Arithmetic) {
      for shape in shapes { run(shape, arithmetic) }
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
