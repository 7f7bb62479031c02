// The end of a test before its planned number of listeners: sessions/closed.json, after which nobody can begin, and no file
// that came back from a static host is merged. So who wants p-values of a smaller test gives up a larger one, and cannot look
// again and again until it suits.
internal import Files
internal import FoundationEssentials

/// sessions/closed.json.
package struct Closing: Codable, Hashable, Sendable {
  /// UTC, ISO 8601.
  package let closed: String
  /// Who had answered anything by then.
  package let listeners: Int

  package init(closed: String = Date().ISO8601Format(), listeners: Int) {
    self.closed = closed
    self.listeners = listeners
  }
}

extension PreparedTest {
  private var closingPath: String { "\(sessionsFolder)/closed.json" }

  /// Whether new sessions are refused.
  package var isClosed: Bool { Disk.exists(closingPath) }

  /// How the test was closed; nil while it is open.
  package func closing() throws(ListeningError) -> Closing? {
    isClosed ? try TestFiles.decode(Closing.self, try TestFiles.read(closingPath), path: closingPath) : nil
  }

  /// Closes it for good. Sessions that have begun can still be finished.
  /// - Throws: `closed` if it is, `writeFailed`.
  package func close(_ closing: Closing) throws(ListeningError) {
    if isClosed { throw .closed(path: folder) }
    if !Disk.exists(sessionsFolder) { try TestFiles.makeFolder(sessionsFolder) }
    try TestFiles.write(Array(SnakeJSON.text(closing).utf8), to: closingPath)
    TestFiles.protect(closingPath)
  }
}
