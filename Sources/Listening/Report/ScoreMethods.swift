// mos, dcr, multi, mushra and abchr as scores: what is scored, which pairs are compared, who is left out on what rule.
// BS.1534-3 (mushra) and BS.1116-3 (abchr) each have their own rule; the report shows both, before and after.
internal import Reports

package struct ScreenedAnalysis: Encodable, Hashable, Sendable {
  /// In words: the recommendation and its rule.
  package let rule: String
  package let excluded: [Exclusion]
  /// Items whose anchor excluded nobody (mushra).
  package let exemptItems: [String]
  /// Without those listeners; absent where nobody or everybody was excluded.
  package let analysis: ScoreAnalysis?

  package struct Exclusion: Encodable, Hashable, Sendable {
    package let listener, reason: String
  }
}

struct ScoreMethods {
  let test: PreparedTest
  let scores: [Score]
  let options: AnalysisOptions

  init(_ sessions: [SessionRecord], test: PreparedTest, options: AnalysisOptions) {
    self.test = test
    self.options = options
    scores = sessions.flatMap { session in
      session.answers.flatMap { record -> [Score] in
        func score(_ system: String, _ value: Double) -> Score {
          Score(listener: session.listener, item: record.item, system: system, value: value)
        }
        switch record.answer {
        case .opinion(let system, let rating): return [score(system, Double(rating))]
        case .ratings(let ratings):
          return record.order.compactMap { name in ratings[name].map { score(name, $0) } }
        case .impairment(let system, let rating, let reference): return [score(system, rating - reference)]
        default: return []
        }
      }
    }
  }

  /// Of a score; abchr's is the difference of two grades.
  private var limits: ClosedRange<Double> {
    switch test.method {
    case .mos, .dcr: 1...5
    case .abchr: -4...4
    default: 0...100
    }
  }

  /// Of all listeners.
  var analysis: ScoreAnalysis { analysis(without: []) }

  private func analysis(without excluded: Set<String>) -> ScoreAnalysis {
    let tested = test.names(test.key.tested)
    var pairs: [(String, String)] = []
    for (i, first) in tested.enumerated() { pairs += tested[(i + 1)...].map { (first, $0) } }
    let heard = test.method.hidesReference ? test.key.systems.map(\.name) : tested
    if test.method.hidesReference { pairs += tested.map { ($0, TestKey.reference) } }
    let items = test.key.items.map(\.name).filter { name in scores.contains { $0.item == name } }
    return ScoreAnalysis(
      scores.filter { !excluded.contains($0.listener) }, within: limits, systems: heard, items: items,
      pairs: pairs, options: options)
  }

  /// Nil for methods without a rule.
  func screened(_ sessions: [SessionRecord]) -> ScreenedAnalysis? {
    switch test.method {
    case .mushra: screenedByReference(sessions)
    case .abchr: screenedByTTest()
    default: nil
    }
  }

  private func screenedByReference(_ sessions: [SessionRecord]) -> ScreenedAnalysis {
    let grades = sessions.flatMap { session in
      session.answers.compactMap { record -> PostScreening.Grade? in
        guard case .ratings(let ratings) = record.answer, let reference = ratings[TestKey.reference],
          let anchor = ratings[TestKey.anchor70]
        else { return nil }
        return .init(
          listener: session.listener, item: record.item, reference: reference, anchor: anchor)
      }
    }
    let screening = PostScreening(grades)
    let excluded = screening.verdicts.filter(\.isExcluded).map { verdict in
      var reasons: [String] = []
      if verdict.failsReference {
        reasons.append("hidden reference below 90 in \(verdict.lowReferences) of \(verdict.items)")
      }
      if verdict.failsAnchor {
        reasons.append("7 kHz anchor above 90 in \(verdict.highAnchors) of \(verdict.items)")
      }
      return ScreenedAnalysis.Exclusion(listener: verdict.listener, reason: reasons.joined(separator: "; "))
    }
    return result(
      "ITU-R BS.1534-3, 4.1.2: who grades the hidden reference below 90, or the 7 kHz anchor above 90, in more "
        + "than 15 % of the items is left out; an item whose anchor more than 25 % of the assessors grade above "
        + "90 excludes nobody", excluded,
      exempt: test.key.items.map(\.name).filter(screening.exemptItems.contains))
  }

  /// BS.1116-3: whose difference grades are not below zero by a one-sided t test has not told reference from object.
  private func screenedByTTest() -> ScreenedAnalysis {
    var names: [String] = []
    for score in scores where !names.contains(score.listener) { names.append(score.listener) }
    let excluded = names.compactMap { name -> ScreenedAnalysis.Exclusion? in
      let own = scores.filter { $0.listener == name }.map(\.value)
      guard let deviation = own.standardDeviation else {
        return .init(listener: name, reason: "a single grade")
      }
      let error = deviation / Double(own.count).squareRoot()
      let p =
        error > 0
        ? Distributions.student(own.mean / error, freedom: Double(own.count - 1)) : own.mean < 0 ? 0 : 1
      if p <= SignificanceTest.level { return nil }
      return .init(
        listener: name,
        reason: "mean difference grade \(NumberText.signed(own.mean, 2)), p = \(NumberText.p(p))")
    }
    return result(
      "ITU-R BS.1116-3: whose difference grades a one-sided t test at 5 % cannot tell from zero has not told the "
        + "reference from the systems and is left out", excluded, exempt: [])
  }

  private func result(
    _ rule: String, _ excluded: [ScreenedAnalysis.Exclusion], exempt: [String]
  ) -> ScreenedAnalysis {
    let names = Set(excluded.map(\.listener))
    let everybody = Set(scores.map(\.listener))
    return ScreenedAnalysis(
      rule: rule, excluded: excluded, exemptItems: exempt,
      analysis: names.isEmpty || names == everybody ? nil : analysis(without: names))
  }
}
