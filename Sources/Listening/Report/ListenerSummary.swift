// What is known about each listener: how much they answered, whether they finished, and how reliable they were: against
// the others, against themselves, and against the hidden reference.

package struct ListenerSummary: Encodable, Hashable, Sendable {
  package let listener: String
  package let kind: SessionHeader.Kind
  package let sessions: Int
  package let answers, plannedAnswers: Int
  package let finished: Bool
  /// Answers that came before one sound of the trial could end; people only.
  package let quickAnswers: Int
  /// The headphone check, in the last attempt of each session; absent where none has one.
  package let passedHeadphones: Bool?
  /// Median per answer; absent for simulated listeners, who need none.
  package let medianSeconds: Double?
  /// Rank correlation of their answers with the mean of the others' to the same stimuli.
  package let agreement: Double?
  /// Mean absolute difference between answers to the same stimulus, and how many were repeated.
  package let repeatDifference: Double?
  package let repeats: Int

  /// One listener's answer about one stimulus (an item by a system, or a pair of systems).
  struct Observation: Hashable, Sendable {
    let listener, stimulus: String
    let value: Double
  }

  static func all(
    _ sessions: [SessionRecord], _ observations: [Observation], test: PreparedTest
  ) -> [ListenerSummary] {
    let seconds = Dictionary(
      uniqueKeysWithValues: test.key.items.map { ($0.name, Double($0.frames) / Double(test.plan.sampleRate)) }
    )
    var names: [String] = []
    for session in sessions where !names.contains(session.listener) {
      names.append(session.listener)
    }
    return names.map { name in
      let own = sessions.filter { $0.listener == name }
      let answers = own.flatMap(\.answers)
      let kind = own[0].header.kind
      let checks = own.compactMap(\.notes.passedHeadphones)
      let (difference, repeats) = repeatDifference(observations.filter { $0.listener == name })
      return ListenerSummary(
        listener: name, kind: kind, sessions: own.count, answers: answers.count,
        plannedAnswers: own.reduce(0) { $0 + $1.header.trials }, finished: own.allSatisfy(\.finished),
        quickAnswers: kind == .simulated ? 0 : answers.count { $0.seconds < seconds[$0.item] ?? 0 },
        passedHeadphones: checks.isEmpty ? nil : checks.allSatisfy(\.self),
        medianSeconds: kind == .simulated || answers.isEmpty ? nil : answers.map(\.seconds).median,
        agreement: agreement(name, observations), repeatDifference: difference, repeats: repeats)
    }
  }

  private static func agreement(_ name: String, _ observations: [Observation]) -> Double? {
    var own: [String: [Double]] = [:]
    var others: [String: [Double]] = [:]
    for observation in observations {
      if observation.listener == name {
        own[observation.stimulus, default: []].append(observation.value)
      } else {
        others[observation.stimulus, default: []].append(observation.value)
      }
    }
    let shared = own.keys.filter { others[$0] != nil }.sorted()
    return RankCorrelation.spearman(shared.map { own[$0]!.mean }, shared.map { others[$0]!.mean })
  }

  private static func repeatDifference(_ own: [Observation]) -> (Double?, Int) {
    var last: [String: Double] = [:]
    var differences: [Double] = []
    for observation in own {
      if let before = last[observation.stimulus] { differences.append(abs(observation.value - before)) }
      last[observation.stimulus] = observation.value
    }
    return (differences.isEmpty ? nil : differences.mean, differences.count)
  }
}
