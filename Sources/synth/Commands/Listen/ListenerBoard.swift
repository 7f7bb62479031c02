// Who is at which trial, on standard error: in a terminal one line per listener, drawn again when something changes; elsewhere a
// line per change. How far somebody is, never how well.
import Listening
import Reports
import Synchronization

final class ListenerBoard: Sendable {
  /// What is known of the listeners, and in which order it is shown.
  struct Rows {
    /// Most lines drawn: the listeners of whom something was heard last.
    static let most = 12
    /// In the order they came, so that each keeps its place; and when each changed last.
    private var events: [ListenerEvent] = []
    private var changed: [Int] = []
    private var clock = 0

    /// - Returns: false if that is nothing new
    mutating func take(_ event: ListenerEvent) -> Bool {
      let old = events.firstIndex { $0.session == event.session }
      if let old, events[old].position == event.position { return false }
      clock += 1
      if let old {
        (events[old], changed[old]) = (event, clock)
      } else {
        events.append(event)
        changed.append(clock)
      }
      return true
    }

    static func line(_ event: ListenerEvent) -> String {
      let place =
        event.isFinished
        ? "finished all \(event.trials) trials" : "at trial \(event.position + 1) of \(event.trials)"
      // Two may have one name.
      return "\(event.listener) (\(event.session.prefix(4))): \(place)"
    }

    /// The lines to draw.
    var lines: [String] {
      let finished = events.count { $0.isFinished }
      let latest = Set(changed.sorted().suffix(Self.most))
      let shown = zip(events, changed).filter { latest.contains($1) }.map { Self.line($0.0) }
      let count = "\(NumberText.count(events.count, "listener")), \(finished) finished"
      return shown + (events.count > 1 ? [count] : [])
    }
  }

  private struct State {
    var rows = Rows()
    /// Lines on the screen that are ours.
    var drawn = 0
  }
  private let state = Mutex(State())

  func show(_ event: ListenerEvent) {
    state.withLock { state in
      guard state.rows.take(event) else { return }
      if Terminal.movesCursor {
        Self.erase(&state)
        Self.draw(&state)
      } else {
        Terminal.note(Rows.line(event))
      }
    }
  }

  /// A warning, above what is drawn.
  func warn(_ words: String) {
    state.withLock { state in
      Self.erase(&state)
      Terminal.warn(words)
      if Terminal.movesCursor { Self.draw(&state) }
    }
  }

  /// What is drawn stays, and is not touched again.
  func end() { state.withLock { $0.drawn = 0 } }

  private static func erase(_ state: inout State) {
    if state.drawn > 0 { Terminal.writeError("\u{1B}[\(state.drawn)A\r\u{1B}[J") }
    state.drawn = 0
  }

  private static func draw(_ state: inout State) {
    let lines = state.rows.lines.map { ProgressLine.fitted([$0], columns: Terminal.columns - 1) }
    Terminal.writeError(lines.map { $0 + "\n" }.joined())
    state.drawn = lines.count
  }
}
