// Quantiles and the Wasserstein distance against their definitions.

import Foundation
import Testing

@testable import Signal

@Suite struct DistributionTests {
  @Test func quantiles() {
    #expect(Distribution.median([]) == nil)
    #expect(Distribution.median([3]) == 3 && Distribution.median([4, 1, 2]) == 2)
    #expect(Distribution.median([1, 2, 3, 4]) == 2.5)
    #expect(Distribution.quantile([0, 10], 0.25) == 2.5)
    #expect(Distribution.quantile([5, 1, 3], 0) == 1 && Distribution.quantile([5, 1, 3], 1) == 5)
    #expect(Distribution.median([-.infinity, 1, 2]) == 1)
  }

  @Test func wassersteinIsTheShift() {
    #expect(Distribution.wasserstein([], [1]) == nil)
    #expect(Distribution.wasserstein([1], [4]) == 3)
    #expect(Distribution.wasserstein([0, 1], [0, 1, 0, 1]) == 0)
    // Half of the weight goes from 0 to 1.
    #expect(Distribution.wasserstein([0], [0, 1]) == 0.5)
    var random = PhiloxGenerator(seed: 1, stream: 5)
    for (n, m) in [(1, 7), (6, 4), (30, 30), (50, 21)] {
      let a = (0..<n).map { _ in random.uniform(in: -3...3) }
      let b = (0..<m).map { _ in random.uniform(in: -1...5) }
      let distance = Distribution.wasserstein(a, b)!
      #expect(abs(distance - Distribution.wasserstein(b, a)!) < 1e-12)
      #expect(Distribution.wasserstein(a, a.shuffled(using: &random)) == 0)
      #expect(abs(Distribution.wasserstein(a, a.map { $0 + 2.5 })! - 2.5) < 1e-12)
      // The definition by cumulative shares: the area between the two staircases.
      let points = (a + b).sorted()
      var area = 0.0
      for (x, y) in zip(points, points.dropFirst()) {
        let below = { (set: [Double]) in Double(set.count { $0 <= x }) / Double(set.count) }
        area += abs(below(a) - below(b)) * (y - x)
      }
      #expect(abs(distance - area) < 1e-9, "\(n), \(m): \(distance), \(area)")
    }
  }
}
