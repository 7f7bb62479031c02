// What the numbers cannot say, in plain words, beside them: too few listeners or items, a habit for one button, scales
// left unused, anchors that are hardly impaired.
internal import Reports

enum Caveats {
  static func all(
    _ test: PreparedTest, _ listeners: [ListenerSummary], _ analysis: ListeningReport.Analysis,
    _ choice: SessionChoice, isDescriptive: Bool
  ) -> [String] {
    var caveats: [String] = []
    if listeners.count == 1 {
      caveats.append(
        "One listener. The numbers hold for this listener only; nothing can be concluded about other people, "
          + "and no interval here contains the differences between people.")
    } else if test.method != .abx && !isDescriptive && listeners.count < 6 {
      caveats.append(
        "\(listeners.count) listeners. The tests for these items alone, which flip signs or rank, cannot reach "
          + "p \u{2264} 0.05 with fewer than 6: the smallest p-value possible here is "
          + "\(NumberText.p(2 / Double(1 << listeners.count))). The t tests can, but lean on few people.")
    }
    if test.key.items.count == 1 {
      caveats.append("One item. Nothing can be concluded about other material.")
    }
    if let planned = choice.participation.caveat { caveats.append(planned) }
    caveats += people(listeners, choice)
    caveats += headphones(test.plan, choice)
    caveats += nullPairs(test.method, choice.used)
    if !choice.setAside.isEmpty {
      caveats.append(
        "\(NumberText.count(choice.setAside.count, "session")) set aside: see the end of the section on listeners."
      )
    }
    if let identification = analysis.identification { caveats += habit(identification) }
    if let pairs = analysis.pairs { caveats += habit(pairs) }
    if let left = analysis.postScreening?.analysis?.systems.map(\.listeners).max(), left < 6, !isDescriptive {
      caveats.append(
        "Post-screening leaves \(NumberText.count(left, "listener")): too few for a test for these items alone to "
          + "reach p \u{2264} 0.05.")
    }
    let perListener = test.plan.trials
    if test.method == .mushra && perListener < Planning.leastMushraTrials {
      caveats.append(
        "With \(NumberText.count(perListener, "trial")) per listener one slip excludes: 1 of \(perListener) is more than the "
          + "15 % of BS.1534. Plan at least \(Planning.leastMushraTrials).")
    }
    if test.method == .mushra && test.plan.sampleRate <= 16_000 {
      caveats.append(
        "At \(test.plan.sampleRate) Hz nothing above \(test.plan.sampleRate / 2000) kHz sounds at all, so the "
          + "7 kHz anchor is nearly transparent: high grades for it do not mean that somebody cannot hear.")
    }
    if test.plan.loudness == .off {
      caveats.append("Loudness was not matched: the louder sound often seems the better one.")
    }
    return caveats
  }

  /// Who is who, and who hardly listened.
  private static func people(_ listeners: [ListenerSummary], _ choice: SessionChoice) -> [String] {
    var caveats: [String] = []
    let again = listeners.filter { $0.sessions > 1 }
    if !again.isEmpty {
      caveats.append(
        "More than one session by \(NumberText.list(again.map { "\($0.listener) (\($0.sessions))" })), who said so by "
          + "code: counted as one listener each.")
    }
    for (listener, code) in choice.unknownCodes {
      caveats.append(
        "\(listener) was here before by the code \(code), which no session of this test has: counted as a listener of "
          + "its own.")
    }
    let quick = listeners.filter { $0.quickAnswers > 0 }
    if !quick.isEmpty {
      let answers = quick.reduce(0) { $0 + $1.quickAnswers }
      let who = quick.map { "\($0.listener) (\($0.quickAnswers) of \($0.answers))" }
      caveats.append(
        "\(NumberText.count(answers, "answer")) came quicker than one sound of the trial is long: nobody can have "
          + "heard all of it. By \(NumberText.list(who)).")
    }
    return caveats
  }

