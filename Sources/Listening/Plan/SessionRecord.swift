// What one listener did: sessions/ID.jsonl, one JSON object per line, only ever appended to (SessionLog.swift). A last
// line without its end is what a power cut or a full disk leaves: it is not counted, and a file without a whole first
// line is no session; both are said in the report. Anything else that does not fit is an error.

/// The first line of a session's file.
package struct SessionHeader: Codable, Hashable, Sendable {
  package enum Kind: String, Codable, Sendable {
    case person, simulated
  }

  package let type: String
  package let sequence: Int
  package let session: String
  package let listener: String
  package let kind: Kind
  /// The order of trials follows from it; below 2^53, so that every JSON reader has it exactly.
  package let seed: UInt64
  package let method: Method
  package let trials: Int
  /// UTC, ISO 8601.
  package let started: String
  /// The `code` of an earlier session by the same person, who typed it: "I was here before". Nil makes a session a
  /// listener of its own, whatever name was typed.
  package let returning: String?

  package init(
    session: String, listener: String, kind: Kind, seed: UInt64, method: Method, trials: Int, started: String,
    returning: String? = nil
  ) {
    type = "session"
    sequence = 0
    self.session = session
    self.listener = listener
    self.kind = kind
    self.seed = seed
    self.method = method
    self.trials = trials
    self.started = started
    self.returning = returning
  }

  /// What the page shows at the end, for the next time: the first eight digits of the session's id. The other 24 stay
  /// between page and server, so that nobody can write into a session by its code.
  package var code: String { String(session.prefix(Self.codeLength)) }

  private static let codeLength = 8

  /// A code as a person types it: upper case, spaces and hyphens are forgiven.
  /// - Returns: nil if it is none
  package static func code(typed text: String) -> String? {
    let code = text.lowercased().filter { !$0.isWhitespace && $0 != "-" }
    let isCode =
      code.utf8.count == codeLength && code.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    return isCode ? code : nil
  }
}

/// One answer as stored.
package struct AnswerRecord: Codable, Hashable, Sendable {
  package let type: String
  /// From 1, without gaps.
  package let sequence: Int
  /// From 0.
  package let trial: Int
  package let item: String
  /// Systems in the order of the buttons, without X and the open reference.
  package let order: [String]
  package let answer: Answer
  /// From the trial's first appearance to the answer.
  package let seconds: Double
  /// How often each sound was chosen for playing, by its label on the page.
  package let plays: [String: Int]
  /// Changes from one sound to another while playing.
  package let switches: Int
  /// Whether a part was looped.
  package let looped: Bool
  /// What the listener wrote about the trial.
  package let comment: String?

  package init(
    sequence: Int, trial: Int, item: String, order: [String], answer: Answer, seconds: Double,
    plays: [String: Int], switches: Int, looped: Bool, comment: String? = nil
  ) {
    type = "answer"
    self.sequence = sequence
    self.trial = trial
    self.item = item
    self.order = order
    self.answer = answer
    self.seconds = seconds
    self.plays = plays
    self.switches = switches
    self.looped = looped
    self.comment = comment
  }
}

