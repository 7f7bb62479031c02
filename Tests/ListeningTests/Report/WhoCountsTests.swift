// Who is a listener, who counts, and when there are p-values: names, codes, drop-outs, the planned number, quick answers.
import Signal
import Testing

@testable import Listening

@Suite struct WhoCountsTests {
  private let hearing = ReportFixture.identify(rate: 1)

  private func id(_ digit: Character) -> String { String(repeating: digit, count: 32) }

  @Test func oneNameIsNotOnePerson() throws {
    let fixture = ReportFixture(.abx, trials: 16)
    let report = try fixture.report([
      fixture.session("ann", seed: 1, id: id("a"), answer: hearing),
      fixture.session("ann", seed: 2, id: id("b"), answer: hearing),
      fixture.session("ann (2)", seed: 3, id: id("c"), answer: hearing),
    ])
    #expect(report.listeners.map(\.listener) == ["ann", "ann (2)", "ann (2) (2)"])
    #expect(report.testsWithheld == nil && report.setAside.isEmpty)
    #expect(report.analysis.identification?.all.trials == 48)
    #expect(report.csv.contains(",ann (2) (2),person,"))
  }

  @Test func codesJoinSessions() throws {
    let fixture = ReportFixture(.multi, systems: ["A", "B"], items: 4)
    let answer = ReportFixture.rate(["A": 80, "B": 40], noise: 5)
    let sessions = [
      fixture.session("ann", seed: 1, id: id("a"), answer: answer),
      fixture.session("anna", seed: 2, id: id("b"), returning: "aaaaaaaa", answer: answer),
      // A chain, and a code of nobody.
      fixture.session("x", seed: 3, id: id("c"), returning: "bbbbbbbb", answer: answer),
      fixture.session("y", seed: 4, id: id("d"), returning: "00000000", answer: answer),
    ]
    let report = try fixture.report(sessions)
    #expect(report.listeners.map(\.listener) == ["ann", "y"] && report.listeners.map(\.sessions) == [3, 1])
    #expect(report.caveats.contains { $0.contains("ann (3)") && $0.contains("by code") })
    #expect(report.caveats.contains { $0.hasPrefix("y was here before") && $0.contains("00000000") })
    #expect(report.analysis.scores?.systems.allSatisfy { $0.listeners == 2 && $0.ratings == 16 } == true)
    // In abx a second attempt does not count, and nobody else loses anything by it.
    let abx = ReportFixture(.abx, trials: 16)
    let twice = try abx.report([
      abx.session("ann", seed: 1, id: id("a"), answer: ReportFixture.identify(rate: 0.5)),
      abx.session("ann", seed: 2, id: id("b"), returning: "aaaaaaaa", answer: hearing),
      abx.session("bob", seed: 3, id: id("c"), answer: hearing),
    ])
    #expect(twice.analysis.identification?.all.trials == 32 && twice.analysis.identification?.all.test != nil)
    #expect(twice.setAside.map(\.reason) == ["the same listener again: in abx the first time counts"])
  }

  /// In one second, or by a clock that is late: who comes back was there before.
  @Test func whoComesBackIsLater() throws {
    let fixture = ReportFixture(.abx, trials: 16)
    let sessions = [
      fixture.session("z", seed: 1, id: id("z"), answer: hearing),
      fixture.session("back", seed: 2, id: id("b"), returning: "cccccccc", answer: hearing),
      fixture.session("again", seed: 3, id: id("a"), returning: "bbbbbbbb", answer: hearing),
      fixture.session("first", seed: 4, id: id("c"), answer: hearing),
    ]
    let ordered = SessionRecord.inOrder(sessions)
    #expect(ordered.map(\.header.listener) == ["first", "back", "again", "z"])
    #expect(SessionRecord.inOrder(ordered) == ordered)
    // Codes in a circle, which no server gives.
    let circle = [
      fixture.session("one", seed: 1, id: id("a"), returning: "bbbbbbbb", answer: hearing),
      fixture.session("two", seed: 2, id: id("b"), returning: "aaaaaaaa", answer: hearing),
    ]
    #expect(SessionRecord.inOrder(circle).map(\.header.listener) == ["two", "one"])
  }

