// Gate, softmax, cross-entropy, ReLU and Adam against libm in Double, for every instruction set of this machine.
import Glibc
import Kernels
import TestSupport
import Testing

@Suite struct ElementwiseTests {
  static let sizes = [16, 32, 48, 64, 80]

  /// The bound that CKernels.h states, over a dense grid that goes far beyond saturation.
  @Test(arguments: InstructionSet.available)
  func gateStaysWithinItsBound(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    let a = AlignedBuffer(count: 32)
    let z = Guarded(count: 16)
    var worst = 0.0
    for step in -40_000...40_000 {
      let x = Float(step) * 1e-3
      for lane in 0..<16 {
        a[lane] = x
        a[16 + lane] = Float(lane - 8) * 2.7 + x * 0.37
      }
      kernels.gate(rows: 1, channels: 16, a.pointer, into: z.rows(of: 16))
      for lane in 0..<16 {
        let expected = tanh(Double(a[lane])) / (1 + exp(-Double(a[16 + lane])))
        worst = max(worst, abs(Double(z.values[lane]) - expected))
      }
    }
    #expect(worst < 3e-7, "\(isa): worst error \(worst)")
    #expect(worst > 0, "a comparison that cannot fail")
    #expect(z.isIntact)
  }

  @Test(arguments: InstructionSet.available)
  func gateKeepsInfinitiesAndNaN(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    let a = AlignedBuffer(count: 32)
    let z = AlignedBuffer(count: 16)
    a[0] = .infinity
    a[16] = .infinity
    a[1] = -.infinity
    a[17] = .infinity
    a[2] = .nan
    a[3] = 1
    a[19] = .nan
    kernels.gate(rows: 1, channels: 16, a.pointer, into: z.rows(of: 16))
    #expect(z[0] == 1 && z[1] == -1)
    #expect(z[2].isNaN && z[3].isNaN, "NaN must not be hidden: \(z[2]) \(z[3])")
  }

  @Test(arguments: InstructionSet.available)
  func gateForwardAndBackward(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for n in Self.sizes {
      let (rows, ldz) = (3, n + 16)
      var random = SeededValues(seed: UInt64(n))
      let start = floats(&random, rows * 2 * n).map { 3 * $0 }
      let a = Guarded(start)
      let z = Guarded(count: rows * ldz)
      kernels.gateForward(rows: rows, channels: n, inPlace: a.pointer, into: z.rows(of: ldz))
      let same = AlignedBuffer(count: n)
      for row in 0..<rows {
        let source = AlignedBuffer(start[row * 2 * n..<(row + 1) * 2 * n])
        kernels.gate(rows: 1, channels: n, source.pointer, into: same.rows(of: n))
        #expect(Array(same.elements) == Array(z.values[row * ldz..<row * ldz + n]), "not the bits of gate")
      }
      let dz = floats(&random, rows * ldz)
      var expected = [Double]()
      for row in 0..<rows {
        let filter = (0..<n).map { tanh(Double(start[row * 2 * n + $0])) }
        let sigmoid = (0..<n).map { 1 / (1 + exp(-Double(start[row * 2 * n + n + $0]))) }
        let d = (0..<n).map { Double(dz[row * ldz + $0]) }
        expected += (0..<n).map { d[$0] * sigmoid[$0] * (1 - filter[$0] * filter[$0]) }
        expected += (0..<n).map { d[$0] * filter[$0] * sigmoid[$0] * (1 - sigmoid[$0]) }
      }
      let again = Guarded(count: rows * ldz)
      kernels.gateProduct(rows: rows, channels: n, a.pointer, into: again.rows(of: ldz))
      expectClose(again.values, z.values.map(Double.init), .absolute(2e-7), "product")
      kernels.gateBackward(rows: rows, channels: n, inPlace: a.pointer, dz: Rows(kept(dz), stride: ldz))
      expectClose(a.values, expected, .absolute(2e-6), "\(isa) gate gradient, n \(n)")
      #expect(a.isIntact && z.isIntact)
    }
  }

