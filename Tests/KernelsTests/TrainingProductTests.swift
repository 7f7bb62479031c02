// Training's products of pairs of bfloat16 against plain loops, for every instruction set of this machine that multiplies them,
// over sizes around every tile edge, with guard words behind each output. How the pairs are made: RoundingTests.
import Kernels
import TestSupport
import Testing

private let sizes: [(m: Int, n: Int, pairs: Int)] =
  (1...67).map { ($0, [16, 32, 48, 64, 80, 112][$0 % 6], 1 + $0 % 5) }
  + (1...67).map { (1 + $0 % 13, [64, 16, 32][$0 % 3], $0) }
  + [(32, 64, 48), (14, 16, 16), (28, 128, 130), (48, 320, 300), (6, 192, 129)]

@Suite struct TrainingProductTests {
  @Test(arguments: InstructionSet.available.filter(\.multipliesBF16))
  func productsAgreeWithLoops(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for (m, n, pairs) in sizes {
      for (isTransposed, isAdded) in [(false, false), (true, true)] {
        var random = SeededValues(seed: UInt64(m * 1_000_000 + n * 1000 + pairs))
        func words(_ count: Int) -> [Float] {
          (0..<count).map { _ in word(Float(random.value()), Float(random.value())) }
        }
        let (a, b) = (AlignedBuffer(words(m * pairs)), AlignedBuffer(words(pairs * n)))
        let initial = floats(&random, isAdded ? m * n : n)
        let bias = AlignedBuffer(initial)
        let c = Guarded(isAdded ? initial : Array(repeating: 0, count: m * n))
        let (row, column) = isTransposed ? (1, m) : (pairs, 1)
        kernels.gemmBF16(
          m: m, n: n, pairs: pairs, Rows(a.rows(of: isTransposed ? m : pairs)), transposing: isTransposed,
          Rows(b.rows(of: n)), initial: isAdded ? Rows(c.rows(of: n)) : .repeating(bias.pointer),
          into: c.rows(of: n))
        var expected = [Double]()
        for i in 0..<m {
          for j in 0..<n {
            var sum = Double(initial[isAdded ? i * n + j : j])
            for k in 0..<pairs {
              let (x, y) = (halves(a[i * row + k * column]), halves(b[k * n + j]))
              sum += Double(x.first) * Double(y.first) + Double(x.second) * Double(y.second)
            }
            expected.append(sum)
          }
        }
        let what = "\(isa) \(m)x\(n)x\(pairs) \(isTransposed ? "along time" : "")"
        expectClose(c.values, expected, .absolute(2e-6 * Double(pairs).squareRoot() + 1e-6), what)
        #expect(c.isIntact, "\(what) wrote behind its output")
      }
    }
  }

  /// The first number of a word meets the first, the second the second, and neither is lost.
  @Test(arguments: InstructionSet.available.filter(\.multipliesBF16))
  func wordsKeepTheirOrder(_ isa: InstructionSet) {
    let a = AlignedBuffer([word(3, 5)])
    let b = AlignedBuffer((0..<16).map { word(Float($0), 0.25) })
    let c = AlignedBuffer(count: 16)
    KernelTable(isa).gemmBF16(
      m: 1, n: 16, pairs: 1, Rows(a.rows(of: 1)), Rows(b.rows(of: 16)), initial: Rows(c.rows(of: 16)),
      into: c.rows(of: 16))
    expectClose(Array(c.elements), (0..<16).map { 3 * Double($0) + 1.25 }, .exact, "\(isa)")
  }
}
