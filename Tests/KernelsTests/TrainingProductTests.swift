// Training's products with bfloat16 operands, and the rounding and pairing that prepare them, against plain loops, for every
// instruction set of this machine, over sizes around every tile edge, with guard words behind each output.
import Kernels
import TestSupport
import Testing

/// The nearest bfloat16 by trying both neighbours; the even one of equals. x is normal and finite.
private func nearest(_ x: Float) -> Float {
  let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
  let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) + 0x1_0000)
  let (down, up) = (abs(Double(x) - Double(below)), abs(Double(above) - Double(x)))
  return down < up || (down == up && below.bitPattern & 0x1_0000 == 0) ? below : above
}

/// The two numbers of a word that is kept in a float.
private func halves(_ word: Float) -> (first: Float, second: Float) {
  (Float(bitPattern: word.bitPattern << 16), Float(bitPattern: word.bitPattern & 0xffff_0000))
}

private func word(_ first: Float, _ second: Float) -> Float {
  Float(bitPattern: nearest(first).bitPattern >> 16 | nearest(second).bitPattern)
}

private let sizes: [(m: Int, n: Int, pairs: Int)] =
  (1...67).map { ($0, [16, 32, 48, 64, 80, 112][$0 % 6], 1 + $0 % 5) }
  + (1...67).map { (1 + $0 % 13, [64, 16, 32][$0 % 3], $0) }
  + [(32, 64, 48), (14, 16, 16), (28, 128, 130), (48, 320, 300), (6, 192, 129)]

@Suite struct TrainingProductTests {
  @Test(arguments: InstructionSet.available)
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
  @Test(arguments: InstructionSet.available)
  func wordsKeepTheirOrder(_ isa: InstructionSet) {
    let a = AlignedBuffer([word(3, 5)])
    let b = AlignedBuffer((0..<16).map { word(Float($0), 0.25) })
    let c = AlignedBuffer(count: 16)
    KernelTable(isa).gemmBF16(
      m: 1, n: 16, pairs: 1, Rows(a.rows(of: 1)), Rows(b.rows(of: 16)), initial: Rows(c.rows(of: 16)),
      into: c.rows(of: 16))
    expectClose(Array(c.elements), (0..<16).map { 3 * Double($0) + 1.25 }, .exact, "\(isa)")
  }

