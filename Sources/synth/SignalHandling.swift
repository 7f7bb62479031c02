// Ctrl-C, SIGTERM and SIGHUP (a terminal that is closed): the first one sets a flag that long work asks for between two
// pieces, so that it can save or clean up; the second one ends the process at once. While there is nothing to save or to
// clean up, as when recordings are read, so does the first.
import Glibc
import Synchronization

/// Zero, or the signal that asked us to stop. Touched before the handler is installed, so that the handler itself only
/// does an atomic exchange.
private let receivedSignal = Atomic<Int32>(0)
/// Whether the first signal ends the process.
private let endsAtOnce = Atomic(false)

/// What the handler says when it ends the process: bytes that are ready, since it may not make any. Of several ranks, which are
/// stopped together, the first says it.
private struct LastWords: Sendable {
  private let texts: [(signal: Int32, text: [UInt8])]

  init(json: Bool) {
    texts = (Terminal.isFirst ? Interrupt.signals : []).map { signal in
      let words = "stopped: nothing was made"
      let text =
        json
        ? "{\"error\":{\"code\":\(128 + signal),\"message\":\"\(words)\"}}\n"
        : "\(Terminal.lineStart)\(words)\n"
      return (signal, Array(text.utf8))
    }
  }

  func say(_ signal: Int32) {
    for entry in texts where entry.signal == signal {
      _ = unsafe Glibc.write(STDERR_FILENO, entry.text, entry.text.count)
    }
  }
}
private let lastWords = LastWords(json: CommandLine.arguments.contains("--json"))

enum Interrupt {
  static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// From now on these signals set the flag. Without this they end the process as usual.
  static func catchSignals() {
    _ = receivedSignal.load(ordering: .relaxed)
    _ = endsAtOnce.load(ordering: .relaxed)
    _ = lastWords
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = { signal in
      let isFirst = receivedSignal.exchange(signal, ordering: .relaxed) == 0
      let atOnce = endsAtOnce.load(ordering: .relaxed)
      if isFirst && atOnce { lastWords.say(signal) }
      if !isFirst || atOnce { _exit(128 + signal) }
    }
    // Even where a shell has started us in the background with SIGINT ignored: whoever sends it means it.
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals {
      // But nohup means that a closed terminal is no reason to stop.
      var before = sigaction()
      if signal == SIGHUP, unsafe sigaction(signal, nil, &before) == 0, isIgnored(before) { continue }
      unsafe sigaction(signal, &action, nil)
      unsafe sigaddset(&set, signal)
    }
    // A parent that started us from a thread with blocked signals has handed its mask down.
    unsafe pthread_sigmask(SIG_UNBLOCK, &set, nil)
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Work that leaves nothing behind wherever it is broken off, such as reading: a signal ends the process at once.
  static func whileNothingIsMade<R>(_ work: () throws -> R) throws -> R {
    let outer = endsAtOnce.exchange(true, ordering: .relaxed)
    defer { endsAtOnce.store(outer, ordering: .relaxed) }
    try check(hint: "nothing was made")  // one that came before
    return try work()
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

  /// Writing to a pipe without a reader, or beyond the size that a file may have, becomes an error that we can answer.
  static func answerFailedWrites() {
    for number in [SIGPIPE, SIGXFSZ] { _ = Glibc.signal(number, SIG_IGN) }
  }
}
