// A session's file: what is written is what is read, for every method; torn tails, repeats, gaps, two writers, damage.

import Files
import Foundation
import TestSupport
import Testing

@testable import Listening

/// An answer that the trial allows.
func submitted(_ trial: Trial, _ method: Listening.Method) -> SubmittedAnswer {
  var submitted = SubmittedAnswer(
    sequence: trial.number + 1, trial: trial.number, seconds: 1.5,
    plays: method.labels(of: trial).map { _ in 2 }, switches: 3, looped: false)
  switch method {
  case .abx: submitted.chosen = trial.number % 2
  case .ab: submitted.preferred = trial.number % 3 - 1
  case .mos, .dcr: submitted.rating = 1 + trial.number % 5
  case .cmos: submitted.rating = trial.number % 7 - 3
  case .multi, .mushra: submitted.ratings = trial.order.map { Double(10 * $0) }
  case .abchr: submitted.ratings = [2.5, 5]
  }
  return submitted
}

@Suite struct SessionTests {
  @Test(arguments: Listening.Method.allCases) func writtenIsRead(method: Listening.Method) throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, method: method, trials: 8)
      let log = try SessionLog.create(in: test, listener: "p01", kind: .simulated, seed: 5)
      let trials = test.trials(seed: 5)
      for trial in trials {
        #expect(log.current == trial)
        #expect(try log.append(submitted(trial, method)) == .stored)
      }
      #expect(log.current == nil)
      let record = try #require(try SessionRecord.readAll(in: folder).first)
      #expect(record.header == log.header && record.finished && record.answers.count == 8)
      for (answer, trial) in zip(record.answers, trials) {
        #expect(answer == submitted(trial, method).record(trial, of: test))
        #expect(answer.plays.count == method.labels(of: trial).count && answer.switches == 3)
        switch answer.answer {
        case .identified(let x, let chosen):
          #expect(x == answer.order[trial.x!] && chosen == answer.order[trial.number % 2])
        case .preferred(_, _, let preferred):
          #expect(preferred == [nil, answer.order[0], answer.order[1]][trial.number % 3])
        case .impairment(let system, let rating, let reference):
          let hidden = answer.order.firstIndex(of: TestKey.reference)!
          #expect(
            system == answer.order[1 - hidden] && rating == [2.5, 5][1 - hidden]
              && reference == [2.5, 5][hidden])
        case .ratings(let ratings):
          for system in test.key.systems.indices {
            #expect(ratings[test.key.systems[system].name] == Double(10 * system))
          }
        case .opinion(let system, _): #expect(system == answer.order[0])
        case .compared(let first, let second, _): #expect([first, second] == answer.order)
        }
      }
    }
  }

  /// As in a program that is just being started beside it: a copy of the descriptor keeps nobody out.
  @Test func letsGoOfItsFile() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4)
      let id = SessionLog.newID()
      var copy: Int32 = -1
      do {
        let log = try SessionLog.create(in: test, id: id, listener: "p01", kind: .person)
        let own = try #require(
          FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))?.hasSuffix(
              log.path.split(separator: "/").last!) == true
          })
        copy = dup(own)
        #expect(copy >= 0)
        #expect(throws: ListeningError.inUse(path: log.path)) { try SessionLog.open(in: test, id: id) }
      }
      #expect(try SessionLog.open(in: test, id: id) != nil)
      close(copy)
    }
  }

  @Test func goesOnAfterEveryPossibleTear() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4)
      let id = SessionLog.newID()
      do {
        let log = try SessionLog.create(in: test, id: id, listener: "p01", kind: .person, seed: 9)
        for trial in test.trials(seed: 9).prefix(2) {
          #expect(try log.append(submitted(trial, .abx)) == .stored)
        }
      }
      let path = "\(folder)/sessions/\(id).jsonl"
      let whole = [UInt8](FileManager.default.contents(atPath: path)!)
      let ends = whole.indices.filter { whole[$0] == 10 }.map { $0 + 1 }
      for length in whole.indices {
        writePlainly(Array(whole[..<length]), to: path)
        let lines = ends.count { $0 <= length }
        let records = try SessionRecord.readAll(of: test)
        #expect(records.first?.answers.count ?? -1 == lines - 1)
        guard lines > 0 else {
          #expect(try SessionLog.open(in: test, id: id) == nil)
          continue
        }
        let log = try #require(try SessionLog.open(in: test, id: id))
        #expect(log.position == lines - 1)
        let trial = try #require(log.current)
        #expect(try log.append(submitted(trial, .abx)) == .stored)
        #expect(try SessionRecord.readAll(of: test)[0].answers.count == lines)
      }
    }
  }

  @Test func repeatsAndGaps() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 3)
      let log = try SessionLog.create(in: test, listener: "p01", kind: .person, seed: 3)
      let trials = test.trials(seed: 3)
      var second = submitted(trials[1], .abx)
      #expect(try log.append(second) == .conflict)  // nothing before it
      #expect(try log.append(submitted(trials[0], .abx)) == .stored)
      #expect(try log.append(submitted(trials[0], .abx)) == .repeated)
      #expect(try log.append(second) == .stored)
      second.chosen = 1 - second.chosen!
      #expect(try log.append(second) == .conflict)
      #expect(try log.append(submitted(trials[0], .abx)) == .repeated)
      #expect(try SessionRecord.readAll(of: test)[0].answers.count == 2)
      #expect(try SessionRecord.readAll(of: test)[0].finished == false)
    }
  }

  @Test func submissionsThatAnswerNothing() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 3)
      let log = try SessionLog.create(in: test, listener: "p01", kind: .person, seed: 3)
      let good = submitted(test.trials(seed: 3)[0], .abx)
      let changes: [(inout SubmittedAnswer) -> Void] = [
        { $0.chosen = 2 }, { $0.chosen = -1 }, { $0.chosen = nil }, { $0.trial = 3 }, { $0.trial = -1 },
        { $0.seconds = -1 }, { $0.seconds = .nan }, { $0.plays = [1, 2] }, { $0.switches = -1 },
        { $0.plays[0] = .max },
      ]
      for change in changes {
        var bad = good
        change(&bad)
        #expect(try log.append(bad) == nil, "\(bad)")
      }
      #expect(try log.append(good) == .stored)
    }
  }

  @Test func oneWriterAtATime() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder)
      let log = try SessionLog.create(in: test, listener: "p01", kind: .person)
      #expect(throws: ListeningError.inUse(path: log.path)) {
        try SessionLog.open(in: test, id: log.header.session)
      }
      let other = try SessionLog.create(in: test, listener: "p02", kind: .person)
      #expect(other.header.seed != log.header.seed && other.path != log.path)
    }
  }

  @Test func foreignLinesAreRefused() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 4)
      let id = SessionLog.newID()
      do {
        let log = try SessionLog.create(in: test, id: id, listener: "p01", kind: .person, seed: 9)
        for trial in test.trials(seed: 9).prefix(2) {
          #expect(try log.append(submitted(trial, .abx)) == .stored)
        }
      }
      let path = "\(folder)/sessions/\(id).jsonl"
      let text = String(decoding: FileManager.default.contents(atPath: path)!, as: UTF8.self)
      let lines = text.split(separator: "\n").map(String.init)
      let damaged: [[String]] = [
        [lines[0].replacingOccurrences(of: "\"abx\"", with: "\"ab\""), lines[1], lines[2]],
        [lines[0].replacingOccurrences(of: "\"seed\":9", with: "\"seed\":10"), lines[1], lines[2]],
        [lines[0], lines[2]], [lines[0], lines[1], lines[1]], [lines[0], "{}", lines[2]],
        [lines[0], lines[1], "not JSON"], [lines[1], lines[2]],
        [lines[0], lines[1], #"{"type":"finished","sequence":2}"#, lines[2]],
        [
          lines[0], lines[1].replacingOccurrences(of: "\"chosen\":\"secret", with: "\"chosen\":\"public"),
          lines[2],
        ],
      ]
      for lines in damaged {
        writePlainly(Array((lines.joined(separator: "\n") + "\n").utf8), to: path)
        let error = #expect(throws: ListeningError.self) { try SessionRecord.readAll(of: test) }
        #expect("\(error!)".contains(path), "\(error!)")
      }
    }
  }

  /// A full disk or a kill at the beginning: the listener's next try begins the session, as if there were no file.
  @Test(arguments: ["", "{\"type\":\"session\",\"seq", "\0\0\0\0"]) func aFileWithoutABeginningIsAbsent(
    left: String
  ) throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2)
      let id = SessionLog.newID()
      let path = "\(folder)/sessions/\(id).jsonl"
      writePlainly(Array(left.utf8), to: path)
      #expect(try SessionLog.open(in: test, id: id) == nil)
      let (sessions, unbegun) = try SessionRecord.readFiles(of: test)
      #expect(sessions.isEmpty && unbegun == ["\(id).jsonl"])
      do {
        let log = try OpenSessions(test).begin(id, listener: "p")
        #expect(try log.append(submitted(log.current!, .abx)) == .stored)
      }
      let again = try SessionRecord.readFiles(of: test)
      #expect(
        again.sessions.map(\.answers.count) == [1] && again.unbegun.isEmpty && !again.sessions[0].isTorn)
      // One that has begun is never begun again.
      #expect(throws: ListeningError.inUse(path: path)) {
        try SessionLog.create(in: test, id: id, listener: "q", kind: .person)
      }
      #expect(try SessionRecord.readAll(of: test)[0].header.listener == "p")
    }
  }

  @Test func whatWasLostIsSaidInTheReport() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 2)
      let log = try SessionLog.create(in: test, listener: "p", kind: .person)
      #expect(try log.append(submitted(log.current!, .abx)) == .stored)
      let bytes = [UInt8](FileManager.default.contents(atPath: log.path)!)
      writePlainly(bytes + Array("{\"type\":\"ans".utf8), to: log.path)
      writePlainly([], to: "\(folder)/sessions/none.jsonl")
      let (sessions, unbegun) = try SessionRecord.readFiles(of: test)
      #expect(sessions.map(\.isTorn) == [true])
      let report = try ListeningReport.make(test: test, sessions: sessions, unbegun: unbegun)
      #expect(
        report.caveats.contains { $0.contains("ends in half a line") && $0.contains(log.header.session) })
      #expect(report.caveats.contains { $0.contains("without a beginning") && $0.contains("none.jsonl") })
      #expect(report.text.contains("half a line") && report.html.contains("none.jsonl"))
    }
  }
}
