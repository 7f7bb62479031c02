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
