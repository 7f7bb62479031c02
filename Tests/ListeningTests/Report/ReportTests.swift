// Reports of listeners with known truth: the right conclusions, the right words, and no others.
import FoundationEssentials
import Signal
import Testing

@testable import Listening

@Suite struct ReportTests {
  @Test func abxFindsADifferenceAndOnlyIfItIsThere() throws {
    let fixture = ReportFixture(.abx, trials: 16)
    let hearing = try fixture.report(
      (1...6).map { fixture.session("p\($0)", seed: $0, answer: ReportFixture.identify(rate: 0.95)) })
    let result = try #require(hearing.analysis.identification)
    #expect(result.all.trials == 96 && result.all.correct > 80)
    #expect(result.listeners.count == 6 && result.listeners.allSatisfy { $0.test?.isSignificant == true })
    #expect(result.needed == 12)
    let share = Double(result.all.correct) / 96
    #expect(result.all.share.value == share && result.all.share.interval?.contains(share) == true)
    #expect(result.shareElsewhere?.over == "listeners and items")
    #expect(hearing.text.contains("told A and B apart"))
    let guessing = try fixture.report(
      (1...6).map { fixture.session("p\($0)", seed: $0, answer: ReportFixture.identify(rate: 0.5)) })
    #expect(guessing.analysis.identification?.all.test?.isSignificant == false)
    #expect(guessing.text.contains("was not shown") && !guessing.text.contains("told A and B apart"))
    // Every item and listener adds up to the whole.
    #expect(
      result.items.reduce(0) { $0 + $1.trials } == 96
        && result.items.reduce(0) { $0 + $1.correct } == result.all.correct)
  }

  @Test func oneListenerConcludesNothingAboutOthers() throws {
    let fixture = ReportFixture(.multi, systems: ["A", "B", "C"], items: 8)
    let report = try fixture.report([
      fixture.session("p1", seed: 1, answer: ReportFixture.rate(["A": 80, "B": 50, "C": 20], noise: 5))
    ])
    #expect(
      report.caveats.contains { $0.hasPrefix("One listener.") && $0.contains("nothing can be concluded") })
    let scores = try #require(report.analysis.scores)
    #expect(scores.comparisons.allSatisfy { $0.difference.over == "items" && $0.test?.unit == "items" })
    #expect(scores.comparisons.allSatisfy { $0.test?.isSignificant == true })
    let few = try fixture.report(
      (1...3).map {
        fixture.session("p\($0)", seed: $0, answer: ReportFixture.rate(["A": 90, "B": 10], noise: 1))
      })
    #expect(few.caveats.contains { $0.contains("fewer than 6") && $0.contains("0.250") })
    #expect(few.analysis.scores?.comparisons.allSatisfy { $0.listenerTest?.isSignificant == false } == true)
  }

  @Test func multiRanksSystems() throws {
    let fixture = ReportFixture(.multi, systems: ["good", "same", "bad"], items: 5)
    let report = try fixture.report(
      (1...10).map {
        fixture.session(
          "p\($0)", seed: $0, answer: ReportFixture.rate(["good": 70, "same": 70, "bad": 30], noise: 8))
      })
    let scores = try #require(report.analysis.scores)
    #expect(scores.systems.map(\.system) == ["good", "same", "bad"])
    #expect(scores.systems.allSatisfy { $0.ratings == 50 && $0.listeners == 10 })
    #expect(abs(scores.systems[0].median - 70) < 5 && abs(scores.systems[2].median - 30) < 5)
    #expect(scores.comparisons.map { "\($0.first)-\($0.second)" } == ["good-same", "good-bad", "same-bad"])
    #expect(scores.comparisons.map { $0.test?.isSignificant } == [false, true, true])
    #expect(scores.comparisons[1].difference.interval?.contains(40) == true)
    #expect(scores.comparisons.allSatisfy { $0.items.count == 5 })
    #expect(report.listeners.allSatisfy { ($0.agreement ?? 0) > 0.3 })
    #expect(report.text.contains("good over bad"))
  }

  @Test func preferencesCountTiesAndUndoTheOrder() throws {
    let fixture = ReportFixture(.ab, systems: ["A", "B"], items: 4, trials: 12)
    // Always B, wherever it stands; every fourth answer a tie.
    let sessions = (1...7).map { seed in
      fixture.session("p\(seed)", seed: seed) { item, order, _, _ in
        .preferred(first: order[0], second: order[1], item == "item3" ? nil : "B")
      }
    }
    let report = try fixture.report(sessions)
    let pair = try #require(report.analysis.pairs?.pairs.first)
    #expect((pair.first, pair.second, pair.answers) == ("A", "B", 84))
    #expect((pair.firstBetter, pair.secondBetter, pair.ties) == (0, 63, 21))
    #expect(pair.score.value == -0.75 && pair.answerTest?.isSignificant == true)
    #expect(pair.answerTest?.units == 63 && pair.listenerTest?.pValue == 0x1p-6)
    #expect(report.text.contains("21 ties") && report.text.contains("B was preferred"))
    // Always the first button: no preference for a system, but a habit that is named.
    let habit = try fixture.report(
      (1...7).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, _ in
          .preferred(first: order[0], second: order[1], order[0])
        }
      })
    #expect(habit.analysis.pairs?.firstButtonBetter == 84 && habit.analysis.pairs?.secondButtonBetter == 0)
    #expect(abs(habit.analysis.pairs?.pairs.first?.score.value ?? 1) < 0.3)
    #expect(habit.caveats.contains { $0.contains("first button") })
  }

  @Test func comparisonsUndoTheOrder() throws {
    let fixture = ReportFixture(.cmos, systems: ["A", "B", "C"], items: 3)
    // A is two better than B, one better than C; positive in the file: the second is better.
    let level = ["A": 2, "B": 0, "C": 1]
    let report = try fixture.report(
      (1...8).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, _ in
          .compared(first: order[0], second: order[1], rating: level[order[1]]! - level[order[0]]!)
        }
      })
    let pairs = try #require(report.analysis.pairs?.pairs)
    #expect(pairs.map { "\($0.first)\($0.second)" } == ["AB", "AC", "BC"])
    #expect(pairs.map(\.score.value) == [2, 1, -1])
    #expect(
      pairs.allSatisfy {
        $0.listenerTest?.name.contains("Wilcoxon") == true && $0.listenerTest?.isSignificant == true
      })
    #expect(pairs[0].ratings == [0, 0, 0, 0, 0, 24, 0] && pairs[2].ratings == [0, 0, 24, 0, 0, 0, 0])
  }

  @Test func opinionsAreMeansOfListenerMeans() throws {
    let fixture = ReportFixture(.mos, systems: ["A", "B"], items: 6)
    let report = try fixture.report(
      (1...6).map { seed in
        fixture.session("p\(seed)", seed: seed) { _, order, _, _ in
          .opinion(system: order[0], rating: order[0] == "A" ? (seed % 2 == 0 ? 5 : 4) : 2)
        }
      })
    let scores = try #require(report.analysis.scores)
    #expect(scores.systems.map(\.mean.value) == [4.5, 2] && scores.comparisons[0].difference.value == 2.5)
    #expect(scores.comparisons[0].listenerTest?.pValue == 0x1p-5)
  }

  /// Degradations that are reported where there are none: the reference against itself (P.800, annex D).
  @Test func nullPairsShowFalseReports() throws {
    let fixture = ReportFixture(.dcr, systems: ["clean", "bad"], items: 5)
    func sessions(ghosts: Set<String>) -> [SessionRecord] {
      (1...8).map { seed in
        let name = "p\(seed)"
        return fixture.session(name, seed: UInt64(seed)) { item, order, _, _ in
          let rating = order[0] == "bad" ? 2 : ghosts.contains(name) && item != "item0" ? 4 : 5
          return .opinion(system: order[0], rating: rating)
        }
      }
    }
    let report = try fixture.report(sessions(ghosts: ["p3", "p5"]))
    let scores = try #require(report.analysis.scores)
    #expect(scores.systems.map(\.system) == ["clean", "bad", "reference"])
    #expect(scores.systems.map(\.ratings) == [40, 40, 40] && scores.systems[2].mean.value == 4.8)
    #expect(
      scores.comparisons.map { "\($0.first)-\($0.second)" } == [
        "clean-bad", "clean-reference", "bad-reference",
      ])
    #expect(scores.comparisons[1].difference.value == 0 && scores.comparisons[1].test?.isSignificant != true)
    #expect(scores.comparisons[2].test?.isSignificant == true)
    let caveat = try #require(report.caveats.first { $0.contains("null pairs") })
    #expect(caveat.contains("In 8 of 40") && caveat.contains("p3 (4 of 5)") && caveat.contains("p5 (4 of 5)"))
    let sound = try fixture.report(sessions(ghosts: []))
    #expect(!sound.caveats.contains { $0.lowercased().contains("null pair") })
    // A test so short that none came up.
    let short = ReportFixture(.dcr, systems: ["A"], items: 1, trials: 1)
    let seed = try #require((1...20).first { short.test.trials(seed: $0)[0].order == [0] })
    let none = try short.report([
      short.session("p", seed: seed) { _, order, _, _ in .opinion(system: order[0], rating: 3) }
    ])
    #expect(none.caveats.contains { $0.hasPrefix("No null pair") })
  }

  @Test func mushraIsScreenedBeforeAndAfter() throws {
    let fixture = ReportFixture(.mushra, systems: ["A", "B"], items: 8)
    let levels = ["reference": 98.0, "anchor70": 60, "anchor35": 20, "A": 75, "B": 50]
    var sessions = (1...8).map {
      fixture.session("p\($0)", seed: $0, answer: ReportFixture.rate(levels, noise: 2))
    }
    sessions.append(
      fixture.session(
        "deaf", seed: 9, answer: ReportFixture.rate(["reference": 50, "A": 50, "B": 70], noise: 2)))
    let report = try fixture.report(sessions)
    let screened = try #require(report.analysis.postScreening)
    #expect(screened.excluded.map(\.listener) == ["deaf"])
    #expect(screened.excluded[0].reason == "hidden reference below 90 in 8 of 8")
    let before = try #require(report.analysis.scores)
    let after = try #require(screened.analysis)
    #expect(before.systems[0].listeners == 9 && after.systems[0].listeners == 8)
    #expect(after.comparisons[0].difference.value > before.comparisons[0].difference.value)
    #expect(before.systems.map(\.system) == ["A", "B", "reference", "anchor35", "anchor70"])
    #expect(
      report.html.contains("Result after post-screening") && report.html.contains("before post-screening"))
    #expect(report.text.contains("Result after post-screening:") && report.text.contains("Result before"))
    // Nobody to leave out: said, and one result.
    let clean = try fixture.report(Array(sessions.prefix(8)))
    #expect(
      clean.analysis.postScreening?.excluded.isEmpty == true && clean.analysis.postScreening?.analysis == nil)
    #expect(clean.html.contains("Nobody is left out"))
  }

  @Test func screeningWarnsWhereItLeavesTooLittle() throws {
    let fixture = ReportFixture(.mushra, systems: ["A", "B"], items: 6)
    let sessions = (1...7).map {
      fixture.session(
        "p\($0)", seed: $0,
        answer: ReportFixture.rate(["reference": $0 > 4 ? 40 : 98, "A": 60, "B": 30], noise: 1))
    }
    let report = try fixture.report(sessions)
    #expect(report.caveats.contains { $0.hasPrefix("Post-screening leaves 4 listeners") })
    #expect(report.caveats.contains { $0.contains("1 of 6") })
  }

  @Test func differenceGradesAndTheirScreening() throws {
    let fixture = ReportFixture(.abchr, systems: ["A", "B"], items: 6)
    var sessions = (1...7).map { seed in
      fixture.session("p\(seed)", seed: seed) { _, order, _, random in
        let system = order.first { $0 != "reference" }!
        return .impairment(
          system: system, rating: (system == "A" ? 4.5 : 3) - 0.2 * random.uniform(), reference: 5)
      }
    }
    sessions.append(
      fixture.session("cannot", seed: 8) { _, order, _, random in
        let system = order.first { $0 != "reference" }!
        let isRight = random.uniform() < 0.5
        return .impairment(system: system, rating: isRight ? 4 : 5, reference: isRight ? 5 : 4)
      })
    let report = try fixture.report(sessions)
    #expect(report.analysis.postScreening?.excluded.map(\.listener) == ["cannot"])
    let after = try #require(report.analysis.postScreening?.analysis)
    #expect(abs(after.systems[0].mean.value + 0.6) < 0.1 && abs(after.systems[1].mean.value + 2.1) < 0.1)
    #expect(after.comparisons[0].test?.isSignificant == true)
  }

  @Test func simulatedListenersAreNamedAndNeverMixed() throws {
    let fixture = ReportFixture(.abx, trials: 8)
    let programs = (1...3).map {
      fixture.session("sim\($0)", seed: $0, kind: .simulated, answer: ReportFixture.identify(rate: 1))
    }
    let report = try fixture.report(programs)
    #expect(report.simulated && report.json.contains("\"simulated\" : true"))
    #expect(report.html.contains("Simulated listeners.") && report.html.contains("Nobody has listened"))
    #expect(report.text.contains("SIMULATED LISTENERS.") && report.text.contains("3 SIMULATED listeners"))
    #expect(report.csv.components(separatedBy: ",simulated,").count == 25)
    let mixed = try fixture.report(
      programs + [fixture.session("p1", seed: 9, answer: ReportFixture.identify(rate: 0.5))])
    #expect(!mixed.simulated && mixed.listeners.map(\.listener) == ["p1"] && mixed.setAside.count == 3)
    #expect(mixed.setAside.allSatisfy { $0.reason.contains("simulated") })
  }

  @Test func nobodyHasListened() throws {
    let fixture = ReportFixture(.abx, trials: 8)
    #expect(throws: ListeningError.noSessions(path: "/nowhere")) { try fixture.report([]) }
    let opened = fixture.session("p1", seed: 1, stopAfter: 0, answer: ReportFixture.identify(rate: 1))
    #expect(throws: ListeningError.noSessions(path: "/nowhere")) { try fixture.report([opened]) }
    // Somebody who only opened the page spoils nothing.
    let report = try fixture.report([
      opened, fixture.session("p2", seed: 2, answer: ReportFixture.identify(rate: 1)),
    ])
    #expect(report.testsWithheld == nil && report.setAside.map(\.reason) == ["opened, nothing answered"])
  }
}
