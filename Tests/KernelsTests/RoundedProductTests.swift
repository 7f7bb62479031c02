// Products with bfloat16 and 8-bit weights against plain loops, for every instruction set of this machine with and
// without its extensions, over sizes around every tile edge, with guard words behind each output.

import Kernels
import TestSupport
import Testing

/// One product: weights [outputs, k], inputs [m, k], a bias.
private struct Case {
  let m: Int, outputs: Int, k: Int
  let n: Int
  var w: [Float]
  let x: [Float], bias: AlignedBuffer

  init(_ m: Int, _ outputs: Int, _ k: Int) {
    (self.m, self.outputs, self.k) = (m, outputs, k)
    n = KernelTable.padded(outputs)
    var random = SeededValues(seed: UInt64(m * 1_000_003 + outputs * 1009 + k))
    w = floats(&random, outputs * k)
    x = floats(&random, m * k)
    bias = AlignedBuffer(floats(&random, n))
  }

  /// Runs a product over `rows` of the inputs and checks the guard words. `gated`: the inputs are gated outputs, within
  /// -1 ... 1, and go through `bytes`.
  func run(
    _ precision: Precision, _ kernels: KernelTable, rows: Range<Int>? = nil, x other: [Float]? = nil,
    gated: Bool = false, untiled: Bool = false
  ) -> [Float] {
    let arithmetic = untiled ? Arithmetic.untiled(kernels)! : Arithmetic(precision, kernels)
    let packed = Guarded(count: arithmetic.packedCount(outputs: outputs, inputs: k))
    let weights = AlignedBuffer(w)
    arithmetic.pack(
      outputs: outputs, inputs: k, Rows(weights.rows(of: k)),
      step: gated ? Arithmetic.gatedStep : 1 / scale, into: packed.pointer)
    let rows = rows ?? 0..<m
    let row = KernelTable.padded(k)
    let inputs = AlignedBuffer(count: rows.count * row)
    for (i, m) in rows.enumerated() {
      for j in 0..<k { inputs[i * row + j] = (other ?? x)[m * k + j] }
    }
    let stride = arithmetic.encodedCount(inputs: k)
    let encoded = Guarded(count: rows.count * stride)
    let y = Guarded(count: rows.count * n)
    if gated {
      for i in 0..<rows.count {
        bytes(inputs.pointer + i * row, encoded.pointer + i * stride)
      }
    } else {
      arithmetic.encode(
        rows: rows.count, inputs: k, Rows(inputs.rows(of: row)), scale: scale, into: encoded.rows(of: stride))
    }
    let product = gated ? arithmetic.productGated : arithmetic.product
    product(
      rows.count, n, k, packed.pointer, Rows(encoded.rows(of: stride)), .repeating(bias.pointer),
      y.rows(of: n))
    let what = "\(kernels.instructionSet) \(rows.count)x\(outputs)x\(k)"
    #expect(packed.isIntact && encoded.isIntact && y.isIntact, "\(what) wrote behind its memory")
    return y.values
  }

  /// What the inputs are multiplied by before they become whole numbers: they reach from -2 to 2 at most.
  var scale: Float { Arithmetic.largestWhole / 2 }

  /// A row of 127ths, as an int8 gate writes it.
  private func bytes(_ x: UnsafePointer<Float>, _ row: UnsafeMutablePointer<Float>) {
    for j in 0..<k {
      UnsafeMutableRawPointer(row).storeBytes(
        of: UInt8((x[j] * 127).rounded(.toNearestOrEven) + 128), toByteOffset: j, as: UInt8.self)
    }
  }

  /// The same in Double; `input` and `weight` say what the factors are rounded to.
  func expected(input: (Float, [Float]) -> Double, weight: (Float, [Float]) -> Double) -> [Double] {
    var result: [Double] = []
    for row in 0..<m {
      let inputs = Array(x[row * k..<(row + 1) * k])
      let values = inputs.map { input($0, inputs) }
      for j in 0..<n {
        var sum = Double(bias[j])
        if j < outputs {
          let weights = Array(w[j * k..<(j + 1) * k])
          for i in 0..<k { sum += values[i] * weight(weights[i], weights) }
        }
        result.append(sum)
      }
    }
    return result
  }
}

