// Who makes which of the pieces that a job can be cut into: clips, parts of files, settings. Pure, and known to every rank
// beforehand: nobody asks anybody for work. What is done with it: Farm.swift. Tests: DealingTests.

enum Dealing {
  /// The places of each rank's pieces, ascending: the largest piece first, each to the rank that would be done with it first.
  /// - Parameters:
  ///   - sizes: of the pieces, in whatever they cost
  ///   - threads: of each rank
  static func shares(_ sizes: [Int], threads: [Int]) -> [[Int]] {
    var shares = [[Int]](repeating: [], count: threads.count)
    var loads = [Int](repeating: 0, count: threads.count)
    for place in sizes.indices.sorted(by: { (sizes[$1], $0) < (sizes[$0], $1) }) {
      // Of two that would be done at once, the first.
      let rank = threads.indices.min { a, b in
        (loads[a] + sizes[place]) * threads[b] < (loads[b] + sizes[place]) * threads[a]
      }!
      shares[rank].append(place)
      loads[rank] += sizes[place]
    }
    return shares.map { $0.sorted() }
  }

  /// `places` in groups of at most `most`, as equal as they can be: a small last one would leave processors without work.
  static func groups(_ places: [Int], most: Int) -> [ArraySlice<Int>] {
    let count = (places.count + most - 1) / most
    return (0..<count).map { places[$0 * places.count / count..<($0 + 1) * places.count / count] }
  }
}