  @Test func aDropOutTakesNoPValues() throws {
    let fixture = ReportFixture(.abx, trials: 16, listeners: 6)
    var sessions = (1...6).map { fixture.session("p\($0)", seed: $0, answer: hearing) }
    sessions.append(fixture.session("left", seed: 7, stopAfter: 9, answer: hearing))
    let report = try fixture.report(sessions)
    #expect(!report.caveats.contains { $0.contains("were planned") }, "a replacement is nobody more")
    #expect(report.testsWithheld == nil && report.analysis.identification?.all.trials == 96)
    #expect(report.analysis.identification?.all.test?.isSignificant == true)
    #expect(report.setAside.map(\.reason) == ["9 of 16 trials answered"])
    #expect(report.participation.tookPart == 7 && report.participation.counted == 6)
    // Both results, and the rule.
    let other = try #require(report.others.first)
    #expect(other.analysis.identification?.all.trials == 105 && other.listeners == 7)
    #expect(report.html.contains("Result with the sessions that are not finished"))
    #expect(!report.html.contains("stopped early") && report.html.contains("1 session not finished"))
    #expect(report.html.contains("a session counts if all 16 trials are answered"))
    // A rule that keeps who answered enough shows the other way round.
    let mild = ReportFixture(.abx, trials: 16, listeners: 6, leastAnswers: 8)
    let kept = try mild.report(sessions)
    #expect(kept.analysis.identification?.all.trials == 105 && kept.setAside.isEmpty)
    #expect(kept.others.first?.analysis.identification?.all.trials == 96)
    #expect(kept.html.contains("a session counts from 8 of 16 answers on"))
    // Where the rule leaves nobody there is something to see, and nothing to conclude.
    let alone = try fixture.report([sessions[6]])
    #expect(alone.testsWithheld?.contains("no session counts") == true && alone.answers == 9)
    #expect(alone.analysis.identification?.all.test == nil)
  }

