// listeners.csv: what sessions say beside their answers, one row each, safe to be opened in a spreadsheet.

import Foundation
import TestSupport
import Testing

@testable import Listening

@Suite struct ListenersCSVTests {
  @Test func oneRowPerSession() throws {
    try withTemporaryFolder { folder in
      var page = PageOptions()
      page.headphoneCheck = true
      page.questionnaire = Questionnaire(
        before: [
          .init(id: "agree", type: .consent, text: "?", required: true),
          .init(id: "age", type: .number, text: "?", required: false),
        ], after: [.init(id: "remarks", type: .text, text: "?", required: false)])
      let test = try makeTest(folder, method: .mos, trials: 2, frames: 480, page: page)
      func begin(_ digit: String) throws -> SessionLog {
        try SessionLog.create(
          in: test, id: String(repeating: digit, count: 32), listener: "p\(digit)", kind: .person,
          started: "2026-01-0\(digit)")
      }
      func answer(_ log: SessionLog) throws {
        while let trial = log.current {
          let submitted = SubmittedAnswer(
            sequence: trial.number + 1, trial: trial.number, rating: 3, seconds: 1, plays: [1], switches: 0,
            looped: false)
          #expect(try log.append(submitted) == .stored)
        }
      }
      do {
        let whole = try begin("1")
        _ = try whole.append(
          FormRecord(when: .before, answers: ["agree": .consent(true), "age": .number(31)]))
        let sides = [
          HeadphoneRecord.Side(played: "left", heard: "left"), .init(played: "right", heard: "right"),
        ]
        let tones = (0..<6).map { HeadphoneRecord.Tone(quiet: 0, antiphase: 1, chosen: $0 == 0 ? 1 : 0) }
        _ = try whole.append(HeadphoneRecord(sides: sides, quietest: []))
        _ = try whole.append(HeadphoneRecord(sides: sides, quietest: tones))
        _ = try whole.append(
          DeviceRecord(
            browser: "Browser/1, \"X\"", platform: "Linux", language: "de", screenWidth: 390,
            screenHeight: 844,
            touch: true, sampleRate: 48_000, outputChannels: 2, baseLatency: 0.01, outputLatency: 0.0325))
        try answer(whole)
        _ = try whole.append(FormRecord(when: .after, answers: ["remarks": .text("=1+1")]))
        let opened = try begin("2")
        #expect(opened.position == 0)
      }
      let report = try ListeningReport.make(
        test: test, sessions: try SessionRecord.readAll(of: test))
      let rows = report.listenersCSV.components(separatedBy: "\r\n")
      #expect(rows.count == 4 && rows[3].isEmpty)
      #expect(rows[0].hasSuffix(",output_latency,before.agree,before.age,after.remarks"))
      let count = rows[0].split(separator: ",").count
      #expect(
        rows[1].hasPrefix(String(repeating: "1", count: 32) + ",p1,person,2026-01-01,2,true,true,passed,2,"))
      #expect(
        rows[1].hasSuffix(
          "\"Browser/1, \"\"X\"\"\",Linux,de,390x844,true,48000,2,0.01,0.0325,true,31,'=1+1"), "\(rows[1])")
      #expect(
        rows[2].hasPrefix(String(repeating: "2", count: 32) + ",p2,person,2026-01-02,0,false,false,,0,"))
      #expect(rows[2].filter { $0 == "," }.count == count - 1)
    }
  }
}
