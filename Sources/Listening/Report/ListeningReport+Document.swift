// The report in words and pictures: what every method has. The middle part, by method: +Identification, +Pairs, +Scores.
internal import Files
internal import Reports

extension ListeningReport {
  /// A self-contained page.
  package var html: String { document.html }

  /// For the terminal.
  package var text: String { document.text }

  var document: Document {
    let who = NumberText.count(listeners.count, simulated ? "SIMULATED listener" : "listener")
    var document = Document(
      maker: "synth listen report", title: title.isEmpty ? "Listening test" : title,
      subtitle: "\(method.fullName) \u{00B7} \(who) \u{00B7} \(NumberText.count(answers, "answer")) \u{00B7} "
        + "\(NumberText.count(items.count, "item")) \u{00B7} systems: \(NumberText.list(testedNames))")
    document.blocks += notices
    document.blocks += body(analysis)
    document.blocks += otherBlocks
    document.blocks += listenerBlocks
    document.blocks += designBlocks
    return document
  }

  var testedNames: [String] {
    systems.filter { $0.kind == .folder || $0.kind == .model }.map(\.name)
  }

  private var notices: [Document.Block] {
    var blocks: [Document.Block] = []
    if simulated {
      blocks.append(
        .notice(
          "Simulated listeners.",
          "Nobody has listened: a program compared the sounds by their measured spectra. This shows how a test runs "
            + "and how its report looks; it says nothing about how the sounds sound to people."))
    }
    if let testsWithheld {
      blocks.append(
        .notice(
          "Interim.",
          "\(testsWithheld.prefix(1).uppercased())\(testsWithheld.dropFirst()). Who looks at p-values now and stops when they "
            + "please finds differences that are not there, so none are given and nothing is concluded; intervals are "
            + "nominal."
            + (participation.closed == nil
              ? " For who stops early somebody else has to be asked; or end the test as it is: synth listen report --close, after "
                + "which nobody can begin."
              : " The test is closed, so that it stays like this."))
      )
    }
    return blocks + caveats.map { .notice("Note.", $0) }
  }

  private func body(_ analysis: Analysis) -> [Document.Block] {
    if let identification = analysis.identification { return blocks(identification) }
    if let pairs = analysis.pairs { return blocks(pairs) }
    if let scores = analysis.scores { return blocks(scores, analysis.postScreening) }
    return []
  }

  /// The same numbers with other choices of sessions.
  private var otherBlocks: [Document.Block] { others.flatMap(blocks) }

  private func blocks(_ other: Other) -> [Document.Block] {
    let front: [Document.Block] = [
      .heading("Result \(other.sessions)"),
      .text(
        "Not what was planned, for comparison: \(NumberText.count(other.listeners, "listener")), "
          + "\(NumberText.count(other.answers, "answer")). By the rule fixed before the test, "
          + "\(participation.rule)."),
    ]
    let kept = body(other.analysis).filter {
      switch $0 {
      case .finding, .table: true
      default: false
      }
    }
    return front + kept
  }

  /// What to add to a difference that holds for these items and was not shown for others.
  func onTheseItems(_ itemTest: SignificanceTest?) -> String {
    if items.count < 2 { return "" }
    if let itemTest, itemTest.isSignificant {
      return ", on these items; how much depends on the item (p \(pText(itemTest.adjustedPValue)))"
    }
    return ", on these items; that it holds for others was not shown"
  }

  // MARK: Listeners

  private var listenerBlocks: [Document.Block] {
    var blocks: [Document.Block] = [.heading("Listeners")]
    if listeners.contains(where: { $0.agreement != nil }) {
      blocks.append(
        .plot(
          RowPlot(
            title: "Agreement with the other listeners",
            caption:
              "Rank correlation of each listener's answers with the mean of the others' answers to the same "
              + "stimuli. Near 1: the same order; near 0: none in common. Disagreeing is no reason to be left out.",
            axis: .init(
              -1...1, ticks: [-1, -0.5, 0, 0.5, 1], title: "rank correlation", reference: 0,
              label: { NumberText.signed($0, 1) }),
            rows: listeners.compactMap { listener in
              listener.agreement.map {
                .init(
                  label: listener.listener, marks: [.interval(value: $0, range: nil, isFilled: true)],
                  note: NumberText.fixed($0, 2))
              }
            })))
    }
    blocks.append(
      .table(
        Table(
          "Who answered.",
          [
            .text("listener"), .text("kind"), .number("answers"), .text("finished"), .text("headphones"),
            .number("agreement"),
            .number("repeat difference"), .number("seconds per answer"), .number("too quick"),
          ],
          listeners.map { listener in
            [
              listener.listener, listener.kind.rawValue, "\(listener.answers) of \(listener.plannedAnswers)",
              listener.finished ? "yes" : "no",
              listener.passedHeadphones.map { $0 ? "passed" : "failed" } ?? NumberText.nothing,
              listener.agreement.map { NumberText.fixed($0, 2) } ?? NumberText.nothing,
              listener.repeatDifference.map { "\(NumberText.fixed($0, 1)) (\(listener.repeats))" }
                ?? NumberText.nothing,
              listener.medianSeconds.map { NumberText.fixed($0, 1) } ?? NumberText.nothing,
              listener.quickAnswers == 0 ? NumberText.nothing : "\(listener.quickAnswers)",
            ]
          }
        ).withoutEmptyColumns))
    if !setAside.isEmpty {
      blocks.append(
        .table(
          Table(
            "Sessions that are not part of the numbers.",
            [.text("session"), .text("listener"), .text("kind"), .number("answers"), .text("reason")],
            setAside.map { [$0.session, $0.listener, $0.kind.rawValue, "\($0.answers)", $0.reason] })))
    }
    return blocks
  }

