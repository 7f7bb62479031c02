// Whether the second thread pays, by measurement while generating. It does where there are many weights, and stops doing
// so the moment another process wants its processor: then every hand-over waits for the scheduler.

/// Compares turns of a few samples made by one and by two threads.
struct Pace {
  /// Samples in a turn.
  static let turn = 32
  /// Fewest samples for which the second thread is woken.
  static let fewest = 64
  /// Turns on one thread after the second did not pay; doubled each time, up to `longest`.
  private static let shortest = 32
  private static let longest = 4096

  private var one: Double?  // nanoseconds per sample
  private var rest = 0  // turns left on one thread
  private var penalty = Self.shortest
  private var gains = 0  // turns in a row that two threads were faster

  /// Whether the next turn should have two threads. The first one never has.
  var wantsTwo: Bool { one != nil && rest == 0 }

  /// Takes note of a turn.
  mutating func note(two: Bool, _ nanoseconds: Double) {
    guard two else {
      one = one.map { min(nanoseconds, $0 * 1.01) } ?? nanoseconds  // forgets a quiet moment slowly
      rest = max(0, rest - 1)
      return
    }
    if nanoseconds < one! {
      gains += 1
      if gains >= 64 { penalty = Self.shortest }
    } else {
      gains = 0
      rest = penalty
      penalty = min(Self.longest, penalty * 2)
    }
  }
}
