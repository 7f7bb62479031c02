// What the page (or the terminal) sends as an answer: positions and numbers, since it knows nothing of systems; and how
// that becomes an `Answer` in the systems' names. The only place where an answer is unblinded.

/// An answer to the current trial, as it comes from outside: nothing in it is believed before `record` has checked it.
package struct SubmittedAnswer: Codable, Hashable, Sendable {
  /// From 1; the same number again is the same answer again.
  package var sequence: Int
  /// From 0.
  package var trial: Int
  /// abx: 0 for A, 1 for B.
  package var chosen: Int?
  /// ab: 0 or 1; -1 is a tie.
  package var preferred: Int?
  /// mos, dcr, cmos.
  package var rating: Int?
  /// multi, mushra, abchr: one per button, in their order, without the open reference.
  package var ratings: [Double]?
  package var seconds: Double
  /// How often each sound was chosen, in the order of the labels.
  package var plays: [Int]
  package var switches: Int
  package var looped: Bool
  /// Where the test asks for remarks.
  package var comment: String?

  /// Most characters of a remark.
  static let commentLimit = 2000

  package init(
    sequence: Int, trial: Int, chosen: Int? = nil, preferred: Int? = nil, rating: Int? = nil,
    ratings: [Double]? = nil, seconds: Double, plays: [Int], switches: Int, looped: Bool,
    comment: String? = nil
  ) {
    self.sequence = sequence
    self.trial = trial
    self.chosen = chosen
    self.preferred = preferred
    self.rating = rating
    self.ratings = ratings
    self.seconds = seconds
    self.plays = plays
    self.switches = switches
    self.looped = looped
    self.comment = comment
  }

  /// The reply as it is stored.
  /// - Returns: nil if it does not answer this trial of this test.
  package func record(_ trial: Trial, of test: PreparedTest) -> AnswerRecord? {
    let labels = test.method.labels(of: trial)
    guard trial.number == self.trial, (0...604_800).contains(seconds), plays.count == labels.count,
      (plays + [switches]).allSatisfy({ (0...1_000_000).contains($0) }),
      comment == nil || test.plan.page.comments && comment!.count <= Self.commentLimit,
      let answer = answer(trial, of: test)
    else { return nil }
    return AnswerRecord(
      sequence: sequence, trial: trial.number, item: test.key.items[trial.item].name,
      order: test.names(trial.order), answer: answer, seconds: (seconds * 1000).rounded() / 1000,
      plays: Dictionary(uniqueKeysWithValues: zip(labels, plays)), switches: switches, looped: looped,
      comment: comment)
  }

  private func answer(_ trial: Trial, of test: PreparedTest) -> Answer? {
    let names = test.names(trial.order)
    let answer: Answer
    switch test.method {
    case .abx:
      guard let chosen, names.indices.contains(chosen) else { return nil }
      answer = .identified(x: names[trial.x!], chosen: names[chosen])
    case .ab:
      guard let preferred, (-1...1).contains(preferred) else { return nil }
      answer = .preferred(first: names[0], second: names[1], preferred < 0 ? nil : names[preferred])
    case .mos, .dcr:
      guard let rating else { return nil }
      answer = .opinion(system: names[0], rating: rating)
    case .cmos:
      guard let rating else { return nil }
      answer = .compared(first: names[0], second: names[1], rating: rating)
    case .multi, .mushra:
      guard let ratings, ratings.count == names.count else { return nil }
      answer = .ratings(Dictionary(uniqueKeysWithValues: zip(names, ratings)))
    case .abchr:
      guard let ratings, ratings.count == 2 else { return nil }
      let hidden = trial.order[0] == test.key.referenceIndex ? 0 : 1
      answer = .impairment(
        system: names[1 - hidden], rating: ratings[1 - hidden], reference: ratings[hidden])
    }
    return answer.fits(test.method, systems: names) ? answer : nil
  }
}
