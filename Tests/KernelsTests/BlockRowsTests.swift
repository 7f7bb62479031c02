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
    let bytes = Arithmetic(.int8, KernelTable(set))
    #expect(bytes.hasBlockRows(rows: 16, residual: 512, dilation: 64) == hasTiles)
    #expect(!bytes.hasBlockRows(rows: 16, residual: 576, dilation: 64))
    #expect(!bytes.hasBlockRows(rows: 16, residual: 64, dilation: 32))
    #expect(!bytes.hasBlockRows(rows: 16, residual: 32, dilation: 64))
  }

  @Test(arguments: InstructionSet.available.filter { KernelTable($0).hasTiles }, [Precision.bf16, .int8])
  func isItsSteps(set: InstructionSet, precision: Precision) {
    let shapes =
      precision == .bf16
      ? [(16, 32, 32), (32, 64, 64), (48, 32, 96), (64, 128, 32), (80, 128, 128)]
      : [(16, 64, 64), (32, 64, 128), (48, 192, 64), (16, 512, 64), (32, 128, 192)]
    for (rows, residual, dilation) in shapes {
      let block = RowsOfBlock(
        KernelTable(set), precision, rows: rows, residual: residual, dilation: dilation)
      for (isLast, hasBiases) in [(false, false), (false, true), (true, false), (true, true)] {
        let (one, steps) = (
          block.inOneCall(isLast: isLast, hasBiases: hasBiases),
          block.steps(isLast: isLast, hasBiases: hasBiases)
        )
        let what = "\(set) \(precision) \(rows) x \(residual), \(dilation), \(isLast), \(hasBiases)"
        // Thousands of numbers are no message.
        let isSame = (
          gated: one.gated == steps.gated, slot: one.slot == steps.slot, output: one.output == steps.output,
          encoded: one.encoded == steps.encoded
        )
        #expect(isSame == (true, true, true, true), "\(what)")
      }
    }
  }
}

/// Random weights of a block, and rows.
private struct RowsOfBlock {
  let kernels: KernelTable, arithmetic: Arithmetic
  let rows: Int, r: Int, d: Int
  let pastTap: AlignedBuffer, tap: AlignedBuffer, residual: AlignedBuffer
  let biases: AlignedBuffer, residualBias: AlignedBuffer
  let x: AlignedBuffer, past: AlignedBuffer  // [rows, R], the latter encoded
  /// Floats of an encoded row, of a gated one with those of another block behind it.
  let width: Int, zRow: Int
  /// Of whole numbers.
  let scale: Float = 20_000, nextScale: Float = 700

  init(_ kernels: KernelTable, _ precision: Precision, rows: Int, residual r: Int, dilation d: Int) {
    (self.kernels, self.rows, self.r, self.d) = (kernels, rows, r, d)
    let arithmetic = Arithmetic(precision, kernels)
    self.arithmetic = arithmetic
    var random = SeededValues(seed: UInt64(rows * 10_007 + r * 101 + d))
    func packed(_ outputs: Int, _ k: Int) -> AlignedBuffer {
      let buffer = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: k))
      let weights = Rows(kept(floats(&random, outputs * k)), stride: k)
      arithmetic.pack(outputs: outputs, inputs: k, weights, into: buffer.pointer)
      return buffer
    }
    (pastTap, tap, residual) = (packed(2 * d, r), packed(2 * d, r), packed(r, d))
    biases = AlignedBuffer(floats(&random, rows * 2 * d))
    residualBias = AlignedBuffer(floats(&random, r))
    x = AlignedBuffer(floats(&random, rows * r))
    width = arithmetic.encodedCount(inputs: r)
    zRow = KernelTable.padded(arithmetic.gatedCount(d)) + 16
    past = AlignedBuffer(count: rows * width)
    arithmetic.encode(
      rows: rows, inputs: r, Rows(kept(floats(&random, rows * r)), stride: r), scale: scale,
      into: past.rows(of: width))
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
      rows: rows, inputs: r, Rows(x.rows(of: r)), scale: scale,
      into: MutableRows(encoded.pointer, stride: width))
    let weights = [
      BlockWeights(
        r: r, d: d, s: 0, scale: scale, tap: tap.pointer, residual: isLast ? nil : residual.pointer,
        residualBias: residualBias.pointer, skip: nil, skipStart: nil)
    ]
    arithmetic.blockRows(
      rows: rows, weights, pastTap: pastTap.pointer, initial: initial(hasBiases), y.pointer,
      encoded: encoded.pointer, past: slot.pointer, z: MutableRows(z.pointer, stride: zRow),
      nextScale: nextScale)
    #expect(y.isIntact && slot.isIntact && encoded.isIntact && z.isIntact)
    return Result(
      gated: bits(z.values), slot: bits(slot.values), output: isLast ? [] : bits(y.values),
      encoded: isLast ? [] : bits(encoded.values))
  }

  func steps(isLast: Bool, hasBiases: Bool) -> Result {
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> { kept([Float](repeating: 0, count: count)) }
    func encode(_ x: UnsafePointer<Float>, _ scale: Float) -> Rows {
      let row = MutableRows(zeros(rows * width), stride: width)
      arithmetic.encode(rows: rows, inputs: r, Rows(x, stride: r), scale: scale, into: row)
      return Rows(row)
    }
    func bits(_ x: Rows) -> [UInt32] { (0..<rows * x.stride).map { x.start[$0].bitPattern } }
    let sums = MutableRows(zeros(rows * 2 * d), stride: 2 * d)
    let (z, y) = (MutableRows(zeros(rows * zRow), stride: zRow), MutableRows(zeros(rows * r), stride: r))
    let present = encode(x.pointer, scale)
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: pastTap.pointer, Rows(past.rows(of: width)),
      initial: initial(hasBiases), into: sums)
    arithmetic.product(
      rows: rows, outputs: 2 * d, inputs: r, weights: tap.pointer, present, initial: Rows(sums), into: sums)
    arithmetic.gate(rows: rows, channels: d, sums.start, into: z)
    if !isLast {
      arithmetic.productGated(
        rows: rows, outputs: r, inputs: d, weights: residual.pointer, Rows(z),
        initial: .repeating(residualBias.pointer), into: y)
      kernels.add(count: rows * r, x.pointer, to: y.start)
    }
    return Result(
      gated: bits(Rows(z)), slot: bits(present), output: isLast ? [] : bits(Rows(y)),
      encoded: isLast ? [] : bits(encode(y.start, nextScale)))
  }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
}
