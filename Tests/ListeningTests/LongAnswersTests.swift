// The longest answers that the page lets listeners write: to a server, and in a file that comes back.

import Files
import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct LongAnswersTests {
  private static let words = String(repeating: "音", count: Questionnaire.textLimit)

  private func page() -> PageOptions {
    var page = PageOptions()
    page.questionnaire = Questionnaire(
      before: [],
      after: (0..<Questionnaire.limit).map {
        .init(id: "q\($0)", type: .text, text: "Words", required: true)
      })
    return page
  }

  private func answers(_ words: String) -> String {
    let all = (0..<Questionnaire.limit).map { "\"q\($0)\":\"\(words)\"" }.joined(separator: ",")
    return "{\"when\":\"after\",\"answers\":{\(all)}}"
  }

  @Test func toAServer() async throws {
    try await withTemporaryFolderAsync { folder in
      let test = try makeTest(folder, trials: 1, frames: 48, page: page())
      let id = SessionLog.newID()
      try await serving(test) { http, _ in
        _ = try http.post("/session", "{\"session\":\"\(id)\"}")
        let trial = try #require(test.trials(seed: try SessionRecord.readAll(of: test)[0].header.seed).first)
        let answer = String(decoding: try JSONEncoder().encode(submitted(trial, .abx)), as: UTF8.self)
        #expect(try http.post("/session/\(id)/answer", answer).status == 200)
        let path = "/session/\(id)/questionnaire"
        #expect(try http.post(path, answers(Self.words)).status == 200)
        #expect(try http.post(path, answers(Self.words + "音")).status == 400, "one character more")
        let limit = ListeningService.bodyLimit(test.plan)
        #expect(try http.post(path, String(repeating: " ", count: limit + 1)).status == 413)
      }
      let form = try #require(SessionRecord.readAll(of: test).first?.notes.form(.after))
      #expect(form.answers.count == 100 && form.answers["q99"] == .text(Self.words))
    }
  }

  @Test func inAFile() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 1, frames: 48, page: page())
      var returned = try Returned(test)
      returned.answers.append(
        "{\"type\":\"told\",\"to\":\"questionnaire\",\"body\":\(answers(Self.words))}")
      #expect(returned.text.utf8.count < ReturnedFile.sizeLimit)
      _ = try returned.merge(into: test)
      let form = try #require(SessionRecord.readAll(of: test).first?.notes.form(.after))
      #expect(form.answers.count == 100)
    }
  }

  /// Of a test that asks nothing the limit is as small as it can be; every kind of question adds what its answer takes.
  @Test func limits() throws {
    try withTemporaryFolder { folder in
      let plain = try makeTest(folder + "/a", trials: 1, frames: 48).plan
      #expect(ListeningService.bodyLimit(plain) == 16 << 10)
      let option = String(repeating: "\u{1}", count: 200)
      let asked = Questionnaire(
        before: [
          .init(id: "c", type: .choice, text: "C", required: true, options: ["a", option]),
          .init(id: "n", type: .number, text: "N", required: true),
          .init(id: "k", type: .consent, text: "K", required: true),
          .init(id: "t", type: .text, text: "T", required: true),
        ], after: [])
      let answers: [String: Questionnaire.Value] = [
        "c": .text(option), "n": .number(-1.2345678901234567e-300), "k": .consent(false),
        "t": .text(String(repeating: "\u{1}", count: 4000)),
      ]
      let bytes = SnakeJSON.line(answers).utf8.count
      #expect((25_000...asked.answerBytes).contains(bytes), "\(bytes) of \(asked.answerBytes)")
    }
  }
}
