// The interval over files: known cases, and how often it holds what it should hold.

import Foundation
import Signal
import Testing

@testable import Evaluation

@Suite struct BootstrapTests {
  @Test func knownCases() throws {
    #expect(Bootstrap.ratio([], weights: [], seed: 1) == nil)
    #expect(Bootstrap.ratio([5], weights: [2], seed: 1) == nil)
    // Files that agree leave nothing open, whatever their lengths.
    let equal = try #require(Bootstrap.ratio([2, 20, 200], weights: [1, 10, 100], seed: 1))
    #expect(equal.low == 2 && equal.high == 2)
    // Two files, 0 and 1: a quarter of the draws is all of one kind, so that the interval is everything.
    let two = try #require(Bootstrap.ratio([0, 1], weights: [1, 1], seed: 1))
    #expect(two.low == 0 && two.high == 1)
    #expect(
      Bootstrap.ratio([1, 2, 4], weights: [1, 1, 1], seed: 7)
        == Bootstrap.ratio([1, 2, 4], weights: [1, 1, 1], seed: 7))
  }

  /// Against the normal interval of a mean of many values, and shifted and scaled as the values are.
  @Test func largeSamplesAreNormal() throws {
    var random = PhiloxGenerator(seed: 3, stream: 1)
    let values = (0..<400).map { _ in 5 + 2 * random.normal() }
    let weights = values.map { _ in 1.0 }
    let mean = values.reduce(0, +) / 400
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400 / 400).squareRoot()
    let found = try #require(Bootstrap.ratio(values, weights: weights, seed: 1))
    #expect(
      abs(found.low - (mean - 1.96 * error)) < 0.1 * error
        && abs(found.high - (mean + 1.96 * error)) < 0.1 * error)
    let moved = try #require(Bootstrap.ratio(values.map { 3 * $0 + 1 }, weights: weights, seed: 1))
    #expect(abs(moved.low - (3 * found.low + 1)) < 1e-9 && abs(moved.high - (3 * found.high + 1)) < 1e-9)
  }

  /// 95 % intervals over 20 files of unequal length hold the truth in about 95 of 100 experiments.
  @Test func coverage() throws {
    var random = PhiloxGenerator(seed: 4, stream: 2)
    var hits = 0
    let experiments = 400
    for experiment in 0..<experiments {
      let weights = (0..<20).map { _ in 1 + 3 * random.uniform() }
      let values = weights.map { $0 * (2 + 0.5 * random.normal()) }
      let found = try #require(
        Bootstrap.ratio(values, weights: weights, seed: UInt64(experiment), draws: 500))
      if found.low <= 2 && 2 <= found.high { hits += 1 }
    }
    // 20 files: a little under 95 %; deviation of the count 4.4.
    let share = Double(hits) / Double(experiments)
    #expect(share > 0.88 && share < 0.98, "\(share)")
  }
}
