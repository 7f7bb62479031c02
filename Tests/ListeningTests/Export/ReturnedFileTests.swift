// Files of answers that come back from a static host: what is merged, what is refused, and that the folder that goes out says
// nothing. The page's own files, made in a browser: SynthTests/Browser/StaticPageTests.swift.

import Foundation
import TestSupport
import Testing

@testable import Listening

/// What the page saves, made by hand.
struct Returned {
  var test: String
  var order = 7
  var session = "0123456789abcdef0123456789abcdef"
  var listener = "Zoë"
  var started = "2026-11-28T12:00:00Z"
  var returning: String?
  var answers: [String]

  /// All trials of an order, answered with the middle.
  /// - Parameter secret: what the export made its names from
  init(_ prepared: PreparedTest, order: Int = 7, secret: String? = nil) throws {
    let secret = secret ?? prepared.plan.identity
    test = TestPayload.id(secret)
    self.order = order
    let names = StaticNames(prepared, secret: secret)
    let seed = names.seed(order: order)
    answers = try prepared.trials(seed: seed).map { trial in
      let answer = try JSONEncoder().encode(submitted(trial, prepared.method))
      let object = try #require(JSONSerialization.jsonObject(with: answer) as? [String: Any])
      let line: [String: Any] = [
        "type": "told", "to": "answer", "sounds": names.sounds(trial, seed: seed), "body": object,
      ]
      return String(decoding: try JSONSerialization.data(withJSONObject: line), as: UTF8.self)
    }
  }

  var text: String {
    let lines =
      ([
        "{\"type\":\"returned\",\"format_version\":1,\"test\":\"\(test)\",\"order\":\(order),\"session\":\"\(session)\",\"listener\":\"\(listener)\",\"started\":\"\(started)\"\(returning.map { ",\"returning\":\"\($0)\"" } ?? "")}"
      ]
      + answers).map { $0 + "\n" }.joined()
    return lines
      + "{\"type\":\"end\",\"lines\":\(answers.count + 1),\"sha256\":\"\(SHA256.hex(Array(lines.utf8)))\"}\n"
  }

  func merge(into test: PreparedTest) throws(ListeningError) -> Merged {
    try Self.merge(text, into: test)
  }

  static func merge(_ text: String, into test: PreparedTest) throws(ListeningError) -> Merged {
    try ReturnedFile(Array(text.utf8), path: "f.txt").merge(into: test)
  }
}

