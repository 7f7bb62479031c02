// Ranks that share the pieces of a command: which are this one's, and what all have made, in the order of the pieces, so that a
// report is the same to the last digit however many ranks there are. A process by itself is a farm of one. Tests: FarmTests.
import Files
import Ranks

/// The ranks of a job, to be given work. Every call is one that all ranks make.
struct Farm {
  let ranks: any Collective
  /// Of each rank.
  let threads: [Int]
  /// What messages call each rank.
  let names: [String]

  init(_ ranks: any Collective, _ job: Job) {
    self.init(ranks, threads: job.threads, names: job.facts.indices.map { job.name($0) })
  }

  init(_ ranks: any Collective, threads: [Int], names: [String]) {
    precondition(threads.count == ranks.count && names.count == ranks.count, "\(threads) of \(names)")
    (self.ranks, self.threads, self.names) = (ranks, threads, names)
  }

  /// One process.
  static func alone(threads: Int) -> Farm { Farm(OneRank(), threads: [threads], names: ["rank 0"]) }

  var isFirst: Bool { ranks.isFirst }
  var isAlone: Bool { ranks.count == 1 }
  var ownThreads: Int { threads[ranks.rank] }

  /// Who makes which of pieces of these sizes.
  func share(_ sizes: [Int]) -> Share {
    let shares = Dealing.shares(sizes, threads: threads)
    let own = shares[ranks.rank].reduce(0) { $0 + sizes[$1] }
    return Share(places: shares, rank: ranks.rank, ownSize: own, size: sizes.reduce(0, +))
  }

  struct Share {
    /// Places of each rank's pieces.
    let places: [[Int]]
    fileprivate let rank: Int
    /// Sums of sizes: of this rank's pieces, of all.
    let ownSize, size: Int

    /// Those of this rank.
    var own: [Int] { places[rank] }

    /// How much of all is done, if the others are as far with their pieces as this rank is with its own.
    func all(_ done: Int) -> Int {
      ownSize == 0 ? 0 : Int(Double(done) / Double(ownSize) * Double(size))
    }
  }

  /// What all ranks have made of their pieces, in the order of the pieces.
  /// - own: of this rank's, in their order
  func gather<T: BitwiseCopyable>(_ own: [[T]], _ share: Share) throws(RankError) -> [[T]] {
    precondition(own.count == share.own.count, "\(own.count) results of \(share.own.count) pieces")
    if isAlone { return own }
    let counts = try gather(own.map { Int64($0.count) }).map { $0.map { Int($0) } }
    let values = try gather(own.flatMap { $0 })
    var all = [[T]](repeating: [], count: share.places.reduce(0) { $0 + $1.count })
    for rank in share.places.indices {
      var at = 0
      for (place, count) in zip(share.places[rank], counts[rank]) {
        all[place] = Array(values[rank][at..<at + count])
        at += count
      }
    }
    return all
  }

  /// The same of one number of each piece.
  func gather<T: BitwiseCopyable>(_ own: [T], _ share: Share) throws(RankError) -> [T] {
    try gather(own.map { [$0] }, share).map { $0[0] }
  }

  /// The values of each rank, on every rank.
  func gather<T: BitwiseCopyable>(_ own: [T]) throws(RankError) -> [[T]] {
    let bytes = unsafe own.withUnsafeBytes { unsafe Array($0) }
    return try gatherBytes(bytes).map { bytes in
      unsafe bytes.withUnsafeBytes { bytes in
        (0..<bytes.count / MemoryLayout<T>.stride).map {
          unsafe bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.stride, as: T.self)
        }
      }
    }
  }

  /// Rank 0's numbers, on every rank.
  func broadcast(_ numbers: [Int]) throws(RankError) -> [Int] {
    try ranks.broadcast(numbers.map { "\($0)" }.joined(separator: ",")).split(separator: ",").map { Int($0)! }
  }

  /// In rounds: what all have in one has to be counted in 32 bits.
  private func gatherBytes(_ own: [UInt8]) throws(RankError) -> [[UInt8]] {
    let most = max(1, Self.roundBytes / ranks.count)
    let rounds = try ranks.gather("\(own.count)").map { (Int($0)! + most - 1) / most }.max()!
    var all = [[UInt8]](repeating: [], count: ranks.count)
    for round in 0..<rounds {
      let part = own[min(own.count, round * most)..<min(own.count, (round + 1) * most)]
      for (rank, bytes) in try ranks.gather(Array(part)).enumerated() { all[rank] += bytes }
    }
    return all
  }

  private static let roundBytes = 1 << 27

  /// - Parameters:
  ///   - sum: of what all ranks need alike
  ///   - what: it is, with "has" or "sees" in front, and the remedy
  /// - Throws: `differ` if one has something else than rank 0.
  func requireSame(_ sum: UInt64, _ what: String) throws(RankError) {
    let sums = try gather([sum])
    for rank in sums.indices where sums[rank] != sums[0] {
      throw .differ("\(names[rank]) \(what)")
    }
  }
}
