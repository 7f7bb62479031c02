// How much of each is taken where there is too much of all: as much of the small ones as there is, of the others the same. Tests:
// FairShareTests.

enum FairShares {
  /// Shares of `counts` that come to `total`, or to all if there is no more.
  static func of(_ counts: [Int], total: Int) -> [Int] {
    precondition(total >= 0 && counts.allSatisfy { $0 >= 0 }, "shares of \(counts) that come to \(total)")
    var shares = counts
    var left = total
    let ascending = counts.indices.sorted { (counts[$0], $0) < (counts[$1], $1) }
    for (done, index) in ascending.enumerated() {
      shares[index] = min(counts[index], left / (counts.count - done))
      left -= shares[index]
    }
    return shares
  }
}
