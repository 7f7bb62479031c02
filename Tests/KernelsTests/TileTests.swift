// The tile unit of Intel's Advanced Matrix Extensions: what is made of its products, against one number at a time, to the bit;
// by its emulation everywhere, and by the unit itself where there is one. Everything that holds for every instruction set
// alike (sizes, guards, blocks, 8 bits) is in the other suites.
import Kernels
import TestSupport
import Testing

/// Subnormal numbers are 0.
private func flushed(_ x: Float) -> Float { x.isSubnormal ? (x.sign == .minus ? -0.0 : 0) : x }

/// The two bfloat16 of a word.
private func pair(_ word: UInt32) -> (Float, Float) {
  (flushed(Float(bitPattern: word << 16)), flushed(Float(bitPattern: word & 0xffff_0000)))
}

/// initial + x . w as the instruction adds it (Intel's manual, TDPBF16PS), 16 pairs at a time.
private func tileSum(_ initial: Float, _ x: [UInt32], _ w: [UInt32]) -> Float {
  var sum = initial
  for step in stride(from: 0, to: x.count, by: 16) {
    var (first, second): (Float, Float) = (0, 0)
    for k in step..<step + 16 {
      // What is filled up makes +0 of -0.
      let ((a, b), (c, d)) = k < x.count ? (pair(x[k]), pair(w[k])) : ((0, 0), (0, 0))
      first = flushed(first.addingProduct(a, c))
      second = flushed(second.addingProduct(b, d))
    }
    sum = flushed(flushed(sum) + flushed(first + second))
  }
  return sum
}

private let sets = InstructionSet.available.filter { $0 == .amx || $0 == .amxEmulated }

@Suite struct TileTests {
  /// How words are drawn.
  enum Kind: CaseIterable {
    /// Of either sign, within 2^-7 ... 2.
    case ordinary
    /// Every exponent: products that vanish, subnormal numbers, sums that overflow.
    case everyExponent
    /// Products around the smallest normal number.
    case tiny

    func word(_ random: inout SeededValues) -> UInt32 {
      func half() -> UInt32 {
        let bits = UInt32(abs(random.value()) * 65535)
        return switch self {
        case .ordinary: bits & 0x83ff | 0x3c00
        case .everyExponent: bits & 0x7f80 == 0x7f80 ? bits & 0xbfff : bits
        case .tiny: bits & 0x83ff | 0x1f00
        }
      }
      return half() | half() << 16
    }
  }

  @Test(arguments: sets, Kind.allCases) func sumsAreTheInstructions(_ set: InstructionSet, _ kind: Kind) {
    let kernels = KernelTable(set)
    var sizes = (1...36).map { (m: $0, n: 16 * (1 + $0 % 4), pairs: 1 + ($0 * 7) % 40) }
    sizes += [(16, 32, 16), (32, 32, 48), (64, 16, 33), (17, 144, 64)]
    for (m, n, pairs) in sizes {
      for isTransposed in [false, true] {
        var random = SeededValues(seed: UInt64(m * 10_000 + n * 100 + pairs))
        let a = (0..<m * pairs).map { _ in kind.word(&random) }
        let b = (0..<pairs * n).map { _ in kind.word(&random) }
        let initial = floats(&random, m * n).map { kind == .tiny ? $0 * 0x1p-126 : $0 }
        let c = Guarded(initial)
        let (left, right) = (
          AlignedBuffer(a.map { Float(bitPattern: $0) }), AlignedBuffer(b.map { Float(bitPattern: $0) })
        )
        kernels.gemmBF16(
          m: m, n: n, pairs: pairs, Rows(left.rows(of: isTransposed ? m : pairs)), transposing: isTransposed,
          Rows(right.rows(of: n)), initial: Rows(c.rows(of: n)), into: c.rows(of: n))
        let expected = (0..<m * n).map { i in
          tileSum(
            initial[i], (0..<pairs).map { isTransposed ? a[$0 * m + i / n] : a[i / n * pairs + $0] },
            (0..<pairs).map { b[$0 * n + i % n] })
        }
        let differing = zip(c.values, expected).count {
          $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN)
        }
        #expect(differing == 0, "\(set) \(kind) \(m)x\(n)x\(pairs) \(isTransposed ? "along time" : "")")
        #expect(c.isIntact, "\(set) \(m)x\(n)x\(pairs) wrote behind its output")
      }
    }
  }

  /// The reference can fail: one chain over all products, and subnormal numbers kept, give other bits.
  @Test func theOrderMatters() {
    var random = SeededValues(seed: 1)
    let words = (0..<64).map { _ in Kind.ordinary.word(&random) }
    let (x, w) = (Array(words.prefix(32)), Array(words.suffix(32)))
    var chain: Float = 0.1
    for k in 0..<32 {
      chain = chain.addingProduct(pair(x[k]).0, pair(w[k]).0).addingProduct(pair(x[k]).1, pair(w[k]).1)
    }
    #expect(chain != tileSum(0.1, x, w) && abs(chain - tileSum(0.1, x, w)) < 1e-4)
    #expect(tileSum(0x1p-130, [0], [0]) == 0)
  }

  @Test func theEmulationIsThereWhereverItsRestIs() {
    #expect(InstructionSet.available.contains(.amxEmulated) == InstructionSet.available.contains(.avx2))
    #expect(InstructionSet.best != .amxEmulated)
  }

  /// The emulation takes many times as long as anything else, and few rows are no tile.
  @Test func whatIsFasterIsMeasured() {
    let shapes = [
      ProductShape(outputs: 64, inputs: 32, isGated: false),
      ProductShape(outputs: 48, inputs: 24, isGated: true),
    ]
    let block = BlockShape(residual: 64, dilation: 64, skip: 48, count: 3)
    func faster(_ rows: Int, _ kernels: KernelTable) -> Arithmetic {
      .fasterInt8(rows: rows, shapes, block, kernels)
    }
    for set in InstructionSet.available {
      let kernels = KernelTable(set)
      let expected: Bool? = set == .amxEmulated ? false : nil
      if set != .amx {
        #expect(faster(33, kernels).prefersTiles == expected, "\(set)")
      }
      #expect(faster(15, kernels).prefersTiles == nil, "\(set)")
      #expect((Arithmetic.untiled(kernels) != nil) == sets.contains(set), "\(set)")
      let row = Arithmetic.fasterBF16(rows: 1, block, kernels)
      #expect((row.prefersTiles != nil) == (set == .amx), "\(set)")
      #expect(Arithmetic.fasterBF16(rows: 2, block, kernels).prefersTiles == nil, "\(set)")
    }
  }
}
