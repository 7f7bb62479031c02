// Models that are told something against the naive recompute, and against themselves asked otherwise.

import Kernels
import Signal
import Testing
import WaveNet

@testable import Generation

@Suite struct ConditionsTests {
  @Test(arguments: toldShapes.indices) func logitsEqualNaiveRecompute(index: Int) {
    let c = toldShapes[index]
    let model = randomModel(c)
    let levels = c.quantizationLevels
    let codes = randomCodes(70, levels: levels)
    for kernels in InstructionSet.available.map({ KernelTable($0) }) {
      for group in [1, 3] {
        let packed = PackedModel(model, kernels: kernels, skipBlocks: group)
        for start in [0, -4, 11] {
          // The curves end before the clip does.
          for conditions in variants(c, frames: frames(c, samples: 50), start: start) {
            let fast = Generator(packed, told: conditions).logits(forcing: codes)
            for i in [0, 1, 3, 4, 5, 33, 63, 64, 69] {
              let naive = NaiveGenerator.logits(
                model, history: Array(codes.prefix(i)), conditions: conditions, generated: i, kernels: kernels
              )
              let same = sameBits(fast[i * levels..<(i + 1) * levels], naive)
              #expect(same, "\(kernels.instructionSet) groups of \(group), from \(start) on, step \(i)")
            }
          }
        }
      }
    }
  }

  /// Training and evaluation run over sequences, generation steps: told the same, both say the same.
  @Test(arguments: toldShapes.indices) func logitsEqualTheForwardPass(index: Int) {
    let c = toldShapes[index]
    let (levels, field) = (c.quantizationLevels, c.receptiveField)
    let model = randomModel(c)
    let codes = randomCodes(60, levels: levels)
    let inputs = Array(repeating: UInt16(levels / 2), count: field) + codes.dropLast()
    for kernels in InstructionSet.available.map({ KernelTable($0) }) {
      for start in [0, -4, 11] {
        for conditions in variants(c, frames: frames(c, samples: 50), start: start) {
          let generator = Generator(PackedModel(model, kernels: kernels), told: conditions)
          let forced = generator.logits(forcing: codes)
          let pass = SequencePass(c, capacity: inputs.count, training: false, kernels: kernels)
          var logits = [Float](repeating: 0, count: codes.count * levels)
          // A pass counts from its first input, a generator from the newest one of its history.
          var shifted = conditions
          shifted?.start -= field - 1
          inputs.withUnsafeBufferPointer { inputs in
            logits.withUnsafeMutableBufferPointer {
              pass.forward(inputs, told: shifted, SequenceWeights(model), logits: $0.baseAddress!)
            }
          }
          #expect(sameBits(forced, logits), "\(kernels.instructionSet), from \(start) on")
        }
      }
    }
  }

  /// What the others compare is heard at all.
  @Test(arguments: toldShapes.indices) func everyThingToldIsHeard(index: Int) {
    let c = toldShapes[index]
    let packed = PackedModel(randomModel(c))
    let codes = randomCodes(70, levels: c.quantizationLevels)
    let conditioning = c.conditioning!
    let told = randomConditions(c, frames: frames(c, samples: 70))
    let reference = Generator(packed, told: told).logits(forcing: codes)
    #expect(!sameBits(reference, Generator(packed).logits(forcing: codes)))
    for label in conditioning.labels.indices {
      var other = told
      other.labels[label] += 0.5
      #expect(!sameBits(reference, Generator(packed, told: other).logits(forcing: codes)), "label \(label)")
    }
    for channel in 0..<conditioning.controlChannels {
      var other = told
      other.controls[channel] += 0.5
      let logits = Generator(packed, told: other).logits(forcing: codes)
      #expect(!sameBits(reference, logits), "channel \(channel)")
    }
  }

  @Test(arguments: toldShapes.indices) func toldNothingItIsTheSameNetworkWithout(index: Int) throws {
    let c = toldShapes[index]
    let model = randomModel(c)
    let plain = c.conditioned(on: nil)
    let parameters = AlignedBuffer(ParameterLayout(plain).tensors.flatMap { Array(model.tensor($0.name)) })
    let without = Model(configuration: plain, parameters: parameters)
    for precision in Precision.allCases {
      let packed = PackedModel(model, precision: precision)
      let expected = try Generator(without, seed: 2, precision: precision).generate(80)
      #expect(try Generator(packed, seed: 2).generate(80) == expected)
      #expect(try Generator(packed, told: .init(start: 7), seed: 2).generate(80) == expected)
      #expect(try BatchGenerator.generate(packed, lengths: [80, 5, 80], seed: 2)[0] == expected)
    }
  }

