// Products that read only the weights of inputs which a rectifier leaves, against those that read all, bit for bit: every
// precision that has them, every instruction set with and without its extensions, guard words behind each output.

import Kernels
import TestSupport
import Testing

private let tables: [KernelTable] = InstructionSet.available.flatMap {
  [KernelTable($0), KernelTable($0, extensions: false)]
}

@Suite struct ActiveTests {
  /// What is left of x, and where it stood.
  @Test(arguments: [Arithmetic.Kind.f32, .bf16Weights]) func rectifiersLeaveWhatIsAboveZero(
    kind: Arithmetic.Kind
  ) {
    for kernels in tables {
      for n in [16, 48, 64, 512] {
        for share in [Float(0), 0.1, 0.5, 1] {
          let x = row(n, share)
          if n > 16 { x[17] = .nan }
          let (values, places) = (Guarded(count: n + 16), Places(n + 16))
          let count = Arithmetic(kind, kernels).rectify(
            n, x.pointer, scale: 1, values.pointer, places.pointer)
          let expected = (0..<n).filter { !(x[$0] <= 0) }
          #expect(
            count == expected.count && places.prefix(count) == expected, "\(kernels.instructionSet) \(n)")
          #expect(
            zip(values.values, expected).allSatisfy { $0.bitPattern == x[$1].bitPattern },
            "\(kernels.instructionSet)")
          #expect(values.isIntact && places.isIntact)
        }
      }
    }
  }

  @Test(arguments: [Arithmetic.Kind.f32, .bf16, .bf16Weights, .int8])
  func activeInputsGiveTheWholeProduct(kind: Arithmetic.Kind) {
    for kernels in tables where Arithmetic(kind, kernels).readsActive {
      for outputs in [1, 16, 37, 64, 72, 128, 144, 200, 256] {
        for k in [1, 3, 16, 31, 66, 130] {
          for share in [Float(0), 0.03, 0.4, 1] {
            let (active, all) = both(Arithmetic(kind, kernels), kernels, outputs, k, share)
            #expect(
              zip(active, all).allSatisfy { $0.bitPattern == $1.bitPattern },
              "\(kernels.instructionSet) \(outputs) x \(k), \(share) active")
          }
        }
      }
    }
  }

  /// The test above passes over what there is not.
  @Test func everyInstructionSetHasThem() {
    for kernels in tables {
      #expect(Arithmetic(.f32, kernels).readsActive && Arithmetic(.bf16Weights, kernels).readsActive)
    }
  }

  /// Pieces of 128 outputs are those of the whole.
  @Test func rowsMayBeCut() {
    for kind in [Arithmetic.Kind.f32, .bf16Weights, .int8] {
      for kernels in tables where Arithmetic(kind, kernels).readsActive {
        let whole = both(Arithmetic(kind, kernels), kernels, 300, 20, 0.5).active
        let cut = both(Arithmetic(kind, kernels), kernels, 300, 20, 0.5, cutAt: 128).active
        #expect(whole == cut)
      }
    }
  }

  /// y of a random product of max(x, 0), from its active inputs (in two pieces, if `cutAt`) and from all.
  private func both(
    _ arithmetic: Arithmetic, _ kernels: KernelTable, _ outputs: Int, _ k: Int, _ share: Float,
    cutAt cut: Int? = nil
  ) -> (active: [Float], all: [Float]) {
    let (n, length) = (KernelTable.padded(outputs), KernelTable.padded(k))
    var random = SeededValues(seed: UInt64(outputs * 1009 + k))
    let w = floats(&random, outputs * k)
    let bias = AlignedBuffer(floats(&random, n))
    let x = row(length, share)
    for i in k..<length { x[i] = 0 }
    let scale = Arithmetic.largestWhole / 2

    let rows = Guarded(count: arithmetic.rowsCount(outputs: outputs, k: k))
    arithmetic.packRows(outputs: outputs, k: k, w, step: 1 / scale, into: rows.pointer)
    let (values, places, y) = (Guarded(count: length + 16), Places(length + 16), Guarded(count: n))
    let count = arithmetic.rectify(length, x.pointer, scale: scale, values.pointer, places.pointer)
    for piece in cut.map({ [0..<$0, $0..<n] }) ?? [0..<n] {
      let first = piece.lowerBound
      arithmetic.active(
        piece.count, k, count: count, rows.pointer + arithmetic.rowsCount(outputs: first, k: k),
        values.pointer,
        places.pointer, bias.pointer + first, y.pointer + first)
    }
    #expect(rows.isIntact && values.isIntact && places.isIntact && y.isIntact, "wrote behind its memory")

    let panels = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, k: k))
    arithmetic.pack(outputs: outputs, k: k, w, ldw: k, stride: 1, step: 1 / scale, into: panels.pointer)
    let (rectified, encoded) = (AlignedBuffer(count: length), AlignedBuffer(count: arithmetic.rowCount(k: k)))
    let all = AlignedBuffer(count: n)
    kernels.relu(length, x.pointer, rectified.pointer)
    arithmetic.encode(
      1, k, rectified.pointer, length, scale: scale, encoded.pointer, arithmetic.rowCount(k: k))
    arithmetic.product(
      1, n, k, panels.pointer, encoded.pointer, arithmetic.rowCount(k: k), bias.pointer, 0, all.pointer, n)
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

/// Places with guard words behind them.
private final class Places {
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
