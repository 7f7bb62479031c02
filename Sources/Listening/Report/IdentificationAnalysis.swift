// Analysis of abx: how often X was recognised. X is an independent fair coin in every trial, so that the exact binomial
// test holds for each listener and for all answers together, whoever gave them.

package struct IdentificationAnalysis: Encodable, Hashable, Sendable {
  package struct Result: Encodable, Hashable, Sendable {
    /// A listener or an item; absent for all together.
    package let name: String?
    package let correct, trials: Int
    /// With the Clopper-Pearson interval: for answers of the same listeners to the same items.
    package let share: Estimate
    /// d' by two models of listening.
    package let dPrime: DPrime
    /// One-sided: more than guessing.
    package var test: SignificanceTest?

    fileprivate init(_ name: String?, _ hits: [Bool], isDescriptive: Bool) {
      self.name = name
      correct = hits.count { $0 }
      trials = hits.count
      let binomial = Binomial(successes: correct, trials: trials)
      share = Estimate(binomial.share ?? 0, exact: binomial.interval())
      dPrime = DPrime(binomial)
      test =
        isDescriptive
        ? nil
        : SignificanceTest(
          name: "exact binomial, one-sided", unit: "answers", units: trials, pValue: binomial.atLeast())
    }
  }

  package struct DPrime: Encodable, Hashable, Sendable {
    package let differencing, independentObservation: Sensitivity

    fileprivate init(_ binomial: Binomial) {
      let (share, interval) = (binomial.share ?? 0, binomial.interval())
      differencing = Sensitivity(.differencing, share: share, interval: interval)
      independentObservation = Sensitivity(.independentObservation, share: share, interval: interval)
    }
  }

  package let systems: [String]
  package let all: Result
  /// The share over listeners and items that were not asked; absent for one listener.
  package let shareElsewhere: Estimate?
  package let listeners: [Result]
  package let items: [Result]
  /// Correct answers out of the planned trials that a single listener needs for p <= 0.05; absent if all do not do.
  package let needed: Int?
  package let plannedTrials: Int
  /// Chance of reaching that for a listener who recognises X in 70, 80 and 90 % of trials.
  package let power: [Double]?
  /// How often the first button's sound was chosen: far from half is a habit, not hearing.
  package let firstChosen: Int

  init(_ sessions: [SessionRecord], test: PreparedTest, options: AnalysisOptions) {
    struct Hit {
      let listener, item: String
      let isCorrect, isFirst: Bool
    }
    let hits = sessions.flatMap { session in
      session.answers.compactMap { record -> Hit? in
        guard case .identified(let x, let chosen) = record.answer else { return nil }
        return Hit(
          listener: session.listener, item: record.item, isCorrect: x == chosen,
          isFirst: chosen == record.order.first)
      }
    }
    systems = test.names(test.key.tested)
    let isDescriptive = options.isDescriptive
    all = Result(nil, hits.map(\.isCorrect), isDescriptive: isDescriptive)
    var table = RatingTable()
    for hit in hits { table.append(listener: hit.listener, item: hit.item, value: hit.isCorrect ? 1 : 0) }
    shareElsewhere =
      table.listeners.count > 1 ? Estimate(table.mean, MixedMean(table), within: 0...1) : nil
    var perListener = table.listeners.map { name in
      Result(name, hits.filter { $0.listener == name }.map(\.isCorrect), isDescriptive: isDescriptive)
    }
    perListener.adjust(\.test)
    listeners = perListener
    items = test.key.items.map(\.name).filter(table.items.contains).map { name in
      Result(name, hits.filter { $0.item == name }.map(\.isCorrect), isDescriptive: true)
    }
    plannedTrials = test.plan.trials
    needed = Binomial.needed(trials: plannedTrials)
    power = needed.map { needed in
      [0.7, 0.8, 0.9].map { Binomial(successes: needed, trials: test.plan.trials).atLeast($0) }
    }
    firstChosen = hits.count { $0.isFirst }
  }
}