  @Test(arguments: InstructionSet.available)
  func softmaxAndCrossEntropy(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for (n, spread) in [(16, 1.0), (48, 3.0), (96, 4.0), (256, 8.0), (512, 60.0), (1024, 0.01)] {
      var random = SeededValues(seed: UInt64(n))
      let x = floats(&random, n).map { Float(Double($0) * spread) }
      let largest = x.map(Double.init).max()!
      for temperature in [0.3, 1.0, 2.5] {
        let e = Guarded(count: n)
        let sum = kernels.softmax(count: n, kept(x), scale: Float(1 / temperature), into: e.pointer)
        let expected = x.map { exp((Double($0) - largest) / temperature) }
        expectClose(e.values, expected, .absolute(2e-5), "\(isa) softmax of \(n)")
        #expect(abs(Double(sum) - expected.reduce(0, +)) < 1e-5 * Double(sum))
        #expect(e.isIntact)
      }
      let total = x.reduce(0.0) { $0 + exp(Double($1) - largest) }
      for target in [0, n / 2, n - 1] {
        let row = Guarded(x)
        let loss = kernels.crossEntropy(count: n, inPlace: row.pointer, target: target, weight: 0.25)
        let expectedLoss = log(total) + largest - Double(x[target])
        #expect(
          abs(Double(loss) - expectedLoss) < 2e-6 * max(1, expectedLoss), "loss \(loss), not \(expectedLoss)")
        let gradient = (0..<n).map { 0.25 * (exp(Double(x[$0]) - largest) / total - ($0 == target ? 1 : 0)) }
        expectClose(row.values, gradient, .absolute(1e-6), "\(isa) gradient")
        #expect(row.isIntact)
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func finiteUnlessOneIsNot(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for n in [16, 48, 256] {
      let x = AlignedBuffer(count: n)
      for i in 0..<n { x[i] = i % 2 == 0 ? Float.greatestFiniteMagnitude : -Float.leastNonzeroMagnitude }
      #expect(kernels.allFinite(count: n, x.pointer))
      for i in 0..<n {
        for bad in [Float.nan, -.nan, .signalingNaN, .infinity, -.infinity] {
          let good = x[i]
          x[i] = bad
          #expect(!kernels.allFinite(count: n, x.pointer), "\(isa): \(bad) at \(i) of \(n)")
          x[i] = good
        }
      }
    }
  }

  /// Small whole numbers add without rounding, so that a plain running sum says which index it must be.
  @Test(arguments: InstructionSet.available)
  func drawsWhereTheRunningSumPasses(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    var random = SeededValues(seed: 9)
    for n in [16, 48, 256, 1024] {
      for zeros in [0.0, 0.6, 0.95] {
        let w = AlignedBuffer(
          random.values(n).map { abs($0) < zeros ? 0 : Float((abs($0) * 16).rounded(.up)) })
        w[n / 3] = 1
        let total = w.elements.reduce(0.0) { $0 + Double($1) }
        withUnsafeTemporaryAllocation(of: Double.self, capacity: n / 16) { sums in
          for step in 0..<200 {
            let uniform = step == 199 ? 1 - 0x1p-53 : Double(step) / 199
            var running = 0.0
            let expected = w.elements.firstIndex {
              running += Double($0)
              return running > uniform * total
            }
            let index = kernels.draw(
              count: n, weights: w.pointer, uniform: uniform, sums: sums.baseAddress!)
            let wanted = expected ?? w.elements.lastIndex { $0 > 0 }!
            #expect(index == wanted, "\(isa): \(index) of \(n) at \(uniform), not \(wanted)")
          }
        }
      }
    }
  }

  @Test(arguments: InstructionSet.available)
  func simpleOnes(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for n in 1...67 {
      var random = SeededValues(seed: UInt64(n))
      let (x, y) = (floats(&random, n), floats(&random, n))
      let sum = Guarded(y)
      kernels.add(count: n, kept(x), to: sum.pointer)
      #expect(sum.values == zip(x, y).map { $0 + $1 } && sum.isIntact)
      let mixed = Guarded(y)
      kernels.lerp(count: n, inPlace: mixed.pointer, toward: kept(x), by: 0.25)
      expectClose(
        mixed.values, zip(x, y).map { Double($1) + 0.25 * (Double($0) - Double($1)) }, .absolute(1e-6), "lerp"
      )
      #expect(mixed.isIntact)
      let squares = kernels.sumOfSquares(count: n, kept(x))
      #expect(abs(squares - x.reduce(0.0) { $0 + Double($1) * Double($1) }) < 1e-9)
    }
    for n in Self.sizes {
      var random = SeededValues(seed: UInt64(n))
      let (x, dy) = (floats(&random, n), floats(&random, n))
      let y = Guarded(count: n)
      kernels.relu(count: n, kept(x), into: y.pointer)
      #expect(y.values == x.map { max($0, 0) } && y.isIntact)
      let gradient = Guarded(dy)
      kernels.reluBackward(count: n, y.pointer, inPlace: gradient.pointer)
      #expect(gradient.values == zip(x, dy).map { $0 > 0 ? $1 : 0 } && gradient.isIntact)
      let rows = floats(&random, 5 * n)
      let columns = Guarded(x)
      kernels.sumRows(rows: 5, columns: n, Rows(kept(rows), stride: n), addingTo: columns.pointer)
      let expected = (0..<n).map { i in (0..<5).reduce(Double(x[i])) { $0 + Double(rows[$1 * n + i]) } }
      expectClose(columns.values, expected, .absolute(1e-6), "sumRows")
      #expect(columns.isIntact)
    }
  }

  /// Every vectorised operation with fused multiply-add gives the same bits on AVX2 and AVX-512.
  @Test(.enabled(if: InstructionSet.available.contains(.avx512)))
  func avx2AndAVX512AgreeToTheBit() {
    let (narrow, wide) = (KernelTable(.avx2), KernelTable(.avx512))
    var random = SeededValues(seed: 9)
    for (m, n, k) in [(13, 64, 37), (7, 256, 64), (30, 48, 5), (1, 16, 100)] {
      let a = AlignedBuffer(floats(&random, m * k))
      let b = AlignedBuffer(floats(&random, k * n))
      let bias = AlignedBuffer(floats(&random, n))
      let results = [narrow, wide].map { kernels in
        let c = AlignedBuffer(count: m * n)
        kernels.gemm(
          m: m, n: n, k: k, Rows(a.rows(of: k)), Rows(b.rows(of: n)), initial: .repeating(bias.pointer),
          into: c.rows(of: n))
        return Array(c.elements)
      }
      #expect(results[0] == results[1])
    }
    let x = AlignedBuffer(floats(&random, 512).map { 5 * $0 })
    let gates = [narrow, wide].map { kernels in
      let z = AlignedBuffer(count: 256)
      kernels.gate(rows: 1, channels: 256, x.pointer, into: z.rows(of: 256))
      return Array(z.elements)
    }
    #expect(gates[0] == gates[1])
    let exponentials = [narrow, wide].map { kernels in
      let e = AlignedBuffer(count: 512)
      let sum = kernels.softmax(count: 512, x.pointer, scale: 0.7, into: e.pointer)
      return Array(e.elements) + [sum]
    }
    #expect(exponentials[0] == exponentials[1])
  }
}
