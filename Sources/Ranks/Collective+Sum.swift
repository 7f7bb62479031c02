// The sum over all ranks by recursive doubling: in each round a rank exchanges its partial sum with one partner and both add the
// two. Whoever adds what, addition of two floats is commutative: after the last round every rank has the bits of the same tree,
//
//   rank r of N:  t(N, r);  t(m, i) = t(2m, i) + t(2m, i + m);  the sum is t(1, 0),
//
// which goes on downwards within a rank (ShardTree.swift) as if the whole tree were on one. MPI_Allreduce promises no order.

extension Collective {
  /// Whether `sum` can be had of so many ranks: a power of two.
  package static func canSum(_ count: Int) -> Bool { count > 0 && count & (count - 1) == 0 }

  /// Replaces `floats` floats at `buffer`, and `doubles` doubles behind them, by their sums over the ranks.
  /// - Parameters:
  ///   - buffer: 8-byte aligned, with an even number of floats if there are doubles
  ///   - scratch: of the same size; its contents are lost
  package func sum(
    _ buffer: UnsafeMutableRawPointer, floats: Int, doubles: Int, scratch: UnsafeMutableRawPointer
  ) throws(RankError) {
    precondition(Self.canSum(count), "a tree over \(count) ranks")
    precondition(doubles == 0 || floats % 2 == 0, "doubles behind \(floats) floats")
    let size = 4 * floats + 8 * doubles
    var distance = count / 2
    while distance > 0 {
      try exchange(
        UnsafeRawBufferPointer(start: buffer, count: size),
        UnsafeMutableRawBufferPointer(start: scratch, count: size), with: rank ^ distance)
      add(floats, Float.self, scratch, to: buffer)
      add(doubles, Double.self, scratch + 4 * floats, to: buffer + 4 * floats)
      distance /= 2
    }
  }

  private func add<T: FloatingPoint>(
    _ n: Int, _ type: T.Type, _ terms: UnsafeMutableRawPointer, to sums: UnsafeMutableRawPointer
  ) {
    let (terms, sums) = (
      terms.assumingMemoryBound(to: type), sums.assumingMemoryBound(to: type)
    )
    for i in 0..<n { sums[i] += terms[i] }
  }
}
