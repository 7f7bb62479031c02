// Numbers that are held against each other are measured in rounds that alternate, so that a busy minute hits all of them.
// What a round is: Benchmark+Generation.swift, Benchmark+Training.swift. Tests: ContestTests.
internal import Generation

extension Benchmark {
  /// Something to be measured, warmed up.
  struct Contestant {
    /// Samples that a round makes.
    let samples: Int
    /// Does a round; its seconds.
    let round: () throws -> Double
    /// - times: seconds of each round
    let result: (_ times: [Double]) throws -> BenchmarkResult
  }

  /// The results, of `rounds` rounds each. If the first is of f32, the others say how fast they were beside it: the median of the
  /// ratios of the rounds that followed each other.
  static func alternate(_ contestants: [Contestant], rounds: Int) throws -> [BenchmarkResult] {
    var times = [[Double]](repeating: [], count: contestants.count)
    for _ in 0..<rounds {
      for (index, contestant) in contestants.enumerated() { times[index].append(try contestant.round()) }
    }
    var results = try zip(contestants, times).map { try $0.result($1) }
    guard let first = results.first, first.precision == Precision.f32.rawValue else { return results }
    for index in results.indices.dropFirst() {
      let work = Double(contestants[index].samples) / Double(contestants[0].samples)
      let ratios = zip(times[0], times[index]).map { work * $0 / $1 }.sorted()
      results[index].timesF32 = ratios[ratios.count / 2]
    }
    return results
  }
}
