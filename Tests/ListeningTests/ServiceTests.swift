// The server as a listener's tools see it: what it says, what it never says, and what it refuses. Over a real socket.

import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Listening

private func object(_ response: RawResponse) throws -> [String: Any] {
  try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
}

private func json(_ submitted: SubmittedAnswer) throws -> String {
  String(decoding: try JSONEncoder().encode(submitted), as: UTF8.self)
}

private let id = "0123456789abcdef0123456789abcdef"

@Suite struct ServiceTests {
  @Test(arguments: Listening.Method.allCases) func nothingServedTellsWhatIsWhat(method: Listening.Method)
    async throws
  {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, method: method, systems: 2, items: 3, trials: 6, frames: 480)
      try await serving(test) { http, _ in
        var texts: [RawResponse] = []
        for name in PageFile.all.keys { texts.append(try http.get("/" + name)) }
        for path in ["/test", "/health"] { texts.append(try http.get(path)) }
        texts.append(try http.post("/session", "{\"session\":\"\(id)\"}"))
        #expect(texts.allSatisfy { $0.status == 200 })
        let log = try #require(SessionRecord.readAll(of: test).first)
        let trials = test.trials(seed: log.header.seed)
        var ids: [String] = []
        var headers: [Int: Set<String>] = [:]
        func listen(_ path: String, _ trial: Trial) throws {
          let view = try http.get(path)
          texts.append(view)
          let sounds = try #require(try object(view)["sounds"] as? [String])
          let systems = test.method.systems(of: trial, reference: test.key.referenceIndex)
          #expect(sounds.count == systems.count)
          ids += sounds
          for (sound, system) in zip(sounds, systems) {
            let audio = try http.get("/session/\(id)/audio/\(sound)")
            #expect(audio.status == 200)
            headers[trial.item, default: []].insert(
              audio.headers.map { "\($0.name): \($0.value)" }.joined(separator: "\n"))
            // The right sound, and not a bit changed.
            #expect(audio.body == (try test.bytes(test.key.items[trial.item].stimuli[system])))
          }
        }
        try listen(
          "/session/\(id)/training", TrialOrder.training(test.key, method: method, seed: log.header.seed))
        for trial in trials {
          try listen("/session/\(id)/trial", trial)
          texts.append(try http.post("/session/\(id)/answer", try json(submitted(trial, method))))
          #expect(texts.last!.status == 200)
        }
        texts.append(try http.get("/session/\(id)/trial"))
        texts.append(try http.get("/session/\(id)"))
        #expect(Set(ids).count == ids.count, "an id came twice")
        // Their size among them, though sounds compress differently.
        #expect(headers.values.allSatisfy { $0.count == 1 }, "sounds differ in their headers: \(headers)")
        #expect(
          headers.values.allSatisfy { $0.first!.contains("audio/flac") && $0.first!.contains("ength: ") })
        let allowed: Set = [
          "cache-control", "content-length", "content-security-policy", "content-type",
          "cross-origin-resource-policy", "referrer-policy", "x-content-type-options",
        ]
        var secrets =
          test.key.systems.map(\.name).filter { $0 != "reference" } + test.key.systems.map(\.source)
        secrets +=
          test.key.items.map(\.name) + [
            folder, "stimuli", ".flac", "\(log.header.seed)", test.plan.keySha256,
          ]
        secrets += test.key.items.flatMap { $0.stimuli.map(\.sha256) }
        secrets.removeAll { $0 == TestKey.reference }
        for response in texts {
          let names = Set(response.headers.map(\.name))
          #expect(names.isSubset(of: allowed), "\(names.subtracting(allowed))")
          #expect(response.header("cache-control") == "no-store")
          let text = String(decoding: response.bytes, as: UTF8.self)
          for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(text.prefix(2000))") }
        }
      }
    }
  }

  /// While one listens, the next trial can be loaded; what comes after it cannot.
  @Test func theNextTrialAndNoOther() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, trials: 4, frames: 480)
      try await serving(test) { http, _ in
        _ = try http.post("/session", "{\"session\":\"\(id)\"}")
        let log = try #require(SessionRecord.readAll(of: test).first)
        let trials = test.trials(seed: log.header.seed)
        var early: [String] = []
        for (number, trial) in trials.enumerated() {
          let codes = try trials.indices.map { try http.get("/session/\(id)/trial/\($0)").status }
          #expect(codes == trials.indices.map { (number...number + 1).contains($0) ? 200 : 404 })
          let present = try object(try http.get("/session/\(id)/trial/\(number)"))
          let sounds = try #require(present["sounds"] as? [String])
          #expect(try object(try http.get("/session/\(id)/trial"))["sounds"] as? [String] == sounds)
          #expect(number == 0 || sounds == early, "what came early is what is played")
          if number + 1 < trials.count {
            early = try #require(
              try object(try http.get("/session/\(id)/trial/\(number + 1)"))["sounds"] as? [String])
            let audio = try http.get("/session/\(id)/audio/\(early[0])")
            let system = test.method.systems(of: trials[number + 1], reference: nil)[0]
            let stimulus = test.key.items[trials[number + 1].item].stimuli[system]
            #expect(audio.status == 200)
            #expect(audio.body == (try test.bytes(stimulus)))
          }
          #expect(
            try http.post("/session/\(id)/answer", try json(submitted(trial, .abx))).status == 200)
          #expect(try http.get("/session/\(id)/audio/\(sounds[0])").status == 404, "it is over")
        }
      }
    }
  }

  /// What comes back for a right answer is, byte for byte, what comes back for a wrong one.
  @Test func answersAreNotJudged() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, trials: 3, frames: 480)
      try await serving(test) { http, _ in
        var responses: [[UInt8]] = []
        for (session, right) in [(id, true), (String(id.reversed()), false)] {
          _ = try http.post("/session", "{\"session\":\"\(session)\",\"listener\":\"p\"}")
          let seed = try #require(SessionRecord.readAll(of: test).first { $0.header.session == session })
            .header.seed
          var answer: [UInt8] = []
          for trial in test.trials(seed: seed) {
            var submitted = submitted(trial, .abx)
            submitted.chosen = right ? trial.x! : 1 - trial.x!
            answer += try http.post("/session/\(session)/answer", try json(submitted)).bytes
          }
          responses.append(
            Array(
              String(decoding: answer, as: UTF8.self).replacingOccurrences(of: session, with: "")
                .replacingOccurrences(of: "\"code\":\"\(session.prefix(8))\"", with: "").utf8))
        }
        #expect(responses[0] == responses[1] && responses[0].count > 300)
      }
    }
  }

  @Test func idsDifferBetweenSessionsAndSurviveARestart() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, frames: 480)
      func trial(_ http: RawHTTP, _ session: String) throws -> [String] {
        _ = try http.post("/session", "{\"session\":\"\(session)\"}")
        return try #require(try object(try http.get("/session/\(session)/trial"))["sounds"] as? [String])
      }
      let first = try await serving(test) { http, _ in
        (try trial(http, id), try trial(http, String(id.reversed())))
      }
      #expect(Set(first.0).isDisjoint(with: first.1))
      let second = try await serving(test) { http, _ in try trial(http, id) }
      #expect(second == first.0)
    }
  }

  @Test func badRequests() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, trials: 3, frames: 480)
      try await serving(test) { http, _ in
        _ = try http.post("/session", "{\"session\":\"\(id)\"}")
        func status(_ method: String, _ path: String, _ body: String = "", type: String = "application/json")
          throws -> Int
        {
          try http.send(method, path, ["Content-Type: \(type)"], Array(body.utf8)).status
        }
        for path in [
          "/key.json", "/test.json", "/SHA256SUMS", "/stimuli/000.flac", "/../key.json", "/%2e%2e/key.json",
          "/session/../key.json",
          "/sessions/\(id).jsonl", "/session/\(id).jsonl", "/session/\(id)/", "/session/\(id)/audio/",
          "/session/\(id)/audio/0",
          "/session/\(id)/audio/\(id)", "/session//trial", "/session/\(String(id.reversed()))/trial",
          "/app.js/", "//", "/session/\(id)/trial/2", "/session/\(id)/trial/-1", "/session/\(id)/trial/00",
          "/session/\(id)/audio/../../key.json", "/session/x",
        ] {
          let response = try http.get(path)
          #expect(response.status == 404, "\(path): \(response.status) \(response.text)")
          #expect((try object(response)["error"] as? String)?.isEmpty == false)
        }
        for (method, path) in [
          ("PUT", "/test"), ("HEAD", "/test"), ("GET", "/session"), ("DELETE", "/session/\(id)"),
          ("POST", "/"),
        ] {
          let code = try status(method, path)
          #expect(code == 405, "\(method) \(path)")
        }
        #expect(try status("POST", "/session", "{}", type: "text/plain") == 415)
        for body in [
          "", "{", "[]", "{\"session\":1}", "{\"session\":\"../../x\"}",
          "{\"session\":\"\(id.uppercased())\"}",
          "{\"session\":\"\(String(id.reversed()))\",\"listener\":\"a\\nb\"}",
          "{\"session\":\"\(String(id.reversed()))\",\"listener\":\"\(String(repeating: "x", count: 41))\"}",
        ] {
          #expect(try status("POST", "/session", body) == 400, "\(body)")
        }
        for body in [
          "", "null", "{}", "{\"sequence\":1}", "\u{0}", String(repeating: "[", count: 10_000),
          #"{"sequence":1,"trial":0,"chosen":7,"seconds":1,"plays":[1,1,1],"switches":0,"looped":false}"#,
          #"{"sequence":1,"trial":99,"chosen":1,"seconds":1,"plays":[1,1,1],"switches":0,"looped":false}"#,
          #"{"sequence":1,"trial":-1,"chosen":1,"seconds":1,"plays":[1,1,1],"switches":0,"looped":false}"#,
          #"{"sequence":1,"trial":0,"chosen":1,"seconds":1e99,"plays":[1,1,1],"switches":0,"looped":false}"#,
          #"{"sequence":1,"trial":0,"chosen":1,"seconds":1,"plays":[1e30,1,1],"switches":0,"looped":false}"#,
        ] {
          #expect(try status("POST", "/session/\(id)/answer", body) == 400, "\(body)")
        }
        for sequence in [2, 0, -5, Int.max] {
          let body =
            #"{"sequence":\#(sequence),"trial":0,"chosen":1,"seconds":1,"plays":[1,1,1],"switches":0,"looped":false}"#
          #expect(try status("POST", "/session/\(id)/answer", body) == 409, "\(sequence)")
        }
        for size in [20_000, 5_000_000] {
          let bytes = try http.exchange(
            Array(
              "POST /session/\(id)/answer HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: \(size)\r\n\r\n"
                .utf8)
              + [UInt8](repeating: 32, count: size))
          #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("HTTP/1.1 413 "))
        }
        for garbage in [
          "\r\n\r\n", "GET\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n",
          "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        ] {
          _ = try http.exchange(Array(garbage.utf8) + [0xFF])
        }
        // Still there, and nothing was stored.
        #expect(try object(try http.get("/session/\(id)"))["position"] as? Int == 0)
      }
    }
  }

  @Test func onlyByItsOwnAddress() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, frames: 480)
      try await serving(test) { http, url in
        #expect(url.hasPrefix("http://127.0.0.1:"))
        let codes = try ["evil.example", "localhost:80"].map {
          try http.get("/test", headers: ["Host: \($0)"]).status
        }
        #expect(codes == [421, 200])
        // Without a slash at the end, and with what a messenger hangs on to an address.
        #expect(try http.get("/?from=chat").status == 200)
      }
      try await serving(test, token: "a-good-secret") { http, url in
        #expect(url.hasSuffix("/a-good-secret/"))
        for path in ["/", "/test", "/a-good-secre/test", "/a-good-secretx/test"] {
          let code = try http.get(path).status
          #expect(code == 404, "\(path)")
        }
        let codes = [
          try http.get("/a-good-secret/").status,
          try http.get("/a-good-secret/test", headers: ["Host: phone.example"]).status,
        ]
        #expect(codes == [200, 421])
        // The slash that people leave out.
        let moved = try http.get("/a-good-secret")
        #expect(moved.status == 308 && moved.header("location") == "a-good-secret/")
      }
    }
    for (bind, token) in [
      ("0.0.0.0", nil), ("192.168.1.2", nil), ("127.0.0.1", "short"), ("127.0.0.1", "with/slashes"),
    ] {
      var options = ServerOptions()
      (options.bind, options.token) = (bind, token)
      #expect(throws: ListeningError.self) { try options.validate() }
    }
  }

  /// Many listeners at once, more than are kept open: everyone's answers arrive in their own file.
  @Test func manySessions() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, trials: 2, frames: 480)
      let service = ListeningService(test)
      let ids = (0..<150).map { String(repeating: "0", count: 29) + String(100 + $0) }
      await withTaskGroup(of: Void.self) { group in
        for id in ids {
          group.addTask {
            let begun = service.respond(
              .init(
                method: "POST", path: "session", contentType: "application/json",
                body: Array("{\"session\":\"\(id)\"}".utf8)))
            #expect(begun.status == 200)
          }
        }
      }
      for number in 0..<2 {
        for id in ids {
          var answer = SubmittedAnswer(
            sequence: number + 1, trial: number, seconds: 1, plays: [1, 1, 1], switches: 0, looped: false)
          answer.chosen = Int(String(id.last!))! % 2
          let body = Array(try json(answer).utf8)
          let response = service.respond(
            .init(method: "POST", path: "session/\(id)/answer", contentType: "application/json", body: body))
          #expect(response.status == 200)
        }
      }
      let records = try SessionRecord.readAll(of: test)
      #expect(records.count == 150 && records.allSatisfy { $0.finished && $0.answers.count == 2 })
      #expect(Set(records.map(\.header.seed)).count == 150)
      for record in records {
        let choice = Int(String(record.header.session.last!))! % 2
        for answer in record.answers {
          guard case .identified(_, let chosen) = answer.answer else { throw Unexpected() }
          #expect(chosen == answer.order[choice])
        }
      }
    }
  }

  private struct Unexpected: Error {}

  @Test func aSessionOfAnotherServerIsRefused() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, frames: 480)
      let log = try SessionLog.create(in: test, id: id, listener: "p", kind: .person)
      let response = ListeningService(test).respond(.init(path: "session/\(id)"))
      #expect(response.status == 503 && log.position == 0)
      #expect(!String(decoding: response.body, as: UTF8.self).contains(folder))
    }
  }

  /// The listener hears that something is wrong; whoever runs the server hears what, once.
  @Test func whatStopsAListenerIsSaidToTheServersOwner() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2)
      let said = Mutex<[String]>([])
      let service = ListeningService(test) { words in said.withLock { $0.append(words) } }
      let id = SessionLog.newID()
      // A folder where the session's file should be.
      try FileManager.default.createDirectory(
        atPath: "\(folder)/sessions/\(id).jsonl", withIntermediateDirectories: true)
      for _ in 0..<3 {
        let response = service.respond(
          ServiceRequest(
            method: "POST", path: "session", contentType: "application/json",
            body: Array("{\"session\":\"\(id)\"}".utf8)))
        #expect(response.status == 500 && !String(decoding: response.body, as: UTF8.self).contains(folder))
      }
      let words = said.withLock { $0 }
      #expect(words.count == 1 && words[0].contains("\(id).jsonl"), "\(words)")
    }
  }
}

/// `withTemporaryFolder` for asynchronous bodies.
func withTemporaryFolderAsync(_ body: (String) async throws -> Void) async throws {
  let path = NSTemporaryDirectory() + "synth-tests-" + UUID().uuidString
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  try await body(path)
}
