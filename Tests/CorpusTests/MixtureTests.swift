// Rendering against the closed form, addressability, and the fast mu-law encoder against the plain one.
import Foundation
import Signal
import Testing

import struct Corpus.Partial

@testable import Corpus

@Suite struct MixtureTests {
  static let shapes: [Partial] = [
    Partial(cycles: 440.0 / 16000, phase: 0, amplitude: 0.5),
    Partial(cycles: 3999.7 / 16000, phase: 0.73, amplitude: 0.9, attack: 320),
    Partial(cycles: 55.0 / 16000, phase: 0.25, amplitude: 0.3, onset: 1500, attack: 3000),
    Partial(cycles: 1234.5 / 16000, phase: 0.1, amplitude: 0.7, onset: 1023, attack: 1, decay: 1 / 4800.0),
    Partial(cycles: 777.0 / 16000, phase: 0.9, amplitude: 1, onset: 2048, decay: 1 / 160.0),
    Partial(cycles: 0.4999, phase: 0.5, amplitude: 0.2, onset: 1, attack: 0),
  ]
  static let stream = Philox(seed: 5, stream: 6)

  @Test(arguments: shapes) func rotationEqualsSine(partial: Partial) {
    let mixture = Mixture(partials: [partial])
    for start in [0, 1000, 50_000_000] {
      let rendered = mixture.render(start..<start + 5000, noiseStream: Self.stream)
      // The phase is kept to about n * cycles * 2^-53 of a turn; Float rounding is 6e-8.
      let worst =
        rendered.indices.map { abs(Double(rendered[$0]) - partial.value(at: start + $0)) }.max() ?? 1
      #expect(worst < 1e-7, "\(worst) at \(start)")
    }
  }

  @Test func onsetIsSilentBeforeAndSoundsAfter() {
    let partial = Partial(cycles: 0.1, phase: 0.25, amplitude: 0.5, onset: 1500, attack: 10)
    let samples = Mixture(partials: [partial]).render(0..<3000, noiseStream: Self.stream)
    #expect(samples[..<1500].allSatisfy { $0 == 0 })
    #expect(abs(samples[1500]) < 0.01)
    #expect(samples[1510...].contains { abs($0) > 0.45 })
  }

  @Test(arguments: [0.0, 0.05]) func anyRangeHasTheSameSamples(noise: Double) {
    let mixture = Mixture(partials: Self.shapes, noise: noise)
    let whole = mixture.render(0..<7000, noiseStream: Self.stream)
    for range in [0..<1, 1..<2, 5..<5, 1023..<1025, 1024..<2048, 17..<6999, 3000..<7000, 6999..<7000] {
      #expect(mixture.render(range, noiseStream: Self.stream) == Array(whole[range]), "\(range)")
    }
  }

  @Test func noiseHasTheRightLevelAndNoPeriod() {
    let samples = Mixture(partials: [], noise: 0.1).render(0..<100_000, noiseStream: Self.stream).map(
      Double.init)
    let mean = samples.reduce(0, +) / 1e5
    let power = samples.reduce(0) { $0 + $1 * $1 } / 1e5
    let neighbours = zip(samples, samples.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / 1e5
    let eighth = zip(samples, samples.dropFirst(8)).reduce(0) { $0 + $1.0 * $1.1 } / 1e5
    #expect(abs(mean) < 0.0015)
    #expect(abs(power.squareRoot() - 0.1) < 0.001)
    #expect(abs(neighbours) < 1.5e-4 && abs(eighth) < 1.5e-4)
    #expect(Set(samples).count > 3900)
  }

  @Test func gaussianTableIsNormal() {
    let values = GaussianTable.shared.values.map(Double.init)
    #expect(values.count == 4096 && values == values.sorted())
    #expect(zip(values, values.reversed()).allSatisfy { $0 == -$1 })
    #expect(abs(values.reduce(0) { $0 + $1 * $1 } / 4096 - 1) < 1e-6)
    // 68.27 % within one sigma, 95.45 % within two.
    #expect(abs(Double(values.count { abs($0) < 1 }) / 4096 - 0.6827) < 0.001)
    #expect(abs(Double(values.count { abs($0) < 2 }) / 4096 - 0.9545) < 0.001)
  }
}

@Suite struct MuLawTableTests {
  @Test(arguments: [256, 512, 1024]) func equalsMuLaw(levels: Int) {
    let law = MuLaw(levels: levels)
    let table = MuLawTable(levels: levels)
    #expect(table.silence == law.silence)
    var wrong = 0
    func compare(_ x: Float) { if table.encode(x) != law.encode(x) { wrong += 1 } }
    for i in Int16.min...Int16.max { compare(Float(i) / 32768) }
    for code in 0..<levels { compare(law.decode(UInt16(code))) }
    #expect(wrong == 0, "of all int16 values and all levels")

    // Every place where the code changes, and three floats to either side of it.
    var x = Float(-1)
    for code in 1..<levels {
      var (low, high) = (x, Float(1))
      while low.nextUp < high {
        let middle = low + (high - low) / 2
        let between = middle > low && middle < high ? middle : low.nextUp
        if Int(law.encode(between)) < code { low = between } else { high = between }
      }
      #expect(Int(law.encode(high)) == code)
      var near = high.nextDown.nextDown.nextDown
      for _ in 0..<7 {
        compare(near)
        near = near.nextUp
      }
      x = low
    }
    #expect(wrong == 0, "near thresholds")

    var random = PhiloxGenerator(seed: 11, stream: UInt64(levels))
    for _ in 0..<500_000 {
      compare(Float(2.2 * random.uniform() - 1.1))
      compare(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())))  // any float at all
    }
    for x in [0, -0.0, 1, -1, 2, -2, .infinity, -.infinity, .nan, .leastNonzeroMagnitude] as [Float] {
      compare(x)
      compare(-x)
    }
    #expect(wrong == 0, "of a million random floats and the special ones")
  }
}
