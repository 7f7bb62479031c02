// A session's file while it is being written: one writer, lines only ever added, on the disk before anyone is told. What
// a crash leaves is at most one torn line, which is cut off when the session goes on. Reader: Plan/SessionRecord.swift.
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Synchronization

package final class SessionLog: Sendable {
  /// What became of an answer.
  package enum Outcome: Hashable, Sendable {
    case stored
    /// The same answer was stored before.
    case repeated
    /// Another answer has that number, or it leaves a gap.
    case conflict
  }

  package let header: SessionHeader
  package let path: String
  private let trials: [Trial]
  private let test: PreparedTest
  private let descriptor: Int32

  private struct State {
    var answers: [AnswerRecord] = []
    var notes = SessionNotes()
    var length: off_t = 0
    /// After a failed fsync nobody knows what is on the disk: nothing more is acknowledged.
    var failure: ListeningError?
  }
  private let state: Mutex<State>

  /// Session ids: 32 hexadecimal digits, random.
  package static func newID() -> String {
    var random = SystemRandomNumberGenerator()
    return (0..<32).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16) }.joined()
  }

  package static func isID(_ text: String) -> Bool {
    text.utf8.count == 32 && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
  }

  /// Seeds of sessions: from the system, since whoever knows it knows the answers; 53 bits, which JSON holds exactly.
  package static func newSeed() -> UInt64 { UInt64.random(in: 0..<1 << 53) }

  /// Begins a session: its file exists with its first line, synced, when this returns. A file of that name without a
  /// whole first line, left by a full disk or a kill, is begun again.
  /// - Throws: `inUse` if there is such a session, or somebody else is beginning it; `closed`.
  package static func create(
    in test: PreparedTest, id: String = newID(), listener: String, kind: SessionHeader.Kind,
    seed: UInt64 = newSeed(), started: String = Date().ISO8601Format(), returning: String? = nil
  ) throws(ListeningError) -> SessionLog {
    precondition(isID(id), "session id '\(id)'")
    let header = SessionHeader(
      session: id, listener: listener, kind: kind, seed: seed, method: test.method, trials: test.plan.trials,
      started: started, returning: returning)
    if test.isClosed { throw .closed(path: test.folder) }
    if !Disk.exists(test.sessionsFolder) { try TestFiles.makeFolder(test.sessionsFolder) }
    let path = path(in: test, id)
    let descriptor = try open(path, O_RDWR | O_CREAT | O_APPEND)
    let log = SessionLog(test, header, path, descriptor, State())
    if try SessionRecord.read(try TestFiles.read(path), path: path, test: test) != nil {
      throw .inUse(path: path)
    }
    if ftruncate(descriptor, 0) != 0 { throw .writeFailed(path: path, reason: TestFiles.reason()) }
    do throws(ListeningError) {
      try log.state.withLock { state throws(ListeningError) in
        try log.append(SnakeJSON.line(header) + "\n", &state)
      }
    } catch {
      Disk.remove(path)
      throw error
    }
    let folder = Disk.open(test.sessionsFolder, O_RDONLY | O_DIRECTORY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    return log
  }

  /// Goes on with a session.
  /// - Returns: nil if there is none of that id.
  package static func open(in test: PreparedTest, id: String) throws(ListeningError) -> SessionLog? {
    let path = path(in: test, id)
    guard isID(id), Disk.exists(path) else { return nil }
    let descriptor = try open(path, O_RDWR | O_APPEND)
    do throws(ListeningError) {
      let bytes = try TestFiles.read(path)
      guard let record = try SessionRecord.read(bytes, path: path, test: test) else {
        release(descriptor)
        return nil
      }
      let whole = bytes.lastIndex(of: UInt8(ascii: "\n"))! + 1
      if whole < bytes.count, ftruncate(descriptor, off_t(whole)) != 0 {
        throw .writeFailed(path: path, reason: TestFiles.reason())
      }
      return SessionLog(
        test, record.header, path, descriptor,
        State(answers: record.answers, notes: record.notes, length: off_t(whole)))
    } catch {
      release(descriptor)
      throw error
    }
  }

  private init(
    _ test: PreparedTest, _ header: SessionHeader, _ path: String, _ descriptor: Int32,
    _ state: State
  ) {
    self.test = test
    self.header = header
    self.path = path
    self.descriptor = descriptor
    trials = test.trials(seed: header.seed)
    self.state = Mutex(state)
  }

  deinit { Self.release(descriptor) }

  /// The trial that waits for its answer; nil when all are answered.
  package var current: Trial? {
    state.withLock { $0.answers.count < trials.count ? trials[$0.answers.count] : nil }
  }

  /// The trial that waits for its answer and the one after it, as far as there are any.
  package var upcoming: [Trial] { state.withLock { Array(trials.dropFirst($0.answers.count).prefix(2)) } }

  /// Trials answered.
  package var position: Int { state.withLock { $0.answers.count } }

  /// Stores an answer. It is on the disk when this returns `.stored` or `.repeated`.
  /// - Throws: `writeFailed`; the answer may then be sent again.
  package func append(_ record: AnswerRecord) throws(ListeningError) -> Outcome {
    try state.withLock { state throws(ListeningError) in
      if let failure = state.failure { throw failure }  // also for a repeated one
      let next = state.answers.count + 1
      if record.sequence < next, record.sequence > 0 {
        let old = state.answers[record.sequence - 1]
        return old.answer == record.answer && old.trial == record.trial ? .repeated : .conflict
      }
      guard record.sequence == next, next <= trials.count, record.trial == trials[next - 1].number else {
        return .conflict
      }
      var lines = SnakeJSON.line(record) + "\n"
      if next == trials.count { lines += SnakeJSON.line(Finished(sequence: next + 1)) + "\n" }
      try append(lines, &state)
      state.answers.append(record)
      return .stored
    }
  }

  /// What is not an answer to a trial.
  package var notes: SessionNotes { state.withLock { $0.notes } }

  /// Stores the answers to the questions of one page. Those after the trials come when all are answered.
  /// - Returns: `.repeated` if just these were stored before
  package func append(_ form: FormRecord) throws(ListeningError) -> Outcome {
    try state.withLock { state throws(ListeningError) in
      if let old = state.notes.form(form.when) { return old == form ? .repeated : .conflict }
      if form.when == .after && state.answers.count < trials.count { return .conflict }
      try append(SnakeJSON.line(form) + "\n", &state)
      state.notes.add(form)
      return .stored
    }
  }

  package func append(_ check: HeadphoneRecord) throws(ListeningError) -> Outcome {
    try append(check, to: \.headphones) { $0.add(check) }
  }

  package func append(_ device: DeviceRecord) throws(ListeningError) -> Outcome {
    try append(device, to: \.devices) { $0.add(device) }
  }

  /// Stores a note of a kind of which there may be several. The same again is no news.
  private func append<Note: Encodable & Equatable & Sendable>(
    _ note: Note, to stored: KeyPath<SessionNotes, [Note]>, add: (inout SessionNotes) -> Void
  ) throws(ListeningError) -> Outcome {
    try state.withLock { state throws(ListeningError) in
      if state.notes[keyPath: stored].last == note { return .repeated }
      if state.notes[keyPath: stored].count >= SessionNotes.limit { return .conflict }
      try append(SnakeJSON.line(note) + "\n", &state)
      add(&state.notes)
      return .stored
    }
  }

  /// The same for what came from outside.
  /// - Returns: nil if it does not answer the trial that it names.
  package func append(_ submitted: SubmittedAnswer) throws(ListeningError) -> Outcome? {
    guard trials.indices.contains(submitted.trial),
      let record = submitted.record(trials[submitted.trial], of: test)
    else {
      return nil
    }
    return try append(record)
  }

  private struct Finished: Encodable {
    let type = "finished"
    let sequence: Int
  }

  private func append(_ text: String, _ state: inout State) throws(ListeningError) {
    if let failure = state.failure { throw failure }
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
      let count = unsafe write(descriptor, Array(bytes[done...]), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      if count < 0 {
        let reason = TestFiles.reason()
        // Back to the last whole line, so that a retry does not follow half of one.
        if ftruncate(descriptor, state.length) != 0 {
          state.failure = .writeFailed(path: path, reason: reason)
        }
        throw .writeFailed(path: path, reason: reason)
      }
      done += count
    }
    if fsync(descriptor) != 0 {
      let failure = ListeningError.writeFailed(path: path, reason: TestFiles.reason())
      state.failure = failure
      throw failure
    }
    state.length += off_t(bytes.count)
  }

  private static func path(in test: PreparedTest, _ id: String) -> String {
    "\(test.sessionsFolder)/\(id).jsonl"
  }

  /// Open and locked.
  private static func open(_ path: String, _ flags: Int32) throws(ListeningError) -> Int32 {
    while true {
      let descriptor = Disk.open(path, flags)
      if descriptor < 0 { throw .cannotCreate(path: path, reason: TestFiles.reason()) }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        close(descriptor)
        throw .inUse(path: path)
      }
      // Whoever could not begin it may have removed it in between.
      var status = stat()
      if unsafe fstat(descriptor, &status) != 0 || status.st_nlink > 0 { return descriptor }
      release(descriptor)
    }
  }

  /// Unlocked before it is closed: a program that is just being started has copies of all descriptors for a moment, and would
  /// keep the lock as long.
  private static func release(_ descriptor: Int32) {
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }
}
