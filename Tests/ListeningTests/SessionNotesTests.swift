// The lines of a session's file beside the answers: stored once, there again after a restart, refused where they do not fit;
// and what the page is told is still open.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct SessionNotesTests {
  private static let id = "0123456789abcdef0123456789abcdef"

  private func page() -> PageOptions {
    var page = PageOptions()
    page.questionnaire = Questionnaire(
      before: [.init(id: "age", type: .number, text: "Age", required: true)],
      after: [.init(id: "remarks", type: .text, text: "Remarks", required: false)])
    (page.headphoneCheck, page.comments, page.language, page.switching) = (true, true, .fr, .restart)
    page.instructions = "Listen.\nTwice."
    return page
  }

  private func object(_ response: ServiceResponse) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Any])
  }

  private func post(_ service: ListeningService, _ what: String, _ body: String) -> ServiceResponse {
    let path = what == "session" ? what : "session/\(Self.id)/\(what)"
    return service.respond(
      .init(method: "POST", path: path, contentType: "application/json", body: Array(body.utf8)))
  }

  private func headphones(right: Int) -> String {
    let tones = (0..<6).map {
      #"{"quiet":\#($0 % 3),"antiphase":\#(($0 + 1) % 3),"chosen":\#($0 < right ? $0 % 3 : ($0 + 1) % 3)}"#
    }
    return
      #"{"sides":[{"played":"right","heard":"right"},{"played":"left","heard":"left"}],"quietest":[\#(tones.joined(separator: ","))]}"#
  }

  @Test func aWholeSession() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2, frames: 480, page: page())
      var service = ListeningService(test)
      let told = try object(service.respond(.init(path: "test")))
      #expect(told["language"] as? String == "fr" && told["restart"] as? Bool == true)
      #expect(told["instructions"] as? String == "Listen.\nTwice." && told["comments"] as? Bool == true)
      #expect(told["headphone_check"] as? Bool == true)
      let asked = try #require(told["questionnaire"] as? [String: [[String: Any]]])
      #expect(asked["before"]?.first?["id"] as? String == "age" && asked["after"]?.count == 1)

      func open(_ response: ServiceResponse) throws -> [String] {
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
        return try object(response)["open"] as? [String] ?? ["nothing was said"]
      }
      #expect(
        try open(post(service, "session", #"{"session":"\#(Self.id)"}"#)) == [
          "before", "after", "headphones",
        ])
      #expect(post(service, "questionnaire", #"{"when":"before","answers":{}}"#).status == 400)
      #expect(post(service, "questionnaire", #"{"when":"never","answers":{}}"#).status == 400)
      let before = #"{"when":"before","answers":{"age":30}}"#
      #expect(try open(post(service, "questionnaire", before)) == ["after", "headphones"])
      #expect(post(service, "questionnaire", before).status == 200, "the same again")
      #expect(post(service, "questionnaire", #"{"when":"before","answers":{"age":31}}"#).status == 409)
      let after = #"{"when":"after","answers":{"remarks":"fine"}}"#
      #expect(post(service, "questionnaire", after).status == 409, "not before the trials")
      #expect(post(service, "headphones", #"{"sides":[],"quietest":[]}"#).status == 400)
      #expect(try open(post(service, "headphones", headphones(right: 4))) == ["after"])
      #expect(try open(post(service, "headphones", headphones(right: 5))) == ["after"])
      let device =
        #"{"browser":"Mozilla/5.0 (X)","sample_rate":48000,"output_channels":2,"base_latency":0.01,"touch":false}"#
      for _ in 0..<2 { #expect(post(service, "device", device).status == 200) }
      #expect(
        post(service, "device", #"{"browser":"\#(String(repeating: "x", count: 1001))"}"#).status == 400)

      let answer = { (number: Int, comment: String) in
        #"{"sequence":\#(number + 1),"trial":\#(number),"chosen":0,"seconds":1,"plays":[1,1,1],"switches":2,"looped":false\#(comment)}"#
      }
      #expect(
        post(service, "answer", answer(0, #","comment":"a click, "loud" = 1""#)).status == 400, "not JSON")
      #expect(post(service, "answer", answer(0, #","comment":"=a click, \"loud\"""#)).status == 200)
      // Another server goes on with the file.
      service = ListeningService(test)
      #expect(post(service, "questionnaire", before).status == 200)
    }
  }

  @Test func readAgain() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 1, frames: 480, page: page())
      let form = FormRecord(when: .before, answers: ["age": .number(30)])
      let check = HeadphoneRecord(
        sides: [.init(played: "left", heard: "both"), .init(played: "right", heard: "right")], quietest: [])
      let device = DeviceRecord(browser: "B", sampleRate: 48_000, outputLatency: 0.02)
      do {
        let log = try SessionLog.create(in: test, id: Self.id, listener: "p", kind: .person)
        #expect(try log.append(form) == .stored)
        #expect(try log.append(check) == .stored)
        #expect(try log.append(device) == .stored)
      }
      do {
        let log = try #require(try SessionLog.open(in: test, id: Self.id))
        #expect(log.notes.forms == [form] && log.notes.headphones == [check] && log.notes.devices == [device])
        #expect(!check.passed)
        #expect(try log.append(form) == .repeated)
        let submitted = SubmittedAnswer(
          sequence: 1, trial: 0, chosen: 0, seconds: 1, plays: [1, 1, 1], switches: 0, looped: false,
          comment: "é\n2")
        #expect(try log.append(submitted) == .stored)
        #expect(try log.append(FormRecord(when: .after, answers: ["remarks": .text("x")])) == .stored)
        #expect(try log.append(device) == .repeated)
      }
      let record = try #require(SessionRecord.readAll(of: test).first)
      #expect(record.finished && record.answers.map(\.comment) == ["é\n2"])
      #expect(record.notes.form(.after)?.answers == ["remarks": .text("x")])
      // A line that does not fit the test is named.
      let path = "\(folder)/sessions/\(Self.id).jsonl"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      writePlainly(Array(text.replacingOccurrences(of: #""age":30"#, with: #""age":"x""#).utf8), to: path)
      #expect {
        try SessionRecord.readAll(of: test)
      } throws: { error in
        "\(error)".contains("line 2") && "\(error)".contains("age")
      }
    }
  }

  /// A test without these takes none of it.
  @Test func notAsked() throws {
    try withTemporaryFolder { folder in
      let service = ListeningService(try makeTest(folder, trials: 2, frames: 480))
      #expect(try object(post(service, "session", #"{"session":"\#(Self.id)"}"#))["open"] as? [String] == [])
      #expect(post(service, "questionnaire", #"{"when":"before","answers":{}}"#).status == 400)
      #expect(post(service, "headphones", headphones(right: 6)).status == 400)
      #expect(
        post(
          service, "answer",
          #"{"sequence":1,"trial":0,"chosen":0,"seconds":1,"plays":[1,1,1],"switches":2,"looped":false,"comment":"x"}"#
        ).status == 400)
    }
  }

  @Test func fiveOfSixPass() {
    for right in 0...6 {
      let sides = [
        HeadphoneRecord.Side(played: "left", heard: "left"), .init(played: "right", heard: "right"),
      ]
      let tones = (0..<6).map { HeadphoneRecord.Tone(quiet: 0, antiphase: 1, chosen: $0 < right ? 0 : 1) }
      #expect(HeadphoneRecord(sides: sides, quietest: tones).passed == (right >= 5))
    }
  }
}
