// The report of a test: a value made from the prepared test and its sessions alone, so that the same files and seed give
// the same bytes. Views of it: +Document (page and terminal), ReportCSV (one row per rating), report.json (this, encoded).
internal import Files

/// Everything that can be said about a test's answers.
package struct ListeningReport: Encodable, Hashable, Sendable {
  package static let formatVersion = 3

  package struct System: Encodable, Hashable, Sendable {
    package let name: String
    package let kind: TestKey.System.Kind
    package let source: String
    package let settings: [String: String]
  }

  /// What the numbers are made with.
  package struct Recipe: Encodable, Hashable, Sendable {
    /// Of random signs.
    package let seed: UInt64
    /// How intervals of means are made.
    package let intervals: String
    package let confidence: Double
    package let level: Double
  }

  /// A session that is not part of the numbers.
  package struct SetAside: Encodable, Hashable, Sendable {
    package let session, listener: String
    package let kind: SessionHeader.Kind
    package let answers: Int
    package let reason: String
  }

  package struct Analysis: Encodable, Hashable, Sendable {
    /// One of the three, by method.
    package let identification: IdentificationAnalysis?
    package let pairs: PairAnalysis?
    package let scores: ScoreAnalysis?
    /// The scores again without those whom the method's recommendation leaves out.
    package let postScreening: ScreenedAnalysis?
  }

  /// The numbers again with another choice of sessions than the rule of the test.
  package struct Other: Encodable, Hashable, Sendable {
    /// Which choice.
    package let sessions: String
    package let listeners, answers: Int
    package let analysis: Analysis
  }

  package let formatVersion: Int
  package let title: String
  package let method: Method
  package let question: String
  package let items: [String]
  package let systems: [System]
  package let trialsPerListener: Int
  package let keySha256: String
  /// Programs, not people.
  package let simulated: Bool
  package let participation: Participation
  /// Why no test is made: fewer listeners than planned have finished.
  package let testsWithheld: String?
  /// What else a reader has to know.
  package let caveats: [String]
  package let recipe: Recipe
  package let answers: Int
  package let listeners: [ListenerSummary]
  package let setAside: [SetAside]
  package let analysis: Analysis
  /// None where the rule leaves out nobody, and everybody has finished.
  package let others: [Other]

  /// For the CSV, which has them all.
  let sessions: [SessionRecord]
  let plan: TestPlan

  /// - Parameters:
  ///   - unbegun: names of session files in which no session was begun.
  ///   - seed: of random signs.
  ///   - closing: how the test was closed, if it was.
  /// - Throws: `noSessions` if nobody has answered anything.
  package static func make(
    test: PreparedTest, sessions: [SessionRecord], unbegun: [String] = [], seed: UInt64 = 1,
    closing: Closing? = nil
  ) throws(ListeningError) -> ListeningReport {
    let sorted = SessionChoice(sessions, plan: test.plan, closing: closing)
    if sorted.used.isEmpty { throw .noSessions(path: test.folder) }
    let options = AnalysisOptions(seed: seed, isDescriptive: sorted.withheld != nil)
    let analysis = Self.analysis(sorted.used, test, options)
    let listeners = ListenerSummary.all(sorted.used, Self.observations(sorted.used, test), test: test)
    let others = sorted.others.map { choice in
      Other(
        sessions: choice.words, listeners: Set(choice.sessions.map(\.listener)).count,
        answers: choice.sessions.reduce(0) { $0 + $1.answers.count },
        analysis: Self.analysis(choice.sessions, test, options))
    }
    return ListeningReport(
      formatVersion: formatVersion, title: test.plan.title, method: test.method, question: test.plan.question,
      items: test.key.items.map(\.name),
      systems: test.key.systems.map {
        System(name: $0.name, kind: $0.kind, source: $0.source, settings: $0.settings)
      },
      trialsPerListener: test.plan.trials, keySha256: test.plan.keySha256, simulated: sorted.isSimulated,
      participation: sorted.participation, testsWithheld: sorted.withheld,
      caveats: Caveats.all(test, listeners, analysis, sorted, isDescriptive: options.isDescriptive)
        + Caveats.losses(sessions, unbegun: unbegun),
      recipe: Recipe(
        seed: seed,
        intervals: "two-way variance components by the method of moments, Satterthwaite's degrees of freedom",
        confidence: 0.95, level: SignificanceTest.level),
      answers: listeners.reduce(0) { $0 + $1.answers }, listeners: listeners, setAside: sorted.setAside,
      analysis: analysis, others: others, sessions: sorted.all, plan: test.plan)
  }

  private static func analysis(
    _ sessions: [SessionRecord], _ test: PreparedTest, _ options: AnalysisOptions
  ) -> Analysis {
    switch test.method {
    case .abx:
      return Analysis(
        identification: IdentificationAnalysis(sessions, test: test, options: options), pairs: nil,
        scores: nil,
        postScreening: nil)
    case .ab, .cmos:
      return Analysis(
        identification: nil, pairs: PairAnalysis(sessions, test: test, options: options), scores: nil,
        postScreening: nil)
    case .mos, .dcr, .multi, .mushra, .abchr:
      let scores = ScoreMethods(sessions, test: test, options: options)
      return Analysis(
        identification: nil, pairs: nil, scores: scores.analysis, postScreening: scores.screened(sessions))
    }
  }

  /// What agreement between listeners is measured on; abx has none.
  private static func observations(
    _ sessions: [SessionRecord], _ test: PreparedTest
  ) -> [ListenerSummary.Observation] {
    switch test.method {
    case .abx: return []
    case .ab, .cmos:
      return PairAnalysis.turned(sessions, test).map {
        .init(listener: $0.listener, stimulus: "\($0.item)\u{0}\($0.first)\u{0}\($0.second)", value: $0.value)
      }
    case .mos, .dcr, .multi, .mushra, .abchr:
      let options = AnalysisOptions(seed: 1, isDescriptive: true)
      return ScoreMethods(sessions, test: test, options: options).scores.map {
        .init(listener: $0.listener, stimulus: "\($0.item)\u{0}\($0.system)", value: $0.value)
      }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case formatVersion, title, method, question, items, systems, trialsPerListener, keySha256, simulated,
      participation, testsWithheld, recipe, answers, listeners, setAside, analysis, others
    /// As it stands in reports that are there already.
    case caveats = "cautions"
  }

  /// report.json: indented, keys in snake_case and sorted.
  package var json: String { SnakeJSON.text(self) }
}
