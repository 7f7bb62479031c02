// The tree of the shards: whose clips are whose, and in which order gradients are added, against the definition written out.
import TestSupport
import Testing

@testable import Kernels
@testable import Training

@Suite struct ShardTests {
  /// t(m, i) of the definition; nil where there is no clip.
  private static func tree(_ shards: [Float?], _ m: Int = 1, _ i: Int = 0) -> Float? {
    if m == shards.count { return shards[i] }
    let (a, b) = (tree(shards, 2 * m, i), tree(shards, 2 * m, i + m))
    guard let a, let b else { return a ?? b }
    return a + b
  }

  private static func values(_ count: Int) -> [Float] {
    var random = SeededValues(seed: UInt64(count))
    return (0..<count).map { Float(random.value()) * ($0 % 3 == 0 ? 1e4 : 1e-3) }
  }

  /// One gradient a shard, of as many floats as two pieces and a bit: each is its own sum.
  @Test(arguments: [1, 2, 8, 16], [1, 2, 3, 7, 16]) func oneRankAddsTheTree(_ shards: Int, _ filled: Int) {
    let filled = min(shards, filled)
    let n = (1 << 14) + 16
    let terms = Self.values(filled)
    for threads in [1, 3] {
      let gradients = terms.enumerated().map { shard, term in
        let buffer = AlignedBuffer(count: n)
        for i in 0..<n { buffer[i] = term * Float(1 + i % 7) }
        return buffer
      }
      ShardTree(shards: shards).reduce(gradients, count: n, threads: threads, .active)
      for i in [0, 1, 2, 3, 4, 5, 6, (1 << 13) - 1, 1 << 13, n - 1] {
        let expected = Self.tree((0..<shards).map { $0 < filled ? terms[$0] * Float(1 + i % 7) : nil })
        #expect(gradients[0][i].bitPattern == expected?.bitPattern)
      }
    }
    let sum = ShardTree(shards: shards).sum(terms.map(Double.init))
    #expect(abs(sum - terms.reduce(0) { $0 + Double($1) }) < 1e-6 * terms.reduce(0) { $0 + abs(Double($1)) })
  }

  /// The parts of N ranks, added as ranks add theirs, are the tree of one.
  @Test(arguments: [2, 4, 8], [8, 13, 16, 40]) func ranksHaveItsLowerLevels(_ ranks: Int, _ clips: Int) {
    let shards = 16
    let terms = Self.values(min(clips, shards))
    var parts: [Float?] = []
    var places: [Int] = []
    for rank in 0..<ranks {
      let tree = ShardTree(shards: shards, rank: rank, ranks: ranks)
      places += tree.places(of: clips)
      let own = Array(stride(from: rank, to: terms.count, by: ranks))
      #expect(own.count == tree.groups(clips: clips))
      for (j, place) in tree.places(of: clips).enumerated() {
        #expect(own[j % (shards / ranks)] == place % shards, "clip \(place) of rank \(rank)")
      }
      let gradients = own.map { AlignedBuffer([terms[$0]]) }
      tree.reduce(gradients, count: 1, threads: 1, .active)
      parts.append(gradients[0][0])
    }
    #expect(places.sorted() == Array(0..<clips))
    let whole = Self.tree((0..<shards).map { $0 < terms.count ? terms[$0] : nil })
    #expect(Self.tree(parts)?.bitPattern == whole?.bitPattern)
  }

  /// The options of a run that knows nothing of shards, and those that no flag could have given.
  @Test func shardsAreAnOption() {
    var options = TrainingOptions()
    #expect(options.shardCount == 16 && options.problem == nil)
    options.shards = nil
    #expect(options.shardCount == 16 && options.problem == nil)
    for wrong in [0, 3, 12, 8192] {
      options.shards = wrong
      #expect(options.problem?.contains("shards is \(wrong)") == true)
    }
  }
}