  /// The clip's own samples are told the frames from `start` on, its prime those before.
  @Test(arguments: toldShapes.indices) func primingEqualsStepping(index: Int) {
    let c = toldShapes[index]
    let levels = c.quantizationLevels
    let probe = randomCodes(30, levels: levels, seed: 8)
    for precision in Precision.allCases {
      let packed = PackedModel(randomModel(c), precision: precision)
      for count in [1, 2, 5, 150] {
        let history = randomCodes(count, levels: levels, seed: UInt64(count))
        for start in [0, 1, count / 2, count - 1, count, count + 9, -3] {
          for var conditions in variants(c, frames: frames(c, samples: max(start, 0) + 20), start: start) {
            let primed = Generator(packed, told: conditions)
            primed.prime(history)
            conditions?.start -= count
            let stepped = Generator(packed, told: conditions)
            _ = stepped.logits(forcing: history)
            #expect(
              sameBits(primed.logits(forcing: probe), stepped.logits(forcing: probe)),
              "\(precision), \(count) codes, from \(start) on")
          }
        }
      }
    }
  }

  @Test(arguments: toldShapes.indices) func generationEqualsNaive(index: Int) throws {
    let c = toldShapes[index]
    let model = randomModel(c)
    let options = SamplingOptions(temperature: 0.9, topK: 100, topP: 0.97, warmUpSamples: 3)
    for count in [0, 6, c.receptiveField + 3] {
      let history = randomCodes(count, levels: c.quantizationLevels)
      for start in [0, count, count + 4] {
        for conditions in variants(c, frames: frames(c, samples: start + 9), start: start) {
          let generator = Generator(PackedModel(model), told: conditions, sampling: options, seed: 21)
          generator.prime(history)
          let naive = try NaiveGenerator.generate(
            model, count: 12, sampling: options, seed: 21, prime: history, conditions: conditions)
          #expect(try generator.generate(12) == naive)
        }
      }
    }
  }

  @Test(arguments: toldShapes.indices.filter { !toldShapes[$0].conditioning!.controls.isEmpty })
  func aFrameIsHeardTwoFramesBeforeIt(index: Int) {
    let c = toldShapes[index]
    let (levels, length) = (c.quantizationLevels, c.conditioning!.frameSamples)
    let packed = PackedModel(randomModel(c))
    let codes = randomCodes(12 * length, levels: levels)
    let told = randomConditions(c, frames: 12)
    let reference = Generator(packed, told: told).logits(forcing: codes)
    for frame in [3, 7, 11] {
      var other = told
      let width = c.conditioning!.controlChannels
      for i in frame * width..<(frame + 1) * width { other.controls[i] = -other.controls[i] + 0.3 }
      let logits = Generator(packed, told: other).logits(forcing: codes)
      let edge = (frame - 2) * length * levels
      #expect(sameBits(logits.prefix(edge), reference.prefix(edge)), "frame \(frame)")
      #expect(!sameBits(logits[edge..<edge + levels], reference[edge..<edge + levels]), "frame \(frame)")
    }
  }

  @Test(arguments: toldShapes.indices) func piecesResetAndBranches(index: Int) throws {
    let c = toldShapes[index]
    let told = randomConditions(c, frames: frames(c, samples: 90), start: 4)
    let packed = PackedModel(randomModel(c))
    let whole = try Generator(packed, told: told, seed: 4).generate(130)
    let generator = Generator(packed, told: told, seed: 4)
    var pieces: [UInt16] = []
    for count in [1, 0, 7, 64, 2, 26] { pieces += try generator.generate(count) }
    let branch = generator.branch()
    #expect(branch.conditions == told)
    let rest = try branch.generate(30)
    #expect(try generator.generate(30) == rest)
    #expect(pieces + rest == whole)
    generator.reset()
    #expect(try generator.generate(130) == whole)
    #expect(try generator.sibling(clip: 0).generate(130) == whole)
    generator.prime(randomCodes(9))
    _ = try generator.generate(5)
    generator.tell(nil)
    #expect(try generator.generate(50) == Generator(packed, seed: 4).generate(50))
    generator.tell(told)
    #expect(try generator.generate(130) == whole)
  }

  @Test func controlsBeginWithTheFirstSample() throws {
    let c = toldShapes[0]
    let packed = PackedModel(randomModel(c))
    func generator(_ told: Conditions?, leadIn: Double) -> Generator {
      let generator = Generator(packed, leadIn: LeadIn(seconds: leadIn, sampleRate: 16000), seed: 1)
      generator.tell(told)
      return generator
    }
    let told = randomConditions(c, frames: 20)
    #expect(try generator(told, leadIn: 0.01).samples(60) == generator(told, leadIn: 0).samples(60))
    // Labels hold for the lead-in as well.
    let label = Conditions(labels: told.labels)
    #expect(
      try generator(label, leadIn: 0.01).generate(60)
        == Array(generator(label, leadIn: 0).generate(220).suffix(60)))
  }
}