  @Test func withoutDotProductsEveryFusedSetGivesTheSameBits() {
    let sets = InstructionSet.available.filter { $0 == .avx2 || $0 == .avx512 }
    for (m, n, pairs) in sizes {
      var random = SeededValues(seed: UInt64(m + 100 * n + 10_000 * pairs))
      func words(_ count: Int) -> [Float] {
        (0..<count).map { _ in word(Float(random.value()), Float(random.value())) }
      }
      let (a, b) = (AlignedBuffer(words(m * pairs)), AlignedBuffer(words(pairs * n)))
      let results = sets.map { isa in
        let c = AlignedBuffer(count: m * n)
        KernelTable(isa).gemmBF16(
          m: m, n: n, pairs: pairs, Rows(a.rows(of: pairs)), Rows(b.rows(of: n)),
          initial: Rows(c.rows(of: n)),
          into: c.rows(of: n))
        return Array(c.elements)
      }
      for result in results { #expect(result == results[0], "\(m)x\(n)x\(pairs)") }
    }
    #expect(sets.count == InstructionSet.available.count { !$0.multipliesBF16 } - 1)
  }

  @Test(arguments: InstructionSet.available)
  func rowsAreRoundedToTheNearest(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for rows in 1...67 {
      let n = 16 * (1 + rows % 4)
      var random = SeededValues(seed: UInt64(rows))
      let x = random.values(rows * n, 1e3).map(Float.init)
      let expected = stride(from: 0, to: x.count, by: 2).map { word(x[$0], x[$0 + 1]).bitPattern }
      let (source, apart) = (AlignedBuffer(x), Guarded(count: rows * n / 2))
      kernels.roundRows(rows: rows, columns: n, Rows(source.rows(of: n)), into: apart.rows(of: n / 2))
      expectSame(apart.values.map(\.bitPattern), expected, "\(isa) \(rows)x\(n)")
      let inPlace = Guarded(x)
      kernels.roundRows(
        rows: rows, columns: n, Rows(inPlace.rows(of: n)), into: inPlace.rows(of: n))
      let kept = (0..<rows).flatMap { inPlace.values[$0 * n..<$0 * n + n / 2].map(\.bitPattern) }
      expectSame(kept, expected, "\(isa) \(rows)x\(n) in place")
      #expect(apart.isIntact && inPlace.isIntact, "\(isa) \(rows)x\(n) wrote behind its output")
    }
  }

  /// All exponents, ties above and below even numbers, and what is no normal number.
  @Test func everySetRoundsAlike() {
    var x: [Float] = [0, -0, .infinity, -.infinity, .leastNormalMagnitude]
    x += [Float(bitPattern: 1), -0x1.8p-130, Float(bitPattern: 0x007f_ffff), Float(bitPattern: 0x8080_0000)]
    for high in stride(from: UInt32(0x0080), to: 0x7f80, by: 37) {
      for low in [0, 1, 0x7fff, 0x8000, 0x8001, 0xffff] as [UInt32] {
        x += [Float(bitPattern: high << 16 | low), Float(bitPattern: (high | 0x8001) << 16 | low)]
      }
    }
    let special = x.count
    x += [.nan, Float(bitPattern: 0x7f80_0001), Float(bitPattern: 0xffc1_2345)]
    x += Array(repeating: 0, count: KernelTable.padded(x.count) - x.count)
    let results = InstructionSet.available.map { isa in
      let words = AlignedBuffer(count: x.count / 2)
      KernelTable(isa).roundRows(
        rows: 1, columns: x.count, .repeating(kept(x)), into: words.rows(of: x.count / 2))
      return words.elements.flatMap { [halves($0).first, halves($0).second] }
    }
    for (isa, values) in zip(InstructionSet.available, results) {
      #expect(values.map(\.bitPattern) == results[0].map(\.bitPattern), "\(isa)")
      for (value, rounded) in zip(x, values).prefix(special) {
        let expected = value.isSubnormal ? (value.sign == .minus ? -Float(0) : 0) : value
        #expect(
          rounded.bitPattern == (value.isNormal ? nearest(value) : expected).bitPattern, "\(isa) \(value)")
      }
      #expect(values[special..<special + 3].allSatisfy { $0.isNaN }, "\(isa)")
    }
  }

  @Test(arguments: InstructionSet.available)
  func rowsArePaired(_ isa: InstructionSet) {
    for rows in 1...67 {
      let n = 16 * (1 + rows % 3)
      let stride = n / 2 + 8 * (rows % 2)
      var random = SeededValues(seed: UInt64(rows))
      let x = (0..<rows * stride).map { _ in word(Float(random.value()), Float(random.value())) }
      let y = Guarded(count: (rows + 1) / 2 * n)
      KernelTable(isa).pairRows(rows: rows, columns: n, Rows(kept(x), stride: stride), into: y.rows(of: n))
      func half(_ row: Int, _ i: Int) -> Float {
        if row == rows { return 0 }
        let (first, second) = halves(x[row * stride + i / 2])
        return i % 2 == 0 ? first : second
      }
      for (place, value) in y.values.enumerated() {
        let (first, second) = halves(value)
        let (row, i) = (2 * (place / n), place % n)
        #expect(first == half(row, i) && second == half(row + 1, i), "\(isa) \(rows)x\(n) [\(place)]")
      }
      #expect(y.isIntact, "\(isa) \(rows)x\(n) wrote behind its output")
    }
  }
}
