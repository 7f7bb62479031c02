// A block in one call against its pieces, bit for bit: every precision, every instruction set with and without its
// extensions, channel counts that are constants in C and others. And what int8 encodes, against Double.

import Kernels
import TestSupport
import Testing

private let tables: [KernelTable] = InstructionSet.available.flatMap {
  [KernelTable($0), KernelTable($0, extensions: false)]
}

@Suite struct BlockTests {
  @Test(arguments: Precision.allCases) func aBlockIsItsPieces(precision: Precision) {
    for (r, d, s) in [
      (32, 32, 64), (32, 32, 512), (64, 64, 256), (16, 16, 16), (5, 21, 40), (33, 7, 130), (128, 128, 128),
      (20, 80, 272),
    ] {
      for isLast in [false, true] {
        for hasSkip in [false, true] {
          for kernels in tables {
            let block = Block(precision, kernels, r, d, s)
            let (fused, pieces) = (
              block.fused(isLast: isLast, hasSkip: hasSkip), block.pieces(isLast: isLast, hasSkip: hasSkip)
            )
            let what = "\(kernels.instructionSet) \(r) \(d) \(s) \(isLast) \(hasSkip)"
            #expect(fused.row == pieces.row, "encoded: \(what)")
            #expect(fused.z == pieces.z, "gated: \(what)")
            #expect(fused.y == pieces.y, "output: \(what)")
            #expect(fused.skips == pieces.skips, "skips: \(what)")
          }
        }
      }
    }
  }

  /// 127ths of the float32 gate, plus 128.
  @Test func int8GatesAreRounded() {
    var random = SeededValues(seed: 4)
    let (rows, n) = (3, 48)
    let a = AlignedBuffer(floats(&random, rows * 2 * n).map { 4 * $0 })
    for kernels in tables {
      let (plain, coded) = (AlignedBuffer(count: rows * n), Guarded(count: rows * 16))
      kernels.gate(rows: rows, channels: n, a.pointer, into: plain.rows(of: n))
      Arithmetic(.int8, kernels).gate(rows: rows, channels: n, a.pointer, into: coded.rows(of: 16))
      #expect(coded.isIntact)
      for row in 0..<rows {
        for i in 0..<n {
          let byte = UnsafeRawPointer(coded.pointer + row * 16).load(fromByteOffset: i, as: UInt8.self)
          let expected = (plain[row * n + i] * 127).rounded(.toNearestOrEven) + 128
          #expect(Float(byte) == expected, "\(kernels.instructionSet)")
        }
      }
    }
  }

  /// High bytes, then low ones, of round(x * scale) + 2^15.
  @Test func int8InputsAreRounded() {
    var random = SeededValues(seed: 5)
    let k = 20
    let x = AlignedBuffer(floats(&random, 32))
    (x[0], x[1], x[2]) = (2, -2, 0)
    for i in k..<32 { x[i] = 0 }
    let scale = Arithmetic.largestWhole / 2
    for kernels in tables {
      let arithmetic = Arithmetic(.int8, kernels)
      let row = Guarded(count: arithmetic.encodedCount(inputs: k))
      arithmetic.encode(
        rows: 1, inputs: k, Rows(x.rows(of: 32)), scale: scale, into: row.rows(of: row.count))
      #expect(row.isIntact)
      let bytes = UnsafeRawPointer(row.pointer)
      for i in 0..<k {
        let whole =
          Int(bytes.load(fromByteOffset: i, as: UInt8.self)) * 256
          + Int(bytes.load(fromByteOffset: 32 + i, as: UInt8.self))
        #expect(Float(whole) == (x[i] * scale).rounded(.toNearestOrEven) + 32768, "\(kernels.instructionSet)")
      }
    }
  }

  @Test(arguments: InstructionSet.available) func reluUnitAndScaleAdd(set: InstructionSet) {
    let kernels = KernelTable(set)
    var random = SeededValues(seed: 6)
    for n in [16, 48, 512] {
      let (x, bias) = (AlignedBuffer(floats(&random, n)), AlignedBuffer(floats(&random, n)))
      let y = Guarded(count: n)
      let largest = kernels.reluUnit(count: n, x.pointer, into: y.pointer)
      let expected = x.elements.map { max(0, Double($0)) }
      #expect(Double(largest) == expected.max()!)
      expectClose(y.values, expected.map { $0 / expected.max()! }, .absolute(2e-7))
      kernels.scaleAdd(count: n, inPlace: y.pointer, scale: largest, bias: bias.pointer)
      expectClose(y.values, zip(expected, bias.elements).map { $0 + Double($1) }, .absolute(1e-6))
      #expect(y.isIntact)
      for i in 0..<n { x[i] = -1 }
      #expect(kernels.reluUnit(count: n, x.pointer, into: y.pointer) == 0 && y.values.allSatisfy { $0 == 0 })
    }
  }
}

