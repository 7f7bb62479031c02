// The fast generator against the naive recompute, against the parallel forward pass, and against itself asked otherwise.

import Kernels
import Testing
import WaveNet

@testable import Generation

@Suite struct GeneratorTests {
  @Test(arguments: shapes.indices) func equalsNaiveRecompute(index: Int) throws {
    let model = randomModel(shapes[index])
    for kernels in InstructionSet.available.map({ KernelTable($0) }) {
      for group in [1, 3, 1000] {
        let packed = PackedModel(model, kernels: kernels, skipBlocks: group)
        let options = SamplingOptions(temperature: 0.9, topK: 100, topP: 0.97, warmUpSamples: 3)
        let fast = try Generator(packed, sampling: options, seed: 3, clip: 8).generate(16)
        let naive = try NaiveGenerator.generate(
          model, count: 16, sampling: options, seed: 3, clip: 8, kernels: kernels)
        #expect(fast == naive, "\(kernels.instructionSet) groups of \(group)")
        #expect(Set(fast).count > 1)
      }
    }
  }

  @Test(arguments: shapes.indices) func logitsEqualNaiveRecompute(index: Int) {
    let model = randomModel(shapes[index])
    let levels = shapes[index].quantizationLevels
    let codes = randomCodes(shapes[index].receptiveField + 5, levels: levels)
    let fast = Generator(model).logits(forcing: codes)
    for i in [0, 1, 2, codes.count / 2, codes.count - 1] {
      let naive = NaiveGenerator.logits(model, history: Array(codes.prefix(i)))
      #expect(sameBits(fast[i * levels..<(i + 1) * levels], naive), "step \(i)")
    }
  }

  @Test(arguments: shapes.indices) func logitsEqualTheForwardPass(index: Int) {
    let configuration = shapes[index]
    let model = randomModel(configuration)
    let levels = configuration.quantizationLevels
    let silence = [UInt16](repeating: UInt16(levels / 2), count: configuration.receptiveField)
    let codes = randomCodes(60, levels: levels)
    for kernels in InstructionSet.available.map({ KernelTable($0) }) {
      let forced = Generator(PackedModel(model, kernels: kernels)).logits(forcing: codes)
      let inputs = silence + codes.dropLast()
      let pass = SequencePass(configuration, capacity: inputs.count, training: false, kernels: kernels)
      var logits = [Float](repeating: 0, count: codes.count * levels)
      inputs.withUnsafeBufferPointer { inputs in
        logits.withUnsafeMutableBufferPointer {
          pass.forward(inputs, SequenceWeights(model), logits: $0.baseAddress!)
        }
      }
      #expect(sameBits(forced, logits), "\(kernels.instructionSet)")
    }
  }

  @Test func sameOnFusedInstructionSets() throws {
    let sets = InstructionSet.available.filter { $0 != .portable }
    let model = randomModel(shape(33, 17, 70, 40, kernel: 3, [1, 2, 4]))
    let results = try sets.map { try Generator(PackedModel(model, kernels: KernelTable($0))).generate(500) }
    for result in results { #expect(result == results[0]) }
  }

  @Test(arguments: shapes.indices) func chunksDoNotMatter(index: Int) throws {
    let model = randomModel(shapes[index])
    let whole = try Generator(model, seed: 4).generate(100)
    let streamed = Generator(model, seed: 4)
    var result: [UInt16] = []
    var buffer = [UInt16](repeating: 0, count: 64)
    for count in [1, 0, 7, 64, 2, 13, 13] {
      try streamed.next(into: &buffer, count: count)
      result += buffer.prefix(count)
      #expect(streamed.position == result.count)
    }
    #expect(result == whole)
  }

  @Test func seedsAndClipsDiffer() throws {
    let model = randomModel(shapes[3])
    let base = try Generator(model, seed: 1, clip: 1).generate(64)
    #expect(try Generator(model, seed: 1, clip: 1).generate(64) == base)
    #expect(try Generator(model, seed: 2, clip: 1).generate(64) != base)
    #expect(try Generator(model, seed: 1, clip: 2).generate(64) != base)
  }

  @Test(arguments: shapes.indices) func resetEqualsFresh(index: Int) throws {
    let model = randomModel(shapes[index])
    let generator = Generator(model, sampling: .init(temperature: 0.8, warmUpSamples: 4))
    let first = try generator.generate(40)
    generator.prime(randomCodes(9))
    _ = try generator.generate(11)
    generator.reset()
    #expect(generator.position == 0)
    #expect(try generator.generate(40) == first)
  }

  @Test(arguments: shapes.indices) func branchesGoOnIndependently(index: Int) throws {
    let model = randomModel(shapes[index])
    let reference = try Generator(model).generate(60)
    let generator = Generator(model)
    _ = try generator.generate(23)
    let same = generator.branch()
    let other = generator.branch(seed: 99)
    #expect(same.position == 23)
    let continuation = try same.generate(37)
    #expect(try other.generate(37) != continuation)
    #expect(continuation == Array(reference.dropFirst(23)))
    #expect(try generator.generate(37) == continuation)
  }

  @Test func warmUpIsTemperatureOneAtFirst() throws {
    let model = randomModel(shapes[3])
    let warm = try Generator(model, sampling: .init(temperature: 0, warmUpSamples: 10)).generate(30)
    #expect(Array(warm.prefix(10)) == (try Generator(model).generate(10)))
    let cold = Generator(model, sampling: .init(temperature: 0))
    cold.prime(Array(warm.prefix(10)))
    #expect(try cold.generate(20) == Array(warm.dropFirst(10)))
    // A clip that has a history needs no warming up.
    let primed = Generator(model, sampling: .init(temperature: 0, warmUpSamples: 10))
    primed.prime(Array(warm.prefix(10)))
    #expect(try primed.generate(20) == Array(warm.dropFirst(10)))
  }

  @Test func damagedWeightsAreReported() throws {
    let model = randomModel(shapes[3])
    let parameters = AlignedBuffer(model.parameters.elements)
    parameters[model.layout["head.output.bias"].range.lowerBound] = .nan
    let damaged = Model(configuration: shapes[3], parameters: parameters)
    #expect(throws: GenerationError.nonFiniteLogits(clip: 6, sample: 0)) {
      try Generator(damaged, clip: 6).generate(5)
    }
    #expect(throws: GenerationError.nonFiniteLogits(clip: 6, sample: 0)) {
      try BatchGenerator.generate(PackedModel(damaged), lengths: [5], firstClip: 6)
    }
  }

  @Test func samplesAreDecodedCodes() throws {
    let model = randomModel(shapes[3])
    let codes = try Generator(model).generate(50)
    let samples = try Generator(model).samples(50)
    #expect(samples.count == 50)
    for (code, sample) in zip(codes, samples) {
      #expect(abs(sample) <= 1)
      #expect((sample > 0) == (code >= 128))
    }
  }
}
