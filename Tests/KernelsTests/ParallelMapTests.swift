// Results of parallel jobs: in the jobs' order, the same for any number of threads, and so are errors.
import Testing

@testable import Kernels

@Suite struct ParallelMapTests {
  private struct Refused: Error, Equatable { let job: Int }

  @Test(arguments: [1, 2, 7]) func resultsInOrder(threads: Int) {
    for jobs in [0, 1, 2, 33] {
      let results = Parallel.map(jobs: jobs, threads: threads) { job, thread in
        precondition(thread < threads)
        return "\(job)"
      }
      #expect(results == (0..<jobs).map { "\($0)" })
    }
  }

  /// A later job may fail while an earlier one has been taken and not begun: it is done all the same.
  @Test func whatComesBeforeAnErrorIsDone() {
    for _ in 0..<2000 {
      #expect(throws: Refused(job: 1)) {
        _ = try Parallel.map(jobs: 3, threads: 3) { job, _ throws(Refused) in
          if job > 0 { throw Refused(job: job) }
          return job
        }
      }
    }
  }

  @Test(arguments: [1, 2, 7]) func theFirstErrorIsThrown(threads: Int) {
    for _ in 0..<50 {
      #expect(throws: Refused(job: 11)) {
        _ = try Parallel.map(jobs: 40, threads: threads) { job, _ throws(Refused) in
          if job >= 11 { throw Refused(job: job) }
          return job
        }
      }
    }
  }
}
