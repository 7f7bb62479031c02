// The ceilings: present for every instruction set, positive, in the order of the caches (with much room, and in one of
// several attempts: other programs run beside tests).
import Testing

@testable import Kernels

@Suite struct CeilingTests {
  @Test(arguments: InstructionSet.available) func everyInstructionSet(_ set: InstructionSet) throws {
    func measure() -> Ceilings {
      Ceilings.measure(threadCounts: [1, 2], instructionSet: set, rounds: 3, roundSeconds: 0.002)
    }
    func rates(_ ceilings: Ceilings, _ threads: Int) throws -> [Double] {
      try CacheLevel.allCases.map { try #require(ceilings.bytesPerSecond($0, threads: threads)) }
    }
    let ceilings = measure()
    #expect(ceilings.instructionSet == "\(set)")
    for threads in [1, 2] {
      let peak = try #require(ceilings.operationsPerSecond(.f32, threads: threads))
      #expect(peak > 1e8 && peak < 2e12 * Double(threads), "\(set): \(peak)")
      let rates = try rates(ceilings, threads)
      #expect(rates.allSatisfy { $0 > 1e8 && $0 < 1e13 }, "\(set): \(rates)")
    }
    var seen: [[Double]] = []
    let isOrdered = try (0..<5).contains { attempt in
      let measured = attempt == 0 ? ceilings : measure()
      let both = try [rates(measured, 1), rates(measured, 2)]
      seen += both
      return both.allSatisfy { zip($0, $0.dropFirst()).allSatisfy { near, far in near > 0.4 * far } }
    }
    #expect(isOrdered, "\(set): \(seen)")
    // A processor without the instruction multiplies bfloat16 as f32, and has no rate for 8 bits.
    let measured = Set(ceilings.arithmetic.map(\.arithmetic))
    #expect(measured.contains(.bf16) == (set == .avx512bf16 || set == .amx))
    if !measured.contains(.bf16) {
      #expect(
        ceilings.operationsPerSecond(.bf16, threads: 1) == ceilings.operationsPerSecond(.f32, threads: 1))
    }
    if !measured.contains(.int8) { #expect(ceilings.operationsPerSecond(.int8, threads: 1) == nil) }
    #expect(ceilings.operationsPerSecond(.f32, threads: 3) == nil)
  }

  /// A peak counts what was done: more lanes, a higher rate, but never six times as high.
  @Test func widerIsFaster() {
    var seen: [[Double]] = []
    let isFaster = (0..<5).contains { _ in
      let peaks = InstructionSet.available.filter { !$0.multipliesBF16 }.map { set in
        Ceilings.measure(threadCounts: [1], instructionSet: set, rounds: 7, roundSeconds: 0.003)
          .operationsPerSecond(.f32, threads: 1)!
      }
      seen.append(peaks)
      return zip(peaks, peaks.dropFirst()).allSatisfy { $1 > 0.8 * $0 && $1 < 6 * $0 }
    }
    #expect(isFaster, "\(seen)")
  }

  @Test func cacheSizes() {
    #expect(CacheLevel.bytes("48K") == 48 << 10 && CacheLevel.bytes("32M") == 32 << 20)
    for text in ["", "K", "48", "48G", "x8K", "-1K", "0K"] {
      #expect(CacheLevel.bytes(text) == nil, "\(text)")
    }
    let sizes = CacheLevel.allCases.map { CacheLevel.capacities[$0]! }
    #expect(sizes == sizes.sorted() && sizes[0] >= 4096 && sizes.last == .max)
    #expect(CacheLevel.holding(0) == .l1 && CacheLevel.holding(sizes[0]) == .l1)
    #expect(CacheLevel.holding(sizes[0] + 1) == .l2 && CacheLevel.holding(.max) == .memory)
  }
}
