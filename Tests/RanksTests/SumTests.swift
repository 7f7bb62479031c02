// Sums over ranks: the bits of one tree, on every rank. The ranks are threads.
import Ranks
import TestSupport
import Testing

@Suite struct SumTests {
  /// Terms of each rank whose sum depends on the order.
  private static func terms(_ rank: Int, _ n: Int) -> [Float] {
    var random = SeededValues(seed: UInt64(rank))
    return random.values(n).map { Float($0) * (rank % 3 == 0 ? 1e4 : 1e-3) }
  }

  /// t(1, 0) as the definition has it.
  private static func tree<T: FloatingPoint>(_ terms: [[T]], _ m: Int = 1, _ i: Int = 0) -> [T] {
    if m == terms.count { return terms[i] }
    return zip(tree(terms, 2 * m, i), tree(terms, 2 * m, i + m)).map { $0 + $1 }
  }

  /// Few bytes, that are doubled, and many, that are halved: as many for each rank, and not.
  @Test(arguments: [1, 2, 4, 8], [64, 8192, 10_006]) func bitsOfTheTree(_ count: Int, _ n: Int) throws {
    let all = (0..<count).map { Self.terms($0, n) }
    let sums = try ThreadRank.run(count) { ranks in
      var memory = all[ranks.rank].map(\.bitPattern)
      let loss = Double(all[ranks.rank][0])
      memory += [UInt32(truncatingIfNeeded: loss.bitPattern), UInt32(loss.bitPattern >> 32)]
      var scratch = memory
      try ranks.sum(&memory, floats: n, doubles: 1, scratch: &scratch)
      return memory
    }
    let expected = Self.tree(all).map(\.bitPattern)
    let loss = Self.tree(all.map { [Double($0[0])] })[0].bitPattern
    for sum in sums {
      #expect(Array(sum.prefix(n)) == expected)
      #expect(UInt64(sum[n]) | UInt64(sum[n + 1]) << 32 == loss)
    }
    if count == 8 {
      let inOrder = (0..<n).map { i in all.dropFirst().reduce(all[0][i]) { $0 + $1[i] }.bitPattern }
      #expect(inOrder != expected, "terms whose sum does not depend on the order prove nothing")
    }
  }

  @Test func bytesGoRound() throws {
    let gathered = try ThreadRank.run(3) { ranks in
      let all = try ranks.gather(String(repeating: "r", count: ranks.rank))
      let from2 = try ranks.broadcast("rank \(ranks.rank)", from: 2)
      try ranks.barrier()
      return all + [from2, "\(ranks.own(of: 7))"]
    }
    #expect(gathered[0] == ["", "r", "rr", "rank 2", "[0, 3, 6]"])
    #expect(gathered[2] == ["", "r", "rr", "rank 2", "[2, 5]"])
  }

  /// An error on one rank is an error on all of those that wait for it.
  @Test func nobodyWaitsForWhoHasEnded() {
    struct Broken: Error {}
    let outcomes = ThreadRank.outcomes(3) { ranks in
      if ranks.rank == 1 { throw Broken() }
      try ranks.barrier()
    }
    #expect(outcomes.allSatisfy { if case .failure = $0 { true } else { false } })
  }
}
