// How operands of bfloat16 are made, rounding to words and to floats, and pairing, against plain loops, for every instruction set
// of this machine, with guard words behind each output. What multiplies them: TrainingProductTests.
import Kernels
import TestSupport
import Testing

/// The nearest bfloat16 by trying both neighbours; the even one of equals. x is normal and finite.
func nearest(_ x: Float) -> Float {
  let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
  let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) + 0x1_0000)
  let (down, up) = (abs(Double(x) - Double(below)), abs(Double(above) - Double(x)))
  return down < up || (down == up && below.bitPattern & 0x1_0000 == 0) ? below : above
}

/// The two numbers of a word that is kept in a float.
func halves(_ word: Float) -> (first: Float, second: Float) {
  (Float(bitPattern: word.bitPattern << 16), Float(bitPattern: word.bitPattern & 0xffff_0000))
}

func word(_ first: Float, _ second: Float) -> Float {
  Float(bitPattern: nearest(first).bitPattern >> 16 | nearest(second).bitPattern)
}

@Suite struct RoundingTests {
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

  @Test(arguments: InstructionSet.available)
  func floatsAreRoundedToTheNearest(_ isa: InstructionSet) {
    let kernels = KernelTable(isa)
    for rows in 1...67 {
      let (n, stride) = (16 * (1 + rows % 4), 16 * (1 + rows % 4 + rows % 2))
      var random = SeededValues(seed: UInt64(rows))
      let x = random.values(rows * stride, 1e3).map(Float.init)
      func expected(outside: (Int) -> Float) -> [Float] {
        x.indices.map { $0 % stride < n ? nearest(x[$0]) : outside($0) }
      }
      let (source, apart, inPlace) = (AlignedBuffer(x), Guarded(count: rows * stride), Guarded(x))
      let y = Array(apart.values)
      kernels.roundFloats(
        rows: rows, columns: n, Rows(source.rows(of: stride)), into: apart.rows(of: stride))
      kernels.roundFloats(
        rows: rows, columns: n, Rows(inPlace.rows(of: stride)), into: inPlace.rows(of: stride))
      let what = "\(isa) \(rows)x\(n)"
      expectSame(apart.values.map(\.bitPattern), expected { y[$0] }.map(\.bitPattern), what)
      expectSame(inPlace.values.map(\.bitPattern), expected { x[$0] }.map(\.bitPattern), "\(what) in place")
      #expect(apart.isIntact && inPlace.isIntact, "\(what) wrote behind its output")
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
      let values = words.elements.flatMap { [halves($0).first, halves($0).second] }
      let floats = AlignedBuffer(count: x.count)
      KernelTable(isa).roundFloats(
        rows: 1, columns: x.count, .repeating(kept(x)), into: floats.rows(of: x.count))
      for (value, float) in zip(values, floats.elements) {
        #expect(value.bitPattern == float.bitPattern || value.isNaN && float.isNaN, "\(isa) \(value)")
        #expect(float.bitPattern & 0xffff == 0, "\(isa) \(float) is no bfloat16")
      }
      return values
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
