// A returned file becomes a session of its test: what the page would have told a server is told to one now, in a folder aside, so
// that it is checked and stored as everybody's; then its file takes its place. The order of trials follows from the number of
// the order that the browser drew.
internal import Files
internal import FoundationEssentials
internal import Synchronization

/// What became of a returned file.
package enum Merged: Hashable, Sendable {
  /// It is a session of the test now.
  case stored(session: String, listener: String, answers: Int)
  /// The same was merged before.
  case already(session: String, listener: String)
}

extension ReturnedFile {
  /// Whether it comes from an export of a version that knew tests by their key alone, as which all tests over the same sounds
  /// are one. Method, trials and sounds of its answers are checked as for others; question and title cannot be.
  package func isFromEarlierExport(of test: PreparedTest) -> Bool {
    header.test == TestPayload.id(test.plan.keySha256)
  }

  /// Stores it under sessions/, whole or not at all.
  /// - Throws: `returned` if it does not belong to this test, is not complete, or another session has its id; `tooLate` if the
  ///   test was closed; `writeFailed`
  package func merge(into test: PreparedTest) throws(ListeningError) -> Merged {
    let isOld = isFromEarlierExport(of: test)
    guard isOld || header.test == TestPayload.id(test.plan.identity) else {
      throw refused("answers to another test than \(test.folder)")
    }
    guard SessionLog.isID(header.session),
      (0..<StaticTest.orderLimit).contains(header.order),
      header.returning == nil || SessionHeader.code(typed: header.returning!) != nil,
      (try? Date(header.started, strategy: .iso8601)) != nil
    else { throw refused("its first line is not of a session") }
    let scratch = try TestFiles.scratchFolder(for: "\(test.sessionsFolder)/import")
    defer { scratch.abandon() }
    let aside = test.keeping(sessionsIn: scratch.path)
    let listener = ListenerName.cleaned(header.listener)
    try replay(
      in: aside, named: listener.isEmpty ? OpenSessions.nextName(in: test) : listener,
      StaticNames(test, secret: isOld ? test.plan.keySha256 : test.plan.identity))
    let name = "\(header.session).jsonl"
    let bytes = try TestFiles.read("\(scratch.path)/\(name)")
    let place = "\(test.sessionsFolder)/\(name)"
    guard let new = try SessionRecord.read(bytes, path: path, test: test) else {
      throw refused("it holds no session")
    }
    if Disk.exists(place), let old = try SessionRecord.read(TestFiles.read(place), path: place, test: test) {
      let isSame =
        old.answers == new.answers && old.header.seed == new.header.seed
        && old.header.started == new.header.started
      if isSame { return .already(session: header.session, listener: old.header.listener) }
      throw refused("there is another session with its id \(header.session)")
    }
    // Also of a listener who began before: whoever has seen p-values must not be able to add what suits.
    if let closing = try test.closing() {
      throw .tooLate(path: path, folder: test.folder, closed: closing.closed)
    }
    try TestFiles.write(bytes, to: place)
    return .stored(session: header.session, listener: new.header.listener, answers: new.answers.count)
  }

  private func refused(_ reason: String) -> ListeningError { .returned(path: path, reason: reason) }

  /// Tells a server all of it.
  private func replay(
    in test: PreparedTest, named listener: String, _ names: StaticNames
  ) throws(ListeningError) {
    let seed = names.seed(order: header.order)
    let trials = test.trials(seed: seed)
    // Closed again at once: the service opens it.
    _ = try SessionLog.create(
      in: test, id: header.session, listener: listener, kind: .person, seed: seed, started: header.started,
      returning: header.returning.flatMap { SessionHeader.code(typed: $0) })
    let troubles = Mutex<[String]>([])
    let service = ListeningService(test) { words in troubles.withLock { $0.append(words) } }
    struct Reply: Decodable {
      let position: Int?
      let open: [String]?
      let error: String?
    }
    var last = Reply(position: 0, open: nil, error: nil)
    for (index, one) in told.enumerated() {
      if one.to == "answer" {
        struct About: Decodable { let trial: Int }
        let trial = (try? SnakeJSON.decode(About.self, one.body, path: path))?.trial
        guard let trial, trials.indices.contains(trial), one.sounds == names.sounds(trials[trial], seed: seed)
        else { throw refused("line \(index + 2) is not about the sounds of a trial of this test") }
      }
      let response = service.respond(
        ServiceRequest(
          method: "POST", path: "session/\(header.session)/\(one.to)", contentType: "application/json",
          body: one.body))
      if let trouble = troubles.withLock({ $0.first }) {
        throw .writeFailed(path: test.sessionsFolder, reason: trouble)
      }
      let reply = try TestFiles.decode(Reply.self, response.body, path: path)
      // What a server has heard already, it lets pass; so does the page.
      if response.status == 409 && one.to != "answer" { continue }
      guard response.status == 200 else {
        var words = reply.error ?? "refused with \(response.status)"
        if words.hasSuffix(".") { words.removeLast() }  // a sentence by itself there
        throw refused("line \(index + 2): \(words)")
      }
      last = reply
    }
    if last.position != trials.count {
      throw refused("\(last.position ?? 0) of \(trials.count) trials are answered: not complete")
    }
    if let open = last.open, !open.isEmpty {
      throw refused("not complete: \(open.joined(separator: ", ")) is missing")
    }
  }
}
