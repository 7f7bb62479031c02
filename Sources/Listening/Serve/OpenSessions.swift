// The sessions that a server has open. Each file has one writer; sessions that rest are closed again, so that hundreds of
// listeners do not take hundreds of file descriptors.
internal import Synchronization

final class OpenSessions: Sendable {
  /// Open at once, if there are file descriptors for so many.
  static let most = 128

  private struct Entry {
    let log: SessionLog
    var used: UInt64
  }
  private struct State {
    var open: [String: Entry] = [:]
    var clock: UInt64 = 0
  }
  private let test: PreparedTest
  private let limit: Int
  private let state = Mutex(State())

  init(_ test: PreparedTest, limit: Int = most) {
    (self.test, self.limit) = (test, limit)
  }

  /// The session of that id; nil if there is none.
  func find(_ id: String) throws(ListeningError) -> SessionLog? {
    try state.withLock { state throws(ListeningError) in
      if let entry = state.open[id] {
        keep(entry.log, &state)
        return entry.log
      }
      guard let log = try SessionLog.open(in: test, id: id) else { return nil }
      keep(log, &state)
      return log
    }
  }

  /// The session of that id, begun if there is none.
  /// - Parameters:
  ///   - listener: a name; nil gives the next number
  ///   - returning: the code of an earlier session by the same person
  func begin(_ id: String, listener: String?, returning: String? = nil) throws(ListeningError) -> SessionLog {
    if let log = try find(id) { return log }
    return try state.withLock { state throws(ListeningError) in
      if let entry = state.open[id] { return entry.log }
      let name = listener ?? Self.nextName(in: test)
      let log = try SessionLog.create(in: test, id: id, listener: name, kind: .person, returning: returning)
      keep(log, &state)
      return log
    }
  }

  private func keep(_ log: SessionLog, _ state: inout State) {
    state.clock += 1
    state.open[log.header.session] = Entry(log: log, used: state.clock)
    if state.open.count > limit {
      state.open.removeValue(forKey: state.open.min { $0.value.used < $1.value.used }!.key)
    }
  }

  /// p01, p02 ... by the number of files: two servers may give a name twice, the session's id tells them apart.
  static func nextName(in test: PreparedTest) -> String {
    let number = TestFiles.names(in: test.sessionsFolder).count + 1
    return number < 10 ? "p0\(number)" : "p\(number)"
  }
}
