// Philox4x32-10 against the vectors published with Random123, and the views built on it.

import Testing

@testable import Signal

@Suite struct PhiloxTests {
  @Test func publishedVectors() {
    #expect(
      Philox.block(counter: SIMD4(repeating: 0), key: SIMD2(repeating: 0))
        == SIMD4(0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8))
    #expect(
      Philox.block(counter: SIMD4(repeating: .max), key: SIMD2(repeating: .max))
        == SIMD4(0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd))
    #expect(
      Philox.block(
        counter: SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
        key: SIMD2(0xa409_3822, 0x299f_31d0))
        == SIMD4(0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func keyAndCounterLayout() {
    let w = Philox(seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e).words(
      at: 0x85a3_08d3_243f_6a88)
    #expect(w == (0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1))
  }

  @Test func uniformIsEvenAndPure() {
    let philox = Philox(seed: 7, stream: 3)
    var bins = [Int](repeating: 0, count: 64)
    for index in 0..<64_000 {
      let u = philox.uniform(at: UInt64(index))
      #expect(u >= 0 && u < 1)
      bins[Int(u * 64)] += 1
    }
    let chi2 = bins.reduce(0.0) { $0 + Double(($1 - 1000) * ($1 - 1000)) / 1000 }
    #expect(chi2 > 25 && chi2 < 120)  // 63 degrees of freedom: 63 +- 11
    #expect(philox.uniform(at: 5) == Philox(seed: 7, stream: 3).uniform(at: 5))
    #expect(philox.uniform(at: 5) != Philox(seed: 7, stream: 4).uniform(at: 5))
    #expect(philox.uniform(at: 5) != Philox(seed: 8, stream: 3).uniform(at: 5))
    #expect(Philox.unit(.max) < 1)
  }

  @Test func generatorWalksTheSameNumbers() {
    var generator = PhiloxGenerator(seed: 1, stream: 2)
    let philox = Philox(seed: 1, stream: 2)
    for index in 0..<100 as Range<UInt64> {
      let w = philox.words(at: index)
      #expect(generator.next() == UInt64(w.1) << 32 | UInt64(w.0))
      #expect(generator.next() == UInt64(w.3) << 32 | UInt64(w.2))
    }
    var jumped = PhiloxGenerator(seed: 1, stream: 2, position: 200)
    #expect(jumped == generator)
    #expect(jumped.next() == generator.next())
  }

  @Test func normalMoments() {
    var generator = PhiloxGenerator(seed: 11, stream: 0)
    var sums = (0.0, 0.0, 0.0, 0.0)
    let count = 100_000
    for _ in 0..<count {
      let z = generator.normal()
      sums = (sums.0 + z, sums.1 + z * z, sums.2 + z * z * z, sums.3 + z * z * z * z)
    }
    let n = Double(count)
    #expect(abs(sums.0 / n) < 0.015)
    #expect(abs(sums.1 / n - 1) < 0.02)
    #expect(abs(sums.2 / n) < 0.05)
    #expect(abs(sums.3 / n - 3) < 0.15)
  }
}