/// The nearest of the two bfloat16 around x, the even one of equals.
private func bf16(_ x: Float) -> Double {
  let below = Float(bitPattern: x.bitPattern & 0xffff_0000)
  let above = Float(bitPattern: (x.bitPattern & 0xffff_0000) &+ 0x1_0000)
  let (down, up) = (abs(Double(x) - Double(below)), abs(Double(above) - Double(x)))
  let isEven = below.bitPattern & 0x1_0000 == 0
  return down < up || (down == up && isEven) ? Double(below) : Double(above)
}

/// x as a whole number of `steps` to the largest magnitude of its row.
private func whole(_ x: Float, _ row: [Float], steps: Double) -> Double {
  let largest = row.reduce(0.0) { max($0, abs(Double($1))) }
  return largest == 0 ? 0 : (Double(x) / largest * steps).rounded() * largest / steps
}

private let tables: [KernelTable] = InstructionSet.available.flatMap {
  [KernelTable($0), KernelTable($0, extensions: false)]
}

private let sizes: [(Int, Int, Int)] =
  (1...67).map { (1 + $0 % 4, 20, $0) } + (1...40).map { (2, $0 * 9, 6) }
  + (1...30).map { ($0, 130, 21) } + [
    (1, 512, 200), (9, 64, 32), (7, 32, 32), (5, 256, 64), (13, 16, 1), (32, 64, 130),
    (49, 40, 75), (6, 24, 512), (6, 24, 513),
  ]

@Suite struct RoundedProductTests {
  @Test func bf16AgreesWithLoops() {
    for (m, outputs, k) in sizes {
      let product = Case(m, outputs, k)
      let plain = product.expected(input: { x, _ in Double(x) }, weight: { w, _ in bf16(w) })
      let rounded = product.expected(input: { x, _ in bf16(x) }, weight: { w, _ in bf16(w) })
      for kernels in tables {
        expectClose(
          product.run(.bf16, kernels), kernels.instructionSet.multipliesBF16 ? rounded : plain,
          .absolute(1e-6 * Double(k).squareRoot() + 1e-6), "\(kernels.instructionSet) \(m)x\(outputs)x\(k)")
      }
    }
  }

