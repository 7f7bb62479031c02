// The one line that is drawn over and over on standard error, only if that is a terminal.
import Files
import Reports
import Synchronization

/// Draws at most ten times a second. Safe to use from any thread.
enum ProgressLine {
  private struct State {
    var isDrawn = false
    var last: ContinuousClock.Instant?
  }
  private static let state = Mutex(State())
  private static let enabled = Atomic(Terminal.errorIsTerminal && Terminal.isFirst)
  static var isEnabled: Bool {
    get { enabled.load(ordering: .relaxed) }
    set { enabled.store(newValue, ordering: .relaxed) }
  }

  /// Replaces the line; its parts, the most important first, are only made if it will be drawn.
  static func draw(_ parts: () -> [String]) {
    guard isEnabled else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      if let last = state.last, now - last < .milliseconds(100) { return }
      state.last = now
      state.isDrawn = true
      Terminal.writeError("\r" + fitted(parts(), columns: Terminal.columns - 1) + "\u{1B}[K")
    }
  }

  /// As many parts as fit, the first one in any case.
  static func fitted(_ parts: [String], columns: Int) -> String {
    var line = ""
    for part in parts {
      let longer = line.isEmpty ? FileName.shown(part) : line + "  " + FileName.shown(part)
      if longer.count > columns { break }
      line = longer
    }
    return line.isEmpty ? String(FileName.shown(parts.first ?? "").prefix(max(10, columns))) : line
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

  /// `50 %, ETA 0:02`, `14.4 x real time`, `64000 of 128000 samples`, `231k samples/s`.
  func parts(_ done: Int, of what: String = "") -> [String] {
    let speed = samplesPerSecond(done)
    let left = speed > 0 ? Double(total - done) / speed : .infinity
    return [
      what + NumberText.share(done, total) + ", ETA \(NumberText.clock(left))",
      "\(NumberText.short(speed / Double(sampleRate))) x real time", "\(done) of \(total) samples",
      "\(NumberText.short(speed)) samples/s",
    ]
  }
}