@Suite struct ReturnedFileTests {
  @Test(arguments: Listening.Method.allCases) func merged(method: Listening.Method) throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, method: method, trials: 5, frames: 48)
      var returned = try Returned(test)
      #expect(
        try returned.merge(into: test) == .stored(session: returned.session, listener: "Zoë", answers: 5))
      let record = try #require(SessionRecord.readAll(in: folder).first)
      #expect(record.finished && record.header.listener == "Zoë" && record.header.started == returned.started)
      #expect(record.header.seed == StaticNames(test).seed(order: 7) && record.header.seed < 1 << 53)
      let trials = test.trials(seed: record.header.seed)
      #expect(record.answers == trials.map { submitted($0, method).record($0, of: test)! })
      // Again: nothing changes, and it is said.
      #expect(try returned.merge(into: test) == .already(session: returned.session, listener: "Zoë"))
      #expect(try SessionRecord.readAll(in: folder) == [record])
      // Another listener without a name gets a number.
      (returned.session, returned.listener) = (SessionLog.newID(), "")
      #expect(
        try returned.merge(into: test) == .stored(session: returned.session, listener: "p02", answers: 5))
    }
  }

  /// What mail programs and editors do to a text on its way.
  @Test func onItsWay() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4, frames: 48)
      var returned = try Returned(test)
      for change in [
        { "\u{FEFF}" + $0 }, { $0.replacingOccurrences(of: "\n", with: "\r\n") },
        { $0.replacingOccurrences(of: "\n", with: " \t\n\n") }, { "Hello,\n\n" + $0 + "\n-- \nZoë {}\n" },
        { String($0.dropLast()) },
      ] as [(String) -> String] {
        returned.session = SessionLog.newID()
        #expect(
          try Returned.merge(change(returned.text), into: test)
            == .stored(session: returned.session, listener: "Zoë", answers: 4))
      }
    }
  }

  @Test func refused() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4, frames: 48)
      let good = try Returned(test)
      func refuses(_ text: String, _ words: String) {
        do throws(ListeningError) {
          _ = try Returned.merge(text, into: test)
          Issue.record("merged: \(text)")
        } catch {
          #expect(
            (words.isEmpty || "\(error)".contains(words)) && "\(error)".hasPrefix("f.txt: "), "\(error)")
        }
      }
      func change(_ words: String, _ change: (inout Returned) -> Void) {
        var returned = good
        change(&returned)
        refuses(returned.text, words)
      }
      // By accident, or with an editor: a digit, a line that is gone, the end that is gone, another file altogether.
      for (n, character) in good.text.enumerated() where character.isNumber && n % 7 == 0 {
        var text = Array(good.text)
        text[n] = character == "0" ? "1" : "0"
        refuses(String(text), "")
      }
      var lines = good.text.split(separator: "\n")
      refuses(lines.dropLast().joined(separator: "\n"), "not a whole file")
      lines.remove(at: 2)
      refuses(lines.joined(separator: "\n"), "changed")
      for text in ["", "\n\n", "{}", "<html>", String(repeating: "[", count: 5000), "\u{0}"] {
        refuses(text, "not a whole file")
      }
      // By somebody who knows how the digest is made.
      change("another test") { $0.test = "0123456789abcdef" }
      change("line 2 is not about the sounds") { $0.order = 8 }
      change("first line") { $0.order = -1 }
      change("first line") { $0.order = 1 << 40 }
      change("first line") { $0.session = "../../key" }
      change("first line") { $0.started = "yesterday" }
      change("first line") { $0.returning = "Zoë" }
      change("not complete") { $0.answers.removeLast() }
      change("line 3: Another answer was stored") { $0.answers.swapAt(1, 2) }
      change("line 2: This does not answer") {
        $0.answers[0] = $0.answers[0].replacingOccurrences(of: "\"chosen\":0", with: "\"chosen\":9")
      }
      change("line 2 is nothing") { $0.answers[0] = "{\"type\":\"told\"}" }
      for to in ["../../x", "", "Answer", "answer/x"] {
        change("line 2 is nothing") {
          $0.answers[0] = $0.answers[0].replacingOccurrences(of: "\"answer\"", with: "\"\(to)\"")
        }
      }
      change("line 6: ") {
        $0.answers.append("{\"type\":\"told\",\"to\":\"key\",\"body\":{}}")
      }
      #expect(names(in: test.sessionsFolder).isEmpty)
      // An id that another session has.
      _ = try good.merge(into: test)
      change("another session") {
        $0.order = 9; $0.answers = try! Returned(test, order: 9).answers
      }
    }
  }

  /// Who came back by code is one listener, whichever file is merged first.
  @Test func aListenerWhoCameBack() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4, frames: 48)
      let first = try Returned(test)
      var second = try Returned(test, order: 9)
      (second.session, second.listener, second.started) = (
        String(repeating: "b", count: 32), "Zoe", "2026-11-29T12:00:00Z"
      )
      second.returning = String(first.session.prefix(8))
      _ = try second.merge(into: test)
      _ = try first.merge(into: test)
      let sessions = try SessionRecord.readAll(in: folder)
      #expect(sessions.map(\.header.returning) == [nil, "01234567"])
      let report = try ListeningReport.make(test: test, sessions: sessions)
      #expect(report.listeners.map(\.listener) == ["Zoë"] && report.participation.tookPart == 1)
    }
  }

  /// After `report --close` nothing comes in any more, and what is there stays known.
  @Test func afterTheEnd() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4, frames: 48)
      let first = try Returned(test)
      var second = first
      second.session = String(repeating: "b", count: 32)
      _ = try first.merge(into: test)
      try test.close(Closing(closed: "2026-11-30T00:00:00Z", listeners: 1))
      #expect(
        throws: ListeningError.tooLate(path: "f.txt", folder: test.folder, closed: "2026-11-30T00:00:00Z")
      ) { try second.merge(into: test) }
      #expect(try first.merge(into: test) == .already(session: first.session, listener: "Zoë"))
      #expect(try SessionRecord.readAll(in: folder).count == 1)
    }
  }

  /// What else a test asks for is stored, too, and what is missing of it is said.
  @Test func withQuestions() throws {
    try withTemporaryFolder { folder in
      var page = PageOptions()
      page.questionnaire = Questionnaire(
        before: [.init(id: "age", type: .number, text: "Age", required: true)],
        after: [.init(id: "remarks", type: .text, text: "Remarks", required: false)])
      let test = try makeTest(folder, trials: 3, frames: 480, page: page)
      func told(_ to: String, _ body: String) -> String {
        "{\"type\":\"told\",\"to\":\"\(to)\",\"body\":\(body)}"
      }
      var returned = try Returned(test)
      returned.answers.insert(told("questionnaire", #"{"when":"before","answers":{"age":30}}"#), at: 0)
      returned.answers.append(told("device", #"{"browser":"B"}"#))
      do throws(ListeningError) {
        _ = try returned.merge(into: test)
        Issue.record("merged without the last questions")
      } catch {
        #expect("\(error)".contains("after is missing"), "\(error)")
      }
      returned.answers.append(told("questionnaire", #"{"when":"after","answers":{"remarks":"é"}}"#))
      _ = try returned.merge(into: test)
      let notes = try #require(SessionRecord.readAll(in: folder).first).notes
      #expect(notes.form(.before)?.answers["age"] == .number(30) && notes.devices.first?.browser == "B")
      #expect(notes.form(.after)?.answers["remarks"] == .text("é"))
    }
  }

  /// Mail programs change the ends of lines.
  @Test func sentByMail() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 3, frames: 48)
      let text = try Returned(test).text.replacingOccurrences(of: "\n", with: "\r\n") + "\r\n\r\n"
      guard case .stored = try Returned.merge(text, into: test) else { throw Unexpected() }
    }
  }

  private struct Unexpected: Error {}

  @Test(arguments: Listening.Method.allCases) func theFolderSaysNothing(method: Listening.Method) throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder + "/test", method: method, trials: 8, frames: 48)
      let out = folder + "/site"
      let count = try StaticTest(test, orders: 5, returnTo: "me@example.org").write(to: out)
      let files = try FileManager.default.subpathsOfDirectory(atPath: out).filter {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: "\(out)/\($0)", isDirectory: &isFolder)
          && !isFolder.boolValue
      }
      let sounds = Set(names(in: out + "/sounds"))
      #expect(names(in: out + "/orders").count == 5 && files.contains("index.html") && count > 0)
      var secrets = test.key.systems.map(\.name).filter { $0 != "reference" } + test.key.systems.map(\.source)
      secrets += test.key.items.map(\.name) + [folder, "stimuli", test.plan.keySha256, test.plan.identity]
      secrets +=
        test.key.items.flatMap { $0.stimuli.map(\.sha256) }
        + (0..<5).map { "\(StaticNames(test).seed(order: $0))" }
      secrets.removeAll { $0 == TestKey.reference }
      for file in files {
        #expect(!secrets.contains { file.contains($0) }, "\(file)")
        if file.hasPrefix("sounds/") { continue }
        let text = try String(contentsOfFile: "\(out)/\(file)", encoding: .utf8)
        for secret in secrets { #expect(!text.contains(secret), "\(secret) in \(file)") }
      }
      // Every sound of every order is there and is the right one; no trial names one twice; every sound is used.
      var used: Set<String> = []
      for order in 0..<5 {
        let seed = StaticNames(test).seed(order: order)
        let training = TrialOrder.training(test.key, method: method, seed: seed)
        for trial in test.trials(seed: seed) + [training] {
          let heard = StaticNames(test).sounds(trial, seed: seed)
          #expect(Set(heard).count == heard.count && heard.allSatisfy(sounds.contains))
          used.formUnion(heard)
          let systems = method.systems(of: trial, reference: test.key.referenceIndex)
          for (name, system) in zip(heard, systems) {
            let stimulus = test.key.items[trial.item].stimuli[system]
            #expect(
              FileManager.default.contents(atPath: "\(out)/sounds/\(name)") == Data(try test.bytes(stimulus)))
          }
        }
      }
      #expect(
        used.isSubset(of: sounds)
          && sounds.count == test.key.items.count
            * test.key.systems.indices.reduce(0) { $0 + StaticNames(test).copies(of: $1) }
      )
      // The same again, and nothing is written over.
      #expect(throws: ListeningError.self) { try StaticTest(test, orders: 5, returnTo: nil).write(to: out) }
    }
  }

  /// Which of its two names X, or the hidden reference, has in a trial is a coin.
  @Test(arguments: [Listening.Method.abx, .mushra, .abchr]) func namesOfCopies(method: Listening.Method)
    throws
  {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, method: method, trials: 400, frames: 48)
      let seed = StaticNames(test).seed(order: 1)
      var firsts = 0
      for trial in test.trials(seed: seed) {
        let systems = method.systems(of: trial, reference: test.key.referenceIndex)
        let twice = try #require(systems.indices.first { slot in systems.count { $0 == systems[slot] } == 2 })
        let heard = StaticNames(test).sounds(trial, seed: seed)[twice]
        if heard == StaticNames(test).sound(item: trial.item, system: systems[twice], copy: 0) { firsts += 1 }
      }
      #expect((150...250).contains(firsts), "\(firsts) of 400")
      #expect(Set((0..<1000).map { StaticNames(test).seed(order: $0) }).count == 1000)
    }
  }
}
