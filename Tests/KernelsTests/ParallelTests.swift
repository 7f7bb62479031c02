// Fork and join: every job once, whatever the number of threads and whatever the system gives of them.
import Foundation
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

  @Test func aSideJob() {
    let done = Atomic(0)
    for i in 1...200 {
      let job = SideJob { done.wrappingAdd(1, ordering: .relaxed) }
      job?.wait()
      job?.wait()
      #expect(job != nil && done.load(ordering: .relaxed) == i)
    }
    // Nobody waits for this one, and it goes on all the same.
    _ = SideJob {
      usleep(1000)
      done.wrappingAdd(1, ordering: .relaxed)
    }
    for _ in 0..<2000 where done.load(ordering: .relaxed) < 201 { usleep(1000) }
    #expect(done.load(ordering: .relaxed) == 201)
  }

  @Test(arguments: [0, 1, 2, 7, 100], [1, 2, 3, 16])
  func everyJobOnce(jobs: Int, threads: Int) {
    for _ in 0..<20 {
      let result = Self.run(jobs: jobs, threads: threads)
      #expect(result.counts.allSatisfy { $0 == 1 })
      #expect(result.threads.allSatisfy { $0 < threads })
    }
  }

  /// What the kernel says of this thread in words: masks in groups of eight digits, the last processors first.
  @Test func processorsAreThoseThatTheSystemAllows() throws {
    let status = try String(contentsOfFile: "/proc/thread-self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") })
    let groups = line.dropFirst("Cpus_allowed:".count).trimmingCharacters(in: .whitespaces)
      .split(separator: ",").map { UInt64($0, radix: 16)! }.reversed()
    let expected = groups.enumerated().flatMap { group, bits in
      (0..<32).filter { bits >> UInt64($0) & 1 == 1 }.map { 32 * group + $0 }
    }
    let found = Parallel.processors.enumerated().flatMap { word, bits in
      (0..<64).filter { bits >> UInt64($0) & 1 == 1 }.map { 64 * word + $0 }
    }
    #expect(found == expected && Parallel.processorCount == expected.count)
    #expect(Parallel.machineProcessorCount >= expected.count)
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