  @Test func headphonesAreNamedAndCountByARuleAlone() throws {
    func sessions(_ fixture: ReportFixture) -> [SessionRecord] {
      var all = (1...5).map {
        fixture.session("p\($0)", seed: $0, headphones: $0 == 1 ? [false, true] : [true], answer: hearing)
      }
      all.append(fixture.session("speaker", seed: 6, headphones: [true, false], answer: hearing))
      all.append(fixture.session("tty", seed: 7, answer: hearing))
      all.append(fixture.session("left", seed: 8, stopAfter: 4, headphones: [true], answer: hearing))
      return all
    }
    // Without a rule: in the numbers, and named.
    let open = ReportFixture(.abx, trials: 16, listeners: 8, headphoneCheck: true)
    let report = try open.report(sessions(open))
    #expect(report.analysis.identification?.all.trials == 112 && report.others.count == 1)
    let failed = try #require(report.caveats.first { $0.contains("did not pass the headphone check") })
    #expect(failed.hasPrefix("1 listener of 7") && failed.contains("speaker"))
    #expect(failed.contains("--needs-headphones"), "\(failed)")
    #expect(
      report.caveats.contains { $0.hasPrefix("1 listener without a headphone check") && $0.contains("tty") })
    #expect(report.listeners.map(\.passedHeadphones) == [true, true, true, true, true, false, nil])
    // With one: left out, both results, beside those that are not finished.
    let strict = ReportFixture(
      .abx, trials: 16, listeners: 8, headphoneCheck: true, needsHeadphones: true)
    let ruled = try strict.report(sessions(strict))
    #expect(ruled.analysis.identification?.all.trials == 80 && ruled.participation.withoutHeadphones == 2)
    #expect(
      ruled.setAside.map { "\($0.listener): \($0.reason)" } == [
        "left: 4 of 16 trials answered", "speaker: did not pass the headphone check",
        "tty: without a headphone check",
      ])
    #expect(ruled.others.map { $0.analysis.identification?.all.trials } == [84, 112])
    #expect(ruled.html.contains("Result with the sessions that did not pass the headphone check"))
    #expect(ruled.html.contains("and if the headphone check is passed"))
    #expect(ruled.caveats.contains { $0.hasPrefix("2 sessions left out by the rule") })
    // Programs have no ears.
    let programs = try strict.report([strict.session("sim", seed: 1, kind: .simulated, answer: hearing)])
    #expect(programs.answers == 16 && !programs.caveats.contains { $0.contains("headphone") })
    // Nobody passes: all are shown, and nothing is concluded.
    let nobody = try strict.report([strict.session("a", seed: 1, headphones: [false], answer: hearing)])
    #expect(nobody.testsWithheld?.contains("headphone check") == true && nobody.answers == 16)
  }

  @Test func beforeThePlannedNumberNothingIsConcluded() throws {
    let fixture = ReportFixture(.multi, systems: ["A", "B"], items: 5, listeners: 8)
    let answer = ReportFixture.rate(["A": 90, "B": 10], noise: 5)
    let sessions = (1...7).map { fixture.session("p\($0)", seed: $0, answer: answer) }
    let interim = try fixture.report(sessions)
    #expect(interim.testsWithheld == "7 of 8 planned listeners have finished so far")
    #expect(!interim.json.contains("p_value") && !interim.text.contains("Rated higher"))
    #expect(interim.text.contains("INTERIM.") && interim.html.contains("--close"))
    // Closed: p-values, and the word that fewer took part.
    let closed = try fixture.report(
      sessions, closing: Closing(closed: "2026-02-01T00:00:00Z", listeners: 7))
    #expect(closed.testsWithheld == nil && closed.text.contains("Rated higher"))
    #expect(closed.caveats.contains { $0.contains("8 were planned") && $0.contains("2026-02-01") })
    let whole = try fixture.report(sessions + [fixture.session("p8", seed: 8, answer: answer)])
    #expect(whole.testsWithheld == nil && !whole.caveats.contains { $0.contains("planned") })
    let more = try fixture.report(
      sessions + (8...9).map { fixture.session("p\($0)", seed: $0, answer: answer) })
    #expect(
      more.testsWithheld == nil && more.caveats.contains { $0.hasPrefix("9 listeners are in the numbers, 8") }
    )
    let open = ReportFixture(.multi, systems: ["A", "B"], items: 5)
    #expect(try open.report(sessions).caveats.contains { $0.contains("not fixed beforehand") })
  }

  /// Who has begun may still be listening: as long as fewer than planned have finished, nothing is concluded.
  @Test func whileTheLastListenNothingIsConcluded() throws {
    for leastAnswers in [nil, 8] {
      let fixture = ReportFixture(.abx, trials: 16, listeners: 8, leastAnswers: leastAnswers)
      var sessions = (1...6).map { fixture.session("p\($0)", seed: $0, answer: hearing) }
      for (seed, answers) in [(7, 1), (8, 9)] {
        sessions.append(fixture.session("p\(seed)", seed: UInt64(seed), stopAfter: answers, answer: hearing))
      }
      let report = try fixture.report(sessions)
      #expect(report.testsWithheld == "6 of 8 planned listeners have finished so far")
      #expect(!report.json.contains("p_value") && !report.text.contains("stopped after"))
      #expect(report.participation.tookPart == 8 && report.participation.finished == 6)
      #expect(report.html.contains("somebody else has to be asked") && report.html.contains("--close"))
      let closed = try fixture.report(
        sessions, closing: Closing(closed: "2026-02-01T00:00:00Z", listeners: 8))
      #expect(closed.testsWithheld == nil && closed.json.contains("p_value"))
      #expect(closed.caveats.contains { $0.hasPrefix("6 listeners finished, 8 were planned") })
      // Two replacements.
      sessions += (9...10).map { fixture.session("p\($0)", seed: $0, answer: hearing) }
      #expect(try fixture.report(sessions).testsWithheld == nil)
    }
  }

  @Test func quickAnswersDrawACaution() throws {
    // Sounds of one second.
    let fixture = ReportFixture(.abx, trials: 16)
    let sessions = [
      fixture.session("calm", seed: 1, seconds: 1, answer: hearing),
      fixture.session("hasty", seed: 2, seconds: 0.9, answer: hearing),
    ]
    let report = try fixture.report(sessions)
    #expect(report.listeners.map(\.quickAnswers) == [0, 16])
    #expect(
      report.caveats.contains { $0.hasPrefix("16 answers came quicker") && $0.contains("hasty (16 of 16)") })
    let programs = try fixture.report([
      fixture.session("sim", seed: 1, kind: .simulated, seconds: 0, answer: hearing)
    ])
    #expect(programs.listeners[0].quickAnswers == 0 && !programs.caveats.contains { $0.contains("quicker") })
  }
}
