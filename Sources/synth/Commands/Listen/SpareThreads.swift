// Whether the system gives further threads (ulimit -u, a limit on processes). What computes goes on without them
// (Kernels.Parallel); a server cannot, and would wait for ever.
import Glibc

enum SpareThreads {
  /// - Throws: `environment` if `count` more threads at once are not to be had.
  static func require(_ count: Int, for purpose: String) throws(SynthError) {
    let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    unsafe pthread_mutex_init(gate, nil)
    unsafe pthread_mutex_lock(gate)
    var threads: [pthread_t] = []
    for _ in 0..<count {
      var thread = pthread_t()
      let code = unsafe pthread_create(
        &thread, nil,
        { gate in
          // Until all were made.
          let gate = unsafe gate!.assumingMemoryBound(to: pthread_mutex_t.self)
          unsafe pthread_mutex_lock(gate)
          unsafe pthread_mutex_unlock(gate)
          return nil
        }, gate)
      if code != 0 { break }
      threads.append(thread)
    }
    unsafe pthread_mutex_unlock(gate)
    for thread in threads { pthread_join(thread, nil) }
    unsafe pthread_mutex_destroy(gate)
    unsafe gate.deallocate()
    if threads.count < count {
      throw .environment(
        "\(purpose) needs \(count) threads, the system gives \(threads.count): raise the limit on processes (ulimit -u)"
      )
    }
  }
}
