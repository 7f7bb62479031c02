// A block of the network on operands of zeros, for measuring which way to the same bits is the faster one: integers and tiles take
// their time whatever they are. The choices: Arithmetic+Tiles.swift. What is computed with a model's own weights: BlockRunner.

/// Channels of a block, as they are.
package struct BlockShape: Sendable {
  package let residual, dilation, skip: Int

  package init(residual: Int, dilation: Int, skip: Int) {
    (self.residual, self.dilation, self.skip) = (residual, dilation, skip)
  }
}

/// Memory of a block with one past tap and `rows` rows.
struct BlockTrial {
  private let kernels: KernelTable
  private let shape: BlockShape
  private let rows, rp, dp, width, gatedCount: Int  // the last two: floats of an encoded row, of a gated one
  private let tap, residual, skip: AlignedBuffer  // packed
  private let biases: AlignedBuffer  // of whatever has one
  private let x, y, sums, encoded, past, gated, skips: AlignedBuffer  // rows
  private let weights: [BlockWeights]

  init(_ shape: BlockShape, rows: Int, packedFor arithmetic: Arithmetic, _ kernels: KernelTable) {
    (self.kernels, self.shape, self.rows) = (kernels, shape, rows)
    let (r, d, s) = (shape.residual, shape.dilation, shape.skip)
    let (rp, dp, sp) = (KernelTable.padded(r), KernelTable.padded(d), KernelTable.padded(s))
    (self.rp, self.dp) = (rp, dp)
    (width, gatedCount) = (
      arithmetic.encodedCount(inputs: r), KernelTable.padded(arithmetic.gatedCount(dp))
    )
    func packed(_ outputs: Int, _ inputs: Int) -> AlignedBuffer {
      AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: inputs))
    }
    (tap, residual, skip) = (packed(2 * dp, r), packed(r, d), packed(s, dp))
    biases = AlignedBuffer(count: max(2 * dp, rp, sp))
    (x, y) = (AlignedBuffer(count: rows * rp), AlignedBuffer(count: rows * rp))
    (sums, skips) = (AlignedBuffer(count: rows * 2 * dp), AlignedBuffer(count: sp))
    (encoded, past) = (AlignedBuffer(count: rows * width), AlignedBuffer(count: rows * width))
    gated = AlignedBuffer(count: rows * gatedCount)
    weights = [
      BlockWeights(
        r: r, d: d, s: s, scale: 1, tap: tap.pointer, residual: residual.pointer,
        residualBias: biases.pointer, skip: skip.pointer, skipStart: nil)
    ]
  }

  private var z: MutableRows { MutableRows(gated.pointer, stride: gatedCount) }

  /// Many rows, `Arithmetic.blockRows`.
  func inOneCall(_ arithmetic: Arithmetic) {
    arithmetic.blockRows(
      rows: rows, weights, pastTap: tap.pointer, initial: .repeating(biases.pointer), x.pointer,
      encoded: encoded.pointer, past: past.pointer, z: z, nextScale: 1)
  }

  /// What that stands for.
  func steps(_ arithmetic: Arithmetic) {
    let present = MutableRows(encoded.pointer, stride: width)
    let (a, y) = (MutableRows(sums.pointer, stride: 2 * dp), MutableRows(y.pointer, stride: rp))
    pastTap(arithmetic)
    arithmetic.encode(
      rows: rows, inputs: shape.residual, Rows(x.pointer, stride: rp), scale: 1, into: present)
    arithmetic.product(
      rows: rows, outputs: 2 * dp, inputs: shape.residual, weights: tap.pointer, Rows(present),
      initial: Rows(a), into: a)
    arithmetic.gate(rows: rows, channels: dp, a.start, into: z)
    arithmetic.productGated(
      rows: rows, outputs: rp, inputs: shape.dilation, weights: residual.pointer, Rows(z),
      initial: .repeating(biases.pointer), into: y)
    kernels.add(count: rows * rp, x.pointer, to: y.start)
  }

  /// One row through two blocks, each of which waits for the other's output.
  func row(_ arithmetic: Arithmetic) {
    for (input, output) in [(x, y), (y, x)] {
      pastTap(arithmetic)
      arithmetic.block(
        weights, input.pointer, encoding: encoded.pointer, sums: sums.pointer, z: gated.pointer,
        output: output.pointer, skips: skips.pointer)
    }
  }

  private func pastTap(_ arithmetic: Arithmetic) {
    arithmetic.product(
      rows: rows, outputs: 2 * dp, inputs: shape.residual, weights: tap.pointer,
      Rows(past.pointer, stride: width), initial: .repeating(biases.pointer),
      into: MutableRows(sums.pointer, stride: 2 * dp))
  }
}
