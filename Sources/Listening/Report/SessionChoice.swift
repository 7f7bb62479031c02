// Which sessions the numbers are made from. People and programs are never mixed: as soon as one person has answered,
// simulated listeners are set aside. Everything set aside is named in the report with the reason.

struct SessionChoice {
  private(set) var used: [SessionRecord] = []
  private(set) var setAside: [ListeningReport.SetAside] = []
  /// The sessions used are of programs.
  let isSimulated: Bool

  /// - Parameter completeOnly: sets unfinished sessions aside.
  init(_ sessions: [SessionRecord], completeOnly: Bool) {
    func isUsable(_ session: SessionRecord) -> Bool {
      !session.answers.isEmpty && (session.finished || !completeOnly)
    }
    isSimulated = !sessions.contains { $0.header.kind == .person && isUsable($0) }
    for session in sessions {
      let reason: String?
      if session.answers.isEmpty {
        reason = "opened, nothing answered"
      } else if !isUsable(session) {
        reason = "stopped after \(session.answers.count) of \(session.header.trials) trials"
      } else if session.header.kind == .simulated && !isSimulated {
        reason = "a simulated listener, not a person"
      } else {
        reason = nil
      }
      if let reason {
        setAside.append(
          .init(
            session: session.header.session, listener: session.header.listener, kind: session.header.kind,
            answers: session.answers.count, reason: reason))
      } else {
        used.append(session)
      }
    }
  }

  /// Why there can be no tests.
  func descriptive(method: Method) -> [String] {
    var reasons = used.filter { !$0.finished }.map {
      "\($0.header.listener) stopped after \($0.answers.count) of \($0.header.trials) trials"
    }
    if method == .abx {
      // With as many attempts as one likes, a right guess is only a matter of time.
      reasons += repeaters.map { "\($0.name) took the test \($0.count) times" }
    }
    return reasons
  }

  /// Listeners with more than one session.
  var repeaters: [(name: String, count: Int)] {
    var names: [String] = []
    for session in used where !names.contains(session.header.listener) {
      names.append(session.header.listener)
    }
    return names.map { name in (name, used.count { $0.header.listener == name }) }.filter { $0.count > 1 }
  }
}
