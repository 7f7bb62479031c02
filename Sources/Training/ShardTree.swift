// The order in which the gradients of a batch are added, which float addition makes part of the result: a binary tree over a fixed
// number of shards, whose lower levels lie within a rank and whose upper levels are exchanged (Ranks.Collective.sum). So the
// number of ranks changes no bit, and neither does the number of threads. Tests: ShardTests, DataParallelTests.
internal import Kernels

/// Shard s of S holds the clips s, s + S, s + 2S, ... of the batch, summed in that order; the sum of all is t(1, 0) of
///
///   t(S, s) = shard s;   t(m, i) = t(2m, i) + t(2m, i + m)   for m = S/2, S/4, ..., 1.
///
/// Rank r of N has the shards r, r + N, ...: the clips r, r + N, ... of the batch, and in t(N, r) all of them. A shard without a
/// clip, and a part of the tree without one, adds nothing, not even a zero.
package struct ShardTree: Hashable, Sendable {
  /// S, and N: powers of two, N <= S.
  package let shards: Int
  package let rank: Int
  package let ranks: Int

  package init(shards: Int, rank: Int = 0, ranks: Int = 1) {
    precondition(
      Self.isPowerOfTwo(shards) && Self.isPowerOfTwo(ranks) && ranks <= shards && (0..<ranks).contains(rank),
      "rank \(rank) of \(ranks) with \(shards) shards")
    (self.shards, self.rank, self.ranks) = (shards, rank, ranks)
  }

  /// Places in a batch of `clips` that are this rank's: place j of its own is r + jN.
  package func places(of clips: Int) -> [Int] { Array(stride(from: rank, to: clips, by: ranks)) }

  /// Shards of this rank that hold one of `clips`; its own clip j is in the one number j mod (S / N).
  package func groups(clips: Int) -> Int { min(places(of: clips).count, shards / ranks) }

  /// Adds up t(N, r) in the first of this rank's shards, each of `count` floats. The others are spoilt.
  func reduce(_ gradients: [AlignedBuffer], count: Int, threads: Int, _ kernels: KernelTable) {
    if gradients.count < 2 { return }
    // Piece by piece, so that what is added twice is still near.
    let piece = 1 << 13
    Parallel.forEach(jobs: (count + piece - 1) / piece, threads: threads) { job, _ in
      let (at, size) = (job * piece, min(piece, count - job * piece))
      pairs(gradients.count) {
        kernels.add(count: size, gradients[$1].pointer + at, to: gradients[$0].pointer + at)
      }
    }
  }

  /// The same of one number for each of its shards.
  func sum(_ values: [Double]) -> Double {
    var values = values
    pairs(values.count) { values[$0] += values[$1] }
    return values.first ?? 0
  }

  /// Which of `groups` to add to which, in the order of the tree from the shards up.
  private func pairs(_ groups: Int, _ add: (_ to: Int, _ from: Int) -> Void) {
    var distance = shards / ranks / 2
    while distance > 0 {
      for i in 0..<distance where i + distance < groups { add(i, i + distance) }
      distance /= 2
    }
  }

  package static func isPowerOfTwo(_ n: Int) -> Bool { n > 0 && n & (n - 1) == 0 }
}
