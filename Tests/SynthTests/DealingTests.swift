// Who makes which pieces: each one somebody, nobody much more than the others, by their threads.
import TestSupport
import Testing

@testable import synth

@Suite struct DealingTests {
  @Test func eachPieceOnce() {
    for threads in [[1], [1, 1], [2, 1, 4], [Int](repeating: 3, count: 64)] {
      for sizes in [[], [5], [0, 0, 0], (0..<200).map { $0 * $0 % 37 }, [Int](repeating: 1, count: 10_000)] {
        let shares = Dealing.shares(sizes, threads: threads)
        #expect(shares.count == threads.count && shares.flatMap { $0 }.sorted() == Array(sizes.indices))
        #expect(shares.allSatisfy { $0 == $0.sorted() })
      }
    }
  }

  /// Nobody is done later than one piece after everybody could be.
  @Test func nobodyHasMuchMore() {
    let sizes = (0..<500).map { 1 + $0 * 7919 % 101 }
    for threads in [[1, 1, 1], [1, 2, 5, 8]] {
      let times = zip(Dealing.shares(sizes, threads: threads), threads).map { share, threads in
        Double(share.reduce(0) { $0 + sizes[$1] }) / Double(threads)
      }
      let even = Double(sizes.reduce(0, +)) / Double(threads.reduce(0, +))
      #expect(times.max()! <= even + Double(sizes.max()!), "\(times) where \(even) is even")
    }
    #expect(Dealing.shares([1, 1, 1, 1, 1], threads: [1, 1]) == [[0, 2, 4], [1, 3]])
    #expect(Dealing.shares([9, 1, 1, 1], threads: [1, 1]) == [[0], [1, 2, 3]])
  }

  @Test func groupsAreEqual() {
    #expect(Dealing.groups([], most: 4).isEmpty)
    #expect(Dealing.groups([1, 2, 3], most: 4).map(Array.init) == [[1, 2, 3]])
    #expect(Dealing.groups(Array(0..<130), most: 128).map(\.count) == [65, 65])
    for count in 1...300 {
      let groups = Dealing.groups(Array(0..<count), most: 64)
      #expect(groups.flatMap { $0 } == Array(0..<count))
      let sizes = groups.map(\.count)
      #expect(sizes.max()! <= 64 && sizes.max()! - sizes.min()! <= 1)
    }
  }
}
