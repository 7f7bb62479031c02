// Ctrl-C, SIGTERM and SIGHUP (a terminal that is closed): the first one sets a flag that long work asks for between two pieces, so that it can save or clean
// up; the second one ends the process at once.
import Glibc
import Synchronization

/// Zero, or the signal that asked us to stop. Touched before the handler is installed, so that the handler itself only
/// does an atomic exchange.
private let receivedSignal = Atomic<Int32>(0)

enum Interrupt {
  /// From now on these signals set the flag. Without this they end the process as usual.
  static func catchSignals() {
    _ = receivedSignal.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      if receivedSignal.exchange(signal, ordering: .relaxed) != 0 { _exit(128 + signal) }
    }
    // Even where a shell has started us in the background with SIGINT ignored: whoever sends it means it.
    var set = sigset_t()
    sigemptyset(&set)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      // But nohup means that a closed terminal is no reason to stop.
      var before = sigaction()
      if signal == SIGHUP, sigaction(signal, nil, &before) == 0, isIgnored(before) { continue }
      sigaction(signal, &action, nil)
      sigaddset(&set, signal)
    }
    // A parent that started us from a thread with blocked signals has handed its mask down.
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The signal that asked us to stop.
  static var signal: Int32? {
    let value = receivedSignal.load(ordering: .relaxed)
    return value == 0 ? nil : value
  }

  static var isRequested: Bool { signal != nil }

  /// Throws if a signal has come. `hint` tells the user how to go on.
  static func check(hint: @autoclosure () -> String = "") throws {
    if let signal { throw SynthError.interrupted(signal: signal, hint: hint()) }
  }

  /// Of work that was told to stop by `isRequested` and did.
  static func stopped(_ hint: String = "") -> SynthError {
    .interrupted(signal: signal ?? SIGINT, hint: hint)
  }

  /// Writing to a pipe without a reader becomes an error that we can answer quietly.
  static func ignoreBrokenPipes() { _ = Glibc.signal(SIGPIPE, SIG_IGN) }
}
