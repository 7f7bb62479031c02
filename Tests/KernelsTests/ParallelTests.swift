// Fork and join: every job once, whatever the number of threads and whatever the system gives of them.
import Synchronization
import Testing

@testable import Kernels

@Suite(.serialized) struct ParallelTests {
  /// How often each job ran, and on which threads.
  private static func run(jobs: Int, threads: Int, available: Int = .max) -> (
    counts: [Int], threads: Set<Int>
  ) {
    let seen = Mutex((counts: [Int](repeating: 0, count: jobs), threads: Set<Int>()))
    Parallel.forEach(jobs: jobs, threads: threads, available: available) { job, thread in
      seen.withLock {
        $0.counts[job] += 1
        $0.threads.insert(thread)
      }
    }
    return seen.withLock { ($0.counts, $0.threads) }
  }

  @Test(arguments: [0, 1, 2, 7, 100], [1, 2, 3, 16])
  func everyJobOnce(jobs: Int, threads: Int) {
    for _ in 0..<20 {
      let result = Self.run(jobs: jobs, threads: threads)
      #expect(result.counts.allSatisfy { $0 == 1 })
      #expect(result.threads.allSatisfy { $0 < threads })
    }
  }

  /// No thread more, or one of three: the jobs are done all the same, and it is said once.
  @Test func whereThreadsAreShort() {
    let said = Mutex<[[Int]]>([])
    Parallel.onShortage { wanted, got in said.withLock { $0.append([wanted, got]) } }
    for available in [0, 1, 0] {
      let result = Self.run(jobs: 50, threads: 4, available: available)
      #expect(result.counts.allSatisfy { $0 == 1 })
      #expect(result.threads.allSatisfy { $0 <= available })
    }
    #expect(said.withLock { $0 } == [[4, 1]])
  }
}
