// The sum over all ranks, whose order is fixed: of any element all ranks get the bits of one tree,
//
//   rank r of N:  t(N, r);  t(m, i) = t(2m, i) + t(2m, i + m);  the sum is t(1, 0),
//
// which goes on downwards within a rank (Training/ShardTree.swift) as if the whole tree were on one. MPI_Allreduce promises no order. Two ways
// lead through the same tree, since a + b are the bits of b + a (of numbers): see below. Tests: SumTests.

extension Collective {
  /// Whether `sum` can be had of so many ranks: a power of two.
  package static func canSum(_ count: Int) -> Bool { count > 0 && count & (count - 1) == 0 }

  /// From so many bytes on the time is that of the bytes, below that of the messages.
  private static var manyBytes: Int { 1 << 15 }

  /// Replaces `floats` floats at `buffer`, and `doubles` doubles behind them, by their sums over the ranks.
  /// - Parameters:
  ///   - buffer: 8-byte aligned, with an even number of floats if there are doubles
  ///   - scratch: of the same size; its contents are lost
  package func sum(
    _ buffer: UnsafeMutableRawPointer, floats: Int, doubles: Int, scratch: UnsafeMutableRawPointer
  ) throws(RankError) {
    precondition(Self.canSum(count), "a tree over \(count) ranks")
    precondition(doubles == 0 || floats % 2 == 0, "doubles behind \(floats) floats")
    let terms = Terms(buffer: buffer, floats: floats, doubles: doubles, scratch: scratch)
    if count > 2 && terms.size >= Self.manyBytes { try halve(terms) } else { try double(terms) }
  }

  /// Recursive doubling: in each of log2 N rounds two partners exchange all that they have, and both add it.
  private func double(_ terms: Terms) throws(RankError) {
    let all = 0..<terms.size
    var distance = count / 2
    while distance > 0 {
      try exchange(terms.bytes(all), terms.room(all), with: rank ^ distance)
      terms.add(all)
      distance /= 2
    }
  }

  /// Recursive halving, then doubling (Rabenseifner 2004): two partners exchange a half each of what they are still to add, and
  /// add the other; in the end each rank has its part of the sum, and they hand those round the same way back. Twice as many
  /// messages, and 2 (N - 1) / N of the bytes where doubling sends log2 N.
  private func halve(_ terms: Terms) throws(RankError) {
    var own = 0..<terms.size
    var way: [(distance: Int, kept: Range<Int>, given: Range<Int>)] = []
    var distance = count / 2
    while distance > 0 {
      let middle = own.lowerBound + own.count / 16 * 8
      let halves = (own.lowerBound..<middle, middle..<own.upperBound)
      let (kept, given) = rank & distance == 0 ? halves : (halves.1, halves.0)
      try exchange(terms.bytes(given), terms.room(kept), with: rank ^ distance)
      terms.add(kept)
      way.append((distance, kept, given))
      own = kept
      distance /= 2
    }
    for (distance, kept, given) in way.reversed() {
      try exchange(
        terms.bytes(kept), UnsafeMutableRawBufferPointer(rebasing: terms.all[given]), with: rank ^ distance)
    }
  }
}

/// Floats and the doubles behind them, by bytes: ranges begin and end at multiples of 8, or at the end.
private struct Terms {
  let buffer: UnsafeMutableRawPointer
  let floats: Int
  let doubles: Int
  let scratch: UnsafeMutableRawPointer

  var size: Int { 4 * floats + 8 * doubles }
  var all: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: buffer, count: size) }

  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: buffer + range.lowerBound, count: range.count)
  }

  /// Where a partner's terms of this range come to.
  func room(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: scratch + range.lowerBound, count: range.count)
  }

  /// Adds what has come there.
  func add(_ range: Range<Int>) {
    let end = min(range.upperBound, 4 * floats)
    if range.lowerBound < end { add(range.lowerBound, (end - range.lowerBound) / 4, Float.self) }
    let start = max(range.lowerBound, 4 * floats)
    if start < range.upperBound { add(start, (range.upperBound - start) / 8, Double.self) }
  }

  private func add<T: FloatingPoint>(_ at: Int, _ n: Int, _ type: T.Type) {
    let terms = (scratch + at).assumingMemoryBound(to: type)
    let sums = (buffer + at).assumingMemoryBound(to: type)
    for i in 0..<n { sums[i] += terms[i] }
  }
}
