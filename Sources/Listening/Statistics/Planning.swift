// What a test of a planned size can show, said before anybody listens: exact binomial power where answers are right or
// wrong, or for one of two; the width of intervals where they are grades. Grades scatter by numbers that are assumed and
// said (`Scatter`), since nobody has given any yet.
internal import Glibc
internal import Reports

package enum Planning {
  /// Fewer, and one slip of a listener is more than the 15 % of BS.1534.
  package static let leastMushraTrials = 7
  /// Fewer, and no test by signs of listeners reaches 5 %.
  package static let leastListeners = 6

  /// Standard deviations in parts of the scale.
  enum Scatter {
    /// Of a difference of two systems, from listener to listener.
    static let listeners = 0.1
    /// The same, from item to item.
    static let items = 0.1
    /// What is left of one difference by one listener on one item.
    static let rest = 0.15
  }

  /// Why a plan is too small by the report's own words; nil where it is not.
  package static func tooSmall(_ method: Method, trials: Int, listeners: Int?) -> String? {
    if method != .mushra { return nil }
    if trials < leastMushraTrials {
      return
        "mushra with \(NumberText.count(trials, "trial")) per listener: one slip excludes a listener by the 15 % of "
        + "BS.1534; give \(leastMushraTrials) items or --trials \(leastMushraTrials) or more, or --anyway"
    }
    if let listeners, listeners < leastListeners {
      return
        "mushra with \(NumberText.count(listeners, "listener")): fewer than \(leastListeners) cannot reach p \u{2264} "
        + "0.05 by the signs of their differences; plan more, or give --anyway"
    }
    return nil
  }

  /// In words, one sentence or two each.
  package static func words(
    _ method: Method, trials: Int, items: Int, systems: Int, listeners: Int?
  ) -> [String] {
    let counts = listeners.map { [$0] } ?? [6, 12, 24]
    var words: [String]
    switch method {
    case .abx: words = identification(trials, counts)
    case .ab: words = preference(trials, systems, counts)
    case .cmos: words = grades("-3 to 3", range: 6, digits: 2, min(items, trials), counts)
    case .mos, .dcr, .abchr:
      let rated = method == .dcr ? systems + 1 : systems
      words = grades("1 to 5", range: 4, digits: 2, min(items, max(1, trials / rated)), counts)
    default: words = grades("0 to 100", range: 100, digits: 1, min(items, trials), counts)
    }
    if listeners == nil {
      words.append(
        "How many listen is left open: give --listeners, so that nobody can stop when the result suits.")
    }
    if items == 1 { words.append("One item shows nothing about others.") }
    return words
  }

  private static func identification(_ trials: Int, _ counts: [Int]) -> [String] {
    guard let needed = Binomial.needed(trials: trials) else {
      return [
        "\(NumberText.count(trials, "trial")): even a perfect listener cannot reach p \u{2264} 0.05; 5 are needed."
      ]
    }
    let power = [0.7, 0.8, 0.9].map {
      NumberText.fixed(Binomial(successes: needed, trials: trials).atLeast($0), 2)
    }
    let together = counts.compactMap { count in
      detectable(trials: count * trials).map { "\(count): \(NumberText.percent($0))" }
    }
    return [
      "One listener needs \(needed) of \(trials) for p \u{2264} 0.05, and gets there with probability "
        + "\(NumberText.list(power)) if X is recognised in 70, 80 or 90 % of all trials.",
      "Listeners together find a share of right answers, four times out of five, if it is at least (listeners: share) "
        + "\(together.joined(separator: ", ")).",
    ]
  }

  /// Fewer items than this bound what many listeners can show.
  private static let fewItems = 5

  /// The smallest true share above one half that one-sided p <= 0.05 finds with probability 0.8.
  static func detectable(trials: Int) -> Double? {
    guard let needed = Binomial.needed(trials: trials) else { return nil }
    return Binomial(successes: needed, trials: trials).detectable()
  }

  private static func preference(_ trials: Int, _ systems: Int, _ counts: [Int]) -> [String] {
    let pairs = systems * (systems - 1) / 2
    let shares = counts.compactMap { count -> String? in
      let answers = count * trials / pairs
      // Two-sided: half the level at each end, and Holm's first step over all pairs.
      let level = 0.025 / Double(pairs)
      guard let needed = Binomial.needed(trials: answers, level: level) else {
        return "\(count): none (\(NumberText.count(answers, "answer")) a pair)"
      }
      let share = Binomial(successes: needed, trials: answers).detectable()
      return share.map { "\(count): \(NumberText.percent($0))" }
    }
    return [
      "A preference is found, four times out of five, if the share for the better of two is at least (listeners: share) "
        + "\(shares.joined(separator: ", ")), ties left out, if listeners and items are of one mind; more if they differ."
    ]
  }

  private static func grades(
    _ scale: String, range: Double, digits: Int, _ items: Int, _ counts: [Int]
  ) -> [String] {
    let widths = counts.compactMap { count in
      halfWidth(listeners: count, items: items).map {
        "\(count): \u{00B1}\(NumberText.fixed(range * $0, digits))"
      }
    }
    func points(_ part: Double) -> String { NumberText.short(part * range) }
    var words = [
      "On \(scale), a difference of two systems gets a 95 % interval of about (listeners: width) "
        + "\(widths.joined(separator: ", ")) with \(NumberText.count(items, "item")), if differences scatter by "
        + "\(points(Scatter.listeners)) points from listener to listener, \(points(Scatter.items)) from item to item and "
        + "\(points(Scatter.rest)) beyond that (assumed); smaller differences will hardly be shown."
    ]
    if items == 1 {
      words.append("One item: the interval is for this item alone, and says nothing of others like it.")
    } else if items < fewItems {
      words.append(
        "With \(NumberText.count(items, "item")) the interval is as wide as it is because they stand for all others like "
          + "them: more items narrow it, more listeners do not.")
    }
    if counts.contains(where: { $0 < leastListeners }) {
      words.append(
        "Fewer than \(leastListeners) listeners cannot reach p \u{2264} 0.05 in the tests for these items alone."
      )
    }
    return words
  }

  /// Of the expected 95 % interval, in parts of the scale; nil for one listener and one item.
  static func halfWidth(listeners: Int, items: Int) -> Double? {
    let (l, i) = (Double(listeners), Double(items))
    let rest = Scatter.rest * Scatter.rest
    let squares = (
      rest + i * Scatter.listeners * Scatter.listeners, rest + l * Scatter.items * Scatter.items
    )
    let variance: Double
    let freedom: Double
    switch (listeners > 1, items > 1) {
    case (false, false): return nil
    case (true, false): (variance, freedom) = (squares.0 / l, l - 1)
    case (false, true): (variance, freedom) = (squares.1 / i, i - 1)
    case (true, true):
      let sum = squares.0 + squares.1 - rest
      variance = sum / (l * i)
      freedom =
        sum * sum
        / (squares.0 * squares.0 / (l - 1) + squares.1 * squares.1 / (i - 1) + rest * rest
          / ((l - 1) * (i - 1)))
    }
    return Distributions.studentQuantile(0.975, freedom: freedom) * variance.squareRoot()
  }
}
