// Histories: silence as an endless one, the parallel pass against stepping, and what cannot be heard.

import Kernels
import Testing
import WaveNet

@testable import Generation

@Suite struct PrimingTests {
  @Test(arguments: shapes.indices) func feedingSilenceChangesNothing(index: Int) {
    let configuration = shapes[index]
    let model = randomModel(configuration)
    let silence = UInt16(configuration.quantizationLevels / 2)
    let probe = randomCodes(20, levels: configuration.quantizationLevels)
    let fresh = Generator(model).logits(forcing: probe)
    let fed = Generator(model)
    _ = fed.logits(forcing: [UInt16](repeating: silence, count: 2 * configuration.receptiveField + 3))
    #expect(sameBits(fed.logits(forcing: probe), fresh))
    let primed = Generator(model)
    primed.prime([UInt16](repeating: silence, count: configuration.receptiveField))
    #expect(sameBits(primed.logits(forcing: probe), fresh))
  }

  @Test(arguments: shapes.indices) func parallelPrimingEqualsStepping(index: Int) {
    let configuration = shapes[index]
    let model = randomModel(configuration)
    let (levels, field) = (configuration.quantizationLevels, configuration.receptiveField)
    let probe = randomCodes(2 * field, levels: levels, seed: 77)
    for group in [1, 3, 1000] {
      let packed = PackedModel(model, skipBlocks: group)
      let primed = Generator(packed)
      for count in [0, 1, 2, 3, field - 1, field, field + 1, 3 * field + 7, 300] where count >= 0 {
        let history = randomCodes(count, levels: levels, seed: UInt64(count))
        let stepped = Generator(packed)
        _ = stepped.logits(forcing: history)
        primed.prime(history)
        #expect(primed.position == 0)
        #expect(
          sameBits(primed.logits(forcing: probe), stepped.logits(forcing: probe)),
          "\(count) groups of \(group)")
      }
    }
  }

  @Test(arguments: shapes.indices) func onlyTheReceptiveFieldIsHeard(index: Int) throws {
    let configuration = shapes[index]
    let model = randomModel(configuration)
    let (levels, field) = (configuration.quantizationLevels, configuration.receptiveField)
    let history = randomCodes(field + 10, levels: levels)
    let (long, short) = (Generator(model), Generator(model))
    long.prime(history)
    short.prime(history.suffix(field))
    let probe = randomCodes(field, levels: levels, seed: 3)
    let reference = long.logits(forcing: probe)
    #expect(sameBits(short.logits(forcing: probe), reference))
    // The oldest code that can be heard is heard.
    var other = history
    other[10] = UInt16((Int(other[10]) + levels / 2) % levels)
    short.prime(other)
    #expect(!sameBits(short.logits(forcing: probe), reference))
  }

  @Test(arguments: shapes.indices) func primedGenerationEqualsNaive(index: Int) throws {
    let configuration = shapes[index]
    let model = randomModel(configuration)
    for count in [1, 5, configuration.receptiveField + 3] {
      let history = randomCodes(count, levels: configuration.quantizationLevels)
      let generator = Generator(model, seed: 21)
      generator.prime(history)
      #expect(
        try generator.generate(6) == NaiveGenerator.generate(model, count: 6, seed: 21, prime: history))
    }
  }

  /// The queues hold the past: changing a code changes nothing before it and something after it.
  @Test func causality() {
    let configuration = shapes[4]
    let model = randomModel(configuration)
    let codes = randomCodes(50)
    let reference = Generator(model).logits(forcing: codes)
    for place in [0, 13, 49] {
      var changed = codes
      changed[place] ^= 0x55
      let logits = Generator(model).logits(forcing: changed)
      let edge = (place + 1) * 256
      #expect(sameBits(logits.prefix(edge), reference.prefix(edge)))
      if place < 49 {
        #expect(!sameBits(logits[edge..<edge + 256], reference[edge..<edge + 256]))
      }
    }
  }
}
