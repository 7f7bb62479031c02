// The one line that is drawn over and over on standard error, only if that is a terminal.
import Synchronization

/// Draws at most ten times a second. Safe to use from any thread.
enum ProgressLine {
  private struct State {
    var isDrawn = false
    var last: ContinuousClock.Instant?
  }
  private static let state = Mutex(State())
  nonisolated(unsafe) static var isEnabled = Terminal.errorIsTerminal

  /// Replaces the line; `text` is only made if it will be drawn.
  static func draw(_ text: () -> String) {
    guard isEnabled else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if let last = state.last, now - last < .milliseconds(100) { return }
      state.last = now
      state.isDrawn = true
      Terminal.writeError("\r" + text().prefix(max(10, Terminal.columns - 1)) + "\u{1B}[K")
    }
  }

  /// Takes the line away, so that something else can be written.
  static func clear() {
    state.withLock { state in
      if state.isDrawn { Terminal.writeError("\r\u{1B}[K") }
      state.isDrawn = false
      state.last = nil
    }
  }
}

/// Speed of work that is counted in samples, for progress lines.
struct Speedometer {
  let total: Int
  let sampleRate: Int
  private let start = ContinuousClock.now

  init(total: Int, sampleRate: Int) {
    self.total = total
    self.sampleRate = sampleRate
  }

  var seconds: Double { max((ContinuousClock.now - start) / .seconds(1), 1e-9) }

  func samplesPerSecond(_ done: Int) -> Double { Double(done) / seconds }

  /// `64000 of 128000 samples  231k samples/s  14.4 x real time  ETA 0:02`.
  func line(_ done: Int) -> String {
    let speed = samplesPerSecond(done)
    let left = speed > 0 ? Double(total - done) / speed : .infinity
    return "\(done) of \(total) samples  \(Format.short(speed)) samples/s  "
      + "\(Format.short(speed / Double(sampleRate))) x real time  ETA \(Format.clock(left))"
  }
}
