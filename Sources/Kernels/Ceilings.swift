// What this machine can do at best, measured: the numbers against which `synth bench` holds the speed of the models.
// The loops are in CKernels/ceilings.inc.
internal import CKernels

/// Peak arithmetic and read bandwidth, on one thread and on several at once.
package struct Ceilings: Sendable, Encodable {
  /// Multiply-adds in registers; one counts as two operations.
  package struct ArithmeticRate: Sendable, Encodable {
    package var arithmetic: Precision
    package var threads: Int
    package var gigaflopsPerSecond: Double
  }

  /// Reading a block of `bytes` per thread over and over, all threads together.
  package struct Bandwidth: Sendable, Encodable {
    package var level: CacheLevel
    package var bytes: Int
    package var threads: Int
    package var gigabytesPerSecond: Double
  }

  package var instructionSet: String
  /// Only what the instruction set has an instruction for.
  package var arithmetic: [ArithmeticRate]
  package var bandwidth: [Bandwidth]

  /// Operations per second of `arithmetic` on `threads` threads; nil if it was not measured. Without bfloat16 dot products
  /// bfloat16 weights are multiplied as f32.
  package func operationsPerSecond(_ arithmetic: Precision, threads: Int) -> Double? {
    let rate = self.arithmetic.first { $0.arithmetic == arithmetic && $0.threads == threads }
    if rate == nil, arithmetic == .bf16 { return operationsPerSecond(.f32, threads: threads) }
    return rate.map { $0.gigaflopsPerSecond * 1e9 }
  }

  /// Bytes per second out of `level` of `threads` threads together; nil if it was not measured.
  package func bytesPerSecond(_ level: CacheLevel, threads: Int) -> Double? {
    bandwidth.first { $0.level == level && $0.threads == threads }.map { $0.gigabytesPerSecond * 1e9 }
  }

  /// Measures everything for each of `threadCounts`, every number as the median of `rounds` rounds of about
  /// `roundSeconds`.
  package static func measure(
    threadCounts: [Int], instructionSet: InstructionSet = .active, rounds: Int = 5,
    roundSeconds: Double = 0.02
  ) -> Ceilings {
    precondition(
      threadCounts.allSatisfy { $0 > 0 } && rounds > 0, "\(threadCounts) threads, \(rounds) rounds")
    let loops = wn_ceilings_at(instructionSet.level)
    var result = Ceilings(instructionSet: "\(instructionSet)", arithmetic: [], bandwidth: [])
    for threads in threadCounts {
      /// Units of work per second; `work` does about `amount` and returns how much it did.
      func rate(first amount: Int, _ work: @Sendable (_ thread: Int, _ amount: Int) -> Double) -> Double {
        func run(_ amount: Int) -> (seconds: Double, rate: Double) {
          nonisolated(unsafe) let done = UnsafeMutablePointer<Double>.allocate(capacity: threads)
          defer { done.deallocate() }
          let time = ContinuousClock().measure {
            Parallel.forEach(jobs: threads, threads: threads) { job, _ in done[job] = work(job, amount) }
          }
          let seconds = time / .seconds(1)
          return (seconds, (0..<threads).reduce(0) { $0 + done[$1] } / seconds)
        }
        _ = run(amount)  // wakes the threads and the clock
        let longer = max(1, Int(Double(amount) * roundSeconds / run(amount).seconds))
        return (0..<rounds).map { _ in run(longer).rate }.sorted()[rounds / 2]
      }
      for (kind, loop) in [(Precision.f32, loops.f32), (.bf16, loops.bf16), (.int8, loops.int8)] {
        guard let loop else { continue }
        let operations = rate(first: 200_000) { _, rounds in
          var sink = 0.5
          return loop(rounds, &sink)
        }
        result.arithmetic.append(
          .init(arithmetic: kind, threads: threads, gigaflopsPerSecond: operations / 1e9))
      }
      for level in CacheLevel.allCases {
        let bytes = probeBytes(level, threads: threads)
        let blocks = (0..<threads).map { _ in AlignedBuffer(count: bytes / 4) }  // in huge pages
        let bytesPerSecond = rate(first: max(1, (4 << 20) / bytes)) { thread, passes in
          _ = loops.read(blocks[thread].pointer, bytes, passes)
          return Double(bytes * passes)
        }
        result.bandwidth.append(
          .init(
            level: level, bytes: bytes, threads: threads, gigabytesPerSecond: bytesPerSecond / 1e9))
      }
    }
    return result
  }

  /// A block per thread that lies in `level` and not in the one before: 16 KB of a usual L1, half of L2, up to 8 MB of L3
  /// (which may be shared with strangers); of memory three times L3 in all, up to 256 MB.
  private static func probeBytes(_ level: CacheLevel, threads: Int) -> Int {
    func capacity(_ level: CacheLevel) -> Int { CacheLevel.capacities[level]! }
    let bytes =
      switch level {
      case .l1: min(16 << 10, capacity(.l1) / 2)
      case .l2: capacity(.l2) / 2
      case .l3: max(capacity(.l2) * 2, min(8 << 20, capacity(.l3) / 2 / threads))
      case .memory: min(256 << 20, 3 * capacity(.l3)) / threads
      }
    return max(4096, bytes & ~4095)
  }
}
