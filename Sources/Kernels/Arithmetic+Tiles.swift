// Tile units: their measures, and 8 bits on one or beside it, by block or by step: the same bits, since the sums are exact, and
// none is always the fastest, since few channels leave most of a tile empty, and scaling sums outlasts their products. So it is
// measured, for a few thousandths of a second, on a model's own shapes.
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

  /// Whichever of `int8` with and without tiles does all of `shapes` sooner, for `rows` rows; and with tiles, a block of `residual` and
  /// `dilation` channels in one call or step by step.
  package static func fasterInt8(
    rows: Int, _ shapes: [ProductShape], residual: Int, dilation: Int, _ kernels: KernelTable
  ) -> Arithmetic {
    var tiled = Arithmetic(.int8, kernels)
    guard rows >= rowsOfTile, let untiled = untiled(kernels) else { return tiled }
    let products = ProductTrial(shapes, rows: rows, packedFor: tiled)
    let prefersTiles = isFaster({ products.run(tiled) }, than: { products.run(untiled) })
    if prefersTiles {
      let wholeTiles = rows / rowsOfTile * rowsOfTile
      if tiled.hasBlockRows(rows: wholeTiles, residual: residual, dilation: dilation) {
        let block = BlockTrial(
          tiled, rows: wholeTiles, residual: residual, dilation: dilation, kernels)
        if !isFaster({ block.inOneCall() }, than: { block.steps() }) { tiled.functions.block_rows = nil }
      }
    } else {
      tiled = untiled
    }
    tiled.prefersTiles = prefersTiles
    return tiled
  }

  /// Of rounds that alternate, so that a busy moment hits both; the first, which warms the caches, does not count.
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

/// Operands of zeros, of a block with one past tap.
private struct BlockTrial {
  private let arithmetic: Arithmetic, kernels: KernelTable
  private let rows, r, d: Int
  private let taps, residual: AlignedBuffer  // packed
  private let biases, sums, x, y: AlignedBuffer  // of taps and residual layer, [rows, 2D], [rows, R] twice
  private let encoded, past, gated: AlignedBuffer  // rows, encoded
  private let weights: [BlockWeights]

  init(_ arithmetic: Arithmetic, rows: Int, residual r: Int, dilation d: Int, _ kernels: KernelTable) {
    (self.arithmetic, self.kernels, self.rows, self.r, self.d) = (arithmetic, kernels, rows, r, d)
    taps = AlignedBuffer(count: arithmetic.packedCount(outputs: 2 * d, inputs: r))
    residual = AlignedBuffer(count: arithmetic.packedCount(outputs: r, inputs: d))
    (biases, sums) = (AlignedBuffer(count: max(2 * d, r)), AlignedBuffer(count: rows * 2 * d))
    (x, y) = (AlignedBuffer(count: rows * r), AlignedBuffer(count: rows * r))
    encoded = AlignedBuffer(count: rows * arithmetic.encodedCount(inputs: r))
    past = AlignedBuffer(count: rows * arithmetic.encodedCount(inputs: r))
    gated = AlignedBuffer(count: rows * arithmetic.gatedCount(d))
    weights = [
      BlockWeights(
        r: r, d: d, s: 0, scale: 1, tap: taps.pointer, residual: residual.pointer,
        residualBias: biases.pointer, skip: nil, skipStart: nil)
    ]
  }

  private func encodedRows(_ buffer: AlignedBuffer) -> MutableRows {
    MutableRows(buffer.pointer, stride: arithmetic.encodedCount(inputs: r))
  }
  private var z: MutableRows { MutableRows(gated.pointer, stride: arithmetic.gatedCount(d)) }

  func inOneCall() {
    arithmetic.blockRows(
      rows: rows, weights, pastTap: taps.pointer, initial: .repeating(biases.pointer), x.pointer,
      encoded: encoded.pointer, past: past.pointer, z: z, nextScale: 1)
  }

  func steps() {
    let (a, y) = (MutableRows(sums.pointer, stride: 2 * d), MutableRows(y.pointer, stride: r))
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: taps.pointer, Rows(encodedRows(past)),
      initial: .repeating(biases.pointer), into: a)
    arithmetic.encode(
      rows: rows, inputs: r, Rows(x.pointer, stride: r), scale: 1, into: encodedRows(encoded))
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: taps.pointer, Rows(encodedRows(encoded)),
      initial: Rows(a), into: a)
    arithmetic.gate(rows: rows, channels: d, a.start, into: z)
    arithmetic.productGated(
      rows: rows, outputs: r, inputs: d, weights: residual.pointer, Rows(z),
      initial: .repeating(biases.pointer), into: y)
    kernels.add(count: rows * r, x.pointer, to: y.start)
  }
}

extension KernelTable {
  /// Whether tiles multiply bfloat16.
  package var hasTiles: Bool { table.pointee.bf16.block_rows != nil }
}
