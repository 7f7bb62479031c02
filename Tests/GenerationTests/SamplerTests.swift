// The sampler against exact probabilities, computed in Double by sorting.

import Kernels
import Signal
import Testing

@testable import Generation

/// Probabilities of all codes: softmax, then k, then p.
private func exactProbabilities(_ logits: [Float], _ options: SamplingOptions) -> [Double] {
  let order = logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }
  if options.temperature == 0 {
    return logits.indices.map { $0 == order[0] ? 1 : 0 }
  }
  let top = Double(logits.max()!)
  let weights = logits.map { exp2((Double($0) - top) / options.temperature * 1.4426950408889634) }
  var kept = Array(order.prefix(options.topK ?? logits.count))
  if let p = options.topP {
    let mass = kept.reduce(0) { $0 + weights[$1] }
    var sum = 0.0
    var count = 0
    while count < kept.count && sum < p * mass {
      sum += weights[kept[count]]
      count += 1
    }
    kept = Array(kept.prefix(count))
  }
  let total = kept.reduce(0) { $0 + weights[$1] }
  return logits.indices.map { kept.contains($0) ? weights[$0] / total : 0 }
}

private func exp2(_ x: Double) -> Double {
  var (result, factor) = (1.0, 1.0)  // series on the fraction, then exact doubling; good to 1e-15
  let whole = x.rounded()
  for i in 1..<30 {
    factor *= (x - whole) * 0.6931471805599453 / Double(i)
    result += factor
  }
  return whole < -1000 ? 0 : result * Double(sign: .plus, exponent: Int(whole), significand: 1)
}

@Suite struct SamplerTests {
  private func draw(
    _ logits: [Float], _ options: SamplingOptions, _ uniform: Double, _ kernels: KernelTable = .active
  ) -> UInt16? {
    let scratch = SamplerScratch(levels: logits.count)
    return logits.withUnsafeBufferPointer {
      Sampler.code(
        logits: $0.baseAddress!, options: options, uniform: uniform, scratch: scratch, kernels: kernels)
    }
  }

  private func randomLogits(_ count: Int, seed: UInt64, spread: Double = 2) -> [Float] {
    var random = PhiloxGenerator(seed: seed, stream: 0)
    return (0..<count).map { _ in Float(random.normal() * spread) }
  }

  /// Every code comes where the exact distribution function has it, except within rounding of a step.
  private func expectInverse(_ logits: [Float], _ options: SamplingOptions, points: Int) {
    let probabilities = exactProbabilities(logits, options)
    for i in 0..<points {
      let uniform = (Double(i) + 0.5) / Double(points)
      guard let code = draw(logits, options, uniform) else {
        Issue.record("no code from \(logits)")
        return
      }
      let before = probabilities.prefix(Int(code)).reduce(0, +)
      let inside =
        before - 1e-6 <= uniform && uniform <= before + probabilities[Int(code)] + 1e-6
        && probabilities[Int(code)] > 0
      if !inside {
        Issue.record("\(options) at \(uniform): code \(code), \(before) before it, logits \(logits)")
        return
      }
    }
  }

  @Test func exhaustiveSmallCases() {
    // All ways of giving four codes one of four logits; the other twelve are out of reach.
    let values: [Float] = [0, 0.5, 1.25, 3]
    for n in 0..<256 {
      var logits = [Float](repeating: -1e4, count: 16)
      for i in 0..<4 { logits[3 * i + 1] = values[n >> (2 * i) & 3] }
      for temperature in [0, 0.5, 1] {
        for k in [nil, 1, 2, 3, 16] as [Int?] {
          for p in [nil, 0.001, 0.45, 0.83, 1] as [Double?] {
            let options = SamplingOptions(temperature: temperature, topK: k, topP: p)
            expectInverse(logits, options, points: 9)
          }
        }
      }
    }
  }

  @Test(arguments: [16, 256, 512, 1024]) func inverseDistributionFunction(levels: Int) {
    for seed in 0..<4 as Range<UInt64> {
      for spread in [0.01, 1, 10] {
        let logits = randomLogits(levels, seed: seed, spread: spread)
        for options in [
          SamplingOptions(), SamplingOptions(temperature: 0.7), SamplingOptions(temperature: 3, topK: 7),
          SamplingOptions(topP: 0.9), SamplingOptions(temperature: 0.9, topK: levels / 2, topP: 0.77),
          SamplingOptions(topK: 1), SamplingOptions(topP: 1e-9),
        ] {
          expectInverse(logits, options, points: 101)
        }
      }
    }
  }

