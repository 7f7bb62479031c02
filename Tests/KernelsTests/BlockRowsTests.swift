// A block of many rows in one call against the calls that it stands for, bit for bit, wherever it exists.
import Kernels
import TestSupport
import Testing

@Suite struct BlockRowsTests {
  @Test(arguments: InstructionSet.available) func existsForWholeTiles(set: InstructionSet) {
    let arithmetic = Arithmetic(.bf16, KernelTable(set))
    let hasTiles = set == .amx || set == .amxEmulated
    #expect(KernelTable(set).hasTiles == hasTiles)
    #expect(arithmetic.hasBlockRows(rows: 32, residual: 64, dilation: 32) == hasTiles)
    #expect(!arithmetic.hasBlockRows(rows: 31, residual: 64, dilation: 64))
    #expect(!arithmetic.hasBlockRows(rows: 32, residual: 48, dilation: 64))
    #expect(!arithmetic.hasBlockRows(rows: 32, residual: 64, dilation: 16))
  }

  @Test(
    arguments: InstructionSet.available.filter { KernelTable($0).hasTiles },
    [(16, 32, 32), (32, 64, 64), (48, 32, 96), (64, 128, 32), (80, 128, 128)])
  func isItsSteps(set: InstructionSet, shape: (rows: Int, residual: Int, dilation: Int)) {
    let block = Block(KernelTable(set), rows: shape.rows, residual: shape.residual, dilation: shape.dilation)
    for isLast in [false, true] {
      for hasBiases in [false, true] {
        let (one, steps) = (
          block.inOneCall(isLast: isLast, hasBiases: hasBiases), block.steps(isLast: isLast, hasBiases: hasBiases)
        )
        let what = "\(set) \(shape), last \(isLast), biases \(hasBiases)"
        #expect(one.gated == steps.gated, "gated: \(what)")
        #expect(one.slot == steps.slot, "slot: \(what)")
        #expect(one.output == steps.output, "output: \(what)")
        #expect(one.encoded == steps.encoded, "encoded: \(what)")
      }
    }
  }
}

/// Random weights of a block, and rows.
private struct Block {
  let kernels: KernelTable, arithmetic: Arithmetic
  let rows: Int, r: Int, d: Int
  let pastTap: AlignedBuffer, tap: AlignedBuffer, residual: AlignedBuffer
  let biases: AlignedBuffer, residualBias: AlignedBuffer
  let x: AlignedBuffer, past: AlignedBuffer  // [rows, R], the latter encoded
  /// Floats of an encoded row, of a gated one with those of another block behind it.
  let width: Int, zRow: Int

  init(_ kernels: KernelTable, rows: Int, residual r: Int, dilation d: Int) {
    (self.kernels, self.rows, self.r, self.d) = (kernels, rows, r, d)
    let arithmetic = Arithmetic(.bf16, kernels)
    self.arithmetic = arithmetic
    var random = SeededValues(seed: UInt64(rows * 10_007 + r * 101 + d))
    func packed(_ outputs: Int, _ k: Int) -> AlignedBuffer {
      let buffer = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: k))
      let weights = AlignedBuffer(floats(&random, outputs * k))
      arithmetic.pack(outputs: outputs, inputs: k, Rows(weights.rows(of: k)), into: buffer.pointer)
      return buffer
    }
    (pastTap, tap, residual) = (packed(2 * d, r), packed(2 * d, r), packed(r, d))
    biases = AlignedBuffer(floats(&random, rows * 2 * d))
    residualBias = AlignedBuffer(floats(&random, r))
    x = AlignedBuffer(floats(&random, rows * r))
    width = arithmetic.encodedCount(inputs: r)
    zRow = KernelTable.padded(arithmetic.gatedCount(d)) + 16
    let before = AlignedBuffer(floats(&random, rows * r))
    past = AlignedBuffer(count: rows * width)
    arithmetic.encode(
      rows: rows, inputs: r, Rows(before.rows(of: r)), scale: 1, into: past.rows(of: width))
  }

  /// Bits of what a block leaves. Of the last block there is no output.
  struct Result {
    let gated: [UInt32], slot: [UInt32], output: [UInt32], encoded: [UInt32]
  }

  private func initial(_ hasBiases: Bool) -> Rows {
    hasBiases ? Rows(biases.rows(of: 2 * d)) : .repeating(biases.pointer)
  }

  func inOneCall(isLast: Bool, hasBiases: Bool) -> Result {
    let (y, slot) = (Guarded(Array(x.elements)), Guarded(Array(past.elements)))
    let (encoded, z) = (Guarded(count: rows * width), Guarded([Float](repeating: 0, count: rows * zRow)))
    arithmetic.encode(
      rows: rows, inputs: r, Rows(x.rows(of: r)), scale: 1, into: MutableRows(encoded.pointer, stride: width))
    let weights = [
      BlockWeights(
        r: r, d: d, s: 0, scale: 1, tap: tap.pointer, residual: isLast ? nil : residual.pointer,
        residualBias: residualBias.pointer, skip: nil, skipStart: nil)
    ]
    arithmetic.blockRows(
      rows: rows, weights, pastTap: pastTap.pointer, initial: initial(hasBiases), y.pointer,
      encoded: encoded.pointer, past: slot.pointer, z: MutableRows(z.pointer, stride: zRow))
    #expect(y.isIntact && slot.isIntact && encoded.isIntact && z.isIntact)
    return Result(
      gated: bits(z.values), slot: bits(slot.values), output: isLast ? [] : bits(y.values),
      encoded: isLast ? [] : bits(encoded.values))
  }

  func steps(isLast: Bool, hasBiases: Bool) -> Result {
    func encode(_ x: AlignedBuffer) -> AlignedBuffer {
      let row = AlignedBuffer(count: rows * width)
      arithmetic.encode(rows: rows, inputs: r, Rows(x.rows(of: r)), scale: 1, into: row.rows(of: width))
      return row
    }
    let (sums, z, y) = (
      AlignedBuffer(count: rows * 2 * d), AlignedBuffer(count: rows * zRow), AlignedBuffer(count: rows * r)
    )
    let present = encode(x)
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: pastTap.pointer, Rows(past.rows(of: width)),
      initial: initial(hasBiases), into: sums.rows(of: 2 * d))
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: tap.pointer, Rows(present.rows(of: width)),
      initial: Rows(sums.rows(of: 2 * d)), into: sums.rows(of: 2 * d))
    arithmetic.gate(rows: rows, channels: d, sums.pointer, into: z.rows(of: zRow))
    if !isLast {
      arithmetic.productGated(
        rows: rows, outputs: r, inputs: d, weights: residual.pointer, Rows(z.rows(of: zRow)),
        initial: .repeating(residualBias.pointer), into: y.rows(of: r))
      kernels.add(count: rows * r, x.pointer, to: y.pointer)
    }
    return Result(
      gated: bits(Array(z.elements)), slot: bits(Array(present.elements)),
      output: isLast ? [] : bits(Array(y.elements)), encoded: isLast ? [] : bits(Array(encode(y).elements)))
  }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
}
