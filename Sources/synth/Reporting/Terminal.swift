// The two outputs: data and reports on standard output, everything else on standard error.
import Glibc

enum Terminal {
  /// Whether a progress line may be drawn on standard error.
  static let errorIsTerminal = isatty(STDERR_FILENO) != 0
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) != 0 }

  /// https://no-color.org: any value that is not empty.
  private static let colours: Bool = {
    guard errorIsTerminal else { return false }
    if let value = getenv("NO_COLOR"), value.pointee != 0 { return false }
    guard let term = getenv("TERM") else { return false }
    return String(cString: term) != "dumb"
  }()

  static func red(_ text: String) -> String { colours ? "\u{1B}[31m\(text)\u{1B}[0m" : text }
  static func yellow(_ text: String) -> String { colours ? "\u{1B}[33m\(text)\u{1B}[0m" : text }

  /// Columns of the terminal on standard error, 80 if it does not say.
  static var columns: Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
    return 80
  }

  /// One line on standard error, above the progress line if there is one.
  static func note(_ line: String) {
    clearProgress()
    writeError(line + "\n")
  }

  static func warn(_ line: String) { note("\(yellow("Warning:")) \(line)") }

  /// One line on standard output.
  static func print(_ line: String) throws(SynthError) {
    clearProgress()
    try write(Array((line + "\n").utf8))
  }

  /// Text on standard error as it is. Nobody can be told if that fails.
  static func writeError(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }

  static func clearProgress() { ProgressLine.clear() }

  private static func write(_ bytes: [UInt8]) throws(SynthError) {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(STDOUT_FILENO, $0.baseAddress! + done, $0.count - done)
      }
      if count >= 0 {
        done += count
      } else if errno == EPIPE {
        throw .readerGone
      } else if errno != EINTR {
        throw .outputFailed(reason: String(cString: strerror(errno)))
      }
    }
  }
}
