// Whether the second thread pays, by measurement while generating. It does where there are many weights, and stops doing
// so the moment another process wants its processor: then every hand-over waits for the scheduler.

/// Compares turns of a few samples made by one and by two threads, and says how to make the next one.
struct HelperCalibration {
  /// Samples in the next turn: few in the first of a trial, which warms the other processor's cache, does not count, and
  /// ends the trial where hand-overs wait for the scheduler.
  var turn: Int { wantsTwo && isFirst ? 4 : 32 }
  /// Fewest samples for which the second thread is woken.
  static let fewest = 64
  /// Turns of a first trial, and from one look at one thread to the next where two are faster.
  private static let (trial, stay) = (8, 256)
  /// Turns on one thread after the second did not pay; doubled each time, up to `longest`.
  private static let (shortest, longest) = (32, 4096)

  /// Whether the next turn should have two threads.
  private(set) var wantsTwo = false

  // Nanoseconds per sample, running means.
  private var one: Double?
  private var two: Double?
  private var left = 4  // turns until the next decision
  private var paid = false
  private var penalty = Self.shortest
  private var isFirst = false  // the next turn of two threads is the first of a trial

  /// Takes note of a turn. One that should have had two threads but had one, since the other was still asleep, only counts
  /// as a measurement.
  mutating func note(two hadTwo: Bool, _ nanoseconds: Double) {
    let isWarmingUp = hadTwo && isFirst
    if isWarmingUp {
      isFirst = false
    } else if hadTwo {
      two = two.map { $0 + (nanoseconds - $0) / 4 } ?? nanoseconds
    } else {
      one = one.map { $0 + (nanoseconds - $0) / 4 } ?? nanoseconds
    }
    if hadTwo != wantsTwo { return }
    left -= 1
    // Hand-overs that wait for the scheduler are worse than a wrong guess: leave at once.
    let isStuck = hadTwo && nanoseconds > (isWarmingUp ? 16 : 4) * one!
    if left > 0 && !isStuck { return }
    if !hadTwo {
      (wantsTwo, left, two, isFirst) = (true, paid ? Self.stay : Self.trial, nil, true)
      return
    }
    wantsTwo = false
    paid = !isStuck && two! < one!
    left = paid ? 2 : penalty
    penalty = paid ? Self.shortest : min(Self.longest, (isStuck ? 8 : 2) * penalty)
  }
}
