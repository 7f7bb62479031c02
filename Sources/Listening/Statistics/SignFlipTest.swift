// The paired permutation test: if two systems sound alike, each difference could as well have had the other sign.
// All 2^n signs where that is few, else random ones. Differences must be independent of each other: one per listener.
// Error rate: ErrorRateTests.swift; golden values from scipy.

internal import Signal

package struct SignFlipTest: Hashable, Sendable {
  /// Two-sided.
  package let pValue: Double
  /// All signs were tried.
  package let isExact: Bool
  /// How many assignments of signs were looked at.
  package let assignments: Int

  /// - Parameters:
  ///   - differences: one per independent unit; zeros count.
  ///   - seed: of the random signs, which are used beyond `exactUpTo` differences.
  package init(_ differences: [Double], seed: UInt64, draws: Int = 10_000, exactUpTo: Int = 16) {
    precondition(differences.allSatisfy(\.isFinite), "differences \(differences)")
    precondition((0...30).contains(exactUpTo) && draws > 0, "\(draws) draws, exact up to \(exactUpTo)")
    let observed = abs(differences.reduce(0, +))
    // Sums that are equal but for rounding are ties, and ties count against the difference.
    let bar = observed - 1e-12 * differences.reduce(0) { $0 + abs($1) }
    isExact = differences.count <= exactUpTo
    if isExact {
      // Gray code: from one assignment to the next, one sign changes.
      assignments = 1 << differences.count
      var signed = differences
      var extreme = 1
      for step in 1..<max(1, assignments) {
        signed[step.trailingZeroBitCount].negate()
        // Summed anew: a running sum would drift.
        if abs(signed.reduce(0, +)) >= bar { extreme += 1 }
      }
      pValue = Double(extreme) / Double(assignments)
    } else {
      assignments = draws
      var random = PhiloxGenerator(seed: seed, stream: 2)
      var extreme = 0
      for _ in 0..<draws {
        var sum = 0.0
        var bits: UInt64 = 0
        for (i, difference) in differences.enumerated() {
          if i % 64 == 0 { bits = random.next() }
          sum += bits & 1 == 0 ? difference : -difference
          bits >>= 1
        }
        if abs(sum) >= bar { extreme += 1 }
      }
      // The signs that were observed are one of the possible assignments: never zero.
      pValue = Double(extreme + 1) / Double(draws + 1)
    }
  }
}
