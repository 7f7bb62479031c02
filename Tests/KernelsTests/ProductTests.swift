// Products of matrices, and of rows with packed weights, against plain loops in Double, for every instruction set of this machine, over sizes around every tile
// edge, with guard words behind each output.
import Kernels
import TestSupport
import Testing

/// A matrix in aligned memory with guard words behind it.
struct Guarded {
  static let guardWord: Float = -12345.5
  let buffer: AlignedBuffer
  let count: Int

  init(_ values: [Float]) {
    count = values.count
    buffer = AlignedBuffer(values + Array(repeating: Self.guardWord, count: 32))
  }

  init(count: Int) { self.init(Array(repeating: 0, count: count)) }

  var pointer: UnsafeMutablePointer<Float> { buffer.pointer }
  func rows(of stride: Int) -> MutableRows { buffer.rows(of: stride) }
  var values: [Float] { Array(buffer.elements.prefix(count)) }
  var isIntact: Bool { buffer.elements.suffix(32).allSatisfy { $0 == Self.guardWord } }
}

@Suite struct ProductTests {
  @Test(arguments: InstructionSet.available)
  func gemmAgreesWithLoopsForEveryShape(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for (m, n, k) in shapes {
      for transposed in [false, true] {
        var random = SeededValues(seed: UInt64(m * 1000 + n * 10 + k))
        let a = AlignedBuffer(floats(&random, m * k))
        let b = AlignedBuffer(floats(&random, k * n))
        let bias = AlignedBuffer(floats(&random, n))
        let c = Guarded(count: m * n)
        let (row, column) = transposed ? (1, m) : (k, 1)
        let cold = Cold(rawValue: Int32(m + n / 16) & 3)  // must not matter
        kernels.gemm(
          m: m, n: n, k: k, Rows(a.rows(of: transposed ? m : k)), transposing: transposed,
          Rows(b.rows(of: n)),
          initial: .repeating(bias.pointer), into: c.rows(of: n), cold: cold)
        var expected = [Double]()
        for i in 0..<m {
          for j in 0..<n {
            var sum = Double(bias[j])
            for l in 0..<k { sum += Double(a[i * row + l * column]) * Double(b[l * n + j]) }
            expected.append(sum)
          }
        }
        expectClose(
          c.values, expected, .absolute(1e-5 * Double(k).squareRoot() + 1e-6), "\(isa) \(m)x\(n)x\(k)")
        #expect(c.isIntact, "\(isa) \(m)x\(n)x\(k) wrote behind its output")
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func aRowAgreesWithLoopsForEveryWidth(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for outputs in [1, 5, 16, 17, 33, 48, 64, 67, 80, 96, 112, 128, 129, 200, 256, 300] {
      for k in [1, 2, 3, 31, 32, 67] {
        var random = SeededValues(seed: UInt64(outputs * 100 + k))
        let n = KernelTable.padded(outputs)
        let w = floats(&random, outputs * k)
        let packed = packedF32(kernels, outputs, k, AlignedBuffer(w))
        let x = floats(&random, k)
        let bias = AlignedBuffer(floats(&random, n))
        let y = Guarded(count: n)
        oneRow(kernels, n, k, packed.pointer, x, bias.pointer, y.pointer)
        let expected = (0..<n).map { i in
          (0..<k).reduce(Double(bias[i])) { $0 + (i < outputs ? Double(w[i * k + $1]) : 0) * Double(x[$1]) }
        }
        expectClose(y.values, expected, .absolute(1e-5 * Double(k).squareRoot()), "\(isa) \(outputs)x\(k)")
        #expect(y.isIntact, "\(isa) \(outputs)x\(k) wrote behind its output")
      }
    }
  }

  /// The canonical order: gemm and a packed row are the same chain of additions, which may be cut anywhere along k.
  @Test(arguments: InstructionSet.available)
  func oneChainOfAdditions(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    let (m, n, k) = (13, 80, 37)
    var random = SeededValues(seed: 5)
    let a = AlignedBuffer(floats(&random, m * k))
    let b = AlignedBuffer(floats(&random, k * n))
    let bias = AlignedBuffer(floats(&random, n))
    let whole = AlignedBuffer(count: m * n)
    let (left, right) = (Rows(a.rows(of: k)), Rows(b.rows(of: n)))
    kernels.gemm(
      m: m, n: n, k: k, left, right, initial: .repeating(bias.pointer), into: whole.rows(of: n))
    let cut = AlignedBuffer(count: m * n)
    kernels.gemm(
      m: m, n: n, k: 11, left, right, initial: .repeating(bias.pointer), into: cut.rows(of: n))
    kernels.gemm(
      m: m, n: n, k: k - 11, left.columns(from: 11), right.rows(from: 11), initial: Rows(cut.rows(of: n)),
      into: cut.rows(of: n))
    #expect(Array(whole.elements) == Array(cut.elements))

    // Weights are [outputs, k], b is [k, n].
    let weights = AlignedBuffer((0..<n * k).map { b[$0 % k * n + $0 / k] })
    let panels = packedF32(kernels, n, k, weights)
    let y = AlignedBuffer(count: n)
    for i in 0..<m {
      oneRow(kernels, n, k, panels.pointer, a.pointer + i * k, bias.pointer, y.pointer)
      #expect(Array(y.elements) == Array(whole.elements[i * n..<(i + 1) * n]), "row \(i)")
    }
  }

  /// Rows times panels: the bits of one row at a time.
  @Test(arguments: InstructionSet.available)
  func rowsAreThoseOfOneRowAlone(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for n in [16, 32, 48, 64, 80, 96, 112, 128, 208, 256] {
      for (m, k) in [
        (1, 3), (2, 37), (5, 1), (6, 64), (7, 130), (13, 20), (24, 33), (32, 64), (33, 5), (64, 16),
      ] {
        var random = SeededValues(seed: UInt64(n * 10000 + m * 100 + k))
        let ldx = k + 3
        let x = AlignedBuffer(floats(&random, m * ldx))
        let panels = AlignedBuffer(floats(&random, n * k))
        let initial = AlignedBuffer(floats(&random, m * n))
        for ldi in [0, n] {
          let y = Guarded(count: m * n)
          Arithmetic(.f32, kernels).product(
            rows: m, outputs: n, inputs: k, weights: panels.pointer, Rows(x.rows(of: ldx)),
            initial: Rows(initial.pointer, stride: ldi), into: y.rows(of: n))
          let row = AlignedBuffer(count: n)
          for i in 0..<m {
            oneRow(
              kernels, n, k, panels.pointer, x.pointer + i * ldx, initial.pointer + i * ldi, row.pointer)
            #expect(
              Array(row.elements) == Array(y.values[i * n..<(i + 1) * n]), "\(isa) \(m)x\(n)x\(k), \(i)")
          }
          #expect(y.isIntact, "\(isa) \(m)x\(n)x\(k) wrote behind its output")
        }
      }
    }
  }

  private var shapes: [(Int, Int, Int)] {
    var all = (1...67).map { ($0, 16, 3) }
    for n in stride(from: 16, through: 160, by: 16) {
      for m in [1, 2, 5, 6, 7, 12, 13] { all.append((m, n, 1 + n / 5)) }
    }
    // Long sums, which are cut, of few rows and of so many that strips of b are put side by side first.
    all += [(23, 64, 129), (24, 64, 128), (24, 64, 129), (25, 112, 130), (31, 256, 300), (48, 320, 257)]
    all += [(47, 32, 330), (54, 48, 321), (62, 64, 641), (56, 80, 319)]
    return all + (1...40).map { (7, 48, $0) }
  }
}

/// y [n] = initial + w * x [k] at f32.
func oneRow(
  _ kernels: KernelTable, _ n: Int, _ k: Int, _ w: UnsafePointer<Float>, _ x: UnsafePointer<Float>,
  _ initial: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  Arithmetic(.f32, kernels).product(
    rows: 1, outputs: n, inputs: k, weights: w, .repeating(x), initial: .repeating(initial),
    into: MutableRows(y, stride: 0))
}

/// Weights w [outputs, k] as products at f32 read them.
func packedF32(_ kernels: KernelTable, _ outputs: Int, _ k: Int, _ w: AlignedBuffer) -> AlignedBuffer {
  let arithmetic = Arithmetic(.f32, kernels)
  let packed = AlignedBuffer(count: arithmetic.packedCount(outputs: outputs, inputs: k))
  arithmetic.pack(outputs: outputs, inputs: k, Rows(w.rows(of: k)), into: packed.pointer)
  return packed
}

/// `count` values in [-1, 1).
func floats(_ random: inout SeededValues, _ count: Int) -> [Float] { random.values(count).map(Float.init) }

/// An aligned copy that is never freed: a kernel's argument must outlive the call.
func kept(_ values: [Float]) -> UnsafeMutablePointer<Float> {
  Unmanaged.passRetained(AlignedBuffer(values)).takeUnretainedValue().pointer
}
