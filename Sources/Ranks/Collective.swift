// What the processes of one job do together: `rank` of `count`, as MPI numbers them. A process that nobody has started beside
// others is the only rank of its job (`OneRank`), and what is written for many works for it unchanged. MPI's form:
// MPICollective.swift. Sums: Collective+Sum.swift. Tests: RanksTests, on ranks that are threads (TestSupport/ThreadRanks.swift).

/// The ranks of a job. All of them make the same calls in the same order; where one does not, the others wait for it, so an
/// error on one rank ends with `abort`. One thread at a time.
package protocol Collective: AnyObject, Sendable {
  /// 0..<count; rank 0 is the one that speaks and writes.
  var rank: Int { get }
  var count: Int { get }

  /// Sends to a partner, which calls this with the roles exchanged, and receives what it sends: as many bytes as there is room
  /// for. The two buffers do not overlap.
  func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) throws(RankError)

  /// The bytes of rank `root`, on every rank; what the others pass does not matter.
  func broadcast(_ bytes: [UInt8], from root: Int) throws(RankError) -> [UInt8]

  /// The bytes of each rank, on every rank, in the order of ranks.
  func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]]

  /// The words of each rank, as many of all, on every rank: one message where `gather` has two, for what is asked every step.
  func gather(words: [UInt64]) throws(RankError) -> [[UInt64]]

  /// Returns when every rank has come here.
  func barrier() throws(RankError)

  /// Ends all ranks with this exit code, wherever they are; returns if this is the only one.
  func abort(_ code: Int32)

  /// The last call: returns when every rank has come here.
  func finish() throws(RankError)
}

/// A process by itself.
package final class OneRank: Collective {
  package let rank = 0
  package let count = 1

  package init() {}

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) throws(RankError) {
    preconditionFailure("the only rank exchanges with rank \(partner)")
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) -> [UInt8] {
    precondition(root == 0, "a broadcast from rank \(root) of 1")
    return bytes
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  package func gather(words: [UInt64]) -> [[UInt64]] { [words] }
  package func barrier() {}
  package func abort(_ code: Int32) {}
  package func finish() {}
}

extension Collective {
  /// Whether this rank speaks and writes for all.
  package var isFirst: Bool { rank == 0 }

  /// Texts instead of bytes.
  package func broadcast(_ text: String, from root: Int = 0) throws(RankError) -> String {
    String(decoding: try broadcast(Array(text.utf8), from: root), as: UTF8.self)
  }

  package func gather(_ text: String) throws(RankError) -> [String] {
    try gather(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The places of 0..<places that are this rank's: every `count`-th from `rank` on.
  package func own(of places: Int) -> [Int] { Array(stride(from: rank, to: places, by: count)) }
}
