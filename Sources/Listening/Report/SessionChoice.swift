// Which sessions the numbers are made from: by the rule of test.json, fixed before the test, and never by what they say.
// People and programs are never mixed: as soon as one person has answered, simulated listeners are set aside. Everything
// set aside is named in the report with the reason, and the result with the other choice stands beside it.
internal import Reports

struct SessionChoice {
  let used: [SessionRecord]
  let setAside: [ListeningReport.SetAside]
  /// The sessions used are of programs.
  let isSimulated: Bool
  /// The other choices: about sessions that are not finished, and about those without headphones.
  let others: [(words: String, sessions: [SessionRecord])]
  /// The rule leaves nobody, so that everybody is in the numbers.
  let ruleLeavesNobody: Bool
  let participation: Participation
  let unknownCodes: [(listener: String, code: String)]
  /// Every session, with its listener's name.
  let all: [SessionRecord]

  init(_ sessions: [SessionRecord], plan: TestPlan, closing: Closing?) {
    let names = ListenerNames(sessions)
    (all, unknownCodes) = (names.sessions, names.unknownCodes)
    let isSimulated = !names.sessions.contains { $0.header.kind == .person && !$0.answers.isEmpty }
    self.isSimulated = isSimulated
    var setAside: [ListeningReport.SetAside] = []
    func leaveOut(_ session: SessionRecord, _ reason: String) {
      setAside.append(
        .init(
          session: session.header.session, listener: session.listener, kind: session.header.kind,
          answers: session.answers.count, reason: reason))
    }
    var seen: Set<String> = []
    var (complete, early): ([SessionRecord], [SessionRecord]) = ([], [])
    var (short, unheard): ([SessionRecord], [SessionRecord]) = ([], [])
    for session in names.sessions {
      if session.answers.isEmpty {
        leaveOut(session, "opened, nothing answered")
      } else if session.header.kind == .simulated && !isSimulated {
        leaveOut(session, "a simulated listener, not a person")
      } else if session.answers.count < plan.leastAnswers && !session.finished {
        short.append(session)
      } else if plan.needsHeadphones == true && !isSimulated && session.notes.passedHeadphones != true {
        unheard.append(session)
      } else if plan.method == .abx && !seen.insert(session.listener).inserted {
        // With as many attempts as one likes, a right guess is only a matter of time.
        leaveOut(session, "the same listener again: in abx the first time counts")
      } else if session.finished {
        complete.append(session)
      } else {
        early.append(session)
      }
    }
    func inOrder(_ chosen: [SessionRecord]) -> [SessionRecord] {
      let ids = Set(chosen.map(\.header.session))
      return names.sessions.filter { ids.contains($0.header.session) }
    }
    var used = inOrder(complete + early)
    var others: [(words: String, sessions: [SessionRecord])] = []
    ruleLeavesNobody = used.isEmpty && !(short + unheard).isEmpty
    func bringBack(_ sessions: [SessionRecord], _ which: String) {
      let added = plan.method == .abx ? sessions.filter { !seen.contains($0.listener) } : sessions
      if !added.isEmpty { others.append(("with the sessions \(which)", inOrder(used + added))) }
    }
    if ruleLeavesNobody {
      used = inOrder(short + unheard)
    } else {
      for session in short {
        // Stopped or still running: a file does not tell.
        leaveOut(session, "\(session.answers.count) of \(session.header.trials) trials answered")
      }
      for session in unheard {
        let failed = session.notes.passedHeadphones == false
        leaveOut(session, failed ? "did not pass the headphone check" : "without a headphone check")
      }
      bringBack(short, "that are not finished")
      bringBack(unheard, "that did not pass the headphone check")
      if short.isEmpty && !early.isEmpty && !complete.isEmpty {
        others.append(("without the sessions that are not finished", complete))
      }
    }
    (self.used, self.setAside, self.others) = (used, setAside, others)
    let tookPart = Set(
      names.sessions.filter { !$0.answers.isEmpty && ($0.header.kind == .simulated) == isSimulated }
        .map(\.listener))
    participation = Participation(
      planned: plan.listeners, tookPart: tookPart.count, counted: Set(used.map(\.listener)).count,
      finished: Set(complete.map(\.listener)).count,
      leastAnswers: plan.leastAnswers, trials: plan.trials, unfinished: short.count + early.count,
      needsHeadphones: plan.needsHeadphones == true, withoutHeadphones: unheard.count, closed: closing)
  }

  /// Why there are no tests; nil where there are.
  var withheld: String? {
    if ruleLeavesNobody {
      return "no session counts by the rule of this test (\(participation.rule)), so that all are shown"
    }
    return participation.interim
  }
}

/// Who was to take part, who did, and who counts.
package struct Participation: Encodable, Hashable, Sendable {
  /// Nil: left open.
  package let planned: Int?
  /// Listeners who answered anything.
  package let tookPart: Int
  /// Of these, those in the numbers.
  package let counted: Int
  /// Of these, those who have answered all trials: more answers by the others may still come.
  package let finished: Int
  package let leastAnswers, trials: Int
  /// Sessions, stopped or still running.
  package let unfinished: Int
  /// Whether only those count who passed the headphone check, and how many sessions the rule leaves out.
  package let needsHeadphones: Bool
  package let withoutHeadphones: Int
  package let closed: Closing?

  private enum CodingKeys: String, CodingKey {
    case planned, tookPart, counted, finished, leastAnswers, trials, needsHeadphones, withoutHeadphones,
      closed
    /// As it stands in reports that are there already.
    case unfinished = "stoppedEarly"
  }

  /// In words.
  package var rule: String {
    (leastAnswers == trials
      ? "a session counts if all \(trials) trials are answered"
      : "a session counts from \(leastAnswers) of \(trials) answers on")
      + (needsHeadphones ? " and if the headphone check is passed" : "")
  }

  /// What makes this an interim look; nil where the planned number has finished, or was never fixed, or the test is closed.
  var interim: String? {
    guard let planned, finished < planned, closed == nil else { return nil }
    return
      "\(finished) of \(planned) planned \(planned == 1 ? "listener has" : "listeners have") finished so far"
  }

  /// What a reader has to know about the number; nil where it is as planned.
  var caveat: String? {
    guard let planned else {
      return
        "How many listeners were to take part was not fixed beforehand (prepare --listeners). If somebody looked at "
        + "results and decided then whether to go on, differences are found that are not there, more often than 5 %."
    }
    if counted > planned {
      return
        "\(NumberText.count(counted, "listener")) are in the numbers, \(planned) were planned. If more were asked because of "
        + "what the first ones said, p-values are too small."
    }
    if finished < planned, let closed {
      return
        "\(NumberText.count(finished, "listener")) finished, \(planned) were planned: the test was closed early, on "
        + "\(closed.closed), when \(closed.listeners) had taken part; nobody could begin after that."
    }
    return nil
  }
}
