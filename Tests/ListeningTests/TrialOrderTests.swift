// The order of trials: every combination equally often, coins that are fair and independent, orders that are even; over
// 4000 sessions. Chi-squared limits are those of p = 0.0001: seeds are fixed, so a failure is not chance.

import Signal
import TestSupport
import Testing

@testable import Listening

@Suite struct TrialOrderTests {
  private let sessions = 4000

  private func chiSquared(_ counts: [Int]) -> Double {
    let expected = Double(counts.reduce(0, +)) / Double(counts.count)
    return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  }

  @Test func xIsAFairIndependentCoin() {
    let key = makeKey(.abx, systems: 2, items: 5, frames: 1)
    var heads = [[Int]](repeating: [0, 0], count: 16)
    var byOrder = [Int](repeating: 0, count: 4)  // X's system and which system was on button A
    var pairs = [Int](repeating: 0, count: 4)  // X of a trial and of the next
    var wholes = [Int](repeating: 0, count: 17)  // how often X is A in a session
    for seed in 0..<sessions {
      let trials = TrialOrder.trials(key, method: .abx, count: 16, seed: UInt64(seed))
      let x = trials.map { $0.x! }
      for (i, value) in x.enumerated() { heads[i][value] += 1 }
      for i in stride(from: 0, to: 16, by: 2) { pairs[2 * x[i] + x[i + 1]] += 1 }
      for trial in trials { byOrder[2 * trial.order[trial.x!] + trial.order[0]] += 1 }
      wholes[x.count { $0 == 0 }] += 1
    }
    for counts in heads { #expect(chiSquared(counts) < 15.14) }
    #expect(chiSquared(byOrder) < 21.11 && chiSquared(pairs) < 21.11)
    // Balanced blocks would make the last X predictable: the number of As must spread like a binomial one.
    let mean = wholes.enumerated().reduce(0.0) { $0 + Double($1.offset * $1.element) } / Double(sessions)
    let variance =
      wholes.enumerated().reduce(0.0) {
        $0 + Double($1.element) * (Double($1.offset) - mean) * (Double($1.offset) - mean)
      }
      / Double(sessions)
    #expect(abs(mean - 8) < 0.13 && abs(variance - 4) < 0.4, "\(mean) \(variance)")
  }

  @Test func orderOfItemsIsEven() {
    let key = makeKey(.multi, systems: 4, items: 6, frames: 1)
    var place = [[Int]](repeating: .init(repeating: 0, count: 6), count: 6)  // [position, item]
    var permutations: [[Int]: Int] = [:]  // of the four buttons
    for seed in 0..<sessions {
      let trials = TrialOrder.trials(key, method: .multi, count: 6, seed: UInt64(seed))
      #expect(Set(trials.map(\.item)).count == 6)
      for trial in trials {
        place[trial.number][trial.item] += 1
        permutations[trial.order, default: 0] += 1
      }
    }
    for counts in place { #expect(chiSquared(counts) < 25.75) }  // 5 degrees of freedom
    #expect(permutations.count == 24 && chiSquared(Array(permutations.values)) < 58.7)  // 23
  }

  @Test(arguments: [Listening.Method.ab, .cmos]) func repeatedPairsAreTurned(method: Listening.Method) {
    let key = makeKey(method, systems: 3, items: 2, frames: 1)
    #expect(TrialOrder.combinations(key, method: method) == 6)
    var first = [0, 0]
    for seed in 0..<sessions {
      let trials = TrialOrder.trials(key, method: method, count: 12, seed: UInt64(seed))
      for trial in trials.prefix(6) {
        let again = trials.dropFirst(6).first { $0.item == trial.item && Set($0.order) == Set(trial.order) }
        #expect(again?.order == trial.order.reversed())
        first[trial.order[0] < trial.order[1] ? 0 : 1] += 1
      }
    }
    #expect(chiSquared(first) < 15.14)
  }

  /// A test that shows a part of the combinations has every pair equally often, whatever its seed, and every item too in
  /// the long run.
  @Test(arguments: [Listening.Method.ab, .cmos]) func pairsAreBalanced(method: Listening.Method) {
    let key = makeKey(method, systems: 4, items: 5, frames: 1)
    var items = [Int](repeating: 0, count: 5)
    for seed in 0..<500 {
      let trials = TrialOrder.trials(key, method: method, count: 18, seed: UInt64(seed))
      for round in 0..<3 {
        #expect(Set(trials[6 * round..<6 * round + 6].map { Set($0.order) }).count == 6)
      }
      #expect(Set(trials.map { [$0.item] + $0.order.sorted() }).count == 18)
      for trial in trials { items[trial.item] += 1 }
    }
    #expect(chiSquared(items) < 23.51)  // 4 degrees of freedom
  }

  @Test(arguments: Listening.Method.allCases) func trialsAreAFunctionOfTheSeed(method: Listening.Method) {
    let key = makeKey(method, systems: 2, items: 3, frames: 1)
    let trials = TrialOrder.trials(key, method: method, count: 30, seed: 77)
    #expect(trials == TrialOrder.trials(key, method: method, count: 30, seed: 77))
    #expect(trials != TrialOrder.trials(key, method: method, count: 30, seed: 78))
    // A shorter test is the beginning of a longer one: nothing depends on the end.
    #expect(Array(trials.prefix(7)) == TrialOrder.trials(key, method: method, count: 7, seed: 77))
    let all = TrialOrder.combinations(key, method: method)
    let once = trials.prefix(all).map { [$0.item] + $0.order.sorted() }
    #expect(Set(once).count == all)
    for trial in trials {
      let sounds = method.systems(of: trial, reference: key.referenceIndex)
      #expect(sounds.count == method.labels(of: trial).count)
      if let x = trial.x { #expect(sounds[2] == sounds[x]) }
      if method == .mushra { #expect(trial.order.sorted() == [0, 1, 2, 3, 4] && sounds[0] == 2) }
      if method == .dcr {
        // The reference itself among them: null pairs, one for each item.
        #expect(trial.order.count == 1 && trial.order[0] <= 2 && sounds == [2] + trial.order)
        #expect(all == 9 && trials.prefix(all).count { $0.order == [2] } == 3)
      }
      if method == .abchr { #expect(trial.order.contains(2) && sounds[0] == 2) }
    }
  }

  @Test func drawingIsEven() {
    // A bound that divides 2^64 badly, over a generator that always gives the words of a list: the last range is refused.
    struct Words: RandomNumberGenerator {
      var words: [UInt64]
      mutating func next() -> UInt64 { words.removeFirst() }
    }
    var words = Words(words: [.max, .max - 1, 5])
    #expect(TrialOrder.draw(below: 3, &words) == 2 && words.words == [5])
    var random = PhiloxGenerator(seed: 1, stream: 0)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[TrialOrder.draw(below: 7, &random)] += 1 }
    #expect(chiSquared(counts) < 27.86)
  }
}
