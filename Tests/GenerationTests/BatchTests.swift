// Many clips at once against one generator per clip.

import Kernels
import Synchronization
import Testing
import WaveNet

@testable import Generation

@Suite struct BatchTests {
  private func alone(
    _ packed: PackedModel, _ lengths: [Int], _ sampling: SamplingOptions, seed: UInt64, first: UInt64,
    prime: [[UInt16]]? = nil
  ) throws -> [[UInt16]] {
    try lengths.enumerated().map { i, length in
      let generator = Generator(packed, sampling: sampling, seed: seed, clip: first + UInt64(i))
      generator.prime(prime?[i] ?? [])
      return try generator.generate(length)
    }
  }

  @Test(arguments: shapes.indices) func raggedBatchesEqualSingleClips(index: Int) throws {
    let model = randomModel(shapes[index])
    let sampling = SamplingOptions(temperature: 0.9, topP: 0.98, warmUpSamples: 5)
    for group in [1, 3, 1000] {
      let packed = PackedModel(model, skipBlocks: group)
      for lengths in [[17], [3, 30], [0, 9, 1, 0, 33, 33, 2], (0..<23).map { 40 - $0 }] {
        let expected = try alone(packed, lengths, sampling, seed: 5, first: 11)
        for threads in [1, 2, 3, 8] {
          let clips = try BatchGenerator.generate(
            packed, lengths: lengths, sampling: sampling, seed: 5, firstClip: 11, threads: threads)
          #expect(clips == expected, "\(lengths) on \(threads) threads, groups of \(group)")
        }
      }
    }
  }

  @Test func everyBatchSize() throws {
    let packed = PackedModel(randomModel(shapes[4]))
    let expected = try alone(packed, Array(repeating: 12, count: 70), .init(), seed: 0, first: 0)
    for count in 1...70 {
      let clips = try BatchGenerator.generate(
        packed, lengths: Array(repeating: 12, count: count), threads: 1)
      #expect(clips == Array(expected.prefix(count)), "\(count) clips")
    }
  }

  @Test func manyBatches() throws {
    let packed = PackedModel(randomModel(shapes[1]))
    let lengths = (0..<200).map { $0 % 37 }
    let expected = try alone(packed, lengths, .init(), seed: 9, first: 0)
    for threads in [1, 2] {
      #expect(try BatchGenerator.generate(packed, lengths: lengths, seed: 9, threads: threads) == expected)
    }
  }

  /// Any clips of a seed, in any order.
  @Test func clipsByTheirIndices() throws {
    let packed = PackedModel(randomModel(shapes[1]))
    let all = try alone(packed, Array(repeating: 30, count: 9), .init(), seed: 4, first: 0)
    let indices: [UInt64] = [7, 2, 8, 0, 3]
    for threads in [1, 2, 5] {
      let clips = try BatchGenerator.generate(
        packed, lengths: indices.map { _ in 30 }, seed: 4, indices: indices, threads: threads)
      #expect(clips == indices.map { all[Int($0)] })
    }
  }

  @Test(arguments: [0, 2, 4]) func primedBatches(index: Int) throws {
    let configuration = shapes[index]
    let packed = PackedModel(randomModel(configuration))
    let sampling = SamplingOptions(temperature: 0.5, warmUpSamples: 6)
    let histories = [0, 1, 40, 7, 0].map { randomCodes($0, seed: UInt64($0)) }
    let lengths = [10, 20, 15, 0, 8]
    let expected = try alone(packed, lengths, sampling, seed: 2, first: 3, prime: histories)
    for threads in [1, 2, 5] {
      let clips = try BatchGenerator.generate(
        packed, lengths: lengths, sampling: sampling, seed: 2, firstClip: 3, threads: threads,
        prime: histories)
      #expect(clips == expected)
    }
  }

  @Test func noClips() throws {
    #expect(try BatchGenerator.generate(PackedModel(randomModel(shapes[0])), lengths: []) == [])
    #expect(try BatchGenerator.generate(PackedModel(randomModel(shapes[0])), lengths: [0, 0]) == [[], []])
  }

  @Test func progressCountsAllSamplesOnce() throws {
    let reports = Mutex<[Int]>([])
    let lengths = [9000, 1, 5000, 0, 3000]
    _ = try BatchGenerator.generate(PackedModel(randomModel(shapes[0])), lengths: lengths, threads: 2) {
      done in
      reports.withLock { $0.append(done) }
      return true
    }
    let seen = reports.withLock { $0 }
    #expect(seen == seen.sorted())
    #expect(seen.last == lengths.reduce(0, +))
    #expect(seen.count >= 3)
  }

  @Test func cancelling() {
    let calls = Atomic(0)
    #expect(throws: GenerationError.cancelled) {
      try BatchGenerator.generate(
        PackedModel(randomModel(shapes[0])), lengths: [1_000_000_000 / 1000, 20000], threads: 2
      ) { _ in
        calls.add(1, ordering: .relaxed)
        return false
      }
    }
    #expect(calls.load(ordering: .relaxed) <= 2)
  }
}
