// What the server answers to what, without the network: a function from requests to responses over a prepared test, so
// that tests can ask it anything. What a listener may see is decided here: letters, lengths, and ids that mean nothing.
internal import Files
internal import Synchronization

/// A request as far as it matters.
struct ServiceRequest: Sendable {
  var method = "GET"
  /// Below the root, without the slash in front: "session/ab12/trial".
  var path: String
  var contentType: String?
  var body: [UInt8] = []
}

/// Status, type and bytes.
struct ServiceResponse: Sendable {
  let status: Int
  let type: String
  let body: [UInt8]

  static func json(_ value: some Encodable, status: Int = 200) -> ServiceResponse {
    .init(status: status, type: "application/json", body: Array(SnakeJSON.line(value).utf8))
  }

  static func problem(_ status: Int, _ words: String) -> ServiceResponse {
    json(["error": words], status: status)
  }
}

final class ListeningService: Sendable {
  /// Most bytes of a request's body, which the reader of requests holds: a reply to twelve sliders takes under 1 KB, a remark
  /// up to 12 KB, and the questions of one page what they take.
  static func bodyLimit(_ plan: TestPlan) -> Int {
    (16 << 10) + (plan.page.questionnaire?.answerBytes ?? 0)
  }

  let test: PreparedTest
  private let sessions: OpenSessions
  private let say: @Sendable (String) -> Void
  private let tell: @Sendable (ListenerEvent) -> Void
  /// What was said last: the same again is not news.
  private let said = Mutex("")

  /// - Parameters:
  ///   - openFiles: most sessions' files that are open at once
  ///   - say: told what stops a listener, with the path and the cause, for whoever runs the server
  ///   - tell: told of every step of a listener
  init(
    _ test: PreparedTest, openFiles: Int = OpenSessions.most,
    say: @escaping @Sendable (String) -> Void = { _ in },
    tell: @escaping @Sendable (ListenerEvent) -> Void = { _ in }
  ) {
    (self.test, self.say, self.tell) = (test, say, tell)
    sessions = OpenSessions(test, limit: openFiles)
  }

  func respond(_ request: ServiceRequest) -> ServiceResponse {
    do throws(ListeningError) {
      return try route(request)
    } catch {
      // Paths are for the server's own terminal, not for listeners.
      let words = "\(error)"
      let isNews = said.withLock { said in
        defer { said = words }
        return said != words
      }
      if isNews { say(words) }
      if case .closed = error { return .problem(410, "This test is over. Thank you.") }
      if case .inUse = error { return .problem(503, "This session is open in another server.") }
      return .problem(
        500, "The server cannot store or read what it should. Please tell whoever runs this test.")
    }
  }

  private func route(_ request: ServiceRequest) throws(ListeningError) -> ServiceResponse {
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isTold = parts.count == 3 && parts[0] == "session" && Self.told.contains(parts[2])
    let wanted = parts == ["session"] || isTold ? "POST" : "GET"
    if let file = PageFile.all[request.path] {
      return request.method == "GET"
        ? .init(status: 200, type: file.type, body: file.bytes) : .problem(405, "Only GET is possible here.")
    }
    guard ["session", "test", "health"].contains(parts[0]) else {
      return .problem(404, "There is nothing here.")
    }
    if request.method != wanted { return .problem(405, "Only \(wanted) is possible here.") }
    if wanted == "POST" {
      // Another site's page cannot send this type without asking first, and is then refused.
      guard request.contentType?.split(separator: ";").first == "application/json" else {
        return .problem(415, "Send application/json.")
      }
    }
    switch (parts[0], parts.count) {
    case ("health", 1): return .json(["status": "ok"])
    case ("test", 1): return .json(TestPayload(test))
    case ("session", 1): return try begin(request.body)
    case ("session", 2...4):
      guard SessionLog.isID(parts[1]), let log = try sessions.find(parts[1]) else {
        return .problem(404, "There is no such session.")
      }
      switch (parts.count, parts.count > 2 ? parts[2] : "") {
      case (2, _):
        tell(ListenerEvent(log, test))
        return .json(StatePayload(log, test))
      case (3, "trial"):
        guard let trial = log.current else { return .problem(409, "All trials are answered.") }
        return .json(TrialPayload(trial, log, test))
      case (3, "training"): return .json(TrialPayload(practice(log), log, test))
      case (3, "answer"): return try answer(log, request.body)
      case (3, "questionnaire"): return try questionnaire(log, request.body)
      case (3, "headphones"): return try headphones(log, request.body)
      case (3, "device"): return try device(log, request.body)
      case (4, "trial"): return trial(log, parts[3])
      case (4, "audio"): return try audio(log, id: parts[3])
      default: return .problem(404, "There is nothing here.")
      }
    default: return .problem(404, "There is nothing here.")
    }
  }