/// Random weights of a block, and one row.
private struct Block {
  let arithmetic: Arithmetic, kernels: KernelTable
  let r: Int, d: Int, s: Int, rp: Int, dp: Int, sp: Int
  let tap: AlignedBuffer, residual: AlignedBuffer, skip: AlignedBuffer
  let bias: AlignedBuffer, x: AlignedBuffer, sums: AlignedBuffer, start: AlignedBuffer
  let scale = Arithmetic.largestWhole / 2

  init(_ precision: Precision, _ kernels: KernelTable, _ r: Int, _ d: Int, _ s: Int) {
    self.kernels = kernels
    let arithmetic = Arithmetic(precision, kernels)
    self.arithmetic = arithmetic
    (self.r, self.d, self.s) = (r, d, s)
    (rp, dp, sp) = (KernelTable.padded(r), KernelTable.padded(d), KernelTable.padded(s))
    var random = SeededValues(seed: UInt64(r * 10_007 + d * 101 + s))
    func packed(_ outputs: Int, _ k: Int, _ step: Float) -> AlignedBuffer {
      let buffer = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: k))
      let weights = Rows(kept(floats(&random, outputs * k)), stride: k)
      arithmetic.pack(outputs: outputs, inputs: k, weights, step: step, into: buffer.pointer)
      return buffer
    }
    tap = packed(2 * KernelTable.padded(d), r, 1 / scale)
    residual = packed(r, d, Arithmetic.gatedStep)
    skip = packed(s, KernelTable.padded(d), Arithmetic.gatedStep)
    bias = AlignedBuffer(floats(&random, rp))
    x = AlignedBuffer(floats(&random, r) + [Float](repeating: 0, count: rp - r))
    sums = AlignedBuffer(floats(&random, 2 * dp))
    start = AlignedBuffer(floats(&random, sp))
  }

  struct Result {
    let row: [Float], z: [Float], y: [Float], skips: [Float]
  }

  func fused(isLast: Bool, hasSkip: Bool) -> Result {
    let row = Guarded(count: arithmetic.encodedCount(inputs: r))
    let (z, y) = (Guarded(count: arithmetic.gatedCount(dp)), Guarded(count: rp))
    let (a, skips) = (Guarded(Array(sums.elements)), Guarded(Array(start.elements)))
    let weights = [
      BlockWeights(
        r: r, d: d, s: s, scale: scale, tap: tap.pointer, residual: isLast ? nil : residual.pointer,
        residualBias: bias.pointer, skip: hasSkip ? skip.pointer : nil, skipStart: nil)
    ]
    for i in 0..<rp { y.pointer[i] = 0 }
    arithmetic.block(
      weights, x.pointer, encoding: row.pointer, sums: a.pointer, z: z.pointer, output: y.pointer,
      skips: skips.pointer)
    #expect(row.isIntact && z.isIntact && y.isIntact && a.isIntact && skips.isIntact)
    return Result(row: bits(row.values), z: bits(z.values), y: y.values, skips: skips.values)
  }

  func pieces(isLast: Bool, hasSkip: Bool) -> Result {
    let row = Guarded(count: arithmetic.encodedCount(inputs: r))
    let (z, y) = (Guarded(count: arithmetic.gatedCount(dp)), Guarded(count: rp))
    let (a, skips) = (Guarded(Array(sums.elements)), Guarded(Array(start.elements)))
    arithmetic.encode(
      rows: 1, inputs: r, Rows(x.rows(of: rp)), scale: scale, into: row.rows(of: row.count))
    arithmetic.product(
      rows: 1, outputs: 2 * dp, inputs: r, weights: tap.pointer, Rows(row.rows(of: 0)),
      initial: Rows(a.rows(of: 0)), into: a.rows(of: 0))
    arithmetic.gate(rows: 1, channels: dp, a.pointer, into: z.rows(of: 0))
    for i in 0..<rp { y.pointer[i] = 0 }
    if !isLast {
      arithmetic.productGated(
        rows: 1, outputs: rp, inputs: d, weights: residual.pointer, Rows(z.rows(of: 0)),
        initial: .repeating(bias.pointer), into: y.rows(of: 0))
      kernels.add(count: rp, x.pointer, to: y.pointer)
    }
    if hasSkip {
      arithmetic.productGated(
        rows: 1, outputs: sp, inputs: dp, weights: skip.pointer, Rows(z.rows(of: 0)),
        initial: Rows(skips.rows(of: 0)), into: skips.rows(of: 0))
    }
    return Result(row: bits(row.values), z: bits(z.values), y: y.values, skips: skips.values)
  }

  /// Bits as numbers: bytes may look like NaN.
  private func bits(_ values: [Float]) -> [Float] { values.map { Float($0.bitPattern) } }
}