  // MARK: Design

  private var designBlocks: [Document.Block] {
    [
      .heading("The test"),
      .text(
        "Question: \(question) \(NumberText.count(trialsPerListener, "trial")) per listener, fixed beforehand; "
          + (participation.planned.map { "\(NumberText.count($0, "listener")) planned" }
            ?? "the number of listeners left open")
          + "; \(participation.rule). \(NumberText.count(participation.tookPart, "listener")) took part, "
          + "\(participation.counted) in the numbers, \(NumberText.count(participation.unfinished, "session")) "
          + "not finished"
          + (participation.needsHeadphones ? ", \(participation.withoutHeadphones) without headphones." : ".")
      ),
      .table(
        Table(
          "Systems.", [.text("name"), .text("kind"), .text("source"), .text("settings")],
          systems.map { system in
            let settings = system.settings.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            return [
              system.name, system.kind.rawValue, FileName.shown(system.source),
              settings.joined(separator: ", "),
            ]
          })),
      .text("Items: \(items.joined(separator: ", "))."),
      .text(
        "Sample rate \(plan.sampleRate) Hz; loudness "
          + plan.loudness.words
          + ". Preparation: seed \(plan.seed), synth \(plan.versions.synth), libebur128 \(plan.versions.libebur128). "
          + "SHA-256 of the key, fixed before anybody listened: \(keySha256)."),
      .heading("How to read the numbers"),
      .text(method.explanation),
      .text(
        "Intervals are at 95 %. Unless they are exact, they come from variance components of listeners and items "
          + "(method of moments, Satterthwaite's degrees of freedom, Student's t): ratings of one listener, or of one "
          + "item, are not independent, and intervals that treat them so are too short. Tests are at 5 %; p-values of "
          + "one column are corrected together after Holm. The t test speaks about other listeners and other items; the "
          + "tests over listeners take the items as they are and speak about these (random signs: Philox, seed "
          + "\(recipe.seed)); the F test says whether a difference depends on the item. What is concluded follows from "
          + "these tests, not from intervals that overlap or do not. A difference that is not significant is not "
          + "thereby shown to be absent."),
    ]
  }
}

extension Method {
  var fullName: String {
    switch self {
    case .abx: "ABX test"
    case .ab: "paired preference test (AB)"
    case .mos: "opinion scores (MOS)"
    case .dcr: "degradation category rating (DCR, ITU-T P.808)"
    case .cmos: "comparison scores (CMOS)"
    case .multi: "multi-stimulus rating without reference"
    case .mushra: "MUSHRA (ITU-R BS.1534)"
    case .abchr: "ABC/HR (ITU-R BS.1116)"
    }
  }

  var explanation: String {
    switch self {
    case .abx:
      "X was A or B by an independent fair coin in every trial, so somebody who hears no difference is right half of "
        + "the time. The test is the exact binomial one, one-sided; the intervals of shares are Clopper and Pearson's. "
        + "d' says how far apart the sounds are for the listener, in standard deviations of their noise (Macmillan and "
        + "Creelman 2005): by differencing, which fits tests whose items change from trial to trial, and by "
        + "independent observation, the best that can be done; both without a habit for one button."
    case .ab:
      "The order within a pair was drawn for every trial. The test over answers is the exact two-sided binomial one "
        + "without ties (a sign test): it is right if nobody has any preference. The test over listeners flips the "
        + "signs of their mean preferences: it stays right if people differ, and speaks about people. The t test speaks "
        + "about other items as well."
    case .mos:
      "Every sound was rated alone, 1 (bad) to 5 (excellent). The score of a system is the mean of its listeners' "
        + "means. Differences are taken within listener and item; the main test is a t test over listeners and items."
    case .dcr:
      "Every sound was rated beside the open reference, 5 (degradation inaudible) to 1 (very annoying), and so was the "
        + "reference itself, in null pairs (ITU-T P.800, annex D): what is missing there to 5 is no degradation. The score "
        + "of a system (DMOS) is the mean of its listeners' means. Differences are taken within listener and item, also "
        + "to the null pairs; the main test is a t test over listeners and items."
    case .cmos:
      "The second sound was rated against the first, -3 (much worse) to +3 (much better); the order was drawn "
        + "and is undone here, so that positive is for the system named first. The test is Wilcoxon's signed rank "
        + "test, exact, over listeners' means, with Pratt's treatment of zeros, for these items; and t for others too."
    case .multi:
      "All systems were side by side and rated 0 to 100, without a reference; this is not MUSHRA. Boxes are medians "
        + "and quartiles. Differences are taken within listener and item; the main test is a t test over listeners and "
        + "items, those for these items flip the signs of the listeners' mean differences (all of them up to 16 "
        + "listeners, else 10 000 at random)."
    case .mushra:
      "All systems, a hidden reference and two low-pass anchors were rated 0 to 100 beside the open reference. Boxes "
        + "are medians and quartiles. Differences are taken within listener and item; the main test is a t test over "
        + "listeners and items, those for these items flip the signs of the listeners' mean differences (all of them "
        + "up to 16 listeners, else 10 000 at random)."
    case .abchr:
      "One system and the hidden reference were graded 1.0 (very annoying) to 5.0 (imperceptible) beside the open "
        + "reference. The score is the difference grade, system minus hidden reference: 0 is indistinguishable, and "
        + "positive means that the listener took the one for the other."
    }
  }
}
