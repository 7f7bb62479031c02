// Generation with rounded weights: against the same models rounded beforehand, and against itself asked otherwise.

import CAllocationCounter
import Kernels
import TestSupport
import Testing
import WaveNet

@testable import Generation

/// Rounds every product's weights in the model itself. Element (output, input) of each matrix lies at
/// `range.lowerBound + output * outputStride + input * inputStride`; a whole row is rounded at a time.
func rounding(
  _ model: Model, skipBlocks: Int, _ round: ([Float]) -> [Float]
) -> Model {
  let c = model.configuration
  let layout = ParameterLayout(c)
  let p = AlignedBuffer(Array(model.parameters.elements))
  func start(_ name: String) -> Int { layout.tensors.first { $0.name == name }!.range.lowerBound }
  func rows(_ outputs: Int, _ round: ([Float]) -> [Float], _ places: (Int) -> [Int]) {
    for output in 0..<outputs {
      let indices = places(output)
      for (i, value) in zip(indices, round(indices.map { p[$0] })) { p[i] = value }
    }
  }
  func dense(_ name: String, _ outputs: Int, _ inputs: Int, _ round: ([Float]) -> [Float]) {
    let first = start(name)
    rows(outputs, round) { output in (0..<inputs).map { first + output * inputs + $0 } }
  }
  let (r, d, s, k) = (c.residualChannels, c.dilationChannels, c.skipChannels, c.kernelSize)
  for i in 0..<c.blockCount {
    let first = start("blocks.\(i).dilated.weight")
    for tap in 0..<k {
      rows(2 * d, round) { output in (0..<r).map { first + (output * r + $0) * k + tap } }
    }
    if i < c.blockCount - 1 { dense("blocks.\(i).residual.weight", r, d, round) }
  }
  for first in stride(from: 0, to: c.blockCount, by: skipBlocks) {
    let starts = (first..<min(first + skipBlocks, c.blockCount)).map { start("blocks.\($0).skip.weight") }
    rows(s, round) { output in starts.flatMap { first in (0..<d).map { first + output * d + $0 } } }
  }
  dense("head.hidden.weight", c.headChannels, s, round)
  dense("head.output.weight", c.quantizationLevels, c.headChannels, toBF16)
  return Model(configuration: c, parameters: p)
}

func toBF16(_ row: [Float]) -> [Float] {
  row.map { Float(bitPattern: UInt32(KernelTable.bf16Bits($0)) << 16) }
}

func toInt8(_ row: [Float]) -> [Float] {
  let largest = row.reduce(0) { max($0, abs($1)) }
  return row.map { largest == 0 ? 0 : ($0 / largest * 127).rounded(.toNearestOrEven) * (largest / 127) }
}

private let rounded: [Precision] = [.bf16, .int8]

@Suite struct PrecisionTests {
  @Test(arguments: shapes.indices) func bf16IsF32OnRoundedWeights(index: Int) {
    let model = randomModel(shapes[index])
    let codes = randomCodes(shapes[index].receptiveField + 9, levels: shapes[index].quantizationLevels)
    let reference = rounding(model, skipBlocks: 1, toBF16)
    for set in InstructionSet.available {
      let kernels = KernelTable(set)
      let expected = Generator(PackedModel(reference, kernels: kernels)).logits(forcing: codes)
      for group in [1, 3, 1000] {
        let packed = PackedModel(model, precision: .bf16, kernels: kernels, skipBlocks: group)
        let logits = Generator(packed).logits(forcing: codes)
        if set.multipliesBF16 {
          expectClose(logits, expected, .relativeToScale(0.03), "groups of \(group)")
        } else {
          #expect(logits == expected, "\(set) groups of \(group)")
        }
      }
    }
  }

