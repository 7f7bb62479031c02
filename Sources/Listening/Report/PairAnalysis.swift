// Analysis of ab and cmos: systems in pairs. The order of presentation is undone first: positive always means that the
// system named first is better. Ties are counted, shown, and left out of the exact test only.

package struct PairAnalysis: Encodable, Hashable, Sendable {
  package struct Pair: Encodable, Hashable, Sendable {
    package let first, second: String
    package let listeners, answers: Int
    /// Answers for the first, for the second, for neither.
    package let firstBetter, secondBetter, ties: Int
    /// ab: of the answers that are no ties, those for the first; Clopper-Pearson.
    package let shareFirst: Estimate?
    /// Mean of listener means; ab: +1 for the first, -1 for the second, 0 for a tie; cmos: -3 ... 3.
    package let score: Estimate
    /// For other listeners and items: t.
    package var test: SignificanceTest?
    /// Whether it depends on the item: F.
    package var itemTest: SignificanceTest?
    /// ab: exact and two-sided, without ties. Right if nobody has any preference at all.
    package var answerTest: SignificanceTest?
    /// Over listeners (their means), for these items: right also if some prefer the one and some the other. ab: sign flips; cmos: Wilcoxon.
    package var listenerTest: SignificanceTest?
    /// cmos: how often each rating was given, -3 ... 3.
    package let ratings: [Int]?
  }

  package struct Listener: Encodable, Hashable, Sendable {
    package let listener, first, second: String
    package let firstBetter, secondBetter, ties: Int
    package let score: Double
    package var test: SignificanceTest?
  }

  package let pairs: [Pair]
  /// ab with more than two systems: all of them on one line.
  package let scale: [Place]?
  /// Why there is none, in words.
  package let scaleMissing: String?
  package let listeners: [Listener]
  /// How often the sound on the first button was called better: far from half is a habit.
  package let firstButtonBetter, secondButtonBetter: Int

  /// A system on the line of Bradley and Terry, in log odds of being preferred; the mean of all is 0.
  package struct Place: Encodable, Hashable, Sendable {
    package let system: String
    package let value: Estimate
  }

  /// One answer, turned so that positive is for `first`.
  struct Turned: Hashable, Sendable {
    let listener, item, first, second: String
    let value: Double
    let wasTurned: Bool
  }

  init(_ sessions: [SessionRecord], test: PreparedTest, options: AnalysisOptions) {
    let answers = Self.turned(sessions, test)
    let graded = test.method == .cmos
    let names = test.names(test.key.tested)
    var pairs: [Pair] = []
    var listeners: [Listener] = []
    for (i, first) in names.enumerated() {
      for second in names[(i + 1)...] {
        let own = answers.filter { $0.first == first && $0.second == second }
        if own.isEmpty { continue }
        pairs.append(Self.pair(first, second, own, graded, options))
        listeners += Self.listeners(first, second, own, graded, options)
      }
    }
    for path in [\Pair.test, \Pair.itemTest] { pairs.adjust(path) }
    pairs.adjust(\.answerTest)
    pairs.adjust(\.listenerTest)
    listeners.adjust(\.test)
    self.pairs = pairs
    self.listeners = listeners
    (scale, scaleMissing) = graded || names.count < 3 ? (nil, nil) : Self.scale(names, answers)
    firstButtonBetter = answers.count { $0.value != 0 && ($0.value > 0) != $0.wasTurned }
    secondButtonBetter = answers.count { $0.value != 0 && ($0.value > 0) == $0.wasTurned }
  }

  /// Every answer with the systems in the order of the key.
  static func turned(_ sessions: [SessionRecord], _ test: PreparedTest) -> [Turned] {
    let names = test.names(test.key.tested)
    return sessions.flatMap { session in
      session.answers.compactMap { record -> Turned? in
        let (a, b): (String, String)
        let value: Double  // for a
        switch record.answer {
        case .preferred(let first, let second, let preferred):
          (a, b) = (first, second)
          value = preferred == nil ? 0 : preferred == first ? 1 : -1
        case .compared(let first, let second, let rating):
          (a, b) = (first, second)
          value = -Double(rating)  // positive in the file: the second is better
        default: return nil
        }
        let isTurned = (names.firstIndex(of: a) ?? 0) > (names.firstIndex(of: b) ?? 0)
        return Turned(
          listener: session.listener, item: record.item, first: isTurned ? b : a,
          second: isTurned ? a : b, value: isTurned ? -value : value, wasTurned: isTurned)
      }
    }
  }

  private static func pair(
    _ first: String, _ second: String, _ own: [Turned], _ graded: Bool, _ options: AnalysisOptions
  ) -> Pair {
    var table = RatingTable()
    for answer in own { table.append(listener: answer.listener, item: answer.item, value: answer.value) }
    let mean = MixedMean(table)
    let won = own.count { $0.value > 0 }
    let lost = own.count { $0.value < 0 }
    let decided = Binomial(successes: won, trials: won + lost)
    return Pair(
      first: first, second: second, listeners: table.listeners.count, answers: own.count, firstBetter: won,
      secondBetter: lost, ties: own.count - won - lost,
      shareFirst: graded ? nil : decided.share.map { Estimate($0, exact: decided.interval()) },
      score: Estimate(table.mean, mean, within: graded ? -3...3 : -1...1), test: options.mean(mean),
      itemTest: options.items(mean),
      answerTest: graded || options.isDescriptive ? nil : answerTest(decided),
      listenerTest: graded ? options.signedRank(table) : listenerTest(table, options),
      ratings: graded ? (-3...3).map { rating in own.count { $0.value == Double(rating) } } : nil)
  }

  private static func scale(_ names: [String], _ answers: [Turned]) -> ([Place]?, String?) {
    var listeners: [String: [[Double]]] = [:]
    let nothing = names.map { _ in [Double](repeating: 0, count: names.count) }
    for answer in answers {
      guard let a = names.firstIndex(of: answer.first), let b = names.firstIndex(of: answer.second) else {
        continue
      }
      let first = (answer.value + 1) / 2  // a tie is half a win
      listeners[answer.listener, default: nothing][a][b] += first
      listeners[answer.listener, default: nothing][b][a] += 1 - first
    }
    let wins = listeners.sorted { $0.key < $1.key }.map(\.value)
    guard let fit = BradleyTerry(systems: names.count, wins: wins) else {
      return (
        nil,
        "no finite scale puts all systems on one line: some never lost against the others, or were not compared with them"
      )
    }
    let over = wins.count > 1 ? MixedMean.Scope.listeners.rawValue : nil
    return (
      zip(names, zip(fit.values, fit.intervals)).map {
        Place(system: $0, value: Estimate($1.0, $1.1, over: over))
      }, nil
    )
  }

  /// ab with one listener: the exact test over answers says all there is.
  private static func listenerTest(_ table: RatingTable, _ options: AnalysisOptions) -> SignificanceTest? {
    table.listeners.count > 1 ? options.signFlip(table) : nil
  }

  private static func answerTest(_ decided: Binomial) -> SignificanceTest {
    SignificanceTest(
      name: "exact binomial, two-sided, without ties", unit: "answers", units: decided.trials,
      pValue: decided.twoSided())
  }

  private static func listeners(
    _ first: String, _ second: String, _ own: [Turned], _ graded: Bool, _ options: AnalysisOptions
  ) -> [Listener] {
    var names: [String] = []
    for answer in own where !names.contains(answer.listener) { names.append(answer.listener) }
    return names.map { name in
      let values = own.filter { $0.listener == name }.map(\.value)
      let won = values.count { $0 > 0 }
      let lost = values.count { $0 < 0 }
      return Listener(
        listener: name, first: first, second: second, firstBetter: won, secondBetter: lost,
        ties: values.count - won - lost, score: values.mean,
        test: graded || options.isDescriptive ? nil : answerTest(Binomial(successes: won, trials: won + lost))
      )
    }
  }
}