  /// Who may have heard something else than the sounds: by loudspeakers, or by one side only.
  private static func headphones(_ plan: TestPlan, _ choice: SessionChoice) -> [String] {
    if !plan.page.headphoneCheck || choice.isSimulated { return [] }
    var caveats: [String] = []
    let failed = names(choice.used.filter { $0.notes.passedHeadphones == false })
    let unchecked = names(choice.used.filter { $0.notes.passedHeadphones == nil })
    let why =
      choice.ruleLeavesNobody
      ? "They are in the numbers all the same, since nobody else is"
      : "They are in the numbers: no rule of this test leaves them out (prepare --needs-headphones)"
    if !failed.isEmpty {
      caveats.append(
        "\(NumberText.count(failed.count, "listener")) of \(names(choice.used).count) did not pass the headphone check in "
          + "the last attempt, so that they may have heard something else than the sounds: \(NumberText.list(failed)). \(why)."
      )
    }
    if !unchecked.isEmpty {
      caveats.append(
        "\(NumberText.count(unchecked.count, "listener")) without a headphone check, as in a terminal: "
          + "\(NumberText.list(unchecked)). \(why).")
    }
    let out = choice.participation.withoutHeadphones
    if out > 0 && !choice.ruleLeavesNobody {
      caveats.append(
        "\(NumberText.count(out, "session")) left out by the rule of this test that the headphone check has to be passed; the "
          + "result with \(out == 1 ? "it" : "them") stands further down.")
    }
    return caveats
  }

  private static func names(_ sessions: [SessionRecord]) -> [String] {
    sessions.reduce(into: []) { names, session in
      if !names.contains(session.listener) { names.append(session.listener) }
    }
  }

  /// Degradations that were reported where there are none.
  private static func nullPairs(_ method: Method, _ sessions: [SessionRecord]) -> [String] {
    if method != .dcr { return [] }
    let grades = sessions.flatMap { session in
      session.answers.compactMap { record -> (listener: String, rating: Int)? in
        guard case .opinion(TestKey.reference, let rating) = record.answer else { return nil }
        return (session.listener, rating)
      }
    }
    let wrong = grades.filter { $0.rating < 5 }
    if grades.isEmpty {
      return [
        "No null pair, the reference against itself, was rated: how often a degradation is reported where there is none is "
          + "not known."
      ]
    }
    if wrong.isEmpty { return [] }
    let who = names(sessions).compactMap { name -> String? in
      let count = wrong.count { $0.listener == name }
      return count == 0 ? nil : "\(name) (\(count) of \(grades.count { $0.listener == name }))"
    }
    return [
      "In \(wrong.count) of \(grades.count) null pairs, the reference against itself, a degradation was reported, by "
        + "\(NumberText.list(who)): compare systems with the reference's score, not with 5."
    ]
  }

  /// What a power cut, a full disk or a kill has taken.
  static func losses(_ sessions: [SessionRecord], unbegun: [String]) -> [String] {
    let torn = sessions.filter(\.isTorn).map(\.header.session)
    var caveats: [String] = []
    if !torn.isEmpty {
      caveats.append(
        "\(NumberText.count(torn.count, "session file")) \(torn.count == 1 ? "ends" : "end") in half a line, which is "
          + "not counted: an answer that was being written when the power or the program went. "
          + "\(NumberText.list(torn)).")
    }
    if !unbegun.isEmpty {
      caveats.append(
        "\(NumberText.count(unbegun.count, "session file")) without a beginning: nothing was answered in "
          + "\(unbegun.count == 1 ? "it" : "them"). \(NumberText.list(unbegun)).")
    }
    return caveats
  }

  private static func habit(_ analysis: IdentificationAnalysis) -> [String] {
    habit(first: analysis.firstChosen, of: analysis.all.trials, "chosen as X")
  }

  private static func habit(_ analysis: PairAnalysis) -> [String] {
    let decided = analysis.firstButtonBetter + analysis.secondButtonBetter
    return habit(first: analysis.firstButtonBetter, of: decided, "called better")
  }

  private static func habit(first: Int, of all: Int, _ what: String) -> [String] {
    let binomial = Binomial(successes: first, trials: all)
    if all == 0 || binomial.twoSided() > 0.01 { return [] }
    return [
      "The sound on the first button was \(what) in \(first) of \(all) answers: a habit, which the random order "
        + "keeps from favouring a system, but which costs power."
    ]
  }
}