  @Test(arguments: [false, true]) func int8AgreesWithLoops(gated: Bool) {
    for (m, outputs, k) in sizes {
      let product = Case(m, outputs, k)
      let steps = gated ? 127 : Double(product.scale)
      let expected = product.expected(
        input: { x, _ in (Double(x) * steps).rounded(.toNearestOrEven) / steps },
        weight: { whole($0, $1, steps: 127) })
      let first = product.run(.int8, tables[0], gated: gated)
      // A weight or an input may fall on the other side of a tie in Double: one step of either.
      expectClose(first, expected, .absolute(2e-4), "\(m)x\(outputs)x\(k)")
      for kernels in tables.dropFirst() {
        #expect(
          product.run(.int8, kernels, gated: gated) == first, "\(kernels.instructionSet) \(m)x\(outputs)x\(k)"
        )
        if Arithmetic.untiled(kernels) == nil { continue }
        #expect(
          product.run(.int8, kernels, gated: gated, untiled: true) == first,
          "\(kernels.instructionSet) without tiles \(m)x\(outputs)x\(k)")
      }
    }
  }

  /// The scheme's own error: half a step of each weight and of each input.
  @Test(arguments: [false, true]) func int8IsWithinItsSteps(gated: Bool) {
    let product = Case(3, 40, 64)
    let exact = product.expected(input: { x, _ in Double(x) }, weight: { w, _ in Double(w) })
    let bound = 64 * 0.5 / 127 * (gated ? 2 : 1) + 0.01
    expectClose(product.run(.int8, KernelTable(.portable), gated: gated), exact, .absolute(bound))
  }

  @Test(arguments: Precision.allCases, [false, true])
  func aRowDoesNotDependOnTheOthers(precision: Precision, gated: Bool) {
    if gated && precision != .int8 { return }  // the same function
    for (outputs, k) in [(20, 5), (64, 32), (144, 33), (256, 64), (24, 512), (24, 513)] {
      let product = Case(17, outputs, k)
      for kernels in tables {
        let all = product.run(precision, kernels, gated: gated)
        for row in 0..<17 {
          let alone = product.run(precision, kernels, rows: row..<row + 1, gated: gated)
          #expect(
            alone == Array(all[row * product.n..<(row + 1) * product.n]),
            "\(kernels.instructionSet) \(outputs)x\(k) row \(row)")
        }
      }
    }
  }

  /// bf16 without dot products is the chain of f32 on the rounded weights.
  @Test func bf16IsTheChainOfF32() {
    for kernels in tables where !kernels.instructionSet.multipliesBF16 {
      for (outputs, k) in [(5, 1), (64, 32), (200, 31), (130, 67)] {
        let product = Case(1, outputs, k)
        let rounded = product.w.map { Float(bf16($0)) }
        let panels = packedF32(kernels, outputs, k, AlignedBuffer(rounded))
        let y = AlignedBuffer(count: product.n)
        oneRow(kernels, product.n, k, panels.pointer, product.x, product.bias.pointer, y.pointer)
        #expect(product.run(.bf16, kernels) == Array(y.elements), "\(kernels.instructionSet) \(outputs)x\(k)")
      }
    }
  }

  @Test func bf16KeepsWhatIsNotFinite() {
    let product = Case(1, 40, 21)
    for kernels in tables {
      for (value, position) in [(Float.nan, 0), (.infinity, 20), (-.infinity, 16), (.nan, 15)] {
        var x = product.x
        x[position] = value
        let y = product.run(.bf16, kernels, x: x)
        #expect(y.prefix(40).allSatisfy { !$0.isFinite }, "\(kernels.instructionSet) \(value)")
      }
    }
  }

  /// Weights and inputs at their largest, where sums of 8-bit products would overflow first.
  @Test(arguments: [Float(1), -1], [Float(1), -1]) func int8HoldsTheLargestSums(sign: Float, weight: Float) {
    for k in [512, Arithmetic.largestInt8Inputs] {
      var product = Case(2, 16, k)
      product.w = .init(repeating: weight, count: 16 * k)
      for gated in [false, true] {
        let x = [Float](repeating: gated ? sign : 2 * sign, count: 2 * k)
        let expected = (0..<32).map {
          Double(product.bias[$0 % 16]) + Double(sign * weight) * (gated ? 1 : 2) * Double(k)
        }
        for kernels in tables {
          expectClose(
            product.run(.int8, kernels, x: x, gated: gated), expected, .relativeToScale(1e-6),
            "\(kernels.instructionSet) \(k)")
        }
      }
    }
  }

  @Test func bf16RoundsToTheNearest() {
    for pattern in stride(from: UInt32(0), to: 0x7f80_0000, by: 0x7ff1) {
      for bits in [pattern, pattern | 0x8000_0000, (pattern & 0xffff_0000) | 0x8000] {
        let x = Float(bitPattern: bits)
        let rounded = Float(bitPattern: UInt32(KernelTable.bf16Bits(x)) << 16)
        if rounded.isFinite { #expect(Double(rounded) == bf16(x), "\(x)") }
      }
    }
    #expect(KernelTable.bf16Bits(.infinity) == 0x7f80 && KernelTable.bf16Bits(-.infinity) == 0xff80)
    #expect(KernelTable.bf16Bits(Float(bitPattern: 0x7f80_0001)) == 0x7fc0)
    #expect(KernelTable.bf16Bits(.greatestFiniteMagnitude) == 0x7f80)
  }

  @Test func aRowThatIsNotFiniteStaysSo() {
    for value in [Float.nan, .infinity] {
      let w = AlignedBuffer([1, value, 2, 0.5, 0, 0])  // [2, 3]
      let arithmetic = Arithmetic(.int8, KernelTable(.portable))
      let packed = AlignedBuffer(count: arithmetic.packedCount(outputs: 2, inputs: 3))
      arithmetic.pack(outputs: 2, inputs: 3, Rows(w.rows(of: 3)), step: 2, into: packed.pointer)
      #expect(packed[16].isNaN)
      #expect(packed[17] == 0.5 / 127 * 2)
      #expect(packed[18] == 0)
    }
  }
}
