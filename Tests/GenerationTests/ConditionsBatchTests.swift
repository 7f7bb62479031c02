// Clips that are told different things, side by side, on two threads, and without allocations: the same as each alone.

import CAllocationCounter
import Kernels
import Signal
import TestSupport
import Testing
import WaveNet

@testable import Generation

@Suite struct ConditionsBatchTests {
  @Test(arguments: toldShapes.indices) func batchesEqualSingleClips(index: Int) throws {
    let c = toldShapes[index]
    let model = randomModel(c)
    let sampling = SamplingOptions(temperature: 0.9, topP: 0.98, warmUpSamples: 5)
    for lengths in [[17], [3, 90], [0, 9, 1, 0, 70, 70, 2], (0..<23).map { 70 - 2 * $0 }] {
      let histories = lengths.indices.map { randomCodes($0 % 3 * 20, levels: c.quantizationLevels) }
      // Some are told nothing, some begin in the middle of a frame, some curves end early.
      let told: [Conditions?] = lengths.indices.map {
        $0 % 4 == 2
          ? nil
          : randomConditions(
            c, frames: $0 % 5 * frames(c, samples: 25), start: [0, 20, -1, 7][$0 % 4], labels: $0 % 3 > 0,
            seed: UInt64($0))
      }
      for precision in Precision.allCases {
        for set in InstructionSet.available {
          let packed = PackedModel(model, precision: precision, kernels: KernelTable(set))
          let expected = try lengths.indices.map {
            let generator = Generator(packed, told: told[$0], sampling: sampling, seed: 5, clip: UInt64($0))
            generator.prime(histories[$0])
            return try generator.generate(lengths[$0])
          }
          for threads in [1, 3] {
            let clips = try BatchGenerator.generate(
              packed, lengths: lengths, sampling: sampling, seed: 5, threads: threads, prime: histories,
              conditions: told)
            #expect(clips == expected, "\(precision) \(set) \(lengths) on \(threads) threads")
          }
        }
      }
    }
  }

  @Test(arguments: Precision.allCases) func sameCodesWithTwoThreads(precision: Precision) throws {
    let c = shape(20, 24, 272, 144, kernel: 2, [1, 2, 4, 8, 16, 32, 1, 2, 4, 6, 3, 12, 1]).conditioned(
      on: try Conditioning(labels: ["a", "b"], controls: [.pitch], frameSamples: 7))
    let packed = PackedModel(randomModel(c), precision: precision)
    let told = randomConditions(c, frames: 80)
    let reference = StreamEngine(packed)
    reference.tell(clip: 0, told)
    let engine = StreamEngine(packed, threads: 2)
    engine.tell(clip: 0, told)
    let second = try #require(engine.second)
    second.begin()
    while !second.isReady { Parallel.pause() }
    defer { second.end() }
    for (i, code) in randomCodes(600).enumerated() {
      if i % 5 == 0 { engine.step(code) } else { engine.step(code, with: second) }
      reference.step(code)
      let same = (0..<256).allSatisfy {
        engine.logits[$0].bitPattern == reference.logits[$0].bitPattern
      }
      #expect(same, "step \(i)")
      if !same { break }
    }
  }

  /// Neither per sample nor per frame.
  @Test(.enabled(if: ac_counts()), arguments: [0, 1, 5]) func nothingIsAllocated(index: Int) throws {
    let c = toldShapes[index]
    for precision in Precision.allCases {
      let packed = PackedModel(randomModel(c), precision: precision)
      let told = randomConditions(c, frames: frames(c, samples: 400))
      let generator = Generator(packed, told: told)
      var buffer = [UInt16](repeating: 0, count: 500)
      try generator.next(into: &buffer, count: 1)
      let before = ac_allocations()
      try generator.next(into: &buffer, count: 500)
      #expect(ac_allocations() == before)

      let engine = BatchEngine(packed, clips: 7)
      for clip in 0..<7 { engine.tell(clip: clip, clip == 3 ? nil : told) }
      randomCodes(7).withUnsafeBufferPointer { codes in
        engine.step(codes.baseAddress!, running: 7)
        let before = ac_allocations()
        for i in 0..<500 { engine.step(codes.baseAddress!, running: 7 - i / 100) }
        #expect(ac_allocations() == before)
      }
    }
  }

  /// As PrecisionTests for models that are told nothing.
  @Test(arguments: toldShapes.indices) func roundedWeights(index: Int) {
    let c = toldShapes[index]
    let model = randomModel(c)
    let levels = c.quantizationLevels
    let codes = randomCodes(70, levels: levels)
    let told = randomConditions(c, frames: frames(c, samples: 50))
    for set in InstructionSet.available {
      let kernels = KernelTable(set)
      let bf16 = rounding(model, skipBlocks: 1, toBF16)
      let expected = Generator(PackedModel(bf16, kernels: kernels), told: told).logits(forcing: codes)
      let packed = PackedModel(model, precision: .bf16, kernels: kernels)
      let logits = Generator(packed, told: told).logits(forcing: codes)
      if set.multipliesBF16 {
        expectClose(logits, expected, .relativeToScale(0.03))
      } else {
        #expect(sameBits(logits, expected), "\(set)")
      }
      let int8 = rounding(model, skipBlocks: 1, toInt8)
      let integers = Generator(
        PackedModel(model, precision: .int8, kernels: kernels, skipBlocks: 1), told: told
      ).logits(forcing: codes)
      for i in [0, 5, 40, 69] {
        let expected = NaiveGenerator.logits(
          int8, history: Array(codes.prefix(i)), conditions: told, generated: i, kernels: kernels,
          gatedSteps: 127)
        expectClose(
          Array(integers[i * levels..<(i + 1) * levels]), expected, .relativeToScale(4e-3), "\(set) step \(i)"
        )
      }
    }
  }
}
