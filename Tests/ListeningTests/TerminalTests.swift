// The terminal's listening test, by script: what it plays, what it stores, what it refuses.

import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct TerminalTests {
  private func run(
    _ test: PreparedTest, _ log: SessionLog, _ lines: [String]
  ) throws -> (end: TerminalListener.End, said: [String], played: [ChannelClip]) {
    var lines = lines[...]
    var said: [String] = []
    var played: [ChannelClip] = []
    let listener = TerminalListener(
      test, log, say: { said.append($0) }, readLine: { lines.popFirst() }, play: { played.append($0) })
    return (try listener.run(), said, played)
  }

  @Test func abx() throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, trials: 3)
      let log = try SessionLog.create(in: test, listener: "t", kind: .person, seed: 4)
      let trials = test.trials(seed: 4)
      let (end, said, played) = try run(
        test, log,
        [
          "=a", "a", "B", "=b", "what", "x", "?", "=c", "=", "= b", "a", "b", "x", "a 0 0.05", "a 0 0.1",
          "b 0 9", "=A", "q", "=b",
        ])
      #expect(end == .paused && log.position == 2 && played.count == 7)
      for (index, slot) in [0, 1, 2].enumerated() {
        let system = (trials[0].order + [trials[0].order[trials[0].x!]])[slot]
        #expect(
          played[index].channels == [sound(item: trials[0].item, system: system, frames: 4800, rate: 48_000)])
      }
      #expect(played[6].frames == 4800 && abs(played[6].channels[0][0]) < 1e-4)
      #expect(
        said.contains("Not heard yet: A, B, X.") && said.contains("Not heard yet: X.")
          && said.contains("Not understood: what"))
      let record = try #require(try SessionRecord.readAll(of: test).first)
      #expect(!record.finished && record.answers.map(\.looped) == [false, true])
      #expect(record.answers.map(\.plays) == [["A": 1, "B": 1, "X": 1], ["A": 2, "B": 1, "X": 1]])
      #expect(
        record.answers[0].answer
          == .identified(x: record.answers[0].order[trials[0].x!], chosen: record.answers[0].order[1]))
      // Names of systems and items are not shown.
      #expect(!said.contains { $0.contains("secret") || $0.contains("piece") })
      let end2 = try run(test, log, ["a", "b", "x", "=a"])
      #expect(end2.end == .finished && end2.said.last?.contains(log.header.code) == true)
      #expect(try SessionRecord.readAll(of: test)[0].finished)
    }
  }

  /// (method, answers that do not do, one that does)
  @Test(arguments: [
    (Listening.Method.ab, ["=c", "=a b"], "=tie"), (.mos, ["=0", "=6", "=2.5"], "=5"),
    (.dcr, ["=0", "=6"], "=1"), (.cmos, ["=4", "=x"], "=-3"),
    (.multi, ["=1", "=1 101", "=1 2 3", "=a b"], "=0 100"), (.mushra, ["=1 2"], "=1 2 3 4 5.5"),
    (.abchr, ["=0.9 5", "=3"], "=3.5 5"),
  ])
  func methods(method: Listening.Method, bad: [String], good: String) throws {
    try withTemporaryFolder { folder in
      let test = try makeTest(folder, method: method, trials: 1)
      let log = try SessionLog.create(in: test, listener: "t", kind: .person)
      let labels = method.labels(of: try #require(log.current))
      let (end, said, _) = try run(test, log, labels + bad + [good])
      #expect(end == .finished && said.count { $0.hasPrefix("Not an answer") } == bad.count, "\(said)")
    }
  }
}
