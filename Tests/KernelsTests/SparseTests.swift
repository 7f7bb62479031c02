// Products that read only the weights of inputs which a rectifier leaves, against those that read all, bit for bit: every
// precision that has them, every instruction set with and without its extensions, guard words behind each output.

import Kernels
import TestSupport
import Testing

private let tables: [KernelTable] = InstructionSet.available.flatMap {
  [KernelTable($0), KernelTable($0, extensions: false)]
}

/// Those that have sparse products on some instruction set.
private let all: [(precision: Precision, floatInputs: Bool)] = [
  (.f32, false), (.bf16, false), (.bf16, true), (.int8, false),
]

@Suite struct SparseTests {
  /// What is left of x, and where it stood.
  @Test(arguments: [Precision.f32, .bf16]) func rectifiersLeaveWhatIsAboveZero(precision: Precision) {
    for kernels in tables {
      for n in [16, 48, 64, 512] {
        for share in [Float(0), 0.1, 0.5, 1] {
          let x = row(n, share)
          if n > 16 { x[17] = .nan }
          let (values, indices) = (Guarded(count: n + 16), Indices(n + 16))
          let count = Arithmetic(precision, floatInputs: precision == .bf16, kernels).compress(
            count: n, x.pointer, scale: 1,
            into: SparseRow(values: values.pointer, indices: indices.pointer)
          ).count
          let expected = (0..<n).filter { !(x[$0] <= 0) }
          #expect(
            count == expected.count && indices.prefix(count) == expected, "\(kernels.instructionSet) \(n)")
          #expect(
            zip(values.values, expected).allSatisfy { $0.bitPattern == x[$1].bitPattern },
            "\(kernels.instructionSet)")
          #expect(values.isIntact && indices.isIntact)
        }
      }
    }
  }

  @Test(arguments: all)
  func sparseProductsAreTheWholeOnes(precision: Precision, floatInputs: Bool) {
    for kernels in tables {
      let arithmetic = Arithmetic(precision, floatInputs: floatInputs, kernels)
      if !arithmetic.hasSparse { continue }
      for outputs in [1, 16, 37, 64, 72, 128, 144, 200, 256] {
        for k in [1, 3, 16, 31, 66, 130] {
          for share in [Float(0), 0.03, 0.4, 1] {
            let (sparse, all) = both(arithmetic, kernels, outputs, k, share)
            #expect(
              zip(sparse, all).allSatisfy { $0.bitPattern == $1.bitPattern },
              "\(kernels.instructionSet) \(outputs) x \(k), \(share) above zero")
          }
        }
      }
    }
  }

  /// The test above passes over what there is not.
  @Test func everyInstructionSetHasThem() {
    for kernels in tables {
      #expect(Arithmetic(.f32, kernels).hasSparse)
      #expect(Arithmetic(.bf16, floatInputs: true, kernels).hasSparse)
    }
  }

  /// Pieces of 128 outputs are those of the whole.
  @Test(arguments: all) func rowsMayBeCut(precision: Precision, floatInputs: Bool) {
    for kernels in tables {
      let arithmetic = Arithmetic(precision, floatInputs: floatInputs, kernels)
      if !arithmetic.hasSparse { continue }
      let whole = both(arithmetic, kernels, 300, 20, 0.5).sparse
      let cut = both(arithmetic, kernels, 300, 20, 0.5, cutAt: 128).sparse
      #expect(whole == cut)
    }
  }

  /// y of a random product of max(x, 0), from its inputs above zero (in two pieces, if `cutAt`) and from all.
  private func both(
    _ arithmetic: Arithmetic, _ kernels: KernelTable, _ outputs: Int, _ k: Int, _ share: Float,
    cutAt cut: Int? = nil
  ) -> (sparse: [Float], all: [Float]) {
    let (n, length) = (KernelTable.padded(outputs), KernelTable.padded(k))
    var random = SeededValues(seed: UInt64(outputs * 1009 + k))
    let w = AlignedBuffer(floats(&random, outputs * k))
    let bias = AlignedBuffer(floats(&random, n))
    let x = row(length, share)
    for i in k..<length { x[i] = 0 }
    let scale = Arithmetic.largestWhole / 2

    let rows = Guarded(count: arithmetic.sparsePackedCount(outputs: outputs, inputs: k))
    arithmetic.packSparse(
      outputs: outputs, inputs: k, Rows(w.rows(of: k)), step: 1 / scale, into: rows.pointer)
    let (values, indices, y) = (Guarded(count: length + 16), Indices(length + 16), Guarded(count: n))
    let sparse = arithmetic.compress(
      count: length, x.pointer, scale: scale,
      into: SparseRow(values: values.pointer, indices: indices.pointer))
    for piece in cut.map({ [0..<$0, $0..<n] }) ?? [0..<n] {
      let first = piece.lowerBound
      arithmetic.productSparse(
        outputs: piece.count, inputs: k,
        weights: rows.pointer + arithmetic.sparsePackedCount(outputs: first, inputs: k), sparse,
        initial: bias.pointer + first, into: y.pointer + first)
    }
    #expect(rows.isIntact && values.isIntact && indices.isIntact && y.isIntact, "wrote behind its memory")

    let panels = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: k))
    arithmetic.pack(outputs: outputs, inputs: k, Rows(w.rows(of: k)), step: 1 / scale, into: panels.pointer)
    let rectified = AlignedBuffer(count: length)
    let row = arithmetic.encodedCount(inputs: k)
    let encoded = AlignedBuffer(count: row)
    let all = AlignedBuffer(count: n)
    kernels.relu(count: length, x.pointer, into: rectified.pointer)
    arithmetic.encode(
      rows: 1, inputs: k, Rows(rectified.rows(of: length)), scale: scale, into: encoded.rows(of: row))
    arithmetic.product(
      rows: 1, outputs: n, inputs: k, weights: panels.pointer, Rows(encoded.rows(of: row)),
      initial: .repeating(bias.pointer), into: all.rows(of: n))
    return (y.values, Array(all.elements))
  }

  /// n values within -1 ... 1, about a `share` of them above zero.
  private func row(_ n: Int, _ share: Float) -> AlignedBuffer {
    var random = SeededValues(seed: UInt64(n))
    let chosen = floats(&random, n)
    return AlignedBuffer(
      zip(floats(&random, n), chosen).map { (abs($1) < share || share == 1) ? abs($0) + 1e-3 : -abs($0) })
  }
}

/// Indices with guard words behind them.
private final class Indices {
  private let count: Int
  let pointer: UnsafeMutablePointer<Int32>

  init(_ count: Int) {
    self.count = count
    pointer = .allocate(capacity: count + 16)
    pointer.initialize(repeating: -77, count: count + 16)
  }

  deinit { pointer.deallocate() }

  func prefix(_ n: Int) -> [Int] { (0..<n).map { Int(pointer[$0]) } }
  var isIntact: Bool { (count..<count + 16).allSatisfy { pointer[$0] == -77 } }
}
