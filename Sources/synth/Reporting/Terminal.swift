// The two outputs: data and reports on standard output, everything else on standard error. Whatever comes from files, names
// and flags is shown with control characters and bytes that are not UTF-8 as \xNN: nothing but our own marks may move
// a terminal.
import Files
import Glibc

enum Terminal {
  /// Whether a progress line may be drawn on standard error.
  static let errorIsTerminal = isatty(STDERR_FILENO) != 0
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) != 0 }

  /// https://no-color.org: any value that is not empty.
  private static let colours: Bool = {
    guard errorIsTerminal else { return false }
    if FileName.environment("NO_COLOR") != nil { return false }
    guard let terminal = FileName.environment("TERM") else { return false }
    return terminal != "dumb"
  }()

  /// Whether standard error is a terminal that obeys escape sequences.
  static let movesCursor = errorIsTerminal && ![nil, "dumb"].contains(FileName.environment("TERM"))

  static func red(_ text: String) -> String { colours ? "\u{1B}[31m\(text)\u{1B}[0m" : text }
  static func yellow(_ text: String) -> String { colours ? "\u{1B}[33m\(text)\u{1B}[0m" : text }

  /// Columns of the terminal on standard error, 80 if it does not say.
  static var columns: Int {
    var size = winsize()
    if unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 80
  }

  /// Takes a progress line away where there may be one.
  static let lineStart = errorIsTerminal ? "\r\u{1B}[K" : ""

  /// A line on standard error, above the progress line if there is one. A name with a newline in it stays on it.
  /// - mark: in front, with its colours
  static func note(_ line: String, mark: String = "") { noteText(FileName.shown(line), mark: mark) }

  /// The same of a text whose lines are ours.
  static func noteText(_ text: String, mark: String = "") {
    if isFirst { say(shown(text), mark: mark) }
  }

  static func warn(_ line: String) {
    if !holdsBack(line) { say(FileName.shown(rankName + line), mark: yellow("Warning:")) }
  }

  /// Why the process ends, a text whose lines are ours.
  static func fail(_ text: String, mark: String = "") { say(shown(rankName + text), mark: mark) }

  private static func say(_ text: String, mark: String) {
    clearProgress()
    writeError((mark.isEmpty ? "" : mark + " ") + text + "\n")
  }

  /// The first lines of a list, how many more there are, and what shows all of them.
  /// - most: lines that are shown unless all are asked for
  static func list(
    _ lines: [String], of what: String, all: Bool, most: Int = 10, hint: String,
    _ say: (String) throws -> Void
  ) rethrows {
    // One line more is shorter than to say that there is one more.
    let shown = all || lines.count <= most + 1 ? lines.count : most
    for line in lines.prefix(shown) { try say(line) }
    if shown < lines.count { try say("and \(lines.count - shown) more \(what): \(hint)") }
  }

  /// A line on standard output.
  /// - mark: in front, with its colours
  static func print(_ line: String, mark: String = "") throws(SynthError) {
    try printText(FileName.shown(line), mark: mark)
  }

  /// The same of a text whose lines are ours.
  static func printText(_ text: String, mark: String = "") throws(SynthError) {
    clearProgress()
    try write(Array((mark + shown(text) + "\n").utf8))
  }

  /// Data on standard output, as it is: JSON, whose encoder takes care of control characters, and tables for programs.
  static func printData(_ text: String) throws(SynthError) {
    clearProgress()
    try write(Array((text + "\n").utf8))
  }

  /// With everything that a terminal would obey made visible, except for ends of lines of ours.
  static func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { FileName.shown(String($0)) }
      .joined(separator: "\n")
  }

  /// Text on standard error as it is. Nobody can be told if that fails.
  static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  static func clearProgress() { ProgressLine.clear() }

  private static func write(_ bytes: [UInt8]) throws(SynthError) {
    if !isFirst { return }
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress! + done, $0.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EPIPE {
        throw .readerGone
      } else if errno != EINTR {
        throw .outputFailed(reason: Disk.words(errno))
      }
    }
  }
}
