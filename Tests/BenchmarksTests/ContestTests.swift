// What is compared is measured in turns: a machine that is slow for a while is slow for all.
import Testing

@testable import Benchmarks

@Suite struct ContestTests {
  private let subject = Benchmark.Subject(name: "C1", configuration: Benchmark.shape("C1")!)

  /// A contestant whose rounds take what `times` says, and that writes its name down.
  private func contestant(_ precision: String, _ times: [Double], _ log: Log) -> Benchmark.Contestant {
    var done = 0
    return Benchmark.Contestant(samples: 100) {
      log.names.append(precision)
      done += 1
      return times[done - 1]
    } result: { times in
      var result = BenchmarkResult(
        "generate", subject, clips: 1, threads: 1, samples: 100, times: times,
        work: .generation(subject.configuration, precision: .f32))
      result.precision = precision
      return result
    }
  }

  private final class Log { var names: [String] = [] }

  @Test func roundsAlternateAndRatiosAreOfNeighbours() throws {
    let log = Log()
    // The machine is four times as slow for the last two of five rounds; bf16 is always twice as fast.
    let results = try Benchmark.alternate(
      [contestant("f32", [2, 2, 2, 8, 8], log), contestant("bf16", [1, 1, 1, 4, 4], log)], rounds: 5)
    #expect(log.names == (0..<5).flatMap { _ in ["f32", "bf16"] })
    #expect(results.map(\.timesF32) == [nil, 2])
    #expect(results.map(\.samplesPerSecond) == [50, 100])
  }

  @Test func aRatioNeedsF32() throws {
    let results = try Benchmark.alternate(
      [contestant("bf16", [1], Log()), contestant("int8", [2], Log())], rounds: 1)
    #expect(results.map(\.timesF32) == [nil, nil])
  }
}
