// A network's blocks on operands of zeros, for measuring which way to the same bits is the faster one: integers and tiles take
// their time whatever they are. The choices: Arithmetic+Tiles.swift. What is computed with a model's own weights: BlockRunner.

/// Channels of a block, as they are, and how many blocks there are.
package struct BlockShape: Sendable {
  package let residual, dilation, skip, count: Int

  package init(residual: Int, dilation: Int, skip: Int, count: Int) {
    (self.residual, self.dilation, self.skip, self.count) = (residual, dilation, skip, count)
  }
}

/// Memory of blocks with one past tap and `rows` rows. Weights are as many as the network's, since few rows wait for them.
struct BlockTrial {
  private let kernels: KernelTable
  private let shape: BlockShape
  private let rows, rp, dp, width, gatedCount: Int  // the last two: floats of an encoded row, of a gated one
  private let pastTap, tap, residual, skip: AlignedBuffer  // packed, of all blocks
  private let tapCount: Int  // floats of one tap
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
    let tapCount = arithmetic.packedCount(outputs: 2 * dp, inputs: r)
    let residualCount = arithmetic.packedCount(outputs: r, inputs: d)
    let skipCount = arithmetic.packedCount(outputs: s, inputs: dp)
    self.tapCount = tapCount
    let pastTap = AlignedBuffer(count: shape.count * tapCount)
    let (tap, residual) = (
      AlignedBuffer(count: shape.count * tapCount), AlignedBuffer(count: shape.count * residualCount)
    )
    let skip = AlignedBuffer(count: shape.count * skipCount)
    (self.pastTap, self.tap, self.residual, self.skip) = (pastTap, tap, residual, skip)
    biases = AlignedBuffer(count: max(2 * dp, rp, sp))
    (x, y) = (AlignedBuffer(count: rows * rp), AlignedBuffer(count: rows * rp))
    (sums, skips) = (AlignedBuffer(count: rows * 2 * dp), AlignedBuffer(count: sp))
    (encoded, past) = (AlignedBuffer(count: rows * width), AlignedBuffer(count: rows * width))
    gated = AlignedBuffer(count: rows * gatedCount)
    let bias = biases.pointer
    weights = (0..<shape.count).map {
      BlockWeights(
        r: r, d: d, s: s, scale: 1, tap: tap.pointer + $0 * tapCount,
        residual: residual.pointer + $0 * residualCount, residualBias: bias,
        skip: skip.pointer + $0 * skipCount, skipStart: nil)
    }
  }

  private var z: MutableRows { MutableRows(gated.pointer, stride: gatedCount) }

  /// A block of many rows, `Arithmetic.blockRows`.
  func inOneCall(_ arithmetic: Arithmetic) {
    arithmetic.blockRows(
      rows: rows, weights, pastTap: pastTap.pointer, initial: .repeating(biases.pointer), x.pointer,
      encoded: encoded.pointer, past: past.pointer, z: z, nextScale: 1)
  }

  /// What that stands for.
  func steps(_ arithmetic: Arithmetic) {
    let present = MutableRows(encoded.pointer, stride: width)
    let (a, y) = (MutableRows(sums.pointer, stride: 2 * dp), MutableRows(y.pointer, stride: rp))
    addPastTap(0, arithmetic)
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

  /// One row through all blocks, each of which waits for the output of the one before.
  func row(_ arithmetic: Arithmetic) {
    weights.withUnsafeBufferPointer { weights in
      for index in 0..<shape.count {
        let (input, output) = index & 1 == 0 ? (x, y) : (y, x)
        addPastTap(index, arithmetic)
        arithmetic.block(
          weights.baseAddress! + index, input.pointer, encoding: encoded.pointer, sums: sums.pointer,
          z: gated.pointer, output: output.pointer, skips: skips.pointer)
      }
    }
  }

  private func addPastTap(_ index: Int, _ arithmetic: Arithmetic) {
    arithmetic.product(
      rows: rows, outputs: 2 * dp, inputs: shape.residual, weights: pastTap.pointer + index * tapCount,
      Rows(past.pointer, stride: width), initial: .repeating(biases.pointer),
      into: MutableRows(sums.pointer, stride: 2 * dp))
  }
}