  @Test func frequenciesFollowTheProbabilities() {
    let philox = Philox(seed: 11, stream: 4)
    for options in [
      SamplingOptions(), SamplingOptions(temperature: 0.6), SamplingOptions(topK: 5),
      SamplingOptions(topP: 0.8),
      SamplingOptions(temperature: 1.5, topK: 10, topP: 0.9),
    ] {
      let logits = randomLogits(16, seed: 3, spread: 1)
      let probabilities = exactProbabilities(logits, options)
      let draws = 100_000
      var counts = [Int](repeating: 0, count: 16)
      for i in 0..<draws { counts[Int(draw(logits, options, philox.uniform(at: UInt64(i)))!)] += 1 }
      var chi2 = 0.0
      var freedom = -1.0
      for (count, probability) in zip(counts, probabilities) {
        if probability == 0 {
          #expect(count == 0)
          continue
        }
        let expected = probability * Double(draws)
        chi2 += (Double(count) - expected) * (Double(count) - expected) / expected
        freedom += 1
      }
      // Mean f, deviation sqrt(2f): five deviations either way; a wrong temperature gives thousands.
      #expect(chi2 < freedom + 5 * (2 * freedom).squareRoot() + 1, "\(options): chi2 \(chi2) of \(freedom)")
      #expect(chi2 > 0)
    }
  }

  @Test func endsOfTheUnitInterval() {
    var logits = [Float](repeating: 0, count: 256)
    for i in 0..<5 { (logits[i], logits[255 - i]) = (-200, -200) }  // weights of exactly 0 at both ends
    let last = 1 - 0x1p-53
    #expect(draw(logits, .init(), 0) == 5)
    #expect(draw(logits, .init(), last) == 250)
    #expect(draw(logits, .init(topK: 1), last) == 5)
    #expect(draw(logits, .init(topP: 0.5), last) == 127)  // 123 of 246 equal codes, the lowest ones
    for seed in 0..<200 as Range<UInt64> {
      let random = randomLogits(256, seed: seed, spread: 20)
      let probabilities = exactProbabilities(random, .init())
      #expect(probabilities[Int(draw(random, .init(), 0)!)] > 0)
      #expect(probabilities[Int(draw(random, .init(), last)!)] > 0)
    }
  }

  @Test func largeLogitsAreSafe() {
    var logits = [Float](repeating: -3e38, count: 256)
    logits[40] = 3e38
    #expect(draw(logits, .init(), 0.99) == 40)
    #expect(draw(logits, .init(temperature: 1e-3, topK: 3, topP: 0.5), 0.99) == 40)
    #expect(draw(logits.map { $0 == 3e38 ? 3e38 : 2.9e38 }, .init(), 0.2) == 40)
  }

  @Test func zeroTemperatureTakesTheLowestOfEquals() {
    var logits = randomLogits(256, seed: 1)
    logits[200] = 50
    logits[77] = 50
    for uniform in [0, 0.3, 0.999] { #expect(draw(logits, .init(temperature: 0), uniform) == 77) }
    #expect(draw([Float](repeating: -7, count: 256), .init(temperature: 0), 0.9) == 0)
  }

  @Test func logitsThatAreNotFiniteGiveNothing() {
    for bad in [Float.nan, .infinity, -.infinity, -.nan, .signalingNaN] {
      for place in [0, 17, 255] {
        var logits = randomLogits(256, seed: 2)
        logits[place] = bad
        for temperature in [0, 1] as [Double] {
          #expect(draw(logits, .init(temperature: temperature), 0.5) == nil)
        }
      }
    }
  }

  @Test func sameOnFusedInstructionSets() {
    let sets = InstructionSet.available.filter { $0 != .portable }
    for seed in 0..<50 as Range<UInt64> {
      let logits = randomLogits(256, seed: seed)
      let codes = sets.map { draw(logits, .init(temperature: 0.8, topP: 0.95), 0.37, KernelTable($0)) }
      #expect(Set(codes).count <= 1)
    }
  }

  @Test func optionsAreValidated() {
    func error(_ options: SamplingOptions) -> GenerationError? {
      do throws(GenerationError) {
        try options.validate()
        return nil
      } catch { return error }
    }
    #expect(error(.init()) == nil)
    #expect(error(.init(temperature: 0, topK: 1, topP: 1, warmUpSamples: 5)) == nil)
    #expect(error(.init(temperature: -1)) == .temperature(-1))
    #expect(error(.init(temperature: 1e-9)) == .temperature(1e-9))
    #expect(error(.init(temperature: .infinity)) == .temperature(.infinity))
    if case .temperature = error(.init(temperature: .nan)) {} else { Issue.record("NaN temperature") }
    #expect(error(.init(topK: 0)) == .topK(0))
    #expect(error(.init(topP: 0)) == .topP(0))
    #expect(error(.init(topP: 1.5)) == .topP(1.5))
    if case .topP = error(.init(topP: .nan)) {} else { Issue.record("NaN top-p") }
    #expect(error(.init(warmUpSamples: -1)) == .warmUpSamples(-1))
  }
}
