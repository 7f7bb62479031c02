// One job beside the caller's work: reading what is needed next. Fork and join of many: Parallel.swift.
import Glibc
import Synchronization

/// A job on a thread of its own. Dispatch would wait for ever for a thread that the system will not give.
package final class SideJob: Sendable {
  private let body: @Sendable () -> Void
  private let thread = Mutex<pthread_t?>(nil)

  /// - Returns: nil if the system gives no thread: `body` was then not called
  package init?(_ body: @escaping @Sendable () -> Void) {
    self.body = body
    let order = Unmanaged.passRetained(self)
    var made = pthread_t()
    let code = pthread_create(
      &made, nil,
      { argument in
        Unmanaged<SideJob>.fromOpaque(argument!).takeRetainedValue().body()
        return nil
      }, order.toOpaque())
    if code != 0 {
      order.release()
      return nil
    }
    thread.withLock { [made] in $0 = made }
  }

  /// Until the job is done.
  package func wait() {
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    if let thread { pthread_join(thread, nil) }
  }

  deinit { thread.withLock { if let thread = $0 { pthread_detach(thread) } } }
}
