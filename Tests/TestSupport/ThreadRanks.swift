// Ranks that are threads of one process: what is written for MPI, tested without it. The same contract as Ranks.Collective, and a
// rank that calls something else than the others is found out instead of waited for.
import Dispatch
import Glibc
package import Ranks
import Synchronization

/// One of `count` ranks that meet at every call.
package final class ThreadRank: Collective {
  package let rank: Int
  package let count: Int
  private let meeting: Meeting

  private init(rank: Int, count: Int, _ meeting: Meeting) {
    (self.rank, self.count, self.meeting) = (rank, count, meeting)
  }

  /// Runs `body` on every rank at once; returns what each has returned.
  /// - Throws: the error of the first rank that has one. The others then fail in their next call.
  package static func run<T: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRank) throws -> T
  ) throws -> [T] {
    try outcomes(count, body).map { try $0.get() }
  }

  /// The same, with the error of each.
  package static func outcomes<T: Sendable>(
    _ count: Int, _ body: @escaping @Sendable (ThreadRank) throws -> T
  ) -> [Result<T, any Error>] {
    let meeting = Meeting(count)
    let results = Mutex([Result<T, any Error>?](repeating: nil, count: count))
    let group = DispatchGroup()
    for rank in 0..<count {
      DispatchQueue(label: "rank \(rank)").async(group: group) {
        let own = ThreadRank(rank: rank, count: count, meeting)
        let result = Result { try body(own) }
        if case .failure = result { meeting.close() }
        results.withLock { $0[rank] = result }
      }
    }
    group.wait()
    return results.withLock { $0.map { $0! } }
  }

  /// Everybody brings something and gets what all have brought.
  private func meet(_ bytes: [UInt8], _ operation: String) throws(RankError) -> [[UInt8]] {
    guard let all = meeting.meet(rank, (operation, bytes)) else {
      throw .failed(operation: operation, reason: "another rank has ended")
    }
    precondition(all.allSatisfy { $0.0 == operation }, "ranks are at \(all.map(\.0))")
    return all.map(\.1)
  }

  package func exchange(
    _ sent: UnsafeRawBufferPointer, _ received: UnsafeMutableRawBufferPointer, with partner: Int
  ) throws(RankError) {
    precondition(partner != rank, "rank \(rank) with itself")
    let bytes = try meet(Array(sent), "exchange")[partner]
    precondition(bytes.count == received.count, "\(bytes.count) bytes for room for \(received.count)")
    received.copyBytes(from: bytes)
  }

  package func broadcast(_ bytes: [UInt8], from root: Int) throws(RankError) -> [UInt8] {
    try meet(bytes, "broadcast \(root)")[root]
  }

  package func gather(_ bytes: [UInt8]) throws(RankError) -> [[UInt8]] { try meet(bytes, "gather") }
  package func gather(words: [UInt64]) throws(RankError) -> [[UInt64]] {
    let all = try meet(words.withUnsafeBytes { Array($0) }, "gather \(words.count)")
    return all.map { bytes in bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) } }
  }
  package func barrier() throws(RankError) { _ = try meet([], "barrier") }
  package func abort(_ code: Int32) { meeting.close() }
  package func finish() throws(RankError) { _ = try meet([], "finish") }
}

private final class Meeting: Sendable {
  typealias Item = (String, [UInt8])
  private struct State {
    var brought: [Item?]
    var taken: [Item] = []
    var round = 0
    var isClosed = false
  }
  private let state: Mutex<State>
  private let count: Int

  init(_ count: Int) {
    self.count = count
    state = Mutex(State(brought: Array(repeating: nil, count: count)))
  }

  func close() { state.withLock { $0.isClosed = true } }

  /// Nil if somebody has left.
  func meet(_ rank: Int, _ item: Item) -> [Item]? {
    let round = state.withLock { state in
      let round = state.round
      state.brought[rank] = item
      if !state.brought.contains(where: { $0 == nil }) {
        state.taken = state.brought.map { $0! }
        state.brought = Array(repeating: nil, count: count)
        state.round += 1
      }
      return round
    }
    // Nobody can be two rounds ahead: the next needs everybody.
    while true {
      let (now, items, isClosed) = state.withLock { ($0.round, $0.taken, $0.isClosed) }
      if now > round { return items }
      if isClosed { return nil }
      usleep(20)
    }
  }
}