/// A session's file, read.
package struct SessionRecord: Hashable, Sendable {
  package let header: SessionHeader
  /// Who it is, for the report: the name that was typed, numbered where two people typed the same one
  /// (ListenerNames.swift); of all sessions of one person the same.
  package var listener: String
  package let answers: [AnswerRecord]
  /// False: the listener stopped early.
  package let finished: Bool
  /// Whether half a line follows, which was being written when the power or the program went.
  package let isTorn: Bool
  /// What is not an answer to a trial.
  package let notes: SessionNotes

  package init(
    header: SessionHeader, answers: [AnswerRecord], finished: Bool, isTorn: Bool = false,
    notes: SessionNotes = SessionNotes()
  ) {
    self.header = header
    listener = header.listener
    self.answers = answers
    self.finished = finished
    self.isTorn = isTorn
    self.notes = notes
  }

  /// Every session of a test, in the order they started, each checked against the test.
  /// - Parameter folder: the test's
  package static func readAll(in folder: String) throws(ListeningError) -> [SessionRecord] {
    try readAll(of: try PreparedTest.open(folder))
  }

  /// The same for a test that is open.
  package static func readAll(of test: PreparedTest) throws(ListeningError) -> [SessionRecord] {
    try readFiles(of: test).sessions
  }

  /// The same, and the names of files in which no session was begun: their first line is not complete.
  package static func readFiles(
    of test: PreparedTest
  ) throws(ListeningError) -> (sessions: [SessionRecord], unbegun: [String]) {
    var records: [SessionRecord] = []
    var unbegun: [String] = []
    for name in TestFiles.names(in: test.sessionsFolder) where name.hasSuffix(".jsonl") {
      let path = "\(test.sessionsFolder)/\(name)"
      if let record = try read(try TestFiles.read(path), path: path, test: test) {
        records.append(record)
      } else {
        unbegun.append(name)
      }
    }
    return (inOrder(records), unbegun)
  }

  /// By the time they started, but behind the one that a session comes back to: times are whole seconds of clocks that differ, and
  /// whose first time it was decides what counts.
  static func inOrder(_ records: [SessionRecord]) -> [SessionRecord] {
    let byTime = records.sorted {
      ($0.header.started, $0.header.session) < ($1.header.started, $1.header.session)
    }
    var owners: [String: Int] = [:]
    for (place, record) in byTime.enumerated() where record.header.kind == .person {
      owners[record.header.code] = owners[record.header.code] ?? place
    }
    var seen: Set<Int> = []
    var ordered: [SessionRecord] = []
    func take(_ place: Int) {
      if !seen.insert(place).inserted { return }
      if let code = byTime[place].header.returning, let owner = owners[code] { take(owner) }
      ordered.append(byTime[place])
    }
    for place in byTime.indices { take(place) }
    return ordered
  }

  /// One file; nil if not even its first line is complete.
  static func read(
    _ bytes: [UInt8], path: String, test: PreparedTest
  ) throws(ListeningError) -> SessionRecord? {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What follows the last newline: nothing, or half a line.
    let isTorn = !(lines.popLast()?.isEmpty ?? true)
    guard let first = lines.first else { return nil }
    let header = try TestFiles.decode(SessionHeader.self, Array(first), path: "\(path), line 1")
    guard header.type == "session", header.method == test.method, header.trials == test.plan.trials else {
      throw .damaged(path: path, reason: "the first line is not of a session of this test")
    }
    let trials = test.trials(seed: header.seed)
    var answers: [AnswerRecord] = []
    var notes = SessionNotes()
    var finished = false
    for (index, line) in lines.enumerated().dropFirst() {
      let place = "\(path), line \(index + 1)"
      let mark = try TestFiles.decode(Mark.self, Array(line), path: place)
      if try notes.take(Array(line), type: mark.type, place: place, test: test) { continue }
      if finished { throw .damaged(path: place, reason: "a line after the end") }
      if mark.sequence != answers.count + 1 {
        throw .damaged(
          path: place,
          reason: "sequence \(mark.sequence.map { "\($0)" } ?? "missing"), not \(answers.count + 1)")
      }
      if mark.type == "finished" {
        finished = true
        continue
      }
      let answer = try TestFiles.decode(AnswerRecord.self, Array(line), path: place)
      if answers.count >= trials.count { throw .damaged(path: place, reason: "more answers than trials") }
      let trial = trials[answers.count]
      guard answer.type == "answer", answer.trial == trial.number,
        answer.item == test.key.items[trial.item].name,
        answer.order == test.names(trial.order), answer.answer.fits(test.method, systems: answer.order)
      else { throw .damaged(path: place, reason: "the answer does not belong to the session's trial") }
      answers.append(answer)
    }
    // The mark may be missing after a crash between the last answer and it.
    return SessionRecord(
      header: header, answers: answers, finished: finished || answers.count == trials.count, isTorn: isTorn,
      notes: notes)
  }

  /// What every line has.
  private struct Mark: Decodable {
    let type: String
    /// Of the header, answers and the end.
    let sequence: Int?
  }
}

extension PreparedTest {
  /// Names of systems.
  package func names(_ systems: [Int]) -> [String] { systems.map { key.systems[$0].name } }

  /// Whether a person's session here showed that code.
  func hasSession(code: String) throws(ListeningError) -> Bool {
    for name in TestFiles.names(in: sessionsFolder) where name.hasPrefix(code) && name.hasSuffix(".jsonl") {
      let path = "\(sessionsFolder)/\(name)"
      let record = try SessionRecord.read(try TestFiles.read(path), path: path, test: self)
      if record?.header.kind == .person { return true }
    }
    return false
  }

  /// What a person typed to say "I was here before", as it is stored.
  /// - Returns: nil for nothing
  /// - Throws: `usage` if it is no code, `unknownCode`
  package func returning(typed text: String) throws(ListeningError) -> String? {
    if text.allSatisfy(\.isWhitespace) { return nil }
    guard let code = SessionHeader.code(typed: text) else {
      throw .usage("'\(text)' is no code: give the 8 digits and letters a to f that were shown at the end")
    }
    if try !hasSession(code: code) { throw .unknownCode(code, folder: folder) }
    return code
  }
}
