// Nothing is allocated per sample. The counter stands in front of malloc and its relatives, see CAllocationCounter.
// Under a sanitizer it counts nothing, and these tests do not run.

import CAllocationCounter
import Testing
import WaveNet

@testable import Generation

@Suite(.enabled(if: ac_counts())) struct AllocationTests {
  private final class Something {
    var value = 0
  }

  /// Allocations of this thread while `body` runs.
  private func allocations(_ body: () throws -> Void) rethrows -> Int {
    let before = ac_allocations()
    try body()
    return Int(ac_allocations() - before)
  }

  @Test func theCounterCounts() {
    var kept: [AnyObject] = []
    kept.reserveCapacity(100)
    #expect(allocations { for _ in 0..<100 { kept.append(Something()) } } >= 100)
    #expect(allocations { _ = [Int](repeating: kept.count, count: 1000).map { $0 + 1 } } >= 1)
    #expect(allocations { UnsafeMutableRawPointer.allocate(byteCount: 640, alignment: 64).deallocate() } >= 1)
    #expect(allocations {} == 0)
  }

  @Test(arguments: [3, 4, 6]) func nonePerSample(index: Int) throws {
    for group in [1, 3, 1000] {
      let packed = PackedModel(randomModel(shapes[index]), skipBlocks: group)
      for sampling in [
        SamplingOptions(), .init(temperature: 0),
        .init(temperature: 0.8, topK: 20, topP: 0.9, warmUpSamples: 9),
      ] {
        let generator = Generator(packed, sampling: sampling)
        var buffer = [UInt16](repeating: 0, count: 1000)
        try generator.next(into: &buffer, count: 1)  // the runtime caches type metadata on first use
        generator.reset()
        #expect(try allocations { try generator.next(into: &buffer, count: 1000) } == 0)
        #expect(allocations { generator.reset() } == 0)
      }
    }
  }

  @Test func nonePerStepOfManyClips() {
    let engine = BatchEngine(PackedModel(randomModel(shapes[4])), clips: 7)
    let codes = randomCodes(7)
    codes.withUnsafeBufferPointer { codes in
      engine.step(codes.baseAddress!, running: 7)
      let count = allocations {
        for i in 0..<1000 { engine.step(codes.baseAddress!, running: 1 + i % 7) }
      }
      #expect(count == 0)
    }
  }

  @Test func nonePerSampleInBatches() throws {
    let packed = PackedModel(randomModel(shapes[4]))
    func count(_ length: Int) throws -> Int {
      try allocations {
        _ = try BatchGenerator.generate(packed, lengths: Array(repeating: length, count: 7), threads: 1)
      }
    }
    _ = try count(1000)  // the runtime caches type metadata on first use
    // The set-up takes about forty, one more or less: arrays grow into what malloc happens to give.
    let (short, long) = (try count(10), try count(2000))
    #expect(abs(long - short) < 5, "\(long) allocations for 2000 samples, \(short) for 10")
  }
}
