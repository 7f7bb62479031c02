// Fork and join for coarse jobs (milliseconds each): training sequences, batches of clips. Not for per-sample work, which
// waits with `pause`.
internal import CKernels
import Glibc
import Synchronization

/// Runs jobs on threads.
package enum Parallel {
  /// Processors that this process may use: a launcher such as mpirun or taskset may bind it to some of the machine's.
  package static var processorCount: Int { max(1, processors.reduce(0) { $0 + $1.nonzeroBitCount }) }

  /// Processors of the machine.
  package static var machineProcessorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Those that this process may use, processor i being bit i % 64 of word i / 64; all of a machine where the
  /// system does not say.
  package static var processors: [UInt64] {
    var words = [UInt64](repeating: 0, count: 128)
    if wn_processors(&words, Int32(words.count)) == 0 {
      return Array(words[...(words.lastIndex { $0 != 0 } ?? 0)])
    }
    let count = machineProcessorCount
    return (0..<(count + 63) / 64).map { word in
      count >= 64 * (word + 1) ? .max : (1 << UInt64(count - 64 * word)) - 1
    }
  }

  /// One turn of a loop that waits for another thread at full speed.
  package static func pause() { wn_pause() }

  /// Calls `body(job, thread)` once for every job in `0..<jobs`; `thread < threads` says whose scratch memory may be
  /// used. Which thread takes which job is not defined: results must not depend on it. Where the system gives fewer
  /// threads than that, those that there are do all the jobs.
  package static func forEach(jobs: Int, threads: Int, _ body: @Sendable (_ job: Int, _ thread: Int) -> Void)
  {
    forEach(jobs: jobs, threads: threads, available: .max, body)
  }

  /// - available: threads that can be made, for tests.
  static func forEach(
    jobs: Int, threads: Int, available: Int, _ body: @Sendable (_ job: Int, _ thread: Int) -> Void
  ) {
    let workers = min(jobs, threads)
    if workers <= 1 {
      for job in 0..<jobs { body(job, 0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let team = Team(jobs: jobs, body)
      let helpers = team.helpers(workers - 1, available: available)
      team.work(0)
      for helper in helpers { helper.wait() }
      if helpers.count < workers - 1 { tell(wanted: workers, got: helpers.count + 1) }
    }
  }

  // MARK: - too few threads

  private static let listener = Mutex<(@Sendable (_ wanted: Int, _ got: Int) -> Void)?>(nil)

  /// Calls `report` the first time that the system gives fewer threads than were asked for.
  package static func onShortage(_ report: @escaping @Sendable (_ wanted: Int, _ got: Int) -> Void) {
    listener.withLock { $0 = report }
  }

  private static func tell(wanted: Int, got: Int) {
    let report = listener.withLock { listener in
      defer { listener = nil }
      return listener
    }
    report?(wanted, got)
  }
}

/// The jobs of one `forEach`. Making and ending a thread for them costs about 10 us, as much as the queues of Dispatch.
private final class Team: Sendable {
  private let jobs: Int
  private let body: @Sendable (Int, Int) -> Void
  private let next = Atomic(0)

  init(jobs: Int, _ body: @escaping @Sendable (Int, Int) -> Void) {
    self.jobs = jobs
    self.body = body
  }

  /// Threads 1, 2, ..., as many as the system gives.
  func helpers(_ count: Int, available: Int) -> [SideJob] {
    var helpers: [SideJob] = []
    while helpers.count < min(count, available) {
      let number = helpers.count + 1
      guard let helper = SideJob({ self.work(number) }) else { break }
      helpers.append(helper)
    }
    return helpers
  }

  /// Takes jobs until there are none left.
  func work(_ thread: Int) {
    while true {
      let job = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if job >= jobs { return }
      body(job, thread)
    }
  }
}
