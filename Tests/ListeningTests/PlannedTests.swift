// What is fixed before the first listener, and what a session says of an earlier one.
import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct PlannedTests {
  @Test func codesAreReadAsPeopleTypeThem() {
    #expect(SessionHeader.code(typed: " 01AB-cd3f ") == "01abcd3f")
    for wrong in ["", "01abcd3", "01abcd3f4", "01abcdxy", "Ann"] {
      #expect(SessionHeader.code(typed: wrong) == nil, "\(wrong)")
    }
  }

  @Test func aSessionSaysWhetherItsListenerWasHereBefore() throws {
    try withTemporaryFolder { root in
      let test = try makeTest("\(root)/t")
      let first = try SessionLog.create(
        in: test, listener: "ann", kind: .person, started: "2026-01-01T00:00:00Z")
      let code = first.header.code
      #expect(code == String(first.header.session.prefix(8)) && first.header.returning == nil)
      _ = try SessionLog.create(
        in: test, listener: "ann", kind: .person, started: "2026-01-02T00:00:00Z", returning: code)
      #expect(try SessionRecord.readAll(of: test).map(\.header.returning) == [nil, code])
    }
  }

  @Test func theServiceTakesTheCode() throws {
    try withTemporaryFolder { root in
      let test = try makeTest("\(root)/t")
      let service = ListeningService(test)
      func begin(_ id: Character, _ more: String) -> ServiceResponse {
        let session = String(repeating: id, count: 32)
        return service.respond(
          .init(
            method: "POST", path: "session", contentType: "application/json",
            body: Array(#"{"session":"\#(session)"\#(more)}"#.utf8)))
      }
      let first = begin("a", "")
      #expect(String(decoding: first.body, as: UTF8.self).contains(#""code":"aaaaaaaa""#))
      #expect(begin("b", #","returning":"AAAA-aaaa""#).status == 200)
      #expect(begin("c", #","returning":"  ""#).status == 200)
      // No code, a code of nobody, and one that only programs have.
      #expect(begin("d", #","returning":"Ann""#).status == 422)
      #expect(begin("d", #","returning":"dddddddd""#).status == 422)
      _ = try SessionLog.create(
        in: test, id: "00000000" + String(repeating: "9", count: 24), listener: "s", kind: .simulated)
      #expect(begin("d", #","returning":"00000000""#).status == 422)
      #expect(throws: ListeningError.unknownCode("dddddddd", folder: test.folder)) {
        try test.returning(typed: "DDDD dddd")
      }
      #expect(throws: ListeningError.self) { try test.returning(typed: "Ann") }
      // Asked again, as after a lost response: the session is there.
      #expect(begin("b", #","returning":"AAAA-aaaa""#).status == 200)
      let returning = try SessionRecord.readAll(of: test).reduce(into: [:]) {
        $0[$1.header.session.first!] = $1.header.returning
      }
      #expect(returning == ["b": "aaaaaaaa"])
      // Over is over, also for the page; who has begun goes on.
      try test.close(Closing(closed: "2026-01-03T00:00:00Z", listeners: 3))
      #expect(begin("e", "").status == 410 && begin("a", "").status == 200)
      #expect(throws: ListeningError.closed(path: test.folder)) {
        try SessionLog.create(in: test, listener: "late", kind: .person)
      }
      #expect(throws: ListeningError.closed(path: test.folder)) {
        try test.close(Closing(closed: "later", listeners: 4))
      }
      #expect(try test.closing()?.listeners == 3)
    }
  }

  @Test func thePlanIsFixedInTheFolder() throws {
    try withTemporaryFolder { root in
      let open = try makeTest("\(root)/open")
      #expect(open.plan.listeners == nil && open.plan.leastAnswers == open.plan.trials && !open.isClosed)
      let planned = try TestWriter.write(
        open.key, to: try copied(open.folder, to: "\(root)/planned"), method: .abx, title: "A test",
        question: nil, seed: 1, sampleRate: 48_000, trials: 16, listeners: 12, leastAnswers: 10,
        loudness: .match, levelLufs: -23, version: "0")
      #expect(planned.plan.listeners == 12 && planned.plan.leastAnswers == 10)
      let deaf = TestPlan(
        method: .abx, title: "", question: "", seed: 1, sampleRate: 48_000, trials: 16, needsHeadphones: true,
        loudness: .match, levelLufs: -23, itemFrames: [1], versions: .init(synth: "", libebur128: ""),
        keySha256: "")
      #expect(deaf.defect?.contains("headphone_check") == true)
      for (listeners, least) in [(0, 1), (1, 0), (1, 17), (10_001, 1)] {
        let plan = TestPlan(
          method: .abx, title: "", question: "", seed: 1, sampleRate: 48_000, trials: 16,
          listeners: listeners, leastAnswers: least, loudness: .match, levelLufs: -23, itemFrames: [1],
          versions: .init(synth: "", libebur128: ""), keySha256: "")
        #expect(plan.defect != nil, "\(listeners) \(least)")
      }
    }
  }

  /// The stimuli of a test in another folder.
  private func copied(_ folder: String, to other: String) throws -> String {
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(folder)/stimuli", toPath: "\(other)/stimuli")
    return other
  }
}
