// Fork and join for coarse jobs (milliseconds each): training sequences, batches of clips. Not for per-sample work, which
// waits with `pause`.
internal import CKernels
import Dispatch
import Glibc
import Synchronization

/// Runs jobs on threads.
package enum Parallel {
  /// Processors that this process may use.
  package static var processorCount: Int {
    return max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }

  /// One turn of a loop that waits for another thread at full speed.
  package static func pause() { wn_pause() }

  /// Calls `body(job, thread)` once for every job in `0..<jobs`; `thread < threads` says whose scratch memory may be
  /// used. Which thread takes which job is not defined: results must not depend on it.
  package static func forEach(jobs: Int, threads: Int, _ body: @Sendable (_ job: Int, _ thread: Int) -> Void)
  {
    let workers = min(jobs, threads)
    if workers <= 1 {
      for job in 0..<jobs { body(job, 0) }
      return
    }
    let next = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: workers) { thread in
      while true {
        let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if job >= jobs { break }
        body(job, thread)
      }
    }
  }
}
