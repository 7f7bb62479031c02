// Results of parallel jobs, each in its place: what `Parallel.forEach` is mostly wanted for.
import Synchronization

extension Parallel {
  /// The results of `body(job, thread)` for every job in `0..<jobs`, in the jobs' order; `thread < threads` says whose
  /// scratch memory may be used. After an error no job behind it is begun, and the error of the first job that has one is
  /// thrown: all before it are done, so it is the same error whatever the number of threads.
  package static func map<Value: Sendable, Failure: Error>(
    jobs: Int, threads: Int, _ body: @Sendable (_ job: Int, _ thread: Int) throws(Failure) -> Value
  ) throws(Failure) -> [Value] {
    let results = Mutex([Result<Value, Failure>?](repeating: nil, count: jobs))
    let firstFailed = Atomic(jobs)
    forEach(jobs: jobs, threads: threads) { job, thread in
      // Those before it are needed: a thread that has taken one may get here after the other has failed.
      if job > firstFailed.load(ordering: .relaxed) { return }
      let result: Result<Value, Failure>
      do throws(Failure) {
        result = .success(try body(job, thread))
      } catch {
        result = .failure(error)
        firstFailed.min(job, ordering: .relaxed)
      }
      results.withLock { $0[job] = result }
    }
    var values: [Value] = []
    values.reserveCapacity(jobs)
    for result in results.withLock({ $0 }) {
      guard let result else { preconditionFailure("job \(values.count) of \(jobs) left no result") }
      values.append(try result.get())
    }
    return values
  }
}