  /// The slow twin of int8: rounded weights, rounded gated outputs. What is left are the block inputs' 16 bits, and now
  /// and then a gated output that falls on the other side of a tie because of them.
  @Test(arguments: shapes.indices) func int8IsTheNaiveGeneratorRounded(index: Int) {
    let model = randomModel(shapes[index])
    let codes = randomCodes(
      min(shapes[index].receptiveField, 40) + 3, levels: shapes[index].quantizationLevels)
    let levels = shapes[index].quantizationLevels
    for group in [1, 3, 1000] {
      let reference = rounding(model, skipBlocks: group, toInt8)
      for set in InstructionSet.available {
        let kernels = KernelTable(set)
        let packed = PackedModel(model, precision: .int8, kernels: kernels, skipBlocks: group)
        let logits = Generator(packed).logits(forcing: codes)
        for place in [1, codes.count / 2, codes.count - 1] {
          let expected = NaiveGenerator.logits(
            reference, history: Array(codes.prefix(place)), kernels: kernels, gatedSteps: 127)
          expectClose(
            Array(logits[place * levels..<(place + 1) * levels]), expected, .relativeToScale(4e-3),
            "\(set) groups of \(group), sample \(place)")
        }
      }
    }
  }

  /// Inputs that reach their bound: every gate open, every residual weight of one sign.
  @Test func int8BoundsHold() {
    let shape = shape(8, 24, 32, 32, kernel: 2, [1, 2, 1, 2])
    let model = randomModel(shape)
    let p = AlignedBuffer(Array(model.parameters.elements))
    for tensor in ParameterLayout(shape).tensors {
      if tensor.name.hasSuffix("dilated.bias") { for i in tensor.range { p[i] = 40 } }
      if tensor.name.contains("residual") { for i in tensor.range { p[i] = abs(p[i]) + 0.1 } }
    }
    let large = Model(configuration: shape, parameters: p)
    let bounds = InputBounds(large).ofBlocks
    #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $1 > $0 + 2 } && bounds.count == 4)
    let codes = randomCodes(30)
    let exact = Generator(large).logits(forcing: codes)
    let rounded = Generator(large, precision: .int8).logits(forcing: codes)
    expectClose(rounded, exact.map(Double.init), .relativeToScale(0.05))
  }

  /// What is packed for many clips generates what is packed for one, one clip at a time and many, on every instruction set.
  @Test(arguments: rounded) func weightsKeptAsFloatsAreTheSame(_ precision: Precision) throws {
    let shape = shapes[0]
    let model = randomModel(shape)
    let codes = randomCodes(40, levels: shape.quantizationLevels)
    let lengths = Array(repeating: 30, count: 18)
    for set in InstructionSet.available {
      let kernels = KernelTable(set)
      let one = PackedModel(model, precision: precision, kernels: kernels)
      let many = PackedModel(model, precision: precision, kernels: kernels, clips: lengths.count)
      #expect(one.keepsFloats == (set == .portable), "\(set)")
      #expect(many.keepsFloats == (precision == .int8 || !set.multipliesBF16), "\(set)")
      #expect(Generator(one).logits(forcing: codes) == Generator(many).logits(forcing: codes), "\(set)")
      let clips = try [one, many].map { try BatchGenerator.generate($0, lengths: lengths, threads: 1) }
      #expect(clips[0] == clips[1], "\(set)")
    }
  }

