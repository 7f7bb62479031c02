// Wilcoxon's signed rank test with Pratt's treatment of zeros: they are ranked with the rest, then left out. The null
// distribution is exact for any ties: with ties in the ranks doubled they are whole numbers, whose sums can be counted. Beyond
// a thousand differences it is the normal one, which is as good there.
internal import Glibc

package struct SignedRankTest: Hashable, Sendable {
  /// Two-sided; exact for at most 1000 differences.
  package let pValue: Double
  /// Sums of the ranks of positive and of negative differences.
  package let positive, negative: Double
  /// Differences of exactly zero.
  package let zeros: Int

  /// - Parameter differences: one per independent unit.
  package init(_ differences: [Double]) { self.init(differences, exactUpTo: 1000) }

  /// Counting sums takes time by the cube of their number.
  init(_ differences: [Double], exactUpTo most: Int) {
    precondition(differences.allSatisfy(\.isFinite), "differences \(differences)")
    let doubled = RankCorrelation.ranks(differences.map(abs)).map { Int(2 * $0) }  // exact: halves at most
    let counted = differences.indices.filter { differences[$0] != 0 }
    let up = counted.reduce(0) { $0 + (differences[$1] > 0 ? doubled[$1] : 0) }
    let all = counted.reduce(0) { $0 + doubled[$1] }
    zeros = differences.count - counted.count
    positive = Double(up) / 2
    negative = Double(all - up) / 2
    let least = min(up, all - up)
    if counted.count > most {
      let variance = counted.reduce(0) { $0 + Double(doubled[$1]) * Double(doubled[$1]) } / 4
      pValue = min(1, erfc((Double(all) / 2 - Double(least)) / (2 * variance).squareRoot()))
      return
    }
    // chances[s]: probability that the doubled ranks with a plus sum to s.
    var chances = [Double](repeating: 0, count: all + 1)
    chances[0] = 1
    var reach = 0
    for index in counted {
      let rank = doubled[index]
      reach += rank
      for sum in stride(from: reach, through: 0, by: -1) {
        chances[sum] = (chances[sum] + (sum >= rank ? chances[sum - rank] : 0)) / 2
      }
    }
    pValue = min(1, 2 * chances[...least].reduce(0, +))
  }
}