  /// What a page says about its session.
  private static let told: Set = ["answer", "questionnaire", "headphones", "device"]

  private func practice(_ log: SessionLog) -> Trial {
    TrialOrder.training(test.key, method: test.method, seed: log.header.seed)
  }

  /// The present trial or the one after it, so that its sounds come while a person listens. Others cannot be asked for.
  private func trial(_ log: SessionLog, _ number: String) -> ServiceResponse {
    guard let trial = log.upcoming.first(where: { "\($0.number)" == number }) else {
      return .problem(404, "This is neither the present trial nor the next.")
    }
    return .json(TrialPayload(trial, log, test))
  }

  private func begin(_ body: [UInt8]) throws(ListeningError) -> ServiceResponse {
    struct Wish: Decodable {
      let session: String
      let listener: String?
      /// The code that an earlier session showed at its end.
      let returning: String?
    }
    guard let wish = try? SnakeJSON.decode(Wish.self, body, path: "a request") else {
      return .problem(
        400, "A session begins with {\"session\": 32 hexadecimal digits, \"listener\": a name}.")
    }
    guard SessionLog.isID(wish.session) else { return .problem(400, "session: 32 hexadecimal digits.") }
    let name = wish.listener ?? ""
    guard ListenerName.isOne(name) else {
      return .problem(400, "listener: at most \(ListenerName.limit) characters, without control characters.")
    }
    let returning: String?
    do throws(ListeningError) {
      // Of a session that has begun it was checked then.
      returning = try sessions.find(wish.session) == nil ? test.returning(typed: wish.returning ?? "") : nil
    } catch {
      switch error {
      case .usage, .unknownCode:
        return .problem(422, "returning: no session has this code, which was shown at the end of one.")
      default: throw error
      }
    }
    let log = try sessions.begin(
      wish.session, listener: name.isEmpty ? nil : name, returning: returning)
    tell(ListenerEvent(log, test))
    return .json(StatePayload(log, test))
  }

  private func answer(_ log: SessionLog, _ body: [UInt8]) throws(ListeningError) -> ServiceResponse {
    guard let submitted = try? SnakeJSON.decode(SubmittedAnswer.self, body, path: "an answer") else {
      return .problem(400, "This is not an answer.")
    }
    switch try log.append(submitted) {
    case nil: return .problem(400, "This does not answer the trial that it names.")
    case .conflict:
      return .problem(409, "Another answer was stored for this trial, or one before it is missing.")
    case .stored, .repeated:
      tell(ListenerEvent(log, test))
      return .json(StatePayload(log, test))
    }
  }

  /// A sound of the present trial, of the next, or of the practice; others cannot be asked for.
  private func audio(_ log: SessionLog, id: String) throws(ListeningError) -> ServiceResponse {
    for trial in log.upcoming + [practice(log)] {
      let systems = test.method.systems(of: trial, reference: test.key.referenceIndex)
      for (slot, system) in systems.enumerated() where TrialPayload.soundID(log, trial, slot: slot) == id {
        return .init(
          status: 200, type: StimulusFormat.mediaType,
          body: try test.bytes(test.key.items[trial.item].stimuli[system]))
      }
    }
    return .problem(404, "This sound belongs neither to the present trial nor to the next.")
  }
}