  @Test func int8IsTheSameOnFusedInstructionSets() throws {
    let model = randomModel(shape(33, 17, 70, 40, kernel: 3, [1, 2, 4]))
    let results = try InstructionSet.available.filter { $0 != .portable }.flatMap { set in
      try [true, false].map {
        try Generator(
          PackedModel(model, precision: .int8, kernels: KernelTable(set, extensions: $0))
        ).generate(300)
      }
    }
    for result in results { #expect(result == results[0]) }
  }

  @Test(arguments: rounded) func batchesEqualSingleClips(precision: Precision) throws {
    let sampling = SamplingOptions(temperature: 0.9, topP: 0.98, warmUpSamples: 5)
    for set in InstructionSet.available {
      for index in [1, 4, 6, 7] {
        let packed = PackedModel(
          randomModel(shapes[index]), precision: precision, kernels: KernelTable(set))
        for lengths in [[17], [3, 30], [0, 9, 1, 0, 33, 33, 2], (0..<23).map { 40 - $0 }] {
          let expected = try lengths.enumerated().map { i, length in
            try Generator(packed, sampling: sampling, seed: 5, clip: UInt64(i)).generate(length)
          }
          for threads in [1, 3] {
            let clips = try BatchGenerator.generate(
              packed, lengths: lengths, sampling: sampling, seed: 5, threads: threads)
            #expect(clips == expected, "\(set) \(lengths) on \(threads) threads")
          }
        }
      }
    }
  }

  @Test(arguments: rounded) func primingEqualsStepping(precision: Precision) {
    for index in [2, 4, 6] {
      let packed = PackedModel(randomModel(shapes[index]), precision: precision)
      let history = randomCodes(3 * shapes[index].receptiveField)
      let probe = randomCodes(20, seed: 8)
      let stepped = Generator(packed)
      _ = stepped.logits(forcing: history)
      let primed = Generator(packed)
      primed.prime(history)
      #expect(sameBits(primed.logits(forcing: probe), stepped.logits(forcing: probe)))
    }
  }

  @Test(arguments: rounded) func silenceIsAFixedPoint(precision: Precision) {
    let packed = PackedModel(randomModel(shapes[3]), precision: precision)
    let probe = randomCodes(12)
    let fed = Generator(packed)
    _ = fed.logits(forcing: .init(repeating: 128, count: 2 * shapes[3].receptiveField))
    #expect(sameBits(fed.logits(forcing: probe), Generator(packed).logits(forcing: probe)))
  }

  @Test(.enabled(if: ac_counts()), arguments: rounded)
  func nothingIsAllocatedPerSample(precision: Precision) throws {
    for group in [1, 3, 1000] {
      let packed = PackedModel(randomModel(shapes[6]), precision: precision, skipBlocks: group)
      let generator = Generator(packed)
      var buffer = [UInt16](repeating: 0, count: 500)
      try generator.next(into: &buffer, count: 1)
      let before = ac_allocations()
      try generator.next(into: &buffer, count: 500)
      #expect(ac_allocations() == before)
    }
  }

  @Test(arguments: Precision.allCases) func damagedWeightsAreNoticed(precision: Precision) {
    for name in ["blocks.1.dilated.weight", "head.hidden.weight", "head.output.weight"] {
      // Not infinity: it saturates a gate, or ReLU cuts it off, and the logits are finite.
      let model = randomModel(shapes[3])
      let p = AlignedBuffer(Array(model.parameters.elements))
      p[ParameterLayout(shapes[3]).tensors.first { $0.name == name }!.range.lowerBound + 1] = .nan
      let damaged = Model(configuration: shapes[3], parameters: p)
      #expect(throws: GenerationError.self, "\(name)") {
        try Generator(damaged, precision: precision).generate(50)
      }
    }
  }
}

@Suite struct HeadDensityTests {
  /// A bias decides which inputs of the head are active, whatever is played.
  @Test(arguments: Precision.allCases) func biasesOpenAndCloseInputs(precision: Precision) throws {
    let shape = shape(16, 16, 32, 64, kernel: 2, [1, 2])
    let model = randomModel(shape)
    let p = AlignedBuffer(Array(model.parameters.elements))
    for tensor in ParameterLayout(shape).tensors {
      if tensor.name.hasSuffix("skip.bias") { for i in 0..<24 { p[tensor.range.lowerBound + i] = -1000 } }
      if tensor.name == "head.hidden.bias" {
        for i in 0..<64 { p[tensor.range.lowerBound + i] = i < 16 ? 1e6 : -1e6 }
      }
    }
    for tensor in ParameterLayout(shape).tensors where tensor.name == "blocks.0.skip.bias" {
      for i in 24..<32 { p[tensor.range.lowerBound + i] = 1000 }
    }
    let packed = PackedModel(Model(configuration: shape, parameters: p), precision: precision)
    let density = try Generator(packed).headDensity(count: 5)
    let arithmetic = precision.arithmetic(.active, rows: 1, Dimensions(shape), group: 1)
    let output = precision.outputArithmetic(arithmetic, .active, rows: 1)
    #expect(density.hidden == (arithmetic.hasSparse ? 0.25 : 1))
    #expect(density.output == (output.hasSparse ? 0.25 : 1))
  }
}
