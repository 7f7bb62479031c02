// Results of parallel jobs, each in its place.
internal import Synchronization

/// One slot per job, filled once by the job.
final class Slots<Value: Sendable>: Sendable {
  private let values: Mutex<[Value?]>

  init(count: Int) { values = Mutex(Array(repeating: nil, count: count)) }

  func set(_ job: Int, _ value: Value) { values.withLock { $0[job] = value } }

  /// All of them; every job must have set its own.
  var all: [Value] {
    values.withLock { values in
      values.enumerated().map { job, value in
        guard let value else { preconditionFailure("job \(job) of \(values.count) left no result") }
        return value
      }
    }
  }
}
